/* SPDX-License-Identifier: MIT */
/* start_line.h - the command line of one server: --spawn with its holes filled. */
#pragma once

#include "language/scenario.h"
#include "play/address.h"
#include "play/start_files.h"
#include "play/vars.h"

/* Where a server that was started by this line can be reached; NULL: not that way. DEFAULT is the
 * way that the ready-check and steps without `over` take. */
struct start_line {
    struct bytes command; /* to be freed */
    const struct address *over[TRANSPORT_COUNT];
    bool sasl;
};

/* Fills {options} with `options` and then every hole of start_holes.def. `serial` tells servers of
 * a run apart. Addresses come from the arena. False when a file cannot be made. */
bool start_line_fill(struct arena *arena, struct start_files *files, const char *template,
                     const char *options, unsigned port, unsigned udp_port, unsigned serial,
                     struct start_line *line);

/* Does a command line hold a hole, by its name? */
bool start_line_has(const char *line, const char *hole);

/* The template without a -U for all its servers, if options can be added: they hold one where
 * datagrams are sent, and elsewhere a server that has none is meant, or one that asks for passwords
 * and refuses -U. */
const char *start_line_without_udp(struct arena *arena, const char *template);

/* Can a server of this template be reached this way when it is started with these options? */
bool start_line_leads(const char *template, const char *options, enum transport way);

/* Does a line of options hold this one of a letter: 'S' of "-S -v"? */
bool start_options_have(const char *options, char letter);

/* Does a server with these options want users and passwords? */
bool start_wants_password(const char *options);
