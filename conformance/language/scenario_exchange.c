/* SPDX-License-Identifier: MIT */
/* scenario_exchange.c - what send and expect steps carry: the session or crowd, the pattern or
 * tally of replies, where the bytes are cut. scenario_step.c calls this. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/suggest.h"

#include <ctype.h>
#include <string.h>

enum { CROWD_MAX = 1000, ALTERNATIVES_MAX = 16, PAUSE_MAX_MS = 10000, DEADLINE_MAX_MS = 600000 };

/* A pattern or a row of a tally that ends in the middle of a line is nearly always a slip, and what
 * it leaves unread would be blamed on the server. Bytes that are no lines end with a part. */
static void check_line_end(struct loading *loading, const char *string, struct place at) {
    size_t length = strlen(string);
    if (length == 0 || (length > 1 && strcmp(string + length - 2, "\r\n") == 0))
        return;
    problem_add(loading->problems, at,
                "the expected reply does not end with \\r\\n; where it must not, write its last "
                "bytes as a part { \"hex\": \"…\" }");
}

/* Text of a pattern, which may name only captures that exist. */
static const struct text *reply_load(struct loading *loading, const struct json *value) {
    const struct text *text = step_text_load(loading, value, TEXT_PATTERN);
    if (text == NULL) {
        loading->names_unsure = true; /* it may have captured */
        return NULL;
    }
    const struct json *last = value->kind == JSON_LIST ? value->first : value;
    while (value->kind == JSON_LIST && last->next != NULL)
        last = last->next;
    if (last->kind == JSON_STRING)
        check_line_end(loading, last->string, last->at);
    return text;
}

/* Whether every capture that a text names exists, told once at `at`. */
struct referring {
    struct loading *loading;
    struct place at;
    bool good;
};

static void check_capture(const struct atom *atom, void *owner) {
    struct referring *referring = owner;
    if (atom->kind == ATOM_VALUE && referring->good)
        referring->good =
            names_check_capture(referring->loading, referring->at, atom->session, atom->name);
}

const struct text *step_text_load(struct loading *loading, const struct json *value,
                                  enum text_use use) {
    struct text *text = arena_alloc(loading->problems->arena, sizeof *text);
    if (!text_load(loading->problems, value, use, text))
        return NULL;
    struct referring referring = {loading, value->at, true};
    text_visit(text, check_capture, &referring);
    return referring.good ? text : NULL;
}

/* One alternative is the beginning of another: whichever is tried first would win by chance. */
static void refuse_ambiguous(struct loading *loading, const struct json *any_of,
                             const struct pattern *pattern) {
    struct arena *arena = loading->problems->arena;
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t k = 0; k < pattern->count; k++) {
            size_t short_length, long_length;
            const struct alternative *a = &pattern->alternatives[i], *b = &pattern->alternatives[k];
            const char *shorter = text_show(arena, &a->text, &short_length);
            const char *longer = text_show(arena, &b->text, &long_length);
            if (i == k || short_length > long_length || (short_length == long_length && i > k) ||
                memcmp(shorter, longer, short_length) != 0)
                continue;
            problem_add(loading->problems, any_of->at,
                        "the alternative \"%s\" is the beginning of \"%s\"; send a version behind "
                        "the request and end both with VERSION {text}\\r\\n",
                        a->name, b->name);
            return;
        }
}

/* { "any_of": { "refused": "CLIENT_ERROR {text}\r\n", "unknown": "ERROR\r\n" } } */
static const struct pattern *load_any_of(struct loading *loading, const struct json *value) {
    static const struct field fields[] = {{"any_of", JSON_OBJECT, true}};
    struct problems *problems = loading->problems;
    size_t before = problems->count;
    if (!fields_check(problems, value, "a choice of replies", fields, 1))
        return NULL;
    const struct json *any_of = value->first;
    if (any_of->count < 1 || any_of->count > ALTERNATIVES_MAX) {
        problem_add(problems, any_of->at, "\"any_of\" has 1 to %d alternatives, but %zu came",
                    ALTERNATIVES_MAX, any_of->count);
        return NULL;
    }
    struct pattern *pattern = arena_alloc(problems->arena, sizeof *pattern);
    pattern->alternatives =
        arena_alloc(problems->arena, any_of->count * sizeof *pattern->alternatives);
    for (const struct json *choice = any_of->first; choice != NULL; choice = choice->next) {
        if (*choice->key == '\0')
            problem_add(problems, choice->key_at, "an alternative needs a name");
        const struct text *text = reply_load(loading, choice);
        if (text != NULL)
            pattern->alternatives[pattern->count++] = (struct alternative){choice->key, *text};
    }
    if (problems->count == before)
        refuse_ambiguous(loading, any_of, pattern);
    return problems->count == before ? pattern : NULL;
}

/* "expect" or one of its alternatives: a pattern. NULL after telling what is wrong. */
static const struct pattern *pattern_load(struct loading *loading, const struct json *value) {
    if (value->kind == JSON_OBJECT && json_member(value, "any_of") != NULL)
        return load_any_of(loading, value);
    if (value->kind == JSON_OBJECT && !text_is_part(value)) {
        problem_add(
            loading->problems, value->at,
            "expected { \"any_of\": { \"NAME\": … } } or a part like { \"hex\": \"00ff\" }");
        return NULL;
    }
    const struct text *text = reply_load(loading, value);
    if (text == NULL)
        return NULL;
    struct pattern *pattern = arena_alloc(loading->problems->arena, sizeof *pattern);
    pattern->alternatives = arena_alloc(loading->problems->arena, sizeof *pattern->alternatives);
    pattern->alternatives[0].text = *text;
    pattern->count = 1;
    return pattern;
}

/* "1..64" behind the stem of a crowd. */
static bool parse_range(const char *range, unsigned *crowd_first, unsigned *crowd_last) {
    uint64_t first, last;
    size_t length = lexeme_u64(range, &first);
    if (length == 0 || strncmp(range + length, "..", 2) != 0)
        return false;
    range += length + 2;
    length = lexeme_u64(range, &last);
    if (length == 0 || range[length] != '\0' || first < 1 || last > CROWD_MAX || first >= last)
        return false;
    *crowd_first = (unsigned)first;
    *crowd_last = (unsigned)last;
    return true;
}

bool session_parse(struct loading *loading, const char *written, struct place at, const char **stem,
                   unsigned *first, unsigned *last) {
    size_t length = lexeme_name(written);
    *stem = written;
    *first = *last = 0;
    if (length > 0 && written[length] == '\0')
        return true;
    while (length > 0 && isdigit((unsigned char)written[length - 1]))
        length--;
    if (length > 0 && parse_range(written + length, first, last)) {
        *stem = arena_copy(loading->problems->arena, written, length);
        return true;
    }
    problem_add(loading->problems, at,
                "\"%s\" cannot name a session; expected a name of letters, digits and _, or a "
                "crowd \"buyer1..64\" with numbers from 1 to %d",
                written, CROWD_MAX);
    return false;
}

/* "A", or the crowd "buyer1..64" */
static void load_session(struct loading *loading, const struct json *value, struct step *step) {
    step->as = loading->role != NULL ? loading->role : "client";
    const struct json *as = field_of(value, "as", JSON_STRING);
    if (as == NULL || session_parse(loading, as->string, as->at, &step->as, &step->crowd_first,
                                    &step->crowd_last))
        return;
    step->as = NULL;
    loading->names_unsure = true;
}

/* Offsets [3, 17], or "bytes" */
static void load_cut(struct loading *loading, const struct json *cut, struct step *step) {
    struct problems *problems = loading->problems;
    if (cut->kind == JSON_STRING) {
        step->cut_bytes = strcmp(cut->string, "bytes") == 0;
        if (!step->cut_bytes)
            problem_add(problems, cut->at,
                        "\"cut\" is a list of offsets or \"bytes\", but \"%s\" came", cut->string);
        return;
    }
    if (cut->count == 0)
        problem_add(problems, cut->at, "the list of cuts is empty");
    size_t limit = step->send == NULL ? SIZE_MAX : text_size_max(step->send);
    size_t *cuts = arena_alloc(problems->arena, cut->count * sizeof *cuts);
    for (const struct json *item = cut->first; item != NULL; item = item->next) {
        unsigned offset = number_of(problems, item, "an offset of \"cut\"", 1, TEXT_MAX);
        if (offset == 0)
            return;
        if (offset >= limit)
            problem_add(problems, item->at,
                        "the cut at %u is not inside the bytes to send, at most %zu", offset,
                        limit);
        if (step->cut_count > 0 && offset <= cuts[step->cut_count - 1])
            problem_add(problems, item->at, "the cuts do not ascend: %u stands behind %zu", offset,
                        cuts[step->cut_count - 1]);
        cuts[step->cut_count++] = offset;
    }
    step->cuts = cuts;
}

/* A row of { "STORED\r\n": 1, "EXISTS\r\n": "rest" } */
static void load_tally_row(struct loading *loading, const struct json *item,
                           struct tally_row *row) {
    struct problems *problems = loading->problems;
    row->shown = item->key;
    row->rest = item->kind == JSON_STRING && strcmp(item->string, "rest") == 0;
    if (item->kind == JSON_NUMBER)
        row->count = number_of(problems, item, "a count of \"tally\"", 1, CROWD_MAX);
    else if (!row->rest)
        problem_add(problems, item->at, "a count of \"tally\" is a number or \"rest\"");
    row->wanted = row->rest         ? "the rest"
                  : row->count == 1 ? "once"
                                    : arena_format(problems->arena, "%u times", row->count);
    if (!text_load_string(problems, item->key, item->key_at, TEXT_COUNTED, &row->reply))
        return;
    if (row->reply.count == 0)
        problem_add(problems, item->key_at, "a reply of \"tally\" is empty");
    check_line_end(loading, item->key, item->key_at);
    for (size_t i = 0; i < row->reply.count; i++) {
        const struct atom *atom = &row->reply.atoms[i];
        if (atom->kind == ATOM_VALUE)
            names_check_capture(loading, item->key_at, atom->session, atom->name);
    }
}

void tally_load(struct loading *loading, const struct json *value, struct step *step) {
    const struct json *tally = field_of(value, "tally", JSON_OBJECT);
    bool rest = false;
    size_t before = loading->problems->count;
    if (tally == NULL)
        return;
    struct tally_row *rows = arena_alloc(loading->problems->arena, tally->count * sizeof *rows);
    if (tally->count == 0)
        problem_add(loading->problems, tally->at, "\"tally\" is empty");
    for (const struct json *item = tally->first; item != NULL; item = item->next) {
        struct tally_row *row = &rows[step->tally_count++];
        load_tally_row(loading, item, row);
        if (row->rest && rest)
            problem_add(loading->problems, item->at, "\"rest\" stands twice in a tally");
        rest = rest || row->rest;
    }
    step->tally = rows;
    if (loading->problems->count > before)
        step->tally_count = 0; /* so that its sum is not judged as well */
}

size_t step_sessions(const struct step *step) {
    return step->crowd_last == 0 ? 1 : step->crowd_last - step->crowd_first + 1;
}

void tally_check(struct loading *loading, const struct json *value, const struct step *step,
                 size_t sessions) {
    size_t sum = 0;
    bool rest = false;
    for (size_t i = 0; i < step->tally_count; i++) {
        sum += step->tally[i].count;
        rest = rest || step->tally[i].rest;
    }
    if (step->tally_count == 0)
        return; /* it has mistakes, which were told */
    if (sum > sessions || (sum < sessions && !rest))
        problem_add(loading->problems, json_member(value, "tally")->at,
                    "the tally counts %zu replies, but %zu sessions send%s", sum, sessions,
                    sum < sessions ? "; write \"rest\" for those that are left" : "");
}

static void load_fails(struct loading *loading, const struct json *value, struct step *step) {
    static const char *const words[] = {"refused", "timeout", "no_member"};
    static const enum step_failure failures[] = {STEP_REFUSED, STEP_UNANSWERED, STEP_UNPLACED};
    const struct json *fails = field_of(value, "fails", JSON_STRING);
    if (fails == NULL)
        return;
    for (size_t i = 0; i < 3; i++)
        if (strcmp(fails->string, words[i]) == 0)
            step->fails = failures[i];
    if (step->fails == STEP_ANSWERED)
        problem_add(loading->problems, fails->at, "a step \"fails\" by \"%s\"%s", fails->string,
                    suggest_hint(loading->problems->arena, fails->string, words, 3));
}

void exchange_load(struct loading *loading, const struct json *value, struct step *step) {
    struct problems *problems = loading->problems;
    load_session(loading, value, step);
    const struct json *field = field_of(value, "via", TEXT_KINDS);
    if (field != NULL)
        step->via = step_text_load(loading, field, TEXT_FIELD);
    field = field_of(value, "expect", TEXT_KINDS);
    if (field != NULL)
        step->expect = pattern_load(loading, field);
    tally_load(loading, value, step);
    conditions_load(loading, value, step);
    field = field_of(value, "cut", JSON_STRING | JSON_LIST);
    if (field != NULL)
        load_cut(loading, field, step);
    load_fails(loading, value, step);
    step->closes = field_truth(value, "closes");
    step->half_close = field_truth(value, "half_close");
    step->unread = field_truth(value, "unread");
    step->pause_ms = field_number(problems, value, "pause_ms", 1, PAUSE_MAX_MS);
    step->eventually_ms = field_number(problems, value, "eventually_ms", 1, DEADLINE_MAX_MS);
}
