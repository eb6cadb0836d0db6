/* SPDX-License-Identifier: MIT */
/* tolerance.h - what memcached with several threads does and no order explains. */
#pragma once

#include "history/history.h"

/* memcached-incr-unique: while incr or decr makes a new item, memcached writes the new unique into
 * the old one, too; a gets at that moment shows the old number with the new unique. Lets the unique
 * of every gets that overlaps an incr or decr of its key count for nothing; returns of how many. */
size_t tolerate_incr_unique(struct history *history);
