/* SPDX-License-Identifier: MIT */
/* workload.c - operations by chance. See workload.h. */
#include "race/workload.h"

#include "arena.h"
#include "language/lexeme.h"
#include "language/suggest.h"
#include "must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECENT = 4,            /* uniques of a key that are kept, old ones among them */
    JOINS_MAX = 24,        /* appends and prepends before a key is set anew */
    LONG_REPEATS = 200,    /* of a token, in a long value */
    COUNTER_STEP = 100000, /* between the numbers that are set, so that each tells who set it */
    COUNTER_SMALL = 8      /* below this are those that decr takes to 0 */
};

struct workload_key {
    uint64_t uniques[RECENT];
    unsigned unique_count, joins;
};

/* ---- the mix ---- */

struct workload_mix workload_mix_default(void) {
    return (struct workload_mix){.weights = {[HISTORY_SET] = 6,
                                             [HISTORY_ADD] = 6,
                                             [HISTORY_REPLACE] = 4,
                                             [HISTORY_APPEND] = 6,
                                             [HISTORY_PREPEND] = 4,
                                             [HISTORY_CAS] = 20,
                                             [HISTORY_INCR] = 12,
                                             [HISTORY_DECR] = 6,
                                             [HISTORY_DELETE] = 6,
                                             [HISTORY_TOUCH] = 4,
                                             [HISTORY_GET] = 10,
                                             [HISTORY_GETS] = 20},
                                 .noreply = 10,
                                 .cut = 1};
}

/* The number that the word stands for, or NULL. */
static unsigned *share_find(struct workload_mix *mix, const char *word) {
    if (strcmp(word, "noreply") == 0)
        return &mix->noreply;
    if (strcmp(word, "cut") == 0)
        return &mix->cut;
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++)
        if (strcmp(word, history_kind_word((enum history_kind)kind)) == 0)
            return &mix->weights[kind];
    return NULL;
}

static const char *hint(struct arena *arena, const char *word) {
    const char *words[HISTORY_KIND_COUNT + 2] = {"noreply", "cut"};
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++)
        words[kind + 2] = history_kind_word((enum history_kind)kind);
    return suggest_hint(arena, word, words, HISTORY_KIND_COUNT + 2);
}

static bool take_share(struct arena *arena, char *share, struct workload_mix *mix,
                       const char **problem) {
    char *equals = strchr(share, '=');
    uint64_t number = 0;
    size_t length = equals ? lexeme_u64(equals + 1, &number) : 0;
    if (length == 0 || equals[1 + length] != '\0' || number > 100) {
        *problem = arena_format(arena,
                                "--mix expects shares like set=10,gets=30,cut=1 of at most "
                                "100, not \"%s\"",
                                share);
        return false;
    }
    *equals = '\0';
    unsigned *into = share_find(mix, share);
    if (into)
        *into = (unsigned)number;
    else
        *problem = arena_format(arena, "--mix knows no \"%s\"%s", share, hint(arena, share));
    return into != NULL;
}

bool workload_mix_parse(struct arena *arena, const char *written, struct workload_mix *mix,
                        const char **problem) {
    char *copy = arena_string(arena, written), *rest = copy, *share;
    unsigned sum = 0;
    bool usual = strchr(written, '=') != NULL; /* noreply and cut alone leave the operations */
    *mix = (struct workload_mix){0};
    while ((share = strtok_r(rest, ",", &rest))) {
        if (!take_share(arena, share, mix, problem))
            return false;
        const unsigned *into = share_find(mix, share);
        usual = usual && (into == &mix->noreply || into == &mix->cut);
    }
    if (usual)
        memcpy(mix->weights, workload_mix_default().weights, sizeof mix->weights);
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++)
        if ((history_kind_groups((enum history_kind)kind) & (HISTORY_JOINS | HISTORY_COUNTS)) == 0)
            sum += mix->weights[kind];
    if (sum == 0)
        *problem = "--mix needs a share of set, add, replace, cas, delete, touch, get or gets: "
                   "the others do not go with every key";
    return sum > 0;
}

/* ---- drawing ---- */

void workload_open(struct workload *workload, const struct workload_mix *mix, uint64_t seed,
                   struct history *history, const char *const *names, unsigned keys) {
    *workload = (struct workload){
        .mix = *mix, .dice = dice_of(seed), .history = history, .keys = keys, .names = names};
    workload->seen = must(calloc(keys, sizeof *workload->seen), "the keys of a race");
}

void workload_close(struct workload *workload) {
    free(workload->seen);
    workload->seen = NULL;
}

static bool holds_counter(unsigned key) {
    return key % 2 == 1;
}

/* The kinds that go with the key, by their weights. */
static enum history_kind draw_kind(struct workload *workload, unsigned key) {
    unsigned banned = holds_counter(key) ? HISTORY_JOINS : HISTORY_COUNTS, sum = 0;
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++)
        if ((history_kind_groups((enum history_kind)kind) & banned) == 0)
            sum += workload->mix.weights[kind];
    uint64_t rolled = dice_roll(&workload->dice, sum);
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++) {
        if ((history_kind_groups((enum history_kind)kind) & banned) != 0)
            continue;
        if (rolled < workload->mix.weights[kind])
            return (enum history_kind)kind;
        rolled -= workload->mix.weights[kind];
    }
    return HISTORY_GET;
}

/* A value that no other operation writes: "17;", sometimes many times over, or a number; or a small
 * number, for decr ends at 0. */
static uint32_t draw_value(struct workload *workload, unsigned key) {
    uint64_t serial = ++workload->serial;
    uint32_t flags = (uint32_t)(serial % 16);
    if (holds_counter(key))
        return value_of_number(workload->history->values,
                               dice_roll(&workload->dice, 2) == 0
                                   ? dice_roll(&workload->dice, COUNTER_SMALL)
                                   : serial * COUNTER_STEP,
                               flags);
    char token[24];
    int length = snprintf(token, sizeof token, "%" PRIu64 ";", serial);
    size_t times = 1;
    if (dice_roll(&workload->dice, 8) == 0)
        times += (size_t)dice_roll(&workload->dice, LONG_REPEATS);
    struct bytes bytes = {0};
    for (size_t i = 0; i < times; i++)
        bytes_append(&bytes, token, (size_t)length);
    uint32_t value = value_of_bytes(workload->history->values, bytes.data, bytes.length, flags);
    bytes_free(&bytes);
    return value;
}

/* Most often the last unique that was seen, else an older one. */
static uint64_t draw_unique(struct workload *workload, const struct workload_key *seen) {
    unsigned kept = seen->unique_count < RECENT ? seen->unique_count : RECENT;
    uint64_t back = dice_roll(&workload->dice, 4) == 0 ? dice_roll(&workload->dice, kept) : 0;
    return seen->uniques[(seen->unique_count - 1 - back) % RECENT];
}

struct history_op workload_draw(struct workload *workload) {
    struct history_op op = {.key = (uint16_t)dice_roll(&workload->dice, workload->keys)};
    struct workload_key *seen = &workload->seen[op.key];
    op.kind = (uint8_t)draw_kind(workload, op.key);
    if (op.kind == HISTORY_CAS && seen->unique_count == 0)
        op.kind = HISTORY_GETS;
    unsigned groups = history_kind_groups(op.kind);
    if ((groups & HISTORY_JOINS) == 0 && (groups & HISTORY_WRITES) != 0)
        seen->joins = 0;
    else if ((groups & HISTORY_JOINS) != 0 && ++seen->joins > JOINS_MAX) {
        op.kind = HISTORY_SET;
        seen->joins = 0;
    }
    if (op.kind == HISTORY_CAS)
        op.unique = draw_unique(workload, seen);
    if ((groups & HISTORY_WRITES) != 0)
        op.written = draw_value(workload, op.key);
    if ((groups & HISTORY_COUNTS) != 0)
        op.number = 1 + dice_roll(&workload->dice, 9);
    return op;
}

bool workload_is_silent(struct workload *workload, const struct history_op *op) {
    return (history_kind_groups(op->kind) & HISTORY_NO_NOREPLY) == 0 &&
           dice_roll(&workload->dice, 100) < workload->mix.noreply;
}

void workload_learn(struct workload *workload, const struct history_op *op) {
    if (op->kind != HISTORY_GETS || op->reply != HISTORY_VALUE)
        return;
    struct workload_key *seen = &workload->seen[op->key];
    seen->uniques[seen->unique_count++ % RECENT] = op->unique;
}

/* ---- bytes ---- */

void workload_write(const struct workload *workload, const struct history_op *op, bool noreply,
                    struct bytes *out) {
    unsigned groups = history_kind_groups(op->kind);
    struct values *values = workload->history->values;
    const char *silent = noreply ? " noreply" : "";
    bytes_print(out, "%s %s", history_kind_word(op->kind), workload->names[op->key]);
    if ((groups & HISTORY_WRITES) != 0) {
        size_t length;
        const char *bytes = value_bytes(values, op->written, &length);
        bytes_print(out, " %" PRIu32 " 0 %zu", value_flags(values, op->written), length);
        if (op->kind == HISTORY_CAS)
            bytes_print(out, " %" PRIu64, op->unique);
        bytes_print(out, "%s\r\n", silent);
        bytes_append(out, bytes, length);
    } else if ((groups & HISTORY_COUNTS) != 0) {
        bytes_print(out, " %" PRIu64 "%s", op->number, silent);
    } else {
        bytes_print(out, "%s%s", op->kind == HISTORY_TOUCH ? " 0" : "", silent);
    }
    bytes_print(out, "\r\n");
}
