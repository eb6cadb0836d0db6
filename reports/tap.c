/* SPDX-License-Identifier: MIT */
/* tap.c - the Test Anything Protocol, versions 13 and 14: the plan first, one flat line a
 * scenario, a YAML block under each point that is `not ok`, counts in a comment at the end.
 *
 * The words of a line (ids, reasons, versions) may quote a target, so each passes through
 * print_words; the evidence is drawn by difference.c and transcript.c. The runner is the caller. */
#include "difference.h"
#include "escape.h"
#include "report.h"
#include "transcript.h"
#include "yaml.h"

#include <assert.h>

enum { WORDS_SIZE = 401 };

/* Text inside a TAP line. A backslash is doubled as TAP asks. A `#` is written as the byte \x23
 * and not as `\#`, which tappy does not know: `\# TODO` in a name would turn a pass into a todo.
 * A `{` at the end of a line would open a nested test for tap-parser, so it becomes a byte too. */
static void print_words(FILE *out, const char *text) {
    char printable[WORDS_SIZE];
    escape_text(printable, sizeof printable, text);
    for (const char *c = printable; *c != '\0'; c++) {
        if (*c == '\\')
            fputs("\\\\", out);
        else if (*c == '#' || (*c == '{' && c[1] == '\0'))
            fprintf(out, "\\\\x%02x", (unsigned)*c);
        else
            fputc(*c, out);
    }
}

static void print_comment(FILE *out, const char *before, const char *text) {
    fprintf(out, "# %s", before);
    print_words(out, text);
    fputc('\n', out);
}

void tap_begin(FILE *out, const struct report_run *run) {
    assert(run->tap_version == 13 || run->tap_version == 14);
    fprintf(out, "TAP version %d\n", run->tap_version);
    if (!run->unplanned)
        fprintf(out, "1..%u%s\n", run->planned,
                run->planned == 0 ? " # SKIP nothing selected" : "");
    print_comment(out, "tool: ", run->tool);
    for (size_t i = 0; i < run->target_count; i++)
        print_comment(out, "target: ", run->targets[i]);
    for (size_t i = 0; i < run->lack_count; i++)
        print_comment(out, "not offered: ", run->lacks[i]);
}

/* The rule that was judged, in the protocol's words and place. */
static void print_rule(FILE *out, const struct verdict *verdict) {
    char section[VERDICT_WORDS_SIZE];
    if (verdict->rule == NULL)
        return;
    yaml_scalar(out, "rule", verdict->rule);
    yaml_scalar(out, "level", verdict_level_name(verdict->level));
    yaml_scalar(out, "sentence", verdict->sentence);
    yaml_scalar(out, "section", verdict_section(verdict, section));
}

static void print_reproduce(FILE *out, const struct verdict *verdict) {
    if (verdict->reproduce_count == 0)
        return;
    yaml_block(out, "reproduce");
    for (size_t i = 0; i < verdict->reproduce_count; i++)
        yaml_line(out, verdict->reproduce[i]);
}

/* In the order in which a person asks: what went wrong, where the bytes part, what state the
 * connection is in, what the rule says, where it is written, what happened, how to repeat it. */
static void print_diagnostics(FILE *out, const struct verdict *verdict) {
    char place[VERDICT_WORDS_SIZE];
    fputs(YAML_INDENT "---\n", out);
    yaml_scalar(out, "message", verdict->reason);
    yaml_scalar(out, "baseline", verdict->baseline);
    yaml_scalar(out, "claim", verdict->name);
    if (difference_exists(verdict)) {
        yaml_block(out, "difference");
        difference_print(out, YAML_BLOCK_INDENT, verdict);
    }
    yaml_scalar(out, "connection", verdict->connection);
    yaml_scalar(out, "hint", verdict->hint);
    yaml_scalar(out, "note", verdict->note);
    print_rule(out, verdict);
    yaml_scalar(out, "step", verdict->step);
    yaml_scalar(out, "at", verdict_place(verdict, place));
    if (verdict->event_count > 0) {
        yaml_block(out, "transcript");
        transcript_print(out, YAML_BLOCK_INDENT, verdict);
    }
    print_reproduce(out, verdict);
    fputs(YAML_INDENT "...\n", out);
}

void tap_point(FILE *out, unsigned number, const struct verdict *verdict) {
    bool ok = verdict->outcome == VERDICT_PASS || verdict->outcome == VERDICT_SKIP;
    for (size_t i = 0; i < verdict->remark_count; i++)
        print_comment(out, "", verdict->remarks[i]);
    fprintf(out, "%s %u - ", ok ? "ok" : "not ok", number);
    print_words(out, verdict->id);
    if (verdict->target != NULL) {
        fputs(" on ", out);
        print_words(out, verdict->target);
    }
    if (verdict->outcome == VERDICT_SKIP) {
        fputs(" # SKIP ", out);
        print_words(out, verdict->reason);
    } else if (verdict->outcome == VERDICT_FAIL && !verdict->gates) {
        fputs(" # TODO ", out);
        fputs(verdict->known ? "known: " : "", out);
        print_words(out, verdict_excuse(verdict));
    }
    fputc('\n', out);
    if (!ok)
        print_diagnostics(out, verdict);
    else if (verdict->note != NULL)
        print_comment(out, "note: ", verdict->note);
}

static void print_counts(FILE *out, const struct verdict_summary *summary) {
    fprintf(out, "# %u passed, %u failed", summary->passed, summary->failed - summary->not_gating);
    if (summary->known > 0)
        fprintf(out, ", %u known", summary->known);
    if (summary->not_gating > summary->known)
        fprintf(out, ", %u todo", summary->not_gating - summary->known);
    if (summary->errors > 0)
        fprintf(out, ", %u error%s", summary->errors, summary->errors == 1 ? "" : "s");
    fprintf(out, ", %u skipped in %u.%u s\n", summary->skipped, summary->duration_ms / 1000,
            summary->duration_ms % 1000 / 100);
}

static void print_basics(FILE *out, const struct verdict_summary *summary) {
    if (summary->basic_count > 0)
        print_comment(out, "", "look first at these, for other failures may follow from them:");
    for (size_t i = 0; i < summary->basic_count; i++)
        print_comment(out, "  ", summary->basics[i]);
}

static void print_foreign(FILE *out, const struct verdict_summary *summary) {
    if (summary->foreign > 0)
        fprintf(
            out,
            "# %u skipped, since they are about versions of memcached, of which the target tells "
            "none: --as 1.6.18 plays them as that one\n",
            summary->foreign);
}

void tap_end(FILE *out, const struct verdict_summary *summary) {
    print_basics(out, summary);
    print_foreign(out, summary);
    for (size_t i = 0; i < summary->remark_count; i++)
        print_comment(out, "", summary->remarks[i]);
    if (summary->planned > 0 || summary->bail_out == NULL)
        print_counts(out, summary);
    if (summary->bail_out != NULL) {
        fputs("Bail out! ", out);
        print_words(out, summary->bail_out);
        fputc('\n', out);
    }
}
