/* SPDX-License-Identifier: MIT */
/* junit.c - XML in the shape that JUnit gave it, for CI systems that read no TAP: a <testcase> a
 * scenario, all in one <testsuite>. It has no standard. What is written here is what GitLab,
 * Jenkins and others read alike: the outcome is an element inside the test case, its attribute
 * `message` is one line, its text is everything there is to know. A failure that does not gate is
 * told as skipped, with the reason. Counts stand nowhere: they are not known when the first verdict
 * is, and readers count for themselves. The runner is the caller. */
#include "difference.h"
#include "escape.h"
#include "report.h"
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_SIZE = 401 };

/* Text of an element or a quoted attribute. It is printable ASCII, so these four are all. */
static void print_xml(FILE *out, const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '&')
            fputs("&amp;", out);
        else if (*c == '<')
            fputs("&lt;", out);
        else if (*c == '>')
            fputs("&gt;", out);
        else if (*c == '"')
            fputs("&quot;", out);
        else
            fputc(*c, out);
    }
}

/* ` name="text"`, from any text; nothing when it is NULL. */
static void print_attribute(FILE *out, const char *name, const char *text) {
    char printable[WORDS_SIZE];
    if (text == NULL)
        return;
    escape_text(printable, sizeof printable, text);
    fprintf(out, " %s=\"", name);
    print_xml(out, printable);
    fputc('"', out);
}

static void print_property(FILE *out, const char *name, const char *text) {
    fprintf(out, "<property name=\"%s\"", name);
    print_attribute(out, "value", text);
    fputs("/>\n", out);
}

void junit_begin(FILE *out, const struct report_run *run) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"mctap\">\n",
          out);
    fputs("<properties>\n", out);
    print_property(out, "tool", run->tool);
    for (size_t i = 0; i < run->target_count; i++)
        print_property(out, "target", run->targets[i]);
    for (size_t i = 0; i < run->lack_count; i++)
        print_property(out, "not offered", run->lacks[i]);
    fputs("</properties>\n", out);
}

/* ---- the text of an outcome ---- */

static void tell_line(FILE *text, const char *before, const char *words) {
    char printable[WORDS_SIZE];
    if (words == NULL)
        return;
    escape_text(printable, sizeof printable, words);
    fprintf(text, "%s%s\n", before, printable);
}

/* In the order in which a person asks, as tap.c tells it. */
static void tell(FILE *text, const struct verdict *verdict) {
    char words[VERDICT_WORDS_SIZE];
    tell_line(text, "", verdict->reason);
    tell_line(text, "baseline: ", verdict->baseline);
    tell_line(text, "claim: ", verdict->name);
    if (difference_exists(verdict))
        difference_print(text, "  ", verdict);
    tell_line(text, "connection: ", verdict->connection);
    tell_line(text, "hint: ", verdict->hint);
    tell_line(text, "note: ", verdict->note);
    if (verdict->rule != NULL) {
        tell_line(text, "rule: ", verdict->rule);
        tell_line(text, "level: ", verdict_level_name(verdict->level));
        tell_line(text, "sentence: ", verdict->sentence);
        tell_line(text, "section: ", verdict_section(verdict, words));
    }
    tell_line(text, "step: ", verdict->step);
    tell_line(text, "at: ", verdict_place(verdict, words));
    if (verdict->event_count > 0)
        fputs("transcript:\n", text);
    transcript_print(text, "  ", verdict);
    for (size_t i = 0; i < verdict->reproduce_count; i++)
        tell_line(text, i == 0 ? "reproduce:\n  " : "  ", verdict->reproduce[i]);
}

static void print_text(FILE *out, const struct verdict *verdict) {
    char *told = NULL;
    size_t length = 0;
    FILE *text = open_memstream(&told, &length);
    if (text == NULL)
        abort(); /* without memory nothing can be told */
    tell(text, verdict);
    fclose(text);
    print_xml(out, told);
    free(told);
}

/* ---- a verdict ---- */

/* `<skipped message="known: ...">` and the like, with everything that is to know. */
static void print_outcome(FILE *out, const struct verdict *verdict, const char *element,
                          const char *message) {
    fprintf(out, "<%s", element);
    print_attribute(out, "message", message);
    if (verdict->rule != NULL)
        print_attribute(out, "type", verdict_level_name(verdict->level));
    fputc('>', out);
    print_text(out, verdict);
    fprintf(out, "</%s>\n", element);
}

static void print_failure(FILE *out, const struct verdict *verdict) {
    char message[VERDICT_WORDS_SIZE];
    if (verdict->gates) {
        print_outcome(out, verdict, "failure", verdict->reason);
        return;
    }
    snprintf(message, sizeof message, "%s%s",
             verdict->known ? "known: " : "does not gate: ", verdict_excuse(verdict));
    print_outcome(out, verdict, "skipped", message);
}

/* What stands beside a verdict that needs no text: remarks, and the note of a pass. */
static void print_remarks(FILE *out, const struct verdict *verdict) {
    bool passed = verdict->outcome == VERDICT_PASS || verdict->outcome == VERDICT_SKIP;
    const char *note = passed ? verdict->note : NULL;
    char printable[WORDS_SIZE];
    if (verdict->remark_count == 0 && note == NULL)
        return;
    fputs("<system-out>", out);
    for (size_t i = 0; i < verdict->remark_count + (note != NULL); i++) {
        escape_text(printable, sizeof printable,
                    i < verdict->remark_count ? verdict->remarks[i] : note);
        print_xml(out, printable);
        fputc('\n', out);
    }
    fputs("</system-out>\n", out);
}

/* The chapter is the class, as readers group by it; what has none belongs to mctap. */
static void print_names(FILE *out, const struct verdict *verdict) {
    char chapter[VERDICT_WORDS_SIZE] = "mctap", name[VERDICT_WORDS_SIZE];
    const char *slash = strrchr(verdict->id, '/');
    if (slash != NULL)
        snprintf(chapter, sizeof chapter, "%.*s", (int)(slash - verdict->id), verdict->id);
    snprintf(name, sizeof name, "%s%s%s", slash != NULL ? slash + 1 : verdict->id,
             verdict->target != NULL ? " on " : "", verdict->target != NULL ? verdict->target : "");
    print_attribute(out, "classname", chapter);
    print_attribute(out, "name", name);
}

void junit_point(FILE *out, unsigned number, const struct verdict *verdict) {
    (void)number; /* a scenario is known by its name here */
    fputs("<testcase", out);
    print_names(out, verdict);
    print_attribute(out, "file", verdict->file);
    if (verdict->line > 0)
        fprintf(out, " line=\"%d\"", verdict->line);
    fprintf(out, " time=\"%u.%03u\">\n", verdict->duration_ms / 1000, verdict->duration_ms % 1000);
    if (verdict->outcome == VERDICT_SKIP) {
        fputs("<skipped", out);
        print_attribute(out, "message", verdict->reason);
        fputs("/>\n", out);
    } else if (verdict->outcome == VERDICT_ERROR) {
        print_outcome(out, verdict, "error", verdict->reason);
    } else if (verdict->outcome == VERDICT_FAIL) {
        print_failure(out, verdict);
    }
    print_remarks(out, verdict);
    fputs("</testcase>\n", out);
}

static void print_lines(FILE *out, const char *const *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        print_xml(out, lines[i]);
        fputc('\n', out);
    }
}

static void print_summary(FILE *out, const struct verdict_summary *summary) {
    if (summary->basic_count + summary->remark_count == 0)
        return;
    fputs("<system-out>", out);
    if (summary->basic_count > 0)
        fputs("look first at these, for other failures may follow from them:\n", out);
    print_lines(out, summary->basics, summary->basic_count);
    print_lines(out, summary->remarks, summary->remark_count);
    fputs("</system-out>\n", out);
}

void junit_end(FILE *out, const struct verdict_summary *summary) {
    if (summary->bail_out != NULL) {
        fputs("<testcase classname=\"mctap\" name=\"the run ended early\">\n<error", out);
        print_attribute(out, "message", summary->bail_out);
        fputs("/>\n</testcase>\n", out);
    }
    print_summary(out, summary);
    fputs("</testsuite>\n</testsuites>\n", out);
}
