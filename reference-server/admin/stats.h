/* SPDX-License-Identifier: MIT */
/* stats.h - statistics, in whatever protocol they are asked for. */
#pragma once

#include <stdbool.h>

#include "bytes/slice.h"
#include "classic/request.h"
#include "net/connection.h"

/* Answers the statistics of that kind ("": the general ones) in the form of the connection's
 * dialect. False if there is no such kind in its protocol; then nothing is answered. */
bool stats_report(struct connection *connection, struct slice kind);

/* Ends an answer. */
void stats_end(struct connection *connection);

/* Kinds that have a file of their own: items, slabs and sizes in admin/stats_items.c, the others in
 * stats_<kind>.c. The last two read further words of a text line; in the binary protocol the
 * three before them do what `stats detail` does. */
void stats_items(struct connection *connection);
void stats_slabs(struct connection *connection);
void stats_sizes(struct connection *connection);
void stats_conns(struct connection *connection);
void stats_detail_on(struct connection *connection);
void stats_detail_off(struct connection *connection);
void stats_detail_dump(struct connection *connection);
void stats_detail(struct connection *connection, struct request *request);
void stats_cachedump(struct connection *connection, struct request *request);
