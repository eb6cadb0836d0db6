/* SPDX-License-Identifier: MIT */
/* test_writers.c - what each writer makes of fixed verdicts, compared byte for byte with
 * tests/golden/. After a wanted change: UPDATE_GOLDEN=1 build/tests/reports-test_writers, then read
 * the diff.
 * consumers.t feeds the same streams to the harnesses that people use. Runs at the top level. */
#include "report.h"
#include "samples.h"

#include "reports/check.h"

#include <stdlib.h>

/* Where a stream goes: the writer and its file. */
struct stream {
    const struct report *report;
    FILE *out;
};

/* A run of fixed verdicts; numbers and counts follow from them. */
static void tell(struct stream *to, int tap_version, const char *target,
                 const struct verdict *verdicts, unsigned count, unsigned planned,
                 const char *bail_out) {
    struct report_run run = {.planned = planned,
                             .targets = &target,
                             .target_count = 1,
                             .tool = "mctap 0.1.0",
                             .tap_version = tap_version};
    struct verdict_summary sum = {.planned = planned, .duration_ms = 2345, .bail_out = bail_out};
    to->report->begin(to->out, &run);
    for (unsigned i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        to->report->point(to->out, i + 1, verdict);
        sum.passed += verdict->outcome == VERDICT_PASS;
        sum.failed += verdict->outcome == VERDICT_FAIL;
        sum.skipped += verdict->outcome == VERDICT_SKIP;
        sum.errors += verdict->outcome == VERDICT_ERROR;
        sum.not_gating += verdict->outcome == VERDICT_FAIL && !verdict->gates;
    }
    to->report->end(to->out, &sum);
}

static void tell_passed(struct stream *to) {
    struct verdict all[] = {sample_pass, sample_skip, sample_pass};
    tell(to, 13, sample_target, all, COUNT(all), COUNT(all), NULL);
}

static void tell_failed(struct stream *to) {
    struct verdict all[] = {sample_pass, sample_fail, sample_skip};
    tell(to, 13, sample_target, all, COUNT(all), COUNT(all), NULL);
}

static void tell_shapes(struct stream *to) {
    tell(to, 13, sample_target, sample_shapes, COUNT(sample_shapes), COUNT(sample_shapes), NULL);
}

static void tell_others(struct stream *to) {
    tell(to, 13, sample_target, sample_others, COUNT(sample_others), COUNT(sample_others), NULL);
}

static void tell_todo_as(struct stream *to, int tap_version) {
    struct verdict all[] = {sample_pass, sample_fail, sample_fail, sample_skip, sample_fail};
    all[1].gates = all[2].gates = all[4].gates = false;
    all[1].level = VERDICT_OBSERVED;
    all[2].level = VERDICT_OPTIONAL;
    all[4].todo = "in words\nof its own";
    tell(to, tap_version, sample_target, all, COUNT(all), COUNT(all), NULL);
}

static void tell_todo(struct stream *to) {
    tell_todo_as(to, 13);
}

static void tell_tap14(struct stream *to) {
    tell_todo_as(to, 14);
}

/* A megabyte with one wrong byte, and a transcript of hundreds of lines. */
static void tell_long(struct stream *to) {
    enum { LENGTH = 1 << 20, EVENTS = 300 };
    static char expected[LENGTH], received[LENGTH];
    static struct verdict_event events[EVENTS];
    struct verdict verdict = sample_fail;
    int head = snprintf(expected, LENGTH, "VALUE k1 0 1048550\r\n");
    memset(expected + head, 'x', LENGTH - (size_t)head);
    memcpy(received, expected, LENGTH);
    received[700000] = '\0';
    for (unsigned i = 0; i < EVENTS; i++)
        events[i] =
            (struct verdict_event){i, "buyer", VERDICT_RECEIVED, {received, 300}, LENGTH, NULL};
    verdict.request = (struct verdict_bytes){expected, 4000};
    verdict.expected = (struct verdict_bytes){expected, LENGTH};
    verdict.received = (struct verdict_bytes){received, LENGTH - 5};
    verdict.differs_at = verdict.expected_at = 700000;
    verdict.events = events;
    verdict.event_count = EVENTS;
    tell(to, 13, sample_target, &verdict, 1, 1, NULL);
}

/* A failure in which every field that may quote the target does. */
static struct verdict hostile_failure(const char *text, struct verdict_bytes bytes, bool gates) {
    return (struct verdict){.id = text,
                            .target = text,
                            .name = text,
                            .file = text,
                            .line = 1,
                            .outcome = VERDICT_FAIL,
                            .gates = gates,
                            .level = VERDICT_OBSERVED,
                            .reason = text,
                            .rule = text,
                            .sentence = text,
                            .section = text,
                            .step = text,
                            .request = bytes,
                            .expected = bytes,
                            .received = bytes,
                            .differs_at = bytes.length / 2,
                            .expected_at = bytes.length / 2,
                            .has_difference = true,
                            .connection = text,
                            .hint = text};
}

/* Each attack in a failure, a skip and a pass. As a C string it ends at its NUL. */
static void tell_hostile(struct stream *to) {
    struct verdict all[3 * COUNT(sample_attacks)];
    struct verdict_event events[COUNT(sample_attacks)];
    const char *lines[COUNT(sample_attacks)][2];
    for (size_t i = 0; i < COUNT(sample_attacks); i++) {
        struct verdict_bytes bytes = sample_attacks[i];
        const char *text = bytes.data;
        lines[i][0] = text;
        lines[i][1] = "nc";
        events[i] = (struct verdict_event){
            (unsigned)i, text, (enum verdict_direction)(i % 3), bytes, bytes.length + i % 2, NULL};
        struct verdict *failure = &all[3 * i];
        *failure = hostile_failure(text, bytes, i % 2 == 0);
        failure->events = &events[i];
        failure->event_count = 1;
        failure->reproduce = lines[i];
        failure->reproduce_count = 2;
        failure[1] =
            (struct verdict){.id = text, .target = text, .outcome = VERDICT_SKIP, .reason = text};
        failure[2] = (struct verdict){.id = text, .outcome = VERDICT_PASS};
    }
    tell(to, 13, "127.0.0.1:1, version \nok 1\nBail out! \x1b[31m # TODO {", all, COUNT(all),
         COUNT(all), NULL);
}

static void tell_bail_out(struct stream *to) {
    struct verdict all[] = {sample_pass, sample_fail};
    tell(to, 13, sample_target, all, COUNT(all), 148,
         "the target died (signal 11); its last words were \nok 3 # TODO\x1b[0m");
}

/* The target is no memcached, and one of two scenarios is about a version of memcached. */
static void tell_foreign(struct stream *to) {
    const char *target = sample_target;
    struct report_run run = {.planned = 2,
                             .targets = &target,
                             .target_count = 1,
                             .tool = "mctap 0.1.0",
                             .tap_version = 13};
    static const char *const remarks[] = {"the server died 1 time; its last words: <oops>\nok 3",
                                          "3 scenarios ran out of time"};
    struct verdict_summary sum = {.planned = 2,
                                  .passed = 1,
                                  .skipped = 1,
                                  .foreign = 1,
                                  .remarks = remarks,
                                  .remark_count = COUNT(remarks)};
    to->report->begin(to->out, &run);
    to->report->point(to->out, 1, &sample_pass);
    to->report->point(to->out, 2, &sample_skip);
    to->report->end(to->out, &sum);
}

static void tell_nothing(struct stream *to) {
    tell(to, 13, sample_target, NULL, 0, 0, NULL);
}

/* The run ends before anything is planned: the reason is all there is to tell. */
static void tell_unplanned(struct stream *to) {
    struct report_run run = {.unplanned = true, .tool = "mctap 0.1.0", .tap_version = 13};
    struct verdict_summary sum = {.bail_out = "no connection to 127.0.0.1:1: refused # TODO\nok 1"};
    to->report->begin(to->out, &run);
    to->report->end(to->out, &sum);
}

static const struct {
    const char *name;
    void (*tell)(struct stream *to);
} streams[] = {
    {"passed", tell_passed},   {"failed", tell_failed},       {"shapes", tell_shapes},
    {"others", tell_others},   {"todo", tell_todo},           {"tap14", tell_tap14},
    {"long", tell_long},       {"hostile", tell_hostile},     {"bail-out", tell_bail_out},
    {"nothing", tell_nothing}, {"unplanned", tell_unplanned}, {"foreign", tell_foreign}};

/* The golden file `path`, in `held` of `size` bytes; returns its length. */
static size_t read_file(const char *path, char *held, size_t size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    size_t length = fread(held, 1, size, file);
    fclose(file);
    return length;
}

static bool write_file(const char *path, const char *data, size_t length) {
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    size_t wrote = fwrite(data, 1, length, file);
    return fclose(file) == 0 && wrote == length;
}

static bool is_printable(const char *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (data[i] != '\n' && (data[i] < 0x20 || data[i] > 0x7e))
            return false;
    }
    return length > 0 && data[length - 1] == '\n';
}

static void test_stream(const struct report *report, size_t index, bool update) {
    static char golden[1 << 18];
    char path[200], claim[300], *told = NULL;
    size_t length = 0;
    struct stream to = {report, open_memstream(&told, &length)};
    bool tap = strcmp(report->name, "tap") == 0;
    if (to.out == NULL)
        abort();
    streams[index].tell(&to);
    fclose(to.out);
    snprintf(path, sizeof path, "reports/tests/golden/%s.%s", streams[index].name,
             tap ? "tap" : "xml");
    if (update && !write_file(path, told, length))
        perror(path);
    size_t golden_length = read_file(path, golden, sizeof golden);
    snprintf(claim, sizeof claim, "the stream is as in %s", path);
    CHECK_BYTES(told, length, golden, golden_length, claim);
    snprintf(claim, sizeof claim, "%s: every line is printable ASCII", path);
    CHECK(is_printable(told, length), claim);
    free(told);
}

static void test_table(void) {
    size_t count = 0;
    const struct report *all = report_all(&count);
    CHECK(count > 0 && report_find(all[0].name) == &all[0], "a writer is found by its name");
    CHECK(report_find("no such writer") == NULL, "an unknown name finds none");
}

int main(void) {
    bool update = getenv("UPDATE_GOLDEN") != NULL;
    size_t count = 0;
    const struct report *all = report_all(&count);
    test_table();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < COUNT(streams); j++)
            test_stream(&all[i], j, update);
    return check_finish();
}
