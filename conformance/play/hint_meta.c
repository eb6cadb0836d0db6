/* SPDX-License-Identifier: MIT */
/* hint_meta.c - mistakes in what meta commands return, and in fields of binary replies. One
 * function a row of hints.def. */
#include "play/sight.h"

#include <string.h>

/* The word of a line that begins with this letter, from word `n` on. */
static struct verdict_bytes flag_find(struct verdict_bytes line, unsigned n, char letter) {
    struct verdict_bytes word;
    while ((word = sight_word(line, n++)).length > 0)
        if (word.data[0] == letter)
            return word;
    return word;
}

static bool is_meta(const struct sight *sight) {
    struct verdict_bytes line = sight->request;
    return sight->fault == FAULT_DIFFERS && sight->field == NULL && line.length > 3 &&
           line.data[0] == 'm' && line.data[2] == ' ';
}

static unsigned words_of(struct verdict_bytes line) {
    unsigned count = 0;
    while (sight_word(line, count).length > 0)
        count++;
    return count;
}

/* Every word of one line stands in the other, and they are as many. */
bool hint_flags_reordered(const struct sight *sight) {
    struct verdict_bytes wanted = sight_line(sight->expected, 0);
    struct verdict_bytes came = sight_line(sight->received, 0);
    unsigned count = words_of(wanted);
    if (!is_meta(sight) || count < 3 || count != words_of(came) || sight_same(wanted, came))
        return false;
    for (unsigned n = 0; n < count; n++) {
        struct verdict_bytes word = sight_word(wanted, n);
        if (!sight_same(word, flag_find(came, 0, word.data[0])))
            return false;
    }
    return true;
}

/* The letter was asked for and is expected, and the reply has none. */
static bool is_missing(const struct sight *sight, char letter) {
    struct verdict_bytes came = sight_line(sight->received, 0);
    return is_meta(sight) && flag_find(sight_line(sight->request, 0), 2, letter).length > 0 &&
           flag_find(sight_line(sight->expected, 0), 1, letter).length > 0 &&
           flag_find(came, 1, letter).length == 0 &&
           sight_same(sight_word(came, 0), sight_word(sight_line(sight->expected, 0), 0));
}

bool hint_opaque_missing(const struct sight *sight) {
    return is_missing(sight, 'O');
}

bool hint_key_return_missing(const struct sight *sight) {
    return is_missing(sight, 'k');
}

/* ms k 3 C5 c answers c5. */
bool hint_unique_sent_back(const struct sight *sight) {
    struct verdict_bytes sent = flag_find(sight_line(sight->request, 0), 2, 'C');
    struct verdict_bytes came = flag_find(sight_line(sight->received, 0), 1, 'c');
    return is_meta(sight) && sent.length > 1 && came.length == sent.length &&
           memcmp(sent.data + 1, came.data + 1, sent.length - 1) == 0;
}

static bool is_field(const struct sight *sight, const char *field) {
    return sight->field != NULL && strcmp(sight->field, field) == 0;
}

bool hint_opaque_changed(const struct sight *sight) {
    return is_field(sight, "opaque");
}

bool hint_opcode_changed(const struct sight *sight) {
    return is_field(sight, "opcode");
}
