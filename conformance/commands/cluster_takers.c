/* SPDX-License-Identifier: MIT */
/* cluster_takers.c - options about clusters: where clients put keys, and weights. */
#include "commands/option_takers.h"

#include "arena.h"
#include "language/suggest.h"
#include "placement/placement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_MAX = 64 };

const char *options_unknown_placement(struct arena *arena, const char *name) {
    size_t count;
    const char *const *names = placement_names(&count);
    return arena_format(arena,
                        "no placement is called \"%s\"%s (mctap place --algorithm list names them)",
                        name, suggest_hint(arena, name, names, count));
}

bool take_placement(struct options *options, const char *value) {
    options->settings.placement = value;
    return placement_find(value) ||
           options_wrong(options, options_unknown_placement(options->arena, value));
}

/* The number in front of a comma or the end. */
static bool read_weight(const char *text, unsigned *weight, const char **behind) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    *weight = (unsigned)value;
    *behind = *end == ',' ? end + 1 : end;
    return text[0] >= '0' && text[0] <= '9' && errno == 0 && value >= 1 &&
           value <= PLACEMENT_WEIGHT_MAX && (*end == '\0' || (*end == ',' && end[1] != '\0'));
}

bool take_weights(struct options *options, const char *value) {
    struct settings *settings = &options->settings;
    unsigned *weights = NULL;
    size_t count = 0;
    bool right = true;
    for (const char *next = value; right && (count == 0 || *next != '\0'); count++) {
        weights = arena_grow(options->arena, weights, count, sizeof *weights);
        right = count < MEMBERS_MAX && read_weight(next, &weights[count], &next);
    }
    settings->weights = weights;
    settings->weight_count = count;
    if (right && count >= 2)
        return true;
    return options_wrong(options,
                         arena_format(options->arena,
                                      "--weights expects 2 to %d numbers from 1 to %d with commas "
                                      "between, such as 1,2,1, not \"%s\"",
                                      MEMBERS_MAX, PLACEMENT_WEIGHT_MAX, value));
}
