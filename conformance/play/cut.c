/* SPDX-License-Identifier: MIT */
/* cut.c - where requests are cut in a replay. See cut.h. */
#include "play/cut.h"

#include "arena.h"

#include <inttypes.h>

/* Of a long request so many bytes at both ends are cut everywhere: commands and line ends stand
 * there, between them the middle of a value. */
enum { HEAD_BYTES = 256, TAIL_BYTES = 32 };

/* The offset, or the first one behind the middle that is left out. */
static size_t past_middle(size_t at, size_t length) {
    bool is_middle = at > HEAD_BYTES && at + TAIL_BYTES < length;
    return is_middle ? length - TAIL_BYTES : at;
}

/* A number that looks random and is the same for the same seed and place (splitmix64). */
static uint64_t mixed(uint64_t seed, uint64_t place) {
    uint64_t z = seed + (place + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t cut_end(const struct cut *cut, size_t sent, size_t length) {
    size_t end = length;
    switch (cut->kind) {
    case CUT_BYTES:
        end = past_middle(sent + 1, length);
        break;
    case CUT_EACH:
        end = sent < cut->at ? cut->at : length;
        break;
    case CUT_RANDOM:
        end = sent + 1 +
              (size_t)(mixed(cut->seed, (uint64_t)sent * 65537 + length) % (length / 3 + 1));
        break;
    case CUT_NONE:
    case CUT_JOINED:
        break;
    }
    return end < length ? end : length;
}

size_t cut_after(size_t at, size_t longest) {
    size_t next = past_middle(at + 1, longest);
    return next < longest ? next : 0;
}

const char *cut_shown(struct arena *arena, const struct cut *cut) {
    switch (cut->kind) {
    case CUT_BYTES:
        return ", sent byte by byte";
    case CUT_EACH:
        return arena_format(arena, ", requests cut behind byte %zu", cut->at);
    case CUT_RANDOM:
        return arena_format(arena, ", requests cut by seed %" PRIu64, cut->seed);
    case CUT_JOINED:
        return ", requests joined";
    case CUT_NONE:
        break;
    }
    return "";
}
