/* SPDX-License-Identifier: MIT */
/* record.c - `mctap record`: traffic of a real client becomes a scenario; record/ does it. */
#include "commands/commands.h"

#include "arena.h"
#include "commands/option_takers.h"
#include "record/record.h"
#include "run/runner.h"

#include <stdlib.h>
#include <string.h>

enum { GONE_MS = 1000, IDLE_S = 60, IDLE_MAX_S = 86400 };

bool take_listen(struct options *options, const char *value) {
    options->record.listen = value;
    return true;
}

bool take_target(struct options *options, const char *value) {
    options->record.target = value;
    return true;
}

bool take_out(struct options *options, const char *value) {
    options->record.file = value;
    return true;
}

bool take_idle(struct options *options, const char *value) {
    return options_take_number(options, "idle", value, 1, IDLE_MAX_S, &options->record.idle_s);
}

bool take_name(struct options *options, const char *value) {
    options->record.name = value;
    return true;
}

/* host:port, where the port may be 0. */
static bool read_listen(struct arena *arena, const char *text, struct address *address,
                        const char **problem) {
    size_t length = strlen(text);
    bool is_free = length > 2 && strcmp(text + length - 2, ":0") == 0;
    const char *plain = is_free ? arena_format(arena, "%.*s1", (int)length - 1, text) : text;
    if (!address_parse(arena, plain, NULL, address, problem) || address->path || address->tls) {
        *problem = arena_format(arena,
                                "--listen expects host:port, port 0 for a free one, not "
                                "\"%s\"",
                                text);
        return false;
    }
    address->shown = text;
    if (is_free)
        address->port = 0;
    return true;
}

static int exit_code(enum record_end end) {
    switch (end) {
    case RECORD_WRITTEN:
        return EXIT_AS_EXPECTED;
    case RECORD_CLIENT_FAILED:
    case RECORD_STALLED:
        return EXIT_FAILURES;
    case RECORD_BAD_FILE:
    case RECORD_NO_CLIENT:
        return EXIT_BAD_USAGE;
    case RECORD_TARGET_LOST:
        return EXIT_TARGET_LOST;
    case RECORD_NOTHING:
        break;
    }
    return EXIT_NOTHING_SELECTED;
}

int command_record(struct invocation *invocation) {
    struct arena *arena = invocation->arena;
    const struct options_record *own = &invocation->options->record;
    const struct settings *settings = &invocation->options->settings;
    struct address listen, target;
    const char *problem = NULL;
    if (!own->target)
        return invocation_wrong(invocation, "mctap record expects --target, the server that "
                                            "answers");
    if (!address_parse(arena, own->target, &settings->tls, &target, &problem) ||
        !read_listen(arena, own->listen ? own->listen : "127.0.0.1:0", &listen, &problem))
        return invocation_wrong(invocation, problem);
    const char **command = arena_alloc(arena, (settings->word_count + 1) * sizeof *command);
    for (size_t i = 0; i < settings->word_count; i++)
        command[i] = settings->words[i];
    struct record_wishes wishes = {.listen = &listen,
                                   .target = &target,
                                   .command = settings->word_count > 0 ? command : NULL,
                                   .file = own->file,
                                   .name = own->name,
                                   .gone_ms = GONE_MS,
                                   .idle_s = own->idle_s > 0 ? own->idle_s : IDLE_S,
                                   .out = invocation->out,
                                   .err = invocation->err};
    return exit_code(record_run(arena, &wishes));
}
