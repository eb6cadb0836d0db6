/* SPDX-License-Identifier: MIT */
/* dump.h - answers that go through all items: metadump, mgdump, stats sizes.
 *
 * A million items are not dumped at once. The connection gets a dialect of its own for the time
 * of the dump, which makes some lines whenever the client has taken those before; others are
 * served meanwhile, and the items may change. See table_walk_begin for what a dump sees. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "net/connection.h"

struct dump;

/* How a dump looks. */
struct dump_form {
    const char *word; /* of the command */
    /* Deals with one live item: writes its line, or counts it. */
    void (*visit)(struct dump *dump, const struct item *item);
    /* After the last item: writes lines as long as it may; true when all are written. Can be
     * NULL. */
    bool (*finish)(struct dump *dump);
    const char *end; /* the last line */
};

extern const struct dump_form dump_metadump;
extern const struct dump_form dump_mgdump;
extern const struct dump_form dump_sizes;

/* Begins a dump as the answer to the request at hand; without items if there are none in the
 * classes asked for. Answers an error line if it cannot be. */
void dump_begin(struct connection *connection, const struct dump_form *form, bool with_items);
