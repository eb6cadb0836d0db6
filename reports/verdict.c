/* SPDX-License-Identifier: MIT */
/* verdict.c - the words for the enums of verdict.h, spelled as the rules and reports spell them,
 * and what every writer puts together in the same way. */
#include "verdict.h"

#include <assert.h>
#include <stdio.h>

const char *verdict_level_name(enum verdict_level level) {
    static const char *const names[] = {
        [VERDICT_MUST] = "must", [VERDICT_OBSERVED] = "observed", [VERDICT_OPTIONAL] = "optional"};
    assert((size_t)level < sizeof names / sizeof *names);
    return names[level];
}

/* A MUST gates unless the runner was told otherwise. */
const char *verdict_excuse(const struct verdict *verdict) {
    static const char *const reasons[] = {
        [VERDICT_MUST] = "does not gate in this run",
        [VERDICT_OBSERVED] = "observed in memcached, not written in the protocol",
        [VERDICT_OPTIONAL] = "optional in the protocol",
    };
    assert((size_t)verdict->level < sizeof reasons / sizeof *reasons);
    if (verdict->known != NULL)
        return verdict->known;
    return verdict->todo != NULL ? verdict->todo : reasons[verdict->level];
}

const char *verdict_section(const struct verdict *verdict, char words[VERDICT_WORDS_SIZE]) {
    if (verdict->section == NULL)
        return NULL;
    snprintf(words, VERDICT_WORDS_SIZE, "%s: %s",
             verdict->document != NULL ? verdict->document : "protocol.txt", verdict->section);
    return words;
}

const char *verdict_place(const struct verdict *verdict, char words[VERDICT_WORDS_SIZE]) {
    if (verdict->file == NULL)
        return NULL;
    if (verdict->line > 0)
        snprintf(words, VERDICT_WORDS_SIZE, "%s:%d", verdict->file, verdict->line);
    else
        snprintf(words, VERDICT_WORDS_SIZE, "%s", verdict->file);
    return words;
}
