/* SPDX-License-Identifier: MIT */
/* bug.h - what a deliberate defect is made of.
 *
 * A bug is a row in the .def file of its area, and mostly a small function beside it that stands
 * in front of a real one at one of the server's seams (README.md, "Seams"). Members that a row
 * leaves out are NULL: there the server is right. The rest of the server knows nothing of this
 * folder but main.c, which puts the bug that `--bug` names in its place. */
#pragma once

#include "binary/commands.h"
#include "bugs/answer.h"
#include "classic/commands.h"
#include "net/connection.h"
#include "net/transport.h"
#include "net/udp_frame.h"
#include "store/store.h"

enum { BUG_PAIRS_MAX = 8, BUG_TEXT_BYTES = 600 };

struct bugs;

/* Changes what was answered to a request, or to a part of a long one, before it is sent. */
typedef void bug_edit(struct answer *answer);

/* Handlers of commands, and what is called in their place. */
struct bug_handlers {
    struct {
        command_handler *real, *instead;
    } text[BUG_PAIRS_MAX];
    struct {
        binary_handler *real, *instead;
    } binary[BUG_PAIRS_MAX];
};

/* In answers to the command `word` (NULL: to any) `from` becomes `to`. */
struct bug_says {
    const char *word;
    const char *from;
    const char *to;
    bool only; /* only if it is the whole answer */
};

/* A line of the text protocol that is like this (see bugs/asked.c) becomes another one. */
struct bug_asks {
    const char *like;
    const char *becomes;
};

/* In answers to such lines `from` becomes `to`; NULL: `to` is all that is answered. */
struct bug_tells {
    const char *like;
    const char *from;
    const char *to;
};

/* A flag of the meta command `word` (NULL: of any): `from` is its letter, or letter and token.
 * It becomes `to`; "": it is left out. */
struct bug_flag {
    const char *word;
    const char *from;
    const char *to;
};

/* The statistic `name`, or if that is NULL those that are `old`, have this value; NULL: it is left
 * out. */
struct bug_shows {
    const char *name;
    const char *old;
    const char *value;
};

/* Answers to a binary opcode (-1: to any) with one status have another. */
struct bug_status {
    int opcode;
    int from, to;
};

struct bug {
    const char *name;     /* of --bug: words with dashes */
    const char *rule;     /* the one that it breaks: an id of scenarios/rules/ */
    const char *sentence; /* what this server does wrong */
    struct store_ops store;
    struct dialect text, binary, auth;
    struct transport transport, tls; /* of clients in the clear, and inside TLS */
    struct udp_framing framing;
    struct bug_handlers handlers;
    struct bug_asks asks;
    struct bug_tells tells;
    struct bug_says says;
    struct bug_shows shows;
    struct bug_status status;
    struct bug_flag flag;    /* in the request */
    struct bug_flag returns; /* in the answer */
    bug_edit *text_edit, *binary_edit;
    void (*begin)(struct bugs *bugs); /* before the first client */
};

/* How a row of a .def file is written: BUG(name, rule, sentence, seams...). */
#define BUG(id, rule_id, text, ...)                                                                \
    {.name = (id), .rule = (rule_id), .sentence = (text), __VA_ARGS__},
#define STORE(member, function)     .store.member = (function)
#define TEXT(member, function)      .text.member = (function)
#define BINARY(member, function)    .binary.member = (function)
#define AUTH(function)              .auth.request = (function)
#define TRANSPORT(member, function) .transport.member = (function)
#define TLS(member, function)       .tls.member = (function)
#define FRAMING(member, function)   .framing.member = (function)
#define HANDLES(...)                .handlers.text = {__VA_ARGS__}
#define HANDLES_OPCODES(...)        .handlers.binary = {__VA_ARGS__}
#define EDITS(function)             .text_edit = (function)
#define EDITS_PACKETS(function)     .binary_edit = (function)
#define BEGINS(function)            .begin = (function)
/* Data instead of a function: an answer with other words. */
#define SAYS(command, old, new)      .says = {(command), (old), (new), false}
#define SHOWS(statistic, text)       .shows = {(statistic), NULL, (text)}
#define SHOWS_FOR(was, text)         .shows = {NULL, (was), (text)}
#define FAILS_AS(code, old, new)     .status = {(code), (old), (new)}
#define FLAG(command, old, new)      .flag = {(command), (old), (new)}
#define RETURNS(command, old, new)   .returns = {(command), (old), (new)}
#define ASKS(line, other)            .asks = {(line), (other)}
#define TELLS(line, old, new)        .tells = {(line), (old), (new)}
#define SAYS_ONLY(command, old, new) .says = {(command), (old), (new), true}
