/* SPDX-License-Identifier: MIT */
/* hints.c - what students and servers really get wrong. See hints.h.
 *
 * Each function looks at one fault and answers whether its mistake explains it. The first row
 * that says yes is told, so particular mistakes stand above general ones. */
#include "play/hints.h"

#include "play/play.h"
#include "play/session.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct sight {
    const struct exchange *exchange;
    enum fault fault;
    struct verdict_bytes request, expected, received;
    size_t at; /* of the first wrong byte */
};

static bool begins(struct verdict_bytes bytes, size_t at, const char *word) {
    size_t length = strlen(word);
    return bytes.length >= at + length && memcmp(bytes.data + at, word, length) == 0;
}

static bool ends_with(struct verdict_bytes bytes, const char *word) {
    size_t length = strlen(word);
    return bytes.length >= length && begins(bytes, bytes.length - length, word);
}

static bool contains(struct verdict_bytes bytes, const char *word) {
    for (size_t i = 0; i + strlen(word) <= bytes.length; i++)
        if (begins(bytes, i, word))
            return true;
    return false;
}

static bool line_feed_only(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && begins(sight->received, sight->at, "\n") &&
           begins(sight->expected, sight->at, "\r\n");
}

static bool noreply_answered(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && sight->exchange->barrier &&
           contains(sight->request, " noreply");
}

static bool bare_error(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && begins(sight->received, 0, "ERROR\r\n") &&
           !begins(sight->expected, 0, "ERROR");
}

/* The right reply stands behind other lines. NOT_STORED only ends like STORED. */
static bool answered_twice(const struct sight *sight) {
    struct verdict_bytes expected = sight->expected, received = sight->received;
    if (sight->fault == FAULT_SURPLUS)
        return true;
    if (sight->fault != FAULT_DIFFERS || expected.length == 0 || received.length <= expected.length)
        return false;
    const char *last = received.data + received.length - expected.length;
    return last[-1] == '\n' && memcmp(last, expected.data, expected.length) == 0;
}

static bool wrong_case(const struct sight *sight) {
    size_t length = sight->expected.length;
    return sight->fault == FAULT_DIFFERS && length > 0 && sight->received.length >= length &&
           strncasecmp(sight->received.data, sight->expected.data, length) == 0;
}

static bool nul_sent(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && sight->at < sight->received.length &&
           sight->received.data[sight->at] == '\0';
}

static bool no_line_end(const struct sight *sight) {
    struct verdict_bytes expected = sight->expected;
    return sight->fault == FAULT_SILENT && sight->received.length + 2 == expected.length &&
           memcmp(sight->received.data, expected.data, sight->received.length) == 0 &&
           ends_with(expected, "\r\n");
}

static bool end_missing(const struct sight *sight) {
    struct verdict_bytes expected = sight->expected;
    return sight->fault == FAULT_SILENT && sight->received.length > 0 &&
           sight->received.length + 5 == expected.length &&
           memcmp(sight->received.data, expected.data, sight->received.length) == 0 &&
           ends_with(expected, "END\r\n");
}

/* VALUE <key> <flags> <bytes>: which word of the header the difference lies in; 0 if elsewhere. */
static unsigned value_word(const struct sight *sight) {
    unsigned word = 0;
    if (sight->fault != FAULT_DIFFERS || !begins(sight->received, 0, "VALUE ") ||
        !begins(sight->expected, 0, "VALUE "))
        return 0;
    for (size_t i = 0; i < sight->at && i < sight->received.length; i++) {
        if (sight->received.data[i] == '\r')
            return 0;
        word += sight->received.data[i] == ' ';
    }
    return word;
}

static bool key_echoed_wrong(const struct sight *sight) {
    return value_word(sight) == 1;
}

static bool flags_wrong(const struct sight *sight) {
    return value_word(sight) == 2;
}

static bool length_wrong(const struct sight *sight) {
    return value_word(sight) == 3;
}

static bool hit_expected(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && begins(sight->expected, 0, "VALUE ") &&
           begins(sight->received, 0, "END\r\n");
}

static bool miss_expected(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && begins(sight->expected, 0, "END\r\n") &&
           begins(sight->received, 0, "VALUE ");
}

static bool closed_instead(const struct sight *sight) {
    return sight->fault == FAULT_CLOSED && contains(sight->expected, "ERROR");
}

static bool silent_at_all(const struct sight *sight) {
    return sight->fault == FAULT_SILENT && sight->received.length == 0;
}

static const struct {
    bool (*explains)(const struct sight *sight);
    const char *sentence;
} hints[] = {
    {noreply_answered, "noreply asks the server to say nothing, also when the command fails; a "
                       "client that does not expect this reply takes it for the next one"},
    {line_feed_only, "lines end with \\r\\n, not with \\n alone"},
    {nul_sent, "a NUL byte was sent: perhaps the end of a C string, or one byte more than strlen"},
    {wrong_case, "upper and lower case matter: the words of replies are upper case"},
    {bare_error, "ERROR means that the server does not know this command, or not in this form"},
    {miss_expected, "the item is still there: it was to be gone, or never to be stored"},
    {answered_twice, "a reply too many: an earlier request was answered twice, or its data block "
                     "was read as a command"},
    {key_echoed_wrong, "the key behind VALUE must be the one that was asked for, byte by byte"},
    {flags_wrong, "the flags are an opaque number that the client gave: they come back as they "
                  "were stored, for every command that keeps or replaces them"},
    {length_wrong, "<bytes> is the length of the data block without its \\r\\n"},
    {hit_expected, "the server says that it does not have this item: was it stored, and is it "
                   "kept?"},
    {no_line_end, "the \\r\\n at the end is missing"},
    {end_missing, "the END\\r\\n that closes every retrieval is missing"},
    {closed_instead, "an error of the client is answered with an error line; the connection stays "
                     "open"},
    {silent_at_all, "no byte came at all: does the server wait for more input, or serve another "
                    "connection first? With --jobs 1 scenarios play one after the other"},
};

const char *hint_find(const struct exchange *exchange, enum fault fault,
                      const struct verdict *verdict) {
    struct sight sight = {.exchange = exchange,
                          .fault = fault,
                          .request = verdict->request,
                          .expected = verdict->expected,
                          .received = verdict->received,
                          .at = verdict->differs_at};
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (hints[i].explains(&sight))
            return hints[i].sentence;
    return NULL;
}
