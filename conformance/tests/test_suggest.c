/* SPDX-License-Identifier: MIT */
/* test_suggest.c - "did you mean": distances, the nearest word, the end of a message. */
#include "language/suggest.h"

#include "arena.h"
#include "reports/check.h"

static void check_distances(void) {
    static const struct {
        const char *from, *to;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"expect", "expect", 0},
        {"expects", "expect", 1},
        {"expct", "expect", 1},
        {"exqect", "expect", 1},
        {"exepct", "expect", 1},
        {"Expect", "expect", 0},
        {"", "send", 4},
        {"send", "", 4},
        {"ca", "abc", 3},
        {"abcdef", "badcfe", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char claim[80];
        snprintf(claim, sizeof claim, "the distance from \"%s\" to \"%s\"", rows[i].from,
                 rows[i].to);
        CHECK_INT(suggest_distance(rows[i].from, rows[i].to), rows[i].distance, claim);
    }
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    CHECK_INT(suggest_distance(longer, "a"), 199, "a very long word is as far as it is long");
}

static void check_words(void) {
    static const char *const words[] = {"send", "expect", "steps", "storage.add.exists"};
    CHECK_TEXT(suggest_word("expects", words, 4), "expect", "one letter too much");
    CHECK_TEXT(suggest_word("sned", words, 4), "send", "two letters swapped");
    CHECK_TEXT(suggest_word("storage.add.exist", words, 4), "storage.add.exists", "a long id");
    static const char *const ids[] = {
        "story/shop/lost-with-get-and-set-two-sales-one-counted-and-so-on-and-on-and-on",
        "story/shop/lost-with-gets-and-cas-when-cache-cas-is-off-and-so-on-and-on-and-on"};
    CHECK_TEXT(suggest_word("story/shop/lost-with-gets-and-cas-when-cache-cas-is-of-and-so-on-and-"
                            "on-and-on",
                            ids, 2),
               ids[1], "an id of more than 64 letters");
    CHECK(suggest_word("banana", words, 4) == NULL, "nothing is near to banana");
    CHECK(suggest_word("x", words, 4) == NULL, "nothing is near to x");
    CHECK(suggest_word("send", words, 0) == NULL, "of no words none is near");
    static const char *const near[] = {"get", "gets", "gat", "gats"};
    CHECK_TEXT(suggest_word("gats", near, 4), "gats", "the same word wins over near ones");
    CHECK_TEXT(suggest_word("gbt", near, 4), "get", "the first of two that are as near");
}

int main(void) {
    static const char *const words[] = {"must", "observed"};
    struct arena *arena = arena_new();
    check_distances();
    check_words();
    CHECK_TEXT(suggest_hint(arena, "obsreved", words, 2), "; did you mean \"observed\"?",
               "a near word is suggested");
    CHECK_TEXT(suggest_hint(arena, "should", words, 2), "; known: \"must\", \"observed\"",
               "else a few known words are listed");
    CHECK_TEXT(suggest_hint(arena, "should", words, 0), "", "else nothing is said");
    arena_free(arena);
    return check_finish();
}
