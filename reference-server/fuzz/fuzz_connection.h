/* SPDX-License-Identifier: MIT */
/* fuzz_connection.h - a whole server for one fuzzer input, and what must be true afterwards.
 *
 * Each input gets a server of its own, so that it can be repeated. Nothing is left out but the
 * kernel: the bytes come through a `struct transport` that hands them out and takes the answers,
 * in pieces of sizes that a network never keeps to. Called by the fuzzers, the other files here. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/server.h"
#include "start/options.h"

enum {
    FUZZ_MEMORY_BYTES = 48 * 1024, /* so that one request fills it and items are evicted */
    FUZZ_ITEM_BYTES = 40 * 1024,
    FUZZ_LARGE_BYTES = 5000,      /* of the value of key l: too large to be copied to the output */
    FUZZ_LINE_BYTES = 2048,       /* from here on it matters when the end of a line comes */
    FUZZ_ANSWER_BYTES = 64 * 1024 /* of the answers that are kept to be compared */
};

/* How the server is started. */
struct fuzz_setting {
    enum options_protocol protocol;
    const char *prologue;  /* what a client sends to it before; NULL: nothing */
    const char *auth_path; /* -Y: users and passwords; NULL: none */
    const char *sasl_path; /* -S: the same */
    struct slice secret;   /* who never says this may do nothing; empty: anybody may */
};

/* A file for auth_path and sasl_path, seen from the top folder, where the fuzzers are run. */
#define FUZZ_PASSWORDS "reference-server/fuzz/passwords"

/* What one client sends, and what it got. */
struct fuzz_stream {
    const char *bytes;
    size_t length;
    size_t at;   /* received by the server */
    bool pieces; /* a few bytes at a time, and the kernel refuses every other send */
    bool refuse; /* the next send */
    bool closed;
    int peer_fd;
    size_t answer_bytes; /* all of them; the first ones are in `answer` */
    char answer[FUZZ_ANSWER_BYTES];
};

struct fuzz_run {
    struct server server; /* first: the transport finds its stream behind it */
    struct options options;
    const struct fuzz_setting *setting;
    struct fuzz_stream stream;
};

/* One input of LLVMFuzzerTestOneInput: plays it twice, in one piece and in many, each time to a new
 * server. The answers must be the same. */
void fuzz_connection_play(const struct fuzz_setting *setting, const void *bytes, size_t length);

/* Makes a server without listeners that holds key l; fuzz_finish frees it. `setting` must outlive
 * it. */
struct fuzz_run *fuzz_start(const struct fuzz_setting *setting);

/* True if the answers may differ when the bytes come in other pieces, or as a datagram. */
bool fuzz_depends_on_pieces(const char *bytes, size_t length);

/* A client that sends these bytes, takes all answers and hangs up. */
void fuzz_talk(struct fuzz_run *run, const void *bytes, size_t length, bool pieces);

/* Checks that nobody holds an item or a buffer any more, that the books of the store are right and
 * that a new client is answered; then frees the server, which must free everything. */
void fuzz_finish(struct fuzz_run *run);

/* What does not hold is a finding: prints it and aborts, and the fuzzer keeps the input. */
#define FUZZ_REQUIRE(condition) ((condition) ? (void)0 : fuzz_found(#condition, __FILE__, __LINE__))
_Noreturn void fuzz_found(const char *text, const char *file, int line);
