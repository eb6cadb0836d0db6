/* SPDX-License-Identifier: MIT */
/* baseline.c - known failures: which verdicts they excuse. See baseline.h; the file is read and
 * written by baseline_file.c. */
#include "run/baseline.h"

#include "arena.h"
#include "language/catalog.h"
#include "language/suggest.h"
#include "reports/escape.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- how a verdict fails ---- */

enum {
    SEEN_BYTES_MAX = 100, /* of a reply */
    SEEN_SIZE = 400,
    HEX_OF_RUN = 8, /* a key of a play begins mctap-RRRRRRRR-PPPP: the run, the play */
    HEX_OF_PLAY = 4,
};

static bool is_hex(const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isxdigit((unsigned char)bytes[i]))
            return false;
    return true;
}

/* The length of the key of a play at `bytes`, or 0. */
static size_t key_length(const char *bytes, size_t length) {
    static const char stem[] = "mctap-";
    size_t begin = sizeof stem - 1, run = begin + HEX_OF_RUN, all = run + 1 + HEX_OF_PLAY;
    if (length < all || memcmp(bytes, stem, begin) != 0 || bytes[run] != '-' ||
        !is_hex(bytes + begin, HEX_OF_RUN) || !is_hex(bytes + run + 1, HEX_OF_PLAY))
        return 0;
    while (all < length && (unsigned char)bytes[all] > ' ' && bytes[all] != '\x7f')
        all++;
    return all;
}

/* Copies bytes with each key as {key} and each number as 0: what is left is the same in every run.
 * Returns the length. */
static size_t settle_bytes(char *out, const char *bytes, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t key = key_length(bytes + i, length - i);
        if (key > 0) {
            memcpy(out + used, "{key}", 5);
            used += 5;
            i += key;
        } else if (isdigit((unsigned char)bytes[i])) {
            while (i < length && isdigit((unsigned char)bytes[i]))
                i++;
            out[used++] = '0';
        } else {
            out[used++] = bytes[i++];
        }
    }
    return used;
}

static const char *settled(struct arena *arena, const char *bytes, size_t length) {
    char shown[SEEN_SIZE];
    char *plain = arena_alloc(arena, length + 1);
    size_t kept = settle_bytes(plain, bytes, length);
    if (kept > SEEN_BYTES_MAX)
        kept = SEEN_BYTES_MAX;
    escape_value(shown, sizeof shown, plain, kept, ESCAPE_BYTES);
    return arena_string(arena, shown);
}

/* The line of the reply in which the first wrong byte stands, or NULL. */
static const char *wrong_line(struct arena *arena, const struct verdict *verdict) {
    const struct verdict_bytes *received = &verdict->received;
    if (!verdict->has_difference || verdict->differs_at >= received->length)
        return NULL;
    size_t begin = verdict->differs_at, end = verdict->differs_at;
    while (begin > 0 && received->data[begin - 1] != '\n')
        begin--;
    while (end < received->length && received->data[end] != '\n')
        end++;
    end += end < received->length;
    return settled(arena, received->data + begin, end - begin);
}

/* How a verdict fails, in one line that is the same in every run: the step and the reply, with
 * keys as {key} and numbers as 0. "" for one that does not fail. */
static const char *seen_of(struct arena *arena, const struct verdict *verdict) {
    if (verdict->outcome != VERDICT_FAIL)
        return "";
    const char *what = wrong_line(arena, verdict);
    if (!what) {
        /* A server's last words differ from death to death. */
        const char *reason = verdict->reason ? verdict->reason : "";
        const char *colon = strstr(reason, "died of it:");
        what = settled(arena, reason, colon ? strcspn(reason, ":") : strlen(reason));
    }
    const char *step = verdict->step ? verdict->step : "";
    size_t step_length = strcspn(step, ",");
    if (step_length == 0)
        return what;
    return arena_format(arena, "%.*s: %s", (int)step_length, step, what);
}

/* ---- what a line excuses ---- */

static struct baseline_entry *entry_of(struct baseline *baseline, const char *id) {
    for (size_t i = 0; i < baseline->count; i++)
        if (strcmp(baseline->entries[i].id, id) == 0)
            return &baseline->entries[i];
    return NULL;
}

static void gate(struct verdict *verdict, const char *reason) {
    verdict->gates = true;
    verdict->baseline = reason;
}

/* May the scenario fail in any way? */
static bool is_any(const char *seen) {
    return strcmp(seen, BASELINE_ANY) == 0 || strcmp(seen, BASELINE_SOMETIMES) == 0;
}

static void judge_pass(struct baseline *baseline, const struct baseline_entry *entry,
                       struct verdict *verdict) {
    verdict->outcome = VERDICT_FAIL;
    verdict->reason = arena_format(
        baseline->arena, "it passes, but %s:%d lists it as a known failure: take the line out",
        baseline->path, entry->line);
    gate(verdict, arena_format(baseline->arena, "%s:%d is out of date (%s)", baseline->path,
                               entry->line, entry->reason));
}

static void judge_failure(struct baseline *baseline, const struct baseline_entry *entry,
                          struct verdict *verdict, const char *today) {
    const char *seen = seen_of(baseline->arena, verdict);
    if (strcmp(entry->until, "-") != 0 && strcmp(today, entry->until) > 0) {
        gate(verdict, arena_format(baseline->arena, "%s:%d excused it until %s (%s)",
                                   baseline->path, entry->line, entry->until, entry->reason));
    } else if (!is_any(entry->seen) && strcmp(entry->seen, seen) != 0) {
        gate(verdict,
             arena_format(baseline->arena, "it fails otherwise than %s:%d says: \"%s\", not \"%s\"",
                          baseline->path, entry->line, seen, entry->seen));
    } else {
        verdict->gates = false;
        verdict->known = entry->reason;
    }
}

void baseline_judge(struct baseline *baseline, struct verdict *verdict, const char *today) {
    struct baseline_entry *entry = entry_of(baseline, verdict->id);
    if (!entry)
        return;
    if (verdict->outcome == VERDICT_PASS && strcmp(entry->seen, BASELINE_SOMETIMES) != 0)
        judge_pass(baseline, entry, verdict);
    else if (verdict->outcome == VERDICT_FAIL)
        judge_failure(baseline, entry, verdict, today);
}

/* ---- a new baseline ---- */

void baseline_update(struct baseline *baseline, const struct verdict *verdict) {
    struct baseline_entry *entry = entry_of(baseline, verdict->id);
    if (verdict->outcome == VERDICT_PASS && entry)
        entry->dropped = !entry->failed && strcmp(entry->seen, BASELINE_SOMETIMES) != 0;
    if (verdict->outcome != VERDICT_FAIL)
        return;
    const char *seen = seen_of(baseline->arena, verdict);
    if (!entry) {
        baseline->entries = arena_grow(baseline->arena, baseline->entries, baseline->count,
                                       sizeof *baseline->entries);
        entry = &baseline->entries[baseline->count++];
        *entry = (struct baseline_entry){
            .id = arena_string(baseline->arena, verdict->id), .until = "-", .reason = ""};
    }
    if (!entry->seen || !is_any(entry->seen))
        entry->seen = seen;
    entry->failed = true;
    entry->dropped = false;
}

/* ---- ids ---- */

static bool is_id(const struct catalog *catalog, const char *id) {
    for (size_t i = 0; i < catalog->scenario_count; i++)
        if (strcmp(catalog->scenarios[i]->id, id) == 0)
            return true;
    return false;
}

void baseline_check(const struct baseline *baseline, struct problems *problems,
                    const struct catalog *catalog) {
    const char **ids = arena_alloc(problems->arena, catalog->scenario_count * sizeof *ids);
    for (size_t i = 0; i < catalog->scenario_count; i++)
        ids[i] = catalog->scenarios[i]->id;
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        if (is_id(catalog, entry->id))
            continue;
        const char *near = suggest_word(entry->id, ids, catalog->scenario_count);
        problems->file = baseline->path;
        problem_add(problems, (struct place){entry->line, 1, NULL}, "no scenario is \"%s\"%s",
                    entry->id,
                    near ? arena_format(problems->arena, "; did you mean \"%s\"?", near)
                         : ": take the line out, or name the scenario as \"mctap list\" does");
    }
}
