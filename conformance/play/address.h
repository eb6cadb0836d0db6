/* SPDX-License-Identifier: MIT */
/* address.h - where a server listens: host:port, [v6]:port or unix:/path. */
#pragma once

#include <stdbool.h>

struct arena;

struct address {
    const char *shown; /* as the user wrote it */
    const char *host;  /* NULL for a Unix socket; an IPv6 literal stands without brackets */
    bool is_ipv6;
    unsigned port;
    const char *path; /* of the Unix socket, or NULL */
};

/* Reads an address. False and *problem (from the arena) says what was expected and what came. */
bool address_parse(struct arena *arena, const char *text, struct address *address,
                   const char **problem);

/* The same host as it was written and the same port, or the same path? */
bool address_equal(const struct address *a, const struct address *b);

/* 127.0.0.1:port */
struct address address_loopback(struct arena *arena, unsigned port);
