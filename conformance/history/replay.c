/* SPDX-License-Identifier: MIT */
/* replay.c - a history as a scenario. See replay.h; the language is in scenarios/README.md.
 *
 * Which replies may come is outcomes.c's; this file writes them. A group is a `together`; where its
 * replies are always the same ones, in whatever order, it has a tally, else each operation has its
 * own choice. */
#include "history/replay.h"

#include "history/outcomes.h"
#include "must.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    FILE *out;
    struct outcomes *outcomes;
    struct history *history;
    bool counts_down; /* decr may leave blanks behind a number */
    bool first_step;
    unsigned pause_ms;
};

static const char *rule_of(const struct history *history) {
    for (size_t i = 0; i < history->count; i++) {
        unsigned groups = history_kind_groups(history->ops[i].kind);
        if (history->ops[i].kind == HISTORY_CAS)
            return "cas.mismatch";
        if ((groups & HISTORY_COUNTS) != 0)
            return "concurrency.incr";
        if ((groups & HISTORY_JOINS) != 0)
            return "concurrency.append";
    }
    return "storage.set.overwrite";
}

/* What a cas sends whose unique no gets of the history has shown. The number that was sent then may
 * be an item's when the scenario plays, as servers count from 1. */
#define UNIQUE_OF_NOBODY UINT64_MAX

/* ---- pieces ---- */

static void write_escaped(struct replay *replay, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\')
            fprintf(replay->out, "\\%c", bytes[i]);
        else if (bytes[i] == '{' || bytes[i] == '}')
            fprintf(replay->out, "%c%c", bytes[i], bytes[i]);
        else
            fputc(bytes[i], replay->out);
    }
}

static void write_value(struct replay *replay, uint32_t value) {
    size_t length;
    const char *bytes = value_bytes(replay->history->values, value, &length);
    write_escaped(replay, bytes, length);
}

/* "A"; the second operation of a session in one group goes by another connection, "A2". */
static void write_session(struct replay *replay, size_t first, size_t index) {
    unsigned session = replay->history->ops[index].session, before = 0;
    for (size_t i = first; i < index; i++)
        before += replay->history->ops[i].session == session;
    if (session < 26)
        fprintf(replay->out, "%c", 'A' + (int)session);
    else
        fprintf(replay->out, "S%u_", session);
    if (before > 0)
        fprintf(replay->out, "%u", before + 1);
}

static void write_request(struct replay *replay, size_t index) {
    const struct history_op *op = &replay->history->ops[index];
    unsigned groups = history_kind_groups(op->kind);
    const char *silent = op->reply == HISTORY_UNTOLD && !op->maybe ? " noreply" : "";
    size_t length, source = outcomes_source(replay->history, index);
    fprintf(replay->out, "\"send\": \"%s {key}-{round}", history_kind_word(op->kind));
    if ((groups & HISTORY_WRITES) != 0) {
        value_bytes(replay->history->values, op->written, &length);
        fprintf(replay->out, " %" PRIu32 " 0 %zu",
                value_flags(replay->history->values, op->written), length);
        if (op->kind == HISTORY_CAS && source != SIZE_MAX)
            fprintf(replay->out, " {c%zu}", source + 1);
        else if (op->kind == HISTORY_CAS)
            fprintf(replay->out, " %" PRIu64, UNIQUE_OF_NOBODY);
        fprintf(replay->out, "%s\\r\\n", silent);
        write_value(replay, op->written);
        fprintf(replay->out, "\\r\\n\"");
    } else if ((groups & HISTORY_COUNTS) != 0) {
        fprintf(replay->out, " %" PRIu64 "%s\\r\\n\"", op->number, silent);
    } else {
        fprintf(replay->out, "%s%s\\r\\n\"", op->kind == HISTORY_TOUCH ? " 0" : "", silent);
    }
}

/* A reply as a pattern; a gets remembers the unique. */
static void write_reply(struct replay *replay, size_t index, const struct history_op *answer) {
    struct values *values = replay->history->values;
    uint64_t number;
    size_t length;
    if (answer->reply == HISTORY_NUMBER) {
        fprintf(replay->out, "\"%" PRIu64 "\\r\\n\"", answer->result);
    } else if (answer->reply == HISTORY_VALUE) {
        bool blanks = replay->counts_down && value_number(values, answer->seen, &number);
        value_bytes(values, answer->seen, &length);
        fprintf(replay->out, "\"VALUE {key}-{round} %" PRIu32 " ",
                value_flags(values, answer->seen));
        if (blanks)
            fprintf(replay->out, "{u64}");
        else
            fprintf(replay->out, "%zu", length);
        if (answer->kind == HISTORY_GETS)
            fprintf(replay->out, " {c%zu=u64}", index + 1);
        fprintf(replay->out, "\\r\\n");
        write_value(replay, answer->seen);
        fprintf(replay->out, "%s\\r\\nEND\\r\\n\"", blanks ? "{text}" : "");
    } else {
        fprintf(replay->out, "\"%s\\r\\n\"", history_reply_word((enum history_reply)answer->reply));
    }
}

/* One reply, or one of several. */
static void write_choice(struct replay *replay, size_t index, const struct history_op *replies,
                         size_t count) {
    if (count == 1) {
        write_reply(replay, index, &replies[0]);
        return;
    }
    fprintf(replay->out, "{ \"any_of\": { ");
    for (size_t i = 0; i < count; i++) {
        fprintf(replay->out, "%s\"reply%zu\": ", i == 0 ? "" : ", ", i + 1);
        write_reply(replay, index, &replies[i]);
    }
    fprintf(replay->out, " } }");
}

static void write_expect(struct replay *replay, size_t index) {
    const struct outcomes *outcomes = replay->outcomes;
    if (replay->history->ops[index].reply == HISTORY_UNTOLD) {
        fprintf(replay->out, ", \"expect\": \"\"");
        return;
    }
    fprintf(replay->out, ", \"expect\": ");
    write_choice(replay, index, outcomes->replies[index], outcomes->reply_count[index]);
}

static void begin_step(struct replay *replay) {
    fprintf(replay->out, "%s\n            { ", replay->first_step ? "" : ",");
    replay->first_step = false;
}

/* ---- steps ---- */

/* Sent, and the connection closed behind it. */
static void write_cut(struct replay *replay, size_t first, size_t index) {
    begin_step(replay);
    fprintf(replay->out, "\"as\": \"");
    write_session(replay, first, index);
    fprintf(replay->out, "\", ");
    write_request(replay, index);
    fprintf(replay->out, " }");
    begin_step(replay);
    fprintf(replay->out, "\"close\": \"");
    write_session(replay, first, index);
    fprintf(replay->out, "\" }");
}

static void write_send(struct replay *replay, size_t first, size_t index, bool judged) {
    fprintf(replay->out, "\"as\": \"");
    write_session(replay, first, index);
    fprintf(replay->out, "\", ");
    write_request(replay, index);
    if (judged)
        write_expect(replay, index);
    fprintf(replay->out, " }");
}

/* One kind of operation without reads (and with one amount), whose replies are always the same
 * ones. */
static bool may_tally(const struct replay *replay, size_t first, size_t end) {
    const struct outcomes *outcomes = replay->outcomes;
    size_t choices = outcomes->reply_count[first];
    for (size_t i = first; i < end; i++) {
        const struct history_op *op = &replay->history->ops[i];
        if (op->reply == HISTORY_UNTOLD || op->kind != replay->history->ops[first].kind ||
            op->number != replay->history->ops[first].number ||
            (history_kind_groups(op->kind) & HISTORY_READS) != 0 ||
            outcomes->reply_count[i] != choices)
            return false;
    }
    bool numbers = outcomes->replies[first][0].reply == HISTORY_NUMBER;
    return choices > 1 && outcomes->same_replies && (!numbers || choices == end - first);
}

/* { "STORED\r\n": 1, "EXISTS\r\n": 1 }; each number of a counter comes once. */
static void write_tally(struct replay *replay, size_t first) {
    const struct outcomes *outcomes = replay->outcomes;
    fprintf(replay->out, ",\n              \"tally\": { ");
    for (size_t i = 0; i < outcomes->reply_count[first]; i++) {
        const struct history_op *reply = &outcomes->replies[first][i];
        fprintf(replay->out, "%s", i == 0 ? "" : ", ");
        write_reply(replay, first, reply);
        fprintf(replay->out, ": %u",
                reply->reply == HISTORY_NUMBER ? 1 : outcomes->totals[reply->reply]);
    }
    fprintf(replay->out, " }");
}

static void write_together(struct replay *replay, size_t first, size_t end) {
    bool tally = may_tally(replay, first, end), is_first = true;
    begin_step(replay);
    fprintf(replay->out, "\"together\": [");
    for (size_t i = first; i < end; i++) {
        if (replay->history->ops[i].maybe)
            continue;
        fprintf(replay->out, "%s\n                { ", is_first ? "" : ",");
        write_send(replay, first, i, !tally);
        is_first = false;
    }
    fprintf(replay->out, " ]");
    if (tally)
        write_tally(replay, first);
    fprintf(replay->out, " }");
}

/* Two gets saw one version, or two: on every path the same? */
static void write_check(struct replay *replay, size_t before, size_t index) {
    const struct outcomes *outcomes = replay->outcomes;
    bool equal = false, differ = false;
    for (size_t i = 0; i < outcomes->path_count; i++) {
        const struct path *path = &outcomes->paths[i];
        if (path->captured[before] == 0 || path->captured[index] == 0)
            return;
        equal = equal || path->captured[before] == path->captured[index];
        differ = differ || path->captured[before] != path->captured[index];
    }
    if (equal == differ)
        return;
    begin_step(replay);
    fprintf(replay->out, "\"check\": \"c%zu %s c%zu\" }", before + 1,
            equal ? "==" : "!=", index + 1);
}

static void write_checks(struct replay *replay, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        if (replay->history->ops[i].kind != HISTORY_GETS)
            continue;
        for (size_t before = i; before-- > 0;)
            if (replay->history->ops[before].kind == HISTORY_GETS)
                write_check(replay, before, i);
    }
}

/* A cas needs the unique before its group begins, and on every path. */
static bool uniques_are_known(const struct replay *replay, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        size_t source = outcomes_source(replay->history, i);
        if (replay->history->ops[i].kind != HISTORY_CAS || source == SIZE_MAX)
            continue;
        for (size_t k = 0; k < replay->outcomes->path_count; k++)
            if (source >= first || replay->outcomes->paths[k].captured[source] == 0)
                return false;
    }
    return true;
}

/* What stands there after a group, on one path or another. */
static void write_read_back(struct replay *replay) {
    const struct outcomes *outcomes = replay->outcomes;
    struct history_op replies[OUTCOMES_REPLIES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < outcomes->path_count; i++) {
        uint32_t value = outcomes->paths[i].value;
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known = known || replies[k].seen == value;
        if (!known && count == OUTCOMES_REPLIES_MAX)
            return;
        if (!known)
            replies[count++] =
                (struct history_op){.kind = HISTORY_GET,
                                    .reply = value == VALUE_NONE ? HISTORY_MISS : HISTORY_VALUE,
                                    .seen = value};
    }
    begin_step(replay);
    fprintf(replay->out, "\"as\": \"reader\", \"send\": \"get {key}-{round}\\r\\n\", \"expect\": ");
    write_choice(replay, 0, replies, count);
    fprintf(replay->out, " }");
}

static void write_group(struct replay *replay, size_t first, size_t end) {
    size_t sent = 0, last = first;
    if (replay->pause_ms > 0 && first > 0) {
        begin_step(replay);
        fprintf(replay->out, "\"wait_ms\": %u }", replay->pause_ms);
    }
    if (!uniques_are_known(replay, first, end)) {
        replay->outcomes->too_many = true;
        return;
    }
    outcomes_play(replay->outcomes, first, end);
    for (size_t i = first; i < end; i++) {
        if (replay->history->ops[i].maybe) {
            write_cut(replay, first, i);
            continue;
        }
        sent++;
        last = i;
    }
    if (sent > 1) {
        write_together(replay, first, end);
        write_read_back(replay);
    } else if (sent == 1) {
        begin_step(replay);
        write_send(replay, first, last, true);
    }
    write_checks(replay, first, end);
}

void replay_begin_file(FILE *out, const struct history *history) {
    bool counts = strcmp(rule_of(history), "concurrency.incr") == 0;
    fprintf(out,
            "{ \"section\": \"%s\",\n"
            "  \"about\": \"Found by mctap race; a server that is right passes it.\",\n"
            "  \"scenarios\": [\n",
            counts ? "Increment/Decrement" : "Storage commands");
}

void replay_between(FILE *out) {
    fprintf(out, ",\n\n");
}

void replay_end_file(FILE *out) {
    fprintf(out, " ] }\n");
}

/* The key is empty before each history. */
static void write_history(struct replay *replay, struct history *history) {
    replay->history = history;
    replay->counts_down = false;
    for (size_t i = 0; i < history->count; i++)
        replay->counts_down = replay->counts_down || history->ops[i].kind == HISTORY_DECR;
    outcomes_begin(replay->outcomes, history);
    for (size_t first = 0; first < history->count && !replay->outcomes->too_many;) {
        size_t end = outcomes_group(history, first);
        write_group(replay, first, end);
        first = end;
    }
}

static void write_empty(struct replay *replay) {
    begin_step(replay);
    fprintf(replay->out, "\"send\": \"delete {key}-{round}\\r\\n\", \"expect\": { \"any_of\": { "
                         "\"there\": \"DELETED\\r\\n\", \"not there\": \"NOT_FOUND\\r\\n\" } } }");
}

bool replay_write(FILE *out, const struct history *const *histories, size_t count,
                  const struct replay_title *title) {
    struct outcomes *outcomes = must(calloc(1, sizeof *outcomes), "a scenario");
    struct replay replay = {.out = out, .outcomes = outcomes, .first_step = true};
    replay.pause_ms = title->pause_ms;
    fprintf(out,
            "    { \"name\": \"%s\",\n"
            "      \"rules\": [\"%s\"],\n"
            "      \"why\": \"%s\",\n"
            "      \"tags\": [\"race\"],\n"
            "      \"steps\": [\n"
            "        { \"repeat\": %u, \"steps\": [",
            title->name, rule_of(histories[0]), title->why, title->rounds);
    for (size_t i = 0; i < count && !outcomes->too_many; i++) {
        if (i > 0)
            write_empty(&replay);
        write_history(&replay, (struct history *)histories[i]);
    }
    fprintf(out, " ] } ] }");
    bool whole = !outcomes->too_many;
    free(outcomes);
    return whole;
}
