/* SPDX-License-Identifier: MIT */
/* options.h - the command line as a struct; the rows are in start/options.def.
 *
 * Parsing has no effect outside the struct: it prints nothing and exits nowhere. main.c prints
 * the error or the help and chooses the exit code. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "start/tuning.h"

enum {
    OPTIONS_ERROR_BYTES = 400,
    OPTIONS_LISTEN_BYTES = 1024,
    OPTIONS_TEXT_BYTES = 1024, /* a value of -o: a path, or the names of ciphers */
    OPTIONS_NOTES_BYTES = 1024,
    OPTIONS_VERSION_BYTES = 60,
    OPTIONS_TURN_REQUESTS = 128 /* if -R does not say otherwise */
};

/* -Z and the ssl_... values of -o. "" is not given. */
struct tls_options {
    bool enabled;
    char chain_cert[OPTIONS_TEXT_BYTES]; /* PEM: the server's certificate, then its issuers */
    char key[OPTIONS_TEXT_BYTES];        /* "": the key is in chain_cert too */
    char ca_cert[OPTIONS_TEXT_BYTES];    /* PEM: who may sign certificates of clients */
    char ciphers[OPTIONS_TEXT_BYTES];
    unsigned verify_mode; /* 0 none, 1 asked for, 2 required, 3 required once */
    unsigned min_version; /* of TLS 1.x: 0 to 3 */
    bool key_is_der;
    bool session_cache;
};

/* What memcached's slab classes and threads are to be like. There are none here; the values are
 * kept because some must fit each other. */
struct unused_options {
    unsigned slab_min_bytes;             /* -n */
    unsigned slab_chunk_bytes;           /* slab_chunk_max, no_chunked_items, no_modern */
    bool slab_chunk_given;               /* by slab_chunk_max */
    unsigned napi_ids;                   /* -N */
    unsigned hashpower;                  /* 0: not given */
    char slab_sizes[OPTIONS_TEXT_BYTES]; /* numbers with '-' between them; "" is not given */
    bool slab_sizes_of_logbuf;           /* they came as worker_logbuf_size */
    bool lru_maintainer;
    bool temporary_ttl_given;
};

/* -B: which protocols are spoken. */
enum options_protocol { OPTIONS_PROTOCOL_AUTO, OPTIONS_PROTOCOL_ASCII, OPTIONS_PROTOCOL_BINARY };

struct options {
    unsigned port; /* 0: a free one */
    bool port_given;
    bool udp;                               /* -U with anything but 0 */
    unsigned udp_port;                      /* 0: a free one */
    const char *unix_path;                  /* NULL: TCP; borrowed from argv */
    unsigned unix_mask;                     /* permissions of the Unix socket */
    char listen_text[OPTIONS_LISTEN_BYTES]; /* all -l with commas between; "" means everywhere */
    bool daemon;
    const char *user; /* NULL: stay; borrowed from argv */
    size_t memory_bytes;
    bool evict;
    unsigned connections_max;
    const char *pid_path; /* NULL: none; borrowed from argv */
    unsigned verbosity;
    size_t item_bytes;
    bool cas_enabled;
    bool flush_enabled;
    bool shutdown_enabled;
    bool clock_manual;
    bool track_sizes;
    bool crawler_enabled;  /* at the start */
    struct tuning tuning;  /* at the start */
    char prefix_delimiter; /* of stats detail */
    bool prefix_given;     /* -D: count from the start */
    bool dump_enabled;
    bool watch_enabled;
    unsigned threads;
    int backlog;
    unsigned turn_requests;  /* of one connection before others get a turn */
    unsigned idle_timeout_s; /* 0: clients may be silent for ever */
    bool maxconns_fast;      /* above -c: tell the client and close; else let it wait */
    const char *auth_path;   /* NULL: no ASCII authentication; borrowed from argv */
    struct tls_options tls;
    struct unused_options unused;
    char notes[OPTIONS_NOTES_BYTES]; /* lines about options that have no effect here */
    enum options_protocol protocol;
    bool protocol_given;
    const char *sasl_path; /* passwords for -S; NULL: no SASL; borrowed from the environment */
    const char *bug;       /* the name of a deliberate defect; NULL: none; borrowed from argv */
    bool bug_list_wanted;
    const char *version_text; /* what clients are told; borrowed from argv */
    bool help_wanted;
    bool version_wanted;
    bool license_wanted;
};

/* Reads the command line. False if it is not understood; then `error` holds one line without a
 * line end that names the option, what was expected and what came. */
bool options_parse(struct options *options, int argc, char **argv, char error[OPTIONS_ERROR_BYTES]);

/* Prints the options and the exit codes. */
void options_print_help(FILE *out);
