/* SPDX-License-Identifier: MIT */
/* test_race_reply.c - replies of a race: whole, in pieces, and those that cannot belong to the
 * request; and the mix that the command line gives. */
#include "arena.h"
#include "race/reply.h"
#include "race/workload.h"

#include "reports/check.h"

static const struct {
    enum history_kind kind;
    unsigned key; /* odd: a counter */
    const char *bytes;
    enum reply_state state;
    enum history_reply reply;
} rows[] = {
    {HISTORY_SET, 0, "STORED\r\n", REPLY_WHOLE, HISTORY_STORED},
    {HISTORY_SET, 0, "NOT_STORED\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_ADD, 0, "NOT_STORED\r\n", REPLY_WHOLE, HISTORY_NOT_STORED},
    {HISTORY_CAS, 0, "EXISTS\r\n", REPLY_WHOLE, HISTORY_EXISTS},
    {HISTORY_CAS, 0, "NOT_FOUND\r\n", REPLY_WHOLE, HISTORY_NOT_FOUND},
    {HISTORY_SET, 0, "EXISTS\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_DELETE, 0, "DELETED\r\n", REPLY_WHOLE, HISTORY_DELETED},
    {HISTORY_TOUCH, 0, "TOUCHED\r\n", REPLY_WHOLE, HISTORY_TOUCHED},
    {HISTORY_TOUCH, 0, "END\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_INCR, 1, "12\r\n", REPLY_WHOLE, HISTORY_NUMBER},
    {HISTORY_INCR, 1, "12 \r\n", REPLY_WHOLE, HISTORY_NUMBER},
    {HISTORY_INCR, 1, "1 2\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_INCR, 1, "18446744073709551616\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GET, 0, "END\r\n", REPLY_WHOLE, HISTORY_MISS},
    {HISTORY_GET, 0, "VALUE k 7 3\r\nabc\r\nEND\r\n", REPLY_WHOLE, HISTORY_VALUE},
    {HISTORY_GET, 0, "VALUE k 7 3 9\r\nabc\r\nEND\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GETS, 0, "VALUE k 7 3 9\r\nabc\r\nEND\r\n", REPLY_WHOLE, HISTORY_VALUE},
    {HISTORY_GETS, 0, "VALUE k 7 3\r\nabc\r\nEND\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GET, 0, "VALUE other 7 3\r\nabc\r\nEND\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GET, 0, "VALUE k 7 3\r\nabcd\r\nEND\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GET, 0, "VALUE k -1 3\r\nabc\r\nEND\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_GET, 1, "VALUE k 7 2\r\n9 \r\nEND\r\n", REPLY_WHOLE, HISTORY_VALUE},
    {HISTORY_SET, 0, "SERVER_ERROR out of memory storing object\r\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_SET, 0, "STORED\n", REPLY_BAD, HISTORY_UNTOLD},
    {HISTORY_SET, 0, "\r\n", REPLY_BAD, HISTORY_UNTOLD},
};

static void check_rows(struct values *values) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].bytes), length = 0;
        struct history_op op = {.kind = (uint8_t)rows[i].kind, .key = (uint16_t)rows[i].key};
        CHECK_INT(reply_read(values, "k", rows[i].bytes, size, &op, &length), rows[i].state,
                  rows[i].bytes);
        CHECK_INT(op.reply, rows[i].reply, "which reply it is");
        for (size_t part = 0; rows[i].state == REPLY_WHOLE && part < size; part++)
            if (reply_read(values, "k", rows[i].bytes, part, &op, &length) != REPLY_MORE)
                CHECK(false, "a part of it is no reply yet");
    }
}

static void check_values(struct values *values) {
    static const char bytes[] = "VALUE k 7 3 9\r\nabc\r\nEND\r\nEND\r\n";
    struct history_op op = {.kind = HISTORY_GETS};
    size_t length = 0;
    CHECK_INT(reply_read(values, "k", bytes, sizeof bytes - 1, &op, &length), REPLY_WHOLE, "gets");
    CHECK_INT(length, sizeof bytes - 1 - 5, "and not what follows it");
    CHECK_INT(op.unique, 9, "the unique");
    CHECK_INT(op.seen, value_of_bytes(values, "abc", 3, 7), "the value and its flags");
    uint32_t joined = value_join(values, op.seen, value_of_bytes(values, "de", 2, 1), op.seen);
    CHECK_INT(joined, value_of_bytes(values, "abcde", 5, 7), "joined, with the flags of the first");
    CHECK(value_of_bytes(values, "abcde", 5, 8) != joined, "other flags are another value");
    CHECK(value_of_number(values, 5, 0) != value_of_bytes(values, "5", 1, 0), "a counter is none");
}

static void check_mix(void) {
    struct arena *arena = arena_new();
    struct workload_mix mix;
    const char *problem;
    CHECK(workload_mix_parse(arena, "set=10,gets=30,cut=2", &mix, &problem), "a mix");
    CHECK_INT(mix.weights[HISTORY_GETS], 30, "a share");
    CHECK_INT(mix.weights[HISTORY_GET], 0, "none");
    CHECK_INT(mix.cut, 2, "cuts");
    CHECK(workload_mix_parse(arena, "cut=3,noreply=0", &mix, &problem), "cut and noreply alone");
    CHECK_INT(mix.cut, 3, "cut is taken");
    CHECK_INT(mix.noreply, 0, "noreply is taken");
    CHECK_INT(mix.weights[HISTORY_CAS], workload_mix_default().weights[HISTORY_CAS],
              "the operations are the usual ones");
    CHECK(!workload_mix_parse(arena, "incr=1", &mix, &problem), "nothing for keys with text");
    CHECK(!workload_mix_parse(arena, "", &mix, &problem), "nothing at all");
    arena_free(arena);
}

int main(void) {
    struct values *values = values_new();
    check_rows(values);
    check_values(values);
    check_mix();
    values_free(values);
    return check_finish();
}
