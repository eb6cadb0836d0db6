/* SPDX-License-Identifier: MIT */
/* answer.h - the reply of a backend, written in the dialect of the request. */
#pragma once

#include "backends/store.h"

struct bytes;

/* Appends the reply to `out`: nothing when a quiet request went as usual. The items of a reading
 * request are looked up in `store` by its keys. */
void answer_write(struct store *store, const struct request *request, const struct effect *effect,
                  struct bytes *out);

/* The same in the binary protocol; answer_write calls it. */
void answer_write_binary(const struct request *request, const struct effect *effect,
                         struct bytes *out);
