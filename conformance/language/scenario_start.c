/* SPDX-License-Identifier: MIT */
/* scenario_start.c - what a scenario asks of the server's start and of the way to it: `options` and
 * `over`. scenario_load.c and scenario_step.c call this. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/suggest.h"

#include <string.h>

static const char *const words[TRANSPORT_COUNT] = {
    [TRANSPORT_DEFAULT] = "", [TRANSPORT_TCP] = "tcp",   [TRANSPORT_UDP] = "udp",
    [TRANSPORT_TLS] = "tls",  [TRANSPORT_UNIX] = "unix",
};

const char *transport_word(enum transport transport) {
    return words[transport];
}

/* The transport of that word; TRANSPORT_COUNT for an unknown one. */
static enum transport transport_find(const char *word) {
    int i = TRANSPORT_TCP;
    while (i < TRANSPORT_COUNT && strcmp(words[i], word) != 0)
        i++;
    return (enum transport)i;
}

enum transport over_load(struct loading *loading, const struct json *value,
                         enum transport otherwise) {
    struct problems *problems = loading->problems;
    const struct json *over = field_of(value, "over", JSON_STRING);
    enum transport transport = otherwise;
    if (over != NULL)
        transport = transport_find(over->string);
    if (transport == TRANSPORT_COUNT) {
        problem_add(problems, over->at, "unknown transport \"%s\"%s", over->string,
                    suggest_hint(problems->arena, over->string, words + TRANSPORT_TCP,
                                 TRANSPORT_COUNT - TRANSPORT_TCP));
        return otherwise;
    }
    loading->scenario->uses[transport] = true;
    return transport;
}

/* A hole of the options: one of start_holes.def. */
static void check_hole(struct problems *problems, const struct json *options, size_t at,
                       size_t length) {
    static const char *const holes[] = {
#define START_HOLE(name, meaning) #name,
#include "language/start_holes.def"
#undef START_HOLE
    };
    enum { HOLE_COUNT = sizeof holes / sizeof *holes };
    const char *name = arena_copy(problems->arena, options->string + at, length);
    for (size_t i = 0; i < HOLE_COUNT; i++)
        if (strcmp(holes[i], name) == 0)
            return;
    problem_add(problems, json_place_inside(options->at, at), "the options cannot hold {%s}%s",
                name, suggest_hint(problems->arena, name, holes, HOLE_COUNT));
}

void start_load(struct loading *loading, const struct json *value) {
    struct problems *problems = loading->problems;
    const struct json *options = field_of(value, "options", JSON_STRING);
    loading->scenario->over = over_load(loading, value, TRANSPORT_DEFAULT);
    loading->scenario->options = field_string(problems, value, "options");
    loading->scenario->ends = field_truth(value, "ends");
    if (loading->scenario->ends && loading->scenario->options == NULL)
        problem_add(problems, json_member(value, "ends")->key_at,
                    "\"ends\" needs \"options\": a server that was not started for this scenario "
                    "alone must not end");
    if (loading->scenario->options == NULL)
        return;
    if (options->string[0] != '-')
        problem_add(problems, options->at,
                    "\"options\" are those of memcached's command line, such as \"-I 2m\"");
    for (size_t at = 0; options->string[at] != '\0'; at++) {
        size_t length = strcspn(options->string + at, "{}");
        at += length;
        if (options->string[at] == '\0')
            return;
        length = strcspn(options->string + at + 1, "{}");
        if (options->string[at] == '}' || options->string[at + 1 + length] != '}') {
            problem_add(problems, json_place_inside(options->at, at),
                        "a brace of the options does not belong to a hole like {socket}");
            return;
        }
        check_hole(problems, options, at + 1, length);
        at += length + 1;
    }
}
