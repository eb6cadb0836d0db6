/* SPDX-License-Identifier: MIT */
/* hint_numbers.c - mistakes with the cas unique and with the numbers of incr and decr. One function
 * a row of hints.def. */
#include "play/sight.h"

#include <string.h>

/* The unique that the request gives: the sixth word of cas, the token of C of a meta command. */
static bool unique_given(const struct sight *sight, uint64_t *unique) {
    struct verdict_bytes line = sight_line(sight->request, 0), word;
    if (sight_begins(line, 0, "cas "))
        return sight_number(sight_word(line, 5), unique);
    for (unsigned n = 2; line.length > 2 && line.data[0] == 'm' && line.data[2] == ' '; n++) {
        word = sight_word(line, n);
        if (word.length == 0)
            return false;
        if (word.data[0] == 'C')
            return sight_number((struct verdict_bytes){word.data + 1, word.length - 1}, unique);
    }
    return false;
}

static bool stored_for_exists(const struct sight *sight, uint64_t *unique) {
    return (sight_instead(sight, "EXISTS\r\n", "STORED\r\n") || sight_instead(sight, "EX", "HD")) &&
           unique_given(sight, unique);
}

bool hint_unique_32bit(const struct sight *sight) {
    uint64_t unique;
    return stored_for_exists(sight, &unique) && unique > UINT32_MAX;
}

bool hint_unique_ignored(const struct sight *sight) {
    uint64_t unique;
    return stored_for_exists(sight, &unique);
}

/* VALUE <key> <flags> <bytes>, where a fifth word begins or the line ends. */
static bool behind_length(const struct sight *sight) {
    struct verdict_bytes line = sight_line(sight->received, sight->at);
    return sight->fault == FAULT_DIFFERS && sight_begins(line, 0, "VALUE ") &&
           sight_begins(sight_line(sight->expected, sight->there), 0, "VALUE ") &&
           sight_word(line, 3).length > 0 &&
           sight->received.data + sight->at >=
               sight_word(line, 3).data + sight_word(line, 3).length;
}

bool hint_unique_negative(const struct sight *sight) {
    return behind_length(sight) && sight_begins(sight->received, sight->at, "-");
}

bool hint_unique_missing(const struct sight *sight) {
    return behind_length(sight) && sight_begins(sight->received, sight->at, "\r\n") &&
           sight_begins(sight->expected, sight->there, " ");
}

bool hint_unique_unasked(const struct sight *sight) {
    return behind_length(sight) && sight_begins(sight->received, sight->at, " ") &&
           sight_begins(sight->expected, sight->there, "\r\n") &&
           !sight_begins(sight->received, sight->at, " \r\n");
}

/* Both replies are one line of one number; a minus may stand before the received one. */
static bool numbers(const struct sight *sight, uint64_t *wanted, uint64_t *came, bool *negative) {
    struct verdict_bytes expected = sight_line(sight->expected, 0);
    struct verdict_bytes received = sight_line(sight->received, 0);
    if (sight->fault != FAULT_DIFFERS || sight->field != NULL || received.length == 0)
        return false;
    *negative = received.data[0] == '-';
    if (*negative)
        received = (struct verdict_bytes){received.data + 1, received.length - 1};
    return sight_number(expected, wanted) && sight_number(received, came);
}

bool hint_number_negative(const struct sight *sight) {
    uint64_t wanted, came;
    bool negative;
    return numbers(sight, &wanted, &came, &negative) && negative;
}

bool hint_number_32bit(const struct sight *sight) {
    uint64_t wanted, came;
    bool negative;
    return numbers(sight, &wanted, &came, &negative) && wanted > UINT32_MAX &&
           came == (wanted & UINT32_MAX);
}

bool hint_number_wrapped(const struct sight *sight) {
    uint64_t wanted, came;
    bool negative;
    return numbers(sight, &wanted, &came, &negative) && wanted == 0 && came > INT64_MAX;
}

bool hint_number_stuck(const struct sight *sight) {
    uint64_t wanted, came;
    bool negative;
    return numbers(sight, &wanted, &came, &negative) && wanted < UINT32_MAX && came == UINT64_MAX;
}

bool hint_number_padded(const struct sight *sight) {
    uint64_t number;
    struct verdict_bytes expected = sight_line(sight->expected, 0);
    struct verdict_bytes received = sight_line(sight->received, 0);
    return sight->fault == FAULT_DIFFERS && sight_number(expected, &number) &&
           received.length > expected.length && sight_same(sight_word(received, 0), expected) &&
           sight_word(received, 1).length == 0;
}
