/* SPDX-License-Identifier: MIT */
/* tls.h - certificates and rules for TLS: what all TLS clients share.
 *
 * Wraps OpenSSL's context. A client's own session comes from tls_session(); server/tls_handshake.h
 * brings it to life and net/transport_tls.h moves bytes through it. OpenSSL is called from raw
 * events, and not through libevent's bufferevents: those would put a second pair of buffers between
 * a connection and its socket, while behind struct transport the connection stays as it is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "start/options.h"

struct ssl_st;
struct tls;

enum { TLS_ERROR_BYTES = 2400 };

/* Reads the certificates named by `options`, which must outlive the result. NULL if one of them is
 * of no use; then `error` says which and why, in memcached's words. */
struct tls *tls_new(const struct tls_options *options, char error[TLS_ERROR_BYTES]);

/* Reads the certificates again, for clients that come from now on. False with `error` if one of
 * them is of no use; then everything stays as it was. refresh_certs and SIGHUP. */
bool tls_load(struct tls *tls, char error[TLS_ERROR_BYTES]);

/* A session for a client on `fd`, which stays the caller's. NULL if memory is refused. Free it with
 * SSL_free. */
struct ssl_st *tls_session(struct tls *tls, int fd);

/* The least TLS version as memcached's statistics name it: "tlsv1.2". */
const char *tls_version_name(unsigned min_version);

void tls_free(struct tls *tls);
