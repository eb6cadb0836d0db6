/* SPDX-License-Identifier: MIT */
/* datagram.h - a socket for UDP; session.c moves the bytes. */
#pragma once

#include "play/address.h"

#include <stddef.h>

/* A connected socket that does not block; -1 with a reason in words. */
int datagram_open(const struct address *address, char *reason, size_t reason_size);
