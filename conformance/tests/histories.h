/* SPDX-License-Identifier: MIT */
/* histories.h - histories written by hand, for tests. One operation a line:
 *
 *     A 0-3 set x STORED          session A, called at stamp 0, returned at 3
 *     B 1-2 gets "x" 7            shows the value x and the unique 7; END: nothing is there
 *     A 4-5 cas 7 y EXISTS        sends the unique 7
 *     B 6-9 incr 5 12             is answered 12
 *     B 8-* append z ?            the connection was cut
 *     A 7-8 delete !              noreply
 *
 * Values are words; those of digits are counters. A word behind @ is another key: `A 0-1 @2 get
 * END` goes to key 2; else all go to key 0. */
#pragma once

#include "history/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint32_t histories_value(struct history *history, const char *word) {
    size_t length = strlen(word);
    if (word[0] == '"') {
        word++;
        length -= 2;
    }
    if (strspn(word, "0123456789") >= length)
        return value_of_number(history->values, strtoull(word, NULL, 10), 0);
    return value_of_bytes(history->values, word, length, 0);
}

static void histories_reply(struct history *history, struct history_op *op, char **words) {
    const char *word = *words ? *words : "";
    op->maybe = strcmp(word, "?") == 0;
    if (op->maybe || strcmp(word, "!") == 0)
        return;
    for (int reply = HISTORY_STORED; reply <= HISTORY_MISS; reply++)
        if (strcmp(word, history_reply_word((enum history_reply)reply)) == 0)
            op->reply = (uint8_t)reply;
    if (op->reply != HISTORY_UNTOLD)
        return;
    if ((history_kind_groups(op->kind) & HISTORY_COUNTS) != 0) {
        op->reply = HISTORY_NUMBER;
        op->result = strtoull(word, NULL, 10);
        return;
    }
    op->reply = HISTORY_VALUE;
    op->seen = histories_value(history, word);
    if (op->kind == HISTORY_GETS) {
        assert(words[1]);
        op->unique = strtoull(words[1], NULL, 10);
    }
}

/* The word that must come next in a line. */
static const char *histories_word(char ***next) {
    assert(**next);
    return *(*next)++;
}

static void histories_line(struct history *history, char *line) {
    char *words[9] = {NULL}, *rest = line;
    for (int i = 0; i < 8 && (words[i] = strtok_r(rest, " ", &rest)); i++)
        ;
    char **next = words;
    struct history_op op = {.session = (uint16_t)(*histories_word(&next) - 'A')};
    const char *call = histories_word(&next), *dash = strchr(call, '-');
    assert(dash);
    op.call = strtoull(call, NULL, 10);
    op.back = dash[1] == '*' ? HISTORY_OPEN : strtoull(dash + 1, NULL, 10);
    const char *word = histories_word(&next);
    if (*word == '@') {
        op.key = (uint16_t)strtoul(word + 1, NULL, 10);
        word = histories_word(&next);
    }
    for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++)
        if (strcmp(word, history_kind_word((enum history_kind)kind)) == 0)
            op.kind = (uint8_t)kind;
    assert(strcmp(word, history_kind_word(op.kind)) == 0);
    unsigned groups = history_kind_groups(op.kind);
    if (op.kind == HISTORY_CAS)
        op.unique = strtoull(histories_word(&next), NULL, 10);
    if ((groups & HISTORY_COUNTS) != 0)
        op.number = strtoull(histories_word(&next), NULL, 10);
    if ((groups & HISTORY_WRITES) != 0)
        op.written = histories_value(history, histories_word(&next));
    histories_reply(history, &op, next);
    history_add(history, &op);
}

/* To be freed with history_free(). */
static struct history *histories_read(const char *text) {
    struct history *history = history_new();
    char *copy = strdup(text), *rest = copy, *line;
    while ((line = strtok_r(rest, "\n", &rest)))
        histories_line(history, line);
    free(copy);
    return history;
}
