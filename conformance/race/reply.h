/* SPDX-License-Identifier: MIT */
/* reply.h - reads the reply to one operation of a race. */
#pragma once

#include "history/history.h"

enum reply_state {
    REPLY_WHOLE, /* the first *length bytes */
    REPLY_MORE,  /* right so far; more bytes must come */
    REPLY_BAD,   /* no reply to this operation */
};

/* Reads a reply to `op`, whose key is called `name`, into op->reply, result, seen and unique. */
enum reply_state reply_read(struct values *values, const char *name, const char *bytes, size_t size,
                            struct history_op *op, size_t *length);
