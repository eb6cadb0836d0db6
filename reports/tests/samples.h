/* SPDX-License-Identifier: MIT */
/* samples.h - fixed verdicts for the tests of every writer: a pass, a skip, a failure as a student
 * meets it, each shape that a difference can have, and what a hostile target would send. */
#pragma once

#include "verdict.h"

/* A literal as the initialiser of a struct verdict_bytes. */
// NOLINTNEXTLINE(bugprone-macro-parentheses): an initialiser stands in braces
#define BYTES(literal)                                                                             \
    { literal, sizeof(literal) - 1 }
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char sample_target[] = "127.0.0.1:11211, version 1.6.18";
static const struct verdict sample_pass = {.id = "classic/storage/set-stores-a-value",
                                           .name = "set stores a value",
                                           .outcome = VERDICT_PASS,
                                           .gates = true};
static const struct verdict sample_skip = {.id = "meta/get/mg-answers-EN-on-a-miss",
                                           .outcome = VERDICT_SKIP,
                                           .reason = "the target does not speak meta (mn: ERROR)"};

static const struct verdict_event add_events[] = {
    {0, "A", VERDICT_NOTE, BYTES("connected"), 9, NULL},
    {0, "A", VERDICT_SENT, BYTES("set k1 7 0 3\r\none\r\n"), 19, NULL},
    {1, "A", VERDICT_RECEIVED, BYTES("STORED\r\n"), 8, NULL},
    {1, "A", VERDICT_SENT, BYTES("add k1 9 0 3\r\ntwo\r\n"), 19, NULL},
    {1, "A", VERDICT_RECEIVED, BYTES("STORED\r\n"), 8, NULL}};
static const char *const add_reproduce[] = {
    "mctap run 127.0.0.1:11211 --only classic/storage/add-refuses-a-key-that-exists",
    "printf 'set k1 7 0 3\\r\\none\\r\\nadd k1 9 0 3\\r\\ntwo\\r\\n' | nc 127.0.0.1 11211"};
static const struct verdict sample_fail = {
    .id = "classic/storage/add-refuses-a-key-that-exists",
    .name = "add refuses a key that exists",
    .file = "scenarios/classic/storage.json",
    .line = 12,
    .outcome = VERDICT_FAIL,
    .gates = true,
    .reason = "add overwrote a key that exists: STORED came instead of NOT_STORED",
    .rule = "storage.add.exists",
    .sentence = "\"add\" stores the data only if the server does not hold the key already.",
    .section = "Storage commands",
    .step = "step 2 of 3, session A",
    .request = BYTES("add k1 9 0 3\r\ntwo\r\n"),
    .expected = BYTES("NOT_STORED\r\n"),
    .received = BYTES("STORED\r\n"),
    .has_difference = true,
    .connection = "open, nothing unread",
    .hint = "add must look the key up before it stores; is it an alias of set?",
    .events = add_events,
    .event_count = COUNT(add_events),
    .reproduce = add_reproduce,
    .reproduce_count = COUNT(add_reproduce)};

/* One failure of each shape that the picture of a difference has. */
#define SHAPE(claim, sent, want, want_at, got, got_at)                                             \
    {                                                                                              \
        .id = "shapes/" claim, .outcome = VERDICT_FAIL, .gates = true, .reason = (claim),          \
        .rule = "shape", .request = BYTES(sent), .expected = BYTES(want),                          \
        .expected_at = (want_at), .received = BYTES(got), .differs_at = (got_at),                  \
        .has_difference = true                                                                     \
    }

static const struct verdict sample_shapes[] = {
    SHAPE("value", "get k1\r\n", "VALUE k1 7 3\r\none\r\nEND\r\n", 15,
          "VALUE k1 7 3\r\nowo\r\nEND\r\n", 15),
    SHAPE("wildcard", "gets k1\r\n", "VALUE k1 7 3 {cas=u64}\r\none\r\nEND\r\n", 24,
          "VALUE k1 7 3 42\r\ntwo\r\nEND\r\n", 17),
    SHAPE("lf-instead-of-crlf", "version\r\n", "VERSION {text}\r\n", 14, "VERSION 1.0\n", 11),
    SHAPE("too-little", "get k1\r\n", "VALUE k1 7 3\r\none\r\nEND\r\n", 19,
          "VALUE k1 7 3\r\none\r\n", 19),
    SHAPE("nothing", "get k1\r\n", "END\r\n", 0, "", 0),
    SHAPE("surplus", "delete k1\r\n", "DELETED\r\n", 9, "DELETED\r\nDELETED\r\n", 9),
    SHAPE("silence", "set k1 0 0 1 noreply\r\nx\r\n", "", 0, "STORED\r\n", 0),
    SHAPE("far-right", "get k1\r\n",
          "VALUE k1 0 50\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nEND\r\n", 67,
          "VALUE k1 0 50\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nend\r\n", 67)};

static const struct verdict_choice cas_choices[] = {
    {"refused", BYTES("CLIENT_ERROR {text}\r\n")},
    {"a name so long that its reply does not fit on the very same line any more at all",
     BYTES("ERROR\r\n")},
    {"gone", BYTES("NOT_FOUND\r\n")}};
static const struct verdict_choice add_choices[] = {
    {"once, came 2 times", BYTES("STORED\r\n")},
    {"the rest, came 6 times", BYTES("NOT_STORED\r\n")}};
static const struct verdict sample_others[] = {
    {.id = "classic/cas/cas-without-a-unique-is-refused",
     .outcome = VERDICT_FAIL,
     .gates = true,
     .reason = "the reply differs from byte 4 on",
     .rule = "cas.arguments",
     .request = BYTES("cas k1 0 0 1\r\na\r\n"),
     .expected = BYTES("NOT_FOUND\r\n"),
     .received = BYTES("NOT_STORED\r\n"),
     .differs_at = 4,
     .expected_at = 4,
     .has_difference = true,
     .choices = cas_choices,
     .choice_count = COUNT(cas_choices)},
    {.id = "classic/concurrency/one-of-eight-adds-stores",
     .outcome = VERDICT_FAIL,
     .gates = true,
     .reason = "2 of 8 sessions were answered STORED\\r\\n, expected 1",
     .rule = "storage.add.stored",
     .choices = add_choices,
     .choice_count = COUNT(add_choices)},
    {.id = "classic/cas/a-new-value-has-a-new-cas-unique",
     .outcome = VERDICT_FAIL,
     .gates = true,
     .reason = "cas2 should differ from cas1; both are 42",
     .rule = "cas.unique.changes",
     .request = BYTES("gets k1\r\n"),
     .expected = BYTES("VALUE k1 7 3 {cas2=u64}\r\none\r\nEND\r\n"),
     .received = BYTES("VALUE k1 7 3 42\r\none\r\nEND\r\n")},
    {.id = "classic/storage/set-stores-a-value",
     .target = "unix:/tmp/m.sock",
     .file = "scenarios/classic/storage.json",
     .outcome = VERDICT_ERROR,
     .reason = "the target closed the connection before it answered"},
};

/* What a hostile target would send to be taken for the harness, or to break a reader. */
static const struct verdict_bytes sample_attacks[] = {
    BYTES("ok 1\r\n"),
    BYTES("\nok 1 - forged\n"),
    BYTES("not ok 1\n"),
    BYTES("\nBail out! forged\n"),
    BYTES("Bail out!"),
    BYTES("\n1..0 # SKIP forged\n"),
    BYTES("\npragma +strict\n"),
    BYTES("\n  ...\nok 2\n"),
    BYTES("..."),
    BYTES("---"),
    BYTES("  ---\n  a: b\n"),
    BYTES("# TODO forged"),
    BYTES("x # SKIP forged"),
    BYTES("\\# TODO forged"),
    BYTES("# Subtest: forged"),
    BYTES("forged {"),
    BYTES("\"quoted\" and \\\" and \\"),
    BYTES("\\\\\\\\\"\"\"\"'''%s%n"),
    BYTES("a: b"),
    BYTES("- a"),
    BYTES("|"),
    BYTES("   blanks   "),
    BYTES("]]></failure></testcase><testcase name=\"forged\"/>"),
    BYTES("&lt; &#0; &forged; <!-- "),
    BYTES("nul \0 esc \x1b[2J\x1b]0;title\x07 high \xff\xfe del \x7f"),
    BYTES("\xc2\x85 next line \xe2\x80\xa8 separator \xef\xbb\xbf \xe2\x80\xae"),
    BYTES("\v\f\b\a\t\r"),
    BYTES("")};
