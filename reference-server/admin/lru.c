/* SPDX-License-Identifier: MIT */
/* lru.c - lru and slabs: tuning of things that this server does not have.
 *
 * protocol.txt, "LRU Tuning", "Slabs Reassign" and "Slabs Automove":
 *     lru tune <hot %> <warm %> <hot factor> <warm factor>\r\n
 *     lru mode flat|segmented\r\n        lru temp_ttl <seconds>\r\n
 *     slabs reassign <source class> <dest class>\r\n
 *     slabs automove 0|1|2\r\n           slabs automove ratio <ratio>\r\n
 * There is one LRU list for all items and no slab page. So what only tunes is checked, kept and
 * shown by `stats settings`; the LRU is flat, and to ask for another is an ERROR, as in a
 * memcached without its LRU maintainer; and no class ever has a page to spare. */
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"

enum { SLABS_CLASS_MAX = 63 /* the highest number a class can have in memcached */ };

static const char *lru_tune(struct tuning *tuning, const struct request *request) {
    uint32_t hot_pct;
    uint32_t warm_pct;
    double hot_factor;
    double warm_factor;

    if (request->count < 6 || !number_read_u32(request->word[2], &hot_pct) ||
        !number_read_u32(request->word[3], &warm_pct) ||
        !number_read_double(request->word[4], &hot_factor) ||
        !number_read_double(request->word[5], &warm_factor))
        return "ERROR";
    if ((uint64_t)hot_pct + warm_pct > TUNING_LRU_PERCENT_MAX)
        return "ERROR hot and warm pcts must not exceed 80";
    if (hot_factor <= 0 || warm_factor <= 0)
        return "ERROR hot/warm age factors must be greater than 0";
    tuning->hot_lru_pct = hot_pct;
    tuning->warm_lru_pct = warm_pct;
    tuning->hot_max_factor = hot_factor;
    tuning->warm_max_factor = warm_factor;
    return "OK";
}

static const char *lru_mode(const struct request *request) {
    bool flat = request->count >= 3 && slice_is(request->word[2], "flat");
    return flat ? "OK" : "ERROR";
}

/* Below 0 the list of items with a short life is switched off, which it is. */
static const char *lru_temp_ttl(const struct request *request) {
    int32_t ttl;
    bool off = request->count >= 3 && number_read_i32(request->word[2], &ttl) && ttl < 0;
    return off ? "OK" : "ERROR";
}

void admin_lru(struct connection *connection, struct request *request) {
    const char *answer = "ERROR";

    request_split(request);
    classic_noreply(connection, request);
    if (slice_is(request->word[1], "tune"))
        answer = lru_tune(&connection->server->tuning, request);
    else if (slice_is(request->word[1], "mode"))
        answer = lru_mode(request);
    else if (slice_is(request->word[1], "temp_ttl"))
        answer = lru_temp_ttl(request);
    reply_line(connection, answer);
}

static const char *slabs_reassign(const struct request *request) {
    int32_t source;
    int32_t destination;

    if (!number_read_i32(request->word[2], &source) ||
        !number_read_i32(request->word[3], &destination))
        return "CLIENT_ERROR bad command line format";
    if (source == destination)
        return "SAME src and dst class are identical";
    if (source < 0 || source > SLABS_CLASS_MAX || destination < 0 || destination > SLABS_CLASS_MAX)
        return "BADCLASS invalid src or dst class id";
    return "NOSPARE source class has no spare pages";
}

static const char *slabs_automove(struct tuning *tuning, const struct request *request) {
    uint32_t level;
    double ratio;

    if (slice_is(request->word[2], "ratio")) {
        if (request->count < 4 || !number_read_double(request->word[3], &ratio))
            return "ERROR";
        tuning->slab_automove_ratio = ratio;
        return "OK";
    }
    if (!number_read_u32(request->word[2], &level))
        return "CLIENT_ERROR bad command line format";
    if (level > TUNING_AUTOMOVE_MAX)
        return "ERROR";
    tuning->slab_automove = level;
    return "OK";
}

void admin_slabs(struct connection *connection, struct request *request) {
    const char *answer = "ERROR";

    request_split(request);
    if (request->count == 4 && slice_is(request->word[1], "reassign")) {
        answer = slabs_reassign(request);
    } else if (request->count >= 3 && slice_is(request->word[1], "automove")) {
        classic_noreply(connection, request);
        answer = slabs_automove(&connection->server->tuning, request);
    }
    reply_line(connection, answer);
}
