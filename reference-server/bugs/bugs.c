/* SPDX-License-Identifier: MIT */
/* bugs.c - the list of all bugs, and putting one in front of a server; see bugs/bugs.h. */
#include "bugs/bugs.h"

#include <stdlib.h>

#include "bugs/areas.h"
#include "bugs/delay.h"
#include "bugs/versions.h"

static const struct bug_area *const bugs_areas[] = {
#define AREA(name) &bugs_of_##name,
#include "bugs/bugs.def"
#undef AREA
};

enum { BUGS_AREAS = sizeof(bugs_areas) / sizeof(bugs_areas[0]), BUGS_NAME_BYTES = 64 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* How many letters must be added, removed or changed to make one word of the other. */
static size_t bugs_distance(const char *a, const char *b) {
    size_t row[BUGS_NAME_BYTES + 1];
    size_t length = least(strlen(b), BUGS_NAME_BYTES);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= length; j++) {
            size_t changed = diagonal + (a[i] != b[j - 1] ? 1 : 0);
            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

const struct bug *bugs_find(const char *name, char error[BUGS_ERROR_BYTES]) {
    const struct bug *nearest = NULL;
    size_t distance = 0;
    for (size_t i = 0; i < BUGS_AREAS; i++) {
        for (size_t j = 0; j < bugs_areas[i]->count; j++) {
            const struct bug *bug = &bugs_areas[i]->bugs[j];
            size_t far = bugs_distance(name, bug->name);
            if (far == 0)
                return bug;
            if (nearest == NULL || far < distance) {
                nearest = bug;
                distance = far;
            }
        }
    }
    snprintf(error, BUGS_ERROR_BYTES,
             "option --bug: expected a name that --list-bugs shows, got '%.100s'%s%s%s", name,
             distance <= strlen(name) / 2 ? "; did you mean '" : "",
             distance <= strlen(name) / 2 ? nearest->name : "",
             distance <= strlen(name) / 2 ? "'?" : "");
    return NULL;
}

void bugs_list(FILE *out) {
    for (size_t i = 0; i < BUGS_AREAS; i++) {
        for (size_t j = 0; j < bugs_areas[i]->count; j++) {
            const struct bug *bug = &bugs_areas[i]->bugs[j];
            fprintf(out, "%s\t%s\t%s\t%s\n", bug->name, bugs_areas[i]->name, bug->rule,
                    bug->sentence);
        }
    }
}

/* Each function that the bug has takes the place of the real one. */
static void bugs_put_store(struct bugs *bugs) {
    const struct store_ops *own = &bugs->bug->store;
    bugs->ops = *bugs->server->store.ops;
#define OP(member)                                                                                 \
    if (own->member != NULL)                                                                       \
        bugs->ops.member = own->member;
    OP(get)
    OP(peek)
    OP(use)
    OP(touch)
    OP(reserve)
    OP(put)
    OP(remove)
    OP(invalidate)
    OP(arithmetic)
    OP(flush)
    OP(evict)
#undef OP
    bugs->server->store.ops = &bugs->ops;
}

static void bugs_put_handlers(struct bugs *bugs) {
    const struct bug_handlers *handlers = &bugs->bug->handlers;
    struct command *text = bugs->server->commands.rows;
    struct binary_command *binary = bugs->server->binary_commands.rows;
    for (size_t i = 0; i < BUG_PAIRS_MAX; i++) {
        for (size_t j = 0; handlers->text[i].real != NULL && j < COMMANDS_COUNT; j++)
            if (text[j].handler == handlers->text[i].real)
                text[j].handler = handlers->text[i].instead;
        for (size_t j = 0; handlers->binary[i].real != NULL && j < BINARY_COMMANDS_COUNT; j++)
            if (binary[j].handler == handlers->binary[i].real)
                binary[j].handler = handlers->binary[i].instead;
    }
}

static void bugs_put_bytes(struct bugs *bugs) {
    const struct bug *bug = bugs->bug;
    bugs->transport = *bugs->server->transport;
    if (bug->transport.receive != NULL)
        bugs->transport.receive = bug->transport.receive;
    if (bug->transport.send != NULL)
        bugs->transport.send = bug->transport.send;
    if (bug->transport.close != NULL)
        bugs->transport.close = bug->transport.close;
    bugs->server->transport = &bugs->transport;
    bugs->framing = *bugs->server->framing;
    if (bug->framing.read != NULL)
        bugs->framing.read = bug->framing.read;
    if (bug->framing.write != NULL)
        bugs->framing.write = bug->framing.write;
    if (bug->framing.count != NULL)
        bugs->framing.count = bug->framing.count;
    bugs->server->framing = &bugs->framing;
}

bool bugs_put(struct server *server, const struct bug *bug) {
    struct bugs *bugs = calloc(1, sizeof(*bugs));
    if (bugs == NULL)
        return false;
    bugs->bug = bug;
    bugs->server = server;
    bugs->options = *server->options;
    server->options = &bugs->options;
    server->bugs = bugs;
    bugs_put_store(bugs);
    bugs_put_handlers(bugs);
    bugs_put_bytes(bugs);
    front_put(bugs);
    if (bug->begin != NULL)
        bug->begin(bugs);
    return true;
}

void bugs_let_go(struct server *server) {
    struct bugs *bugs = server->bugs;
    if (bugs == NULL)
        return;
    while (server->connections != NULL)
        connection_free(server->connections);
    delay_free_all(bugs);
    versions_free(bugs);
}

void bugs_free(struct server *server) {
    free(server->bugs);
    server->bugs = NULL;
}
