/* SPDX-License-Identifier: MIT */
/* flags.c - reading the line of a meta command; see meta/meta.h. The flags are in meta/flags.def.
 *
 * All tokens are read before anything is done, so a bad one changes nothing. If several are bad
 * the last one is told, as memcached does; an unknown flag or one that was given before is told
 * at once. */
#include "bytes/base64.h"
#include "bytes/number.h"
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

#define META_BAD_FORMAT "CLIENT_ERROR bad command line format"
#define META_BAD_TOKEN  "CLIENT_ERROR bad token in command line format"

/* Reads the bytes after the flag's letter. False if they are not what the flag wants. */
typedef bool meta_reader(struct meta *meta, struct slice token, const struct clock *clock);

struct meta_flag {
    bool known;
    meta_reader *reader;
    const char *error;
};

static bool meta_read_base64(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)token;
    (void)clock;
    meta->key = (struct slice){meta->decoded, base64_decode(meta->key, meta->decoded)};
    return meta->key.length > 0;
}

static bool meta_read_exptime(struct slice token, const struct clock *clock, uint32_t *expires_s) {
    int32_t exptime;
    if (!number_read_i32(token, &exptime))
        return false;
    *expires_s = expiry_from_exptime(exptime, clock);
    return true;
}

static bool meta_read_ttl(struct meta *meta, struct slice token, const struct clock *clock) {
    return meta_read_exptime(token, clock, &meta->expires_s);
}

static bool meta_read_vivify(struct meta *meta, struct slice token, const struct clock *clock) {
    return meta_read_exptime(token, clock, &meta->vivify_expires_s);
}

static bool meta_read_recache(struct meta *meta, struct slice token, const struct clock *clock) {
    return meta_read_exptime(token, clock, &meta->recache_s);
}

static bool meta_read_compare(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    return number_read_u64(token, &meta->cas_unique);
}

static bool meta_read_given(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    return number_read_u64(token, &meta->given_unique);
}

static bool meta_read_delta(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    return number_read_u64(token, &meta->delta);
}

static bool meta_read_initial(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    return number_read_u64(token, &meta->initial);
}

static bool meta_read_client_flags(struct meta *meta, struct slice token,
                                   const struct clock *clock) {
    (void)clock;
    return number_read_u32(token, &meta->client_flags);
}

static bool meta_read_mode(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    if (token.length != 1)
        return false;
    meta->mode = token.bytes[0];
    return true;
}

static bool meta_read_opaque(struct meta *meta, struct slice token, const struct clock *clock) {
    (void)clock;
    meta->opaque = token;
    return true;
}

static const struct meta_flag meta_flag_rows[META_FLAG_BITS] = {
#define META_FLAG(letter, reader, error, since, meaning) [(letter) - 'A'] = {true, reader, error},
#include "meta/flags.def"
#undef META_FLAG
};

const char *meta_split(struct request *request, const struct meta_texts *texts) {
    request_split(request);
    if (request->word[1].length > ITEM_KEY_MAX_BYTES)
        return META_BAD_FORMAT;
    return request->count > META_WORDS_MAX ? texts->too_many : NULL;
}

const char *meta_read_flags(struct meta *meta, const struct request *request, unsigned first,
                            const struct meta_texts *texts, const struct clock *clock) {
    const char *error = NULL;

    *meta = (struct meta){.key = request->word[1],
                          .flags = request->word + first,
                          .flag_count = request->count - first,
                          .delta = 1};
    for (unsigned i = 0; i < meta->flag_count; i++) {
        struct slice token = {meta->flags[i].bytes + 1, meta->flags[i].length - 1};
        unsigned letter = (unsigned char)meta->flags[i].bytes[0];
        unsigned bit = letter - 'A'; /* wraps for what comes before 'A' */
        if (letter >= 127 || (bit < META_FLAG_BITS && (meta->given >> bit & 1) != 0))
            return texts->bad_flag != NULL ? texts->bad_flag : "CLIENT_ERROR duplicate flag";
        if (bit >= META_FLAG_BITS || !meta_flag_rows[bit].known)
            return texts->bad_flag != NULL ? texts->bad_flag : "CLIENT_ERROR invalid flag";
        const struct meta_flag *flag = &meta_flag_rows[bit];
        meta->given |= (uint64_t)1 << bit;
        if (flag->reader == NULL || flag->reader(meta, token, clock))
            continue;
        if (flag->error != NULL)
            error = flag->error;
        else if (error == NULL)
            error = META_BAD_FORMAT;
    }
    return error != NULL && texts->bad_flag != NULL ? texts->bad_flag : error;
}

const char *meta_opaque_error(const struct meta *meta) {
    return meta->opaque.length > META_OPAQUE_MAX_BYTES ? "CLIENT_ERROR opaque token too long"
                                                       : NULL;
}

bool meta_read(struct connection *connection, struct request *request, struct meta *meta,
               const struct meta_texts *texts) {
    const char *error = meta_split(request, texts);
    if (error == NULL)
        error = meta_read_flags(meta, request, 2, texts, &connection->server->clock);
    if (error == NULL)
        error = meta_opaque_error(meta);
    if (error != NULL)
        reply_line(connection, error);
    return error == NULL;
}
