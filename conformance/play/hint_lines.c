/* SPDX-License-Identifier: MIT */
/* hint_lines.c - mistakes in the shape of replies and in the words of refusals. One function a row
 * of hints.def. */
#include "play/sight.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { KEY_MAX = 250 /* bytes, as protocol.txt says under "Keys" */ };

static bool differs(const struct sight *sight) {
    return sight->fault == FAULT_DIFFERS && sight->field == NULL;
}

bool hint_binary_reply(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->received, 0, "\x81");
}

bool hint_http_reply(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->received, 0, "HTTP/1.");
}

bool hint_redis_reply(const struct sight *sight) {
    return differs(sight) &&
           (sight_begins(sight->received, 0, "-ERR ") || sight_begins(sight->received, 0, "+OK") ||
            sight_begins(sight->received, 0, "$-1\r\n"));
}

/* Is this a word of the request's last line but the first? */
static bool asked_with(const struct sight *sight, const char *word) {
    for (size_t i = 1; i + strlen(word) <= sight->request.length; i++)
        if (sight->request.data[i - 1] == ' ' && sight_begins(sight->request, i, word) &&
            (i + strlen(word) == sight->request.length ||
             isspace((unsigned char)sight->request.data[i + strlen(word)])))
            return true;
    return false;
}

bool hint_noreply_answered(const struct sight *sight) {
    return differs(sight) && sight->silence && sight_contains(sight->request, " noreply");
}

bool hint_quiet_answered(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->request, 0, "m") && asked_with(sight, "q") &&
           sight_begins(sight->expected, 0, "MN\r\n") &&
           !sight_begins(sight->received, 0, "CLIENT_ERROR");
}

bool hint_line_feed_only(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->received, sight->at, "\n") &&
           sight_begins(sight->expected, sight->there, "\r\n");
}

bool hint_data_end_missing(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->expected, sight->there, "\r\nEND\r\n") &&
           sight_begins(sight->received, sight->at, "END\r\n");
}

bool hint_nul_sent(const struct sight *sight) {
    return differs(sight) && sight->field == NULL && sight->at < sight->received.length &&
           sight->received.data[sight->at] == '\0';
}

bool hint_space_before_end(const struct sight *sight) {
    uint64_t number;
    return differs(sight) && !sight_number(sight_line(sight->expected, 0), &number) &&
           sight_begins(sight->expected, sight->there, "\r\n") &&
           sight_begins(sight->received, sight->at, " \r\n");
}

bool hint_double_space(const struct sight *sight) {
    return differs(sight) && sight->at > 0 && sight_begins(sight->received, sight->at - 1, "  ") &&
           !sight_begins(sight->expected, sight->there, " ");
}

/* The line with the difference is right but for the case of its letters. */
bool hint_wrong_case(const struct sight *sight) {
    struct verdict_bytes wanted = sight_line(sight->expected, sight->there);
    struct verdict_bytes came = sight_line(sight->received, sight->at);
    struct verdict_bytes word = sight_word(wanted, 0);
    struct verdict_bytes reply = sight_word(came, 0);
    return differs(sight) && word.length > 1 && word.length == reply.length &&
           !sight_same(word, reply) && strncasecmp(word.data, reply.data, word.length) == 0 &&
           isupper((unsigned char)word.data[0]);
}

bool hint_end_each(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->expected, sight->there, "VALUE ") &&
           sight_begins(sight->received, sight->at, "END\r\nVALUE ");
}

/* What came is right, and so many bytes are missing. */
static bool lacks(const struct sight *sight, size_t missing) {
    return sight->fault == FAULT_SILENT && sight->field == NULL &&
           sight->received.length + missing == sight->expected.length &&
           memcmp(sight->received.data, sight->expected.data, sight->received.length) == 0;
}

bool hint_end_missing(const struct sight *sight) {
    return lacks(sight, 5) && sight->received.length > 0 &&
           sight_ends_with(sight->expected, "END\r\n");
}

bool hint_no_line_end(const struct sight *sight) {
    return sight->received.length > 0 && lacks(sight, 2) &&
           sight_ends_with(sight->expected, "\r\n");
}

/* Is this word the command of the request? */
static bool asks(const struct sight *sight, const char *word) {
    return sight_same(sight_word(sight_line(sight->request, 0), 0),
                      (struct verdict_bytes){word, strlen(word)});
}

bool hint_add_overwrites(const struct sight *sight) {
    return asks(sight, "add") && sight_instead(sight, "NOT_STORED\r\n", "STORED\r\n");
}

bool hint_replace_creates(const struct sight *sight) {
    return (asks(sight, "replace") || asks(sight, "append") || asks(sight, "prepend")) &&
           sight_instead(sight, "NOT_STORED\r\n", "STORED\r\n");
}

bool hint_counter_created(const struct sight *sight) {
    uint64_t number;
    return (asks(sight, "incr") || asks(sight, "decr")) &&
           sight_instead(sight, "NOT_FOUND\r\n", "") &&
           sight_number(sight_line(sight->received, 0), &number);
}

bool hint_refused_as_missing(const struct sight *sight) {
    return sight_instead(sight, "NOT_STORED\r\n", "NOT_FOUND\r\n");
}

bool hint_refused_as_exists(const struct sight *sight) {
    return sight_instead(sight, "NOT_STORED\r\n", "EXISTS\r\n");
}

bool hint_miss_as_not_found(const struct sight *sight) {
    return sight_instead(sight, "END\r\n", "NOT_FOUND\r\n");
}

bool hint_delete_as_end(const struct sight *sight) {
    return sight_begins(sight->request, 0, "delete ") &&
           (sight_instead(sight, "DELETED\r\n", "END\r\n") ||
            sight_instead(sight, "NOT_FOUND\r\n", "END\r\n"));
}

bool hint_meta_miss_as_end(const struct sight *sight) {
    return sight_instead(sight, "EN\r\n", "END\r\n");
}

bool hint_meta_old_code(const struct sight *sight) {
    return sight_instead(sight, "HD", "OK");
}

bool hint_server_blamed(const struct sight *sight) {
    return sight_instead(sight, "CLIENT_ERROR ", "SERVER_ERROR");
}

/* "Error: no such key", "ERR wrong", "CLIENT_ERROR" without a text. */
bool hint_error_without_kind(const struct sight *sight) {
    struct verdict_bytes line = sight_line(sight->received, 0), first = sight_word(line, 0);
    bool says_error = first.length >= 3 && strncasecmp(first.data, "err", 3) == 0;
    bool no_text = sight_begins(line, 0, "CLIENT_ERROR") && first.length == line.length;
    return differs(sight) && sight_contains(sight->expected, "ERROR") &&
           ((says_error && !(first.length == 5 && line.length == 5)) || no_text);
}

bool hint_taken_apart(const struct sight *sight) {
    return sight->cut && differs(sight) &&
           sight_contains(sight_line(sight->received, 0), "ERROR") &&
           !sight_contains(sight->expected, "ERROR");
}

bool hint_bare_error(const struct sight *sight) {
    return differs(sight) && sight_begins(sight->received, 0, "ERROR\r\n") &&
           !sight_begins(sight->expected, 0, "ERROR");
}

static bool accepted(const struct sight *sight) {
    static const char *const words[] = {"STORED\r\n", "TOUCHED\r\n", "OK\r\n", "HD", "DELETED\r\n"};
    if (!differs(sight) || !sight_begins(sight->expected, 0, "CLIENT_ERROR"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sight_begins(sight->received, 0, words[i]))
            return true;
    return sight->received.length > 0 && isdigit((unsigned char)sight->received.data[0]);
}

bool hint_data_refused(const struct sight *sight) {
    return (sight_instead(sight, "STORED\r\n", "CLIENT_ERROR bad data chunk") ||
            sight_instead(sight, "HD", "CLIENT_ERROR bad data chunk"));
}

bool hint_set_refused(const struct sight *sight) {
    return sight_instead(sight, "STORED\r\n", "CLIENT_ERROR");
}

bool hint_long_key_accepted(const struct sight *sight) {
    struct verdict_bytes line = sight_line(sight->request, 0), word;
    if (!differs(sight) || !sight_begins(sight->expected, 0, "CLIENT_ERROR") ||
        sight_contains(sight_line(sight->received, 0), "ERROR"))
        return false;
    for (unsigned n = 1; (word = sight_word(line, n)).length > 0; n++)
        if (word.length > KEY_MAX)
            return true;
    return false;
}

/* A word that begins with a digit or a sign and is no decimal number. */
bool hint_number_accepted(const struct sight *sight) {
    uint64_t number;
    struct verdict_bytes line = sight_line(sight->request, 0), word;
    for (unsigned n = 2; accepted(sight) && (word = sight_word(line, n)).length > 0; n++)
        if (strchr("0123456789+-.", word.data[0]) && !sight_number(word, &number))
            return true;
    return false;
}

bool hint_malformed_accepted(const struct sight *sight) {
    return accepted(sight);
}

static bool is_storage(struct verdict_bytes request) {
    static const char *const words[] = {"set ",     "add ", "replace ", "append ",
                                        "prepend ", "cas ", "ms "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sight_begins(request, 0, words[i]))
            return true;
    return false;
}

/* The right reply, and an error line behind it that nobody expects. */
bool hint_data_as_command(const struct sight *sight) {
    struct verdict_bytes line = sight_line(sight->received, sight->at);
    bool surplus = sight->fault == FAULT_SURPLUS && sight->field == NULL;
    bool behind = differs(sight) && line.data != sight->received.data &&
                  !sight_contains(sight->expected, "ERROR");
    return is_storage(sight->request) && (surplus || behind) &&
           (sight_begins(line, 0, "ERROR") || sight_begins(line, 0, "CLIENT_ERROR "));
}

bool hint_answered_before_end(const struct sight *sight) {
    return sight->fault == FAULT_SURPLUS && sight->closing;
}

/* The right reply stands behind other lines. NOT_STORED only ends like STORED. */
bool hint_answered_twice(const struct sight *sight) {
    struct verdict_bytes expected = sight->expected, received = sight->received;
    if (sight->fault == FAULT_SURPLUS)
        return true;
    if (!differs(sight) || expected.length == 0 || received.length <= expected.length)
        return false;
    const char *last = received.data + received.length - expected.length;
    return last[-1] == '\n' && memcmp(last, expected.data, expected.length) == 0;
}

bool hint_miss_expected(const struct sight *sight) {
    return sight_instead(sight, "END\r\n", "VALUE ") || sight_instead(sight, "EN\r\n", "VA ");
}

bool hint_hit_expected(const struct sight *sight) {
    return sight_instead(sight, "VALUE ", "END\r\n") || sight_instead(sight, "VA ", "EN\r\n");
}

bool hint_stored_elsewhere(const struct sight *sight) {
    return sight->first && hint_hit_expected(sight);
}

bool hint_closed_instead(const struct sight *sight) {
    return sight->fault == FAULT_CLOSED && sight_contains(sight->expected, "ERROR");
}

bool hint_closed_early(const struct sight *sight) {
    return sight->fault == FAULT_CLOSED && sight->received.length == 0 &&
           sight->expected.length > 0;
}

bool hint_stopped_answering(const struct sight *sight) {
    return sight->fault == FAULT_SILENT && sight->received.length == 0 && sight->again;
}

bool hint_waits_for_data(const struct sight *sight) {
    return sight->fault == FAULT_SILENT && sight->received.length == 0 &&
           is_storage(sight->request) && sight_ends_with(sight->request, "\r\n");
}

bool hint_silent_at_all(const struct sight *sight) {
    return sight->fault == FAULT_SILENT && sight->received.length == 0;
}
