/* SPDX-License-Identifier: MIT */
/* address.h - where a server listens: host:port, [v6]:port, tls:host:port or unix:/path. */
#pragma once

#include <stdbool.h>

struct arena;

/* How a TLS session proves who is there. Paths of PEM files, or NULL. */
struct tls_files {
    const char *authority;         /* who may have signed the server's certificate; NULL: those that
                                      the system trusts */
    const char *certificate, *key; /* of the client; NULL: it has none */
    bool insecure;                 /* the server's certificate is not looked at */
};

struct address {
    const char *shown; /* as the user wrote it */
    const char *host;  /* NULL for a Unix socket; an IPv6 literal stands without brackets */
    bool is_ipv6;
    unsigned port;
    const char *path; /* of the Unix socket, or NULL */
    bool is_udp;
    const struct tls_files *tls; /* NULL: in clear text */
};

/* Reads an address; `tls` is for those that begin with tls: . False and *problem (from the arena)
 * says what was expected and what came. */
bool address_parse(struct arena *arena, const char *text, const struct tls_files *tls,
                   struct address *address, const char **problem);

/* The same host as it was written and the same port, or the same path? */
bool address_equal(const struct address *a, const struct address *b);

/* The same host and port over UDP, or over TLS. */
struct address address_as_udp(struct arena *arena, const struct address *address, unsigned port);
struct address address_as_tls(struct arena *arena, const struct address *address,
                              const struct tls_files *tls);

/* unix:PATH */
struct address address_of_path(struct arena *arena, const char *path);

/* 127.0.0.1:port */
struct address address_loopback(struct arena *arena, unsigned port);
