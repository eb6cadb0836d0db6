/* SPDX-License-Identifier: MIT */
/* uniques.h - a set of cas uniques. Zeroed memory is the empty set. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uniques {
    uint64_t *places; /* a power of two of them; 0: empty */
    size_t count, place_count;
    bool has_zero;
};

void uniques_add(struct uniques *uniques, uint64_t unique);
bool uniques_have(const struct uniques *uniques, uint64_t unique);
void uniques_free(struct uniques *uniques);
