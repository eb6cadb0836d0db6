/* SPDX-License-Identifier: MIT */
/* Requests as the judge reads them: every kind of line, what it complains about, and that every
 * beginning of a request asks for more. */
#include "requests/request.h"

#include "arena.h"
#include "backends/answer.h"
#include "play/vars.h"
#include "reports/check.h"

#include <stdlib.h>

static const struct good {
    const char *bytes;
    enum verb verb;
    size_t keys, value;
    unsigned spaces;
    bool quiet;
} good[] = {
    {"get a\r\n", VERB_GET, 1, 0, 0, false},
    {"get a b  c \r\n", VERB_GET, 3, 0, 2, false},
    {"gats 10 a b\r\n", VERB_GATS, 2, 0, 0, false},
    {"set k 7 -1 3\r\nabc\r\n", VERB_SET, 1, 3, 0, false},
    {"set k 7 0 0\r\n\r\n", VERB_SET, 1, 0, 0, false},
    {"set k 0 0 4 noreply \r\n\r\n\r\n\r\n", VERB_SET, 1, 4, 1, true},
    {"cas k 0 0 1 18446744073709551615\r\nx\r\n", VERB_CAS, 1, 1, 0, false},
    {"incr k 5 noreply\r\n", VERB_INCR, 1, 0, 0, true},
    {"touch k 100\r\n", VERB_TOUCH, 1, 0, 0, false},
    {"flush_all\r\n", VERB_FLUSH_ALL, 0, 0, 0, false},
    {"flush_all noreply\r\n", VERB_FLUSH_ALL, 0, 0, 0, true},
    {"stats items\r\n", VERB_STATS, 0, 0, 0, false},
    {"mg k v t c\r\n", VERB_META_GET, 1, 0, 0, false},
    {"ms k 2 T0 q\r\nhi\r\n", VERB_META_SET, 1, 2, 0, true},
    {"mn\r\n", VERB_META_NOOP, 0, 0, 0, false},
};

static const char *const bad[] = {
    "nonsense\r\n",
    "\r\n",
    "get\r\n",
    "set k 0 0\r\n",
    "set k -1 0 1\r\n",
    "set k 4294967296 0 1\r\n",
    "set k 0 x 1\r\n",
    "set k 0 0 1 2\r\nx\r\n",
    "set k 0 0 1\r\nxyz",
    "cas k 0 0 1 18446744073709551616\r\nx\r\n",
    "incr k -1\r\n",
    "delete k 0\r\n",
    "get a\001b\r\n",
    "version now\r\n",
};

static void check_good(struct arena *arena) {
    struct request request;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        size_t length = strlen(good[i].bytes);
        bool more = true;
        for (size_t cut = 0; cut < length; cut++)
            more = more && request_read(arena, good[i].bytes, cut, &request) == 0;
        CHECK(more, "every beginning asks for more");
        CHECK_INT(request_read(arena, good[i].bytes, length, &request), length,
                  verb_name(good[i].verb));
        CHECK(!request.complaint, "it is well spelt");
        CHECK_INT(request.verb, good[i].verb, "verb");
        CHECK_INT(request.key_count, good[i].keys, "keys");
        CHECK_INT(request.value.length, good[i].value, "length of the value");
        CHECK_INT(request.surplus_spaces, good[i].spaces, "surplus spaces");
        CHECK(request.quiet == good[i].quiet, "noreply");
    }
}

static void check_bad(struct arena *arena) {
    struct request request;
    char key[300];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t used = request_read(arena, bad[i], strlen(bad[i]), &request);
        CHECK(used > 0 && request.complaint, "a line that is spelt wrong");
    }
    memset(key, 'k', sizeof key);
    memcpy(key, "get ", 4);
    memcpy(key + 4 + 251, "\r\n", 2);
    request_read(arena, key, 4 + 251 + 2, &request);
    CHECK(request.complaint, "a key of 251 bytes");
    memcpy(key + 4 + 250, "\r\n", 2);
    request_read(arena, key, 4 + 250 + 2, &request);
    CHECK(!request.complaint, "a key of 250 bytes is fine");
    request_read(arena, "get k\n", 6, &request);
    CHECK(request.bare_lf && !request.complaint, "a line that ends with LF alone");
    CHECK_INT(request_read(arena, "get a\r\nget b\r\n", 14, &request), 7, "one at a time");
}

static void check_binary(struct arena *arena) {
    static const char set[] = "\x80\x01\0\3\x08\0\0\0\0\0\0\x0e\0\0\0\7\0\0\0\0\0\0\0\x09"
                              "\0\0\0\5\0\0\0\0keyval";
    struct request request;
    for (size_t cut = 1; cut < sizeof set - 1; cut++)
        if (request_read(arena, set, cut, &request) != 0)
            CHECK(false, "every beginning of a packet asks for more");
    CHECK_INT(request_read(arena, set, sizeof set - 1, &request), sizeof set - 1, "a packet");
    CHECK(!request.complaint && request.verb == VERB_SET && request.has_unique, "set with a cas");
    CHECK_INT(request.unique, 9, "cas unique");
    CHECK_INT(request.opaque, 7, "opaque");
    CHECK_INT(request.flags, 5, "flags");
    CHECK(slice_equal(request.keys[0], slice_of("key")), "key");
    CHECK(slice_equal(request.value, slice_of("val")), "value");
    char other[sizeof set];
    memcpy(other, set, sizeof set);
    other[1] = (char)0xee;
    request_read(arena, other, sizeof set - 1, &request);
    CHECK(request.complaint && request.verb == VERB_UNKNOWN, "an unknown opcode");
    memcpy(other, set, sizeof set);
    other[4] = 4;
    request_read(arena, other, sizeof set - 1, &request);
    CHECK(request.complaint, "set with four bytes of extras");
}

/* The backend in a few exchanges of each dialect. */
static void check_answers(struct arena *arena) {
    static const struct {
        const char *request, *reply;
    } exchanges[] = {
        {"set k 7 0 3\r\none\r\n", "STORED\r\n"},
        {"gets k\r\n", "VALUE k 7 3 1\r\none\r\nEND\r\n"},
        {"add k 0 0 1\r\nx\r\n", "NOT_STORED\r\n"},
        {"cas k 7 0 1 9\r\n5\r\n", "EXISTS\r\n"},
        {"cas k 7 0 1 1\r\n5\r\n", "STORED\r\n"},
        {"incr k 10\r\n", "15\r\n"},
        {"set k 0 0 1 noreply\r\nx\r\n", ""},
        {"incr k 1\r\n", "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"},
        {"mg k v f c k Oab\r\n", "VA 1 f0 c4 kk Oab\r\nx\r\n"},
        {"mg none v\r\n", "EN\r\n"},
        {"mg none v q\r\n", ""},
        {"ms k 1 ME\r\ny\r\n", "NS\r\n"},
        {"ms k 1 C3\r\ny\r\n", "EX\r\n"},
        {"ms k 1 C4 F9 c\r\n7\r\n", "HD c5\r\n"},
        {"ma k v D5\r\n", "VA 2\r\n12\r\n"},
        {"ma k v MD D20\r\n", "VA 1\r\n0\r\n"},
        {"md k q\r\n", ""},
        {"md k\r\n", "NF\r\n"},
        {"mn\r\n", "MN\r\n"},
        {"touch k 10\r\n", "NOT_FOUND\r\n"},
        {"bogus\r\n", "ERROR\r\n"},
    };
    struct store *store = store_new();
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        struct request request;
        struct bytes reply = {0};
        request_read(arena, exchanges[i].request, strlen(exchanges[i].request), &request);
        struct effect effect = store_apply(store, &request);
        answer_write(store, &request, &effect, &reply);
        CHECK_BYTES(reply.length > 0 ? reply.data : "", reply.length, exchanges[i].reply,
                    strlen(exchanges[i].reply), "the backend answers");
        bytes_free(&reply);
    }
    store_free(store);
}

int main(void) {
    struct arena *arena = arena_new();
    check_good(arena);
    check_bad(arena);
    check_binary(arena);
    check_answers(arena);
    arena_free(arena);
    return check_finish();
}
