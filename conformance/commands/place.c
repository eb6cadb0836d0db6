/* SPDX-License-Identifier: MIT */
/* place.c - `mctap place`: where clients put keys.
 *
 * A line a key: the key, the index of its member from 0, the member's name, with tabs between. A
 * key for which the client finds no member has the index -1 and the name "none". A key that
 * memcached cannot hold ends it with exit status 2, behind the lines of those before it. */
#include "commands/commands.h"

#include "arena.h"
#include "commands/option_takers.h"
#include "placement/members.h"
#include "reports/escape.h"
#include "run/runner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX_BYTES = 250 };

struct cluster {
    struct placement_member *members;
    size_t count;
    struct placing *placing;
};

bool take_algorithm(struct options *options, const char *value) {
    options->place.algorithm = value;
    return true;
}

bool take_servers(struct options *options, const char *value) {
    options->settings.servers = value;
    return true;
}

bool take_down(struct options *options, const char *value) {
    options->place.down = value;
    return true;
}

static int list_algorithms(FILE *out) {
    size_t count;
    const char *const *names = placement_names(&count);
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width = (int)strlen(names[i]) > width ? (int)strlen(names[i]) : width;
    for (size_t i = 0; i < count; i++) {
        const struct placement *placement = placement_find(names[i]);
        fprintf(out, "%-*s  %s%s; the servers' %s.\n", width, placement->name, placement->about,
                placement->counts_weights ? "" : "; weights are not counted",
                placement->counts_names ? "names count" : "order counts, not their names");
    }
    return EXIT_AS_EXPECTED;
}

/* Marks the members of a list of names. False and *problem if one is not there. */
static bool mark_down(struct arena *arena, const struct cluster *cluster, const char *names,
                      const char **problem) {
    for (const char *next = names; next;) {
        size_t length = strcspn(next, ",");
        const char *name = arena_copy(arena, next, length);
        size_t at = 0;
        while (at < cluster->count && strcmp(cluster->members[at].name, name) != 0)
            at++;
        if (at == cluster->count) {
            *problem = arena_format(
                arena, "--down expects names of --servers, without their weights, not \"%s\"",
                name);
            return false;
        }
        cluster->members[at].down = true;
        next = next[length] == ',' ? next + length + 1 : NULL;
    }
    return true;
}

/* What is wrong with the options, or NULL. */
static const char *cluster_make(struct invocation *invocation, struct cluster *cluster) {
    struct arena *arena = invocation->arena;
    const struct options_place *place = &invocation->options->place;
    const char *servers = invocation->options->settings.servers;
    const char *problem = NULL;
    if (!place->algorithm)
        return "place expects --algorithm NAME; mctap place --algorithm list names them";
    const struct placement *placement = placement_find(place->algorithm);
    if (!placement)
        return options_unknown_placement(arena, place->algorithm);
    if (!servers)
        return "place expects --servers LIST, such as --servers 'a:1,b:2,c:1'";
    cluster->members = members_parse(arena, servers, &cluster->count, &problem);
    if (!cluster->members || (place->down && !mark_down(arena, cluster, place->down, &problem)))
        return problem;
    cluster->placing = placing_new(arena, placement, cluster->members, cluster->count);
    return NULL;
}

/* What keeps memcached from holding the key, or NULL. */
static const char *key_problem(struct arena *arena, const char *key, size_t length) {
    char shown[ESCAPE_SIZE_MIN];
    size_t at = 0;
    if (length == 0 || length > KEY_MAX_BYTES)
        return arena_format(arena, "a key has 1 to %d bytes, but one of %zu came", KEY_MAX_BYTES,
                            length);
    while (at < length && (unsigned char)key[at] > ' ' && key[at] != '\x7f')
        at++;
    if (at == length)
        return NULL;
    escape_value(shown, sizeof shown, key, length, ESCAPE_BYTES);
    return arena_format(arena,
                        "memcached cannot hold the key \"%s\": byte %zu is %s, and keys have "
                        "neither spaces nor control characters",
                        shown, at + 1, key[at] == ' ' ? "a space" : "a control character");
}

static int place(const struct invocation *invocation, const struct cluster *cluster,
                 const char *key, size_t length) {
    const char *problem = key_problem(invocation->arena, key, length);
    if (problem)
        return invocation_wrong(invocation, problem);
    int member = placing_pick(cluster->placing, key, length);
    fwrite(key, 1, length, invocation->out);
    fprintf(invocation->out, "\t%d\t%s\n", member,
            member < 0 ? "none" : cluster->members[member].name);
    return EXIT_AS_EXPECTED;
}

/* The keys on standard input, one a line. */
static int place_lines(const struct invocation *invocation, const struct cluster *cluster) {
    char *line = NULL;
    size_t room = 0, count = 0;
    ssize_t length;
    int code = EXIT_AS_EXPECTED;
    while (code == EXIT_AS_EXPECTED && (length = getline(&line, &room, stdin)) >= 0) {
        count++;
        if (length > 0 && line[length - 1] == '\n')
            length--;
        code = place(invocation, cluster, line, (size_t)length);
    }
    free(line);
    if (count == 0) {
        fprintf(invocation->err, "mctap: no key came on standard input\n");
        return EXIT_NOTHING_SELECTED;
    }
    return code;
}

int command_place(struct invocation *invocation) {
    const struct settings *settings = &invocation->options->settings;
    const char *algorithm = invocation->options->place.algorithm;
    struct cluster cluster = {.count = 0};
    if (algorithm && strcmp(algorithm, "list") == 0)
        return list_algorithms(invocation->out);
    const char *problem = cluster_make(invocation, &cluster);
    if (problem)
        return invocation_wrong(invocation, problem);
    assert(cluster.members);
    if (settings->word_count == 0)
        return place_lines(invocation, &cluster);
    int code = EXIT_AS_EXPECTED;
    for (size_t i = 0; code == EXIT_AS_EXPECTED && i < settings->word_count; i++) {
        const char *key = settings->words[i];
        code = strcmp(key, "-") == 0 ? place_lines(invocation, &cluster)
                                     : place(invocation, &cluster, key, strlen(key));
    }
    return code;
}
