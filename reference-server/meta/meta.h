/* SPDX-License-Identifier: MIT */
/* meta.h - the meta commands: mg ms md ma me mn, the newer half of the text protocol.
 *
 * protocol.txt, "Meta Commands":
 *     <cm> <key> <datalen*> <flag1> <flag2> ...\r\n   ->   <RC> <datalen*> <flag1> <flag2> ...\r\n
 * A flag is one letter and perhaps a token behind it. One file a command (meta/get.c ...), which
 * all read their line with meta/flags.c and write their answer with meta/reply.c. They are
 * handlers in classic/commands.def like those of the classic commands. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "classic/request.h"
#include "net/connection.h"
#include "store/clock.h"

enum {
    META_WORDS_MAX = 19,        /* as memcached 1.6.18; the command and the key are counted */
    META_NUMBER_MAX_BYTES = 32, /* " c18446744073709551615" and shorter ones */
    META_FLAG_BITS = 64
};

/* A line of a meta command. The slices lie in the connection's input or in `decoded`. */
struct meta {
    struct slice key;          /* decoded, if flag b was given */
    const struct slice *flags; /* the words after the key (and the length), in their order */
    unsigned flag_count;
    uint64_t given;            /* a bit for each letter, see meta_has */
    struct slice opaque;       /* O */
    uint32_t expires_s;        /* T: second of the clock, or CLOCK_NEVER_S */
    uint32_t vivify_expires_s; /* N */
    uint32_t recache_s;        /* R: win if the item is over before; CLOCK_NEVER_S: never */
    uint32_t client_flags;     /* F */
    uint64_t cas_unique;       /* C */
    uint64_t given_unique;     /* E; 0 if not given, or if it is 0 */
    uint64_t delta;            /* D; 1 if not given */
    uint64_t initial;          /* J */
    char mode;                 /* M; '\0' if not given */
    char decoded[ITEM_KEY_MAX_BYTES];
};

/* Errors that memcached words differently for different commands. */
struct meta_texts {
    const char *too_many; /* more than META_WORDS_MAX words */
    const char *bad_flag; /* any error in a flag; NULL: the flag's own error */
};

/* True if the line has the flag with this letter, 'A'..'Z' or 'a'..'z'. */
static inline bool meta_has(const struct meta *meta, char letter) {
    return (meta->given >> (letter - 'A') & 1) != 0;
}

/* meta/flags.c - reading the line. */

/* Takes the line apart into words and checks key and number of words. Returns the error to answer,
 * or NULL. */
const char *meta_split(struct request *request, const struct meta_texts *texts);

/* Reads the flags, which begin at word `first`; the same. An opaque that is too long is left to
 * meta_opaque_error, because memcached complains of everything else first. */
const char *meta_read_flags(struct meta *meta, const struct request *request, unsigned first,
                            const struct meta_texts *texts, const struct clock *clock);
const char *meta_opaque_error(const struct meta *meta);

/* All of the above for a command without a length. False if an error was answered. */
bool meta_read(struct connection *connection, struct request *request, struct meta *meta,
               const struct meta_texts *texts);

/* meta/reply.c - writing the answer. All return the address after what they wrote. */

/* Room for the first line of any answer and `more` bytes, or NULL. */
char *meta_room(struct connection *connection, size_t more);

char *meta_write_code(char *at, const char *code);               /* "HD" */
char *meta_write_number(char *at, char letter, uint64_t number); /* " c17" */
char *meta_write_text(char *at, char letter, struct slice text); /* " Otoken" */
char *meta_write_key(char *at, struct slice key, bool binary);   /* " kkey" or " kYmFzZTY0 b" */
char *meta_write_ttl(char *at, const struct item *item, uint32_t now_s); /* " t30" or " t-1" */

/* The flags that are returned whatever happened: k and O. */
char *meta_write_echo(char *at, const struct meta *meta, char letter);

/* A whole answer of a code, k and O. */
void meta_reply(struct connection *connection, const struct meta *meta, const char *code);
