/* SPDX-License-Identifier: MIT */
/* guarded.h - bytes directly before a page that may not be read: one byte too many ends the test.
 */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guarded {
    char *pages, *guard; /* the guard is behind `length` bytes */
    size_t length, page;
};

static inline struct guarded guarded_new(size_t length) {
    struct guarded guarded = {.length = length, .page = (size_t)sysconf(_SC_PAGESIZE)};
    guarded.length = (length + guarded.page - 1) / guarded.page * guarded.page;
    guarded.pages = mmap(NULL, guarded.length + guarded.page, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded.pages == MAP_FAILED)
        abort();
    guarded.guard = guarded.pages + guarded.length;
    if (mprotect(guarded.guard, guarded.page, PROT_NONE) != 0)
        abort();
    return guarded;
}

static inline void guarded_free(const struct guarded *guarded) {
    munmap(guarded->pages, guarded->length + guarded->page);
}

/* Puts bytes directly before the page that may not be read. */
static inline char *guarded_put(const struct guarded *guarded, const char *bytes, size_t length) {
    char *at = guarded->guard - length;
    memcpy(at, bytes, length);
    return at;
}
