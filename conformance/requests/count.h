/* SPDX-License-Identifier: MIT */
/* count.h - how many requests and replies some bytes are, to tell where a turn ends when a client
 * sends its next requests before the last ones are answered. */
#pragma once

#include "requests/request.h"

/* How many requests are answered in any case: quiet ones are not counted. False when the bytes end
 * inside a request. */
bool count_requests(struct slice sent, size_t *count);

/* How many whole replies to such requests the bytes are. */
size_t count_replies(struct slice received);
