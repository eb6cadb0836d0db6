/* SPDX-License-Identifier: MIT */
/* test_vars.c - keys, captures and the filling of holes. */
#include "play/vars.h"

#include "texts.h"

#include "reports/check.h"

#include <inttypes.h>
#include <time.h>

static struct arena *arena;
static struct vars *vars;

/* What the text becomes for a session, or the problem in words. */
static const char *rendered(const char *as, const char *notation) {
    struct text text = text_of(arena, notation, TEXT_SENT);
    struct scope scope = {vars, as, 3};
    struct bytes out = {0};
    const char *problem = NULL, *result;
    if (vars_render(&scope, &text, &out, &problem))
        result = arena_copy(arena, out.data ? out.data : "", out.length);
    else
        result = problem;
    bytes_free(&out);
    return result;
}

static void keys(void) {
    CHECK_TEXT(rendered("A", "{key}"), "mctap-0123abcd-0007-key", "{key} begins with the stem");
    CHECK_TEXT(rendered("B", "{key}"), "mctap-0123abcd-0007-key", "and is the same for everybody");
    CHECK_TEXT(rendered("A", "{key:stock}"), "mctap-0123abcd-0007:stock", "{key:NAME}");
    size_t shortest = strlen(rendered("A", "{key:a}"));
    size_t longest = strlen(rendered("A", "{key:aaaaaaaaaaaaaaaaaaaa}"));
    CHECK(shortest >= TEXT_KEY_MIN && longest <= TEXT_KEY_MAX, "keys are 20 to 40 bytes long");
    struct atom padded = {.kind = ATOM_KEY, .name = "long", .length = 250};
    struct scope scope = {vars, "A", 1};
    struct bytes out = {0};
    const char *problem;
    CHECK(vars_render_atom(&scope, &padded, &out, &problem), "a padded key");
    CHECK_INT(out.length, 250, "has its length");
    CHECK(memcmp(out.data, "mctap-0123abcd-0007:longxxx", 27) == 0, "and begins as {key:long}");
    bytes_free(&out);
}

static void base64(void) {
    struct atom inside = {.kind = ATOM_LITERAL, .bytes = "foo\0", .length = 4};
    struct atom atom = {.kind = ATOM_BASE64, .body = {&inside, 1}};
    struct text text = {&atom, 1};
    struct scope scope = {vars, "A", 1};
    struct bytes out = {0};
    const char *problem;
    CHECK_INT(text_size_max(&text), 8, "base64 is longer by a third, padded");
    CHECK(vars_render(&scope, &text, &out, &problem), "base64");
    CHECK_TEXT(out.data, "Zm9vAA==", "of bytes that hold a NUL");
    bytes_free(&out);
}

/* More copies than fit in one block, and a number of them that fills none. */
static void repeats(void) {
    struct atom inside[] = {{.kind = ATOM_LITERAL, .bytes = "ab", .length = 2}, {.kind = ATOM_AS}};
    struct atom atom = {.kind = ATOM_REPEAT, .body = {inside, 2}, .times = 3};
    struct scope scope = {vars, "C", 1};
    struct bytes out = {0};
    const char *problem;
    CHECK(vars_render_atom(&scope, &atom, &out, &problem), "a repeat");
    CHECK_TEXT(out.data, "abCabCabC", "so many times, behind each other");
    atom.times = 100001;
    out.length = 0;
    CHECK(vars_render_atom(&scope, &atom, &out, &problem), "a long one");
    CHECK_INT(out.length, 300003, "has its length");
    bool same = true;
    for (size_t i = 0; i < out.length; i++)
        same = same && out.data[i] == "abC"[i % 3];
    CHECK(same, "and its bytes");
    bytes_free(&out);
}

static void captures(void) {
    CHECK_TEXT(rendered("A", "{cas}"), "{cas} was never captured", "nothing is captured yet");
    vars_capture(vars, "A", "cas", "11", 2);
    vars_capture(vars, "B", "cas", "22", 2);
    CHECK_TEXT(rendered("A", "{cas}"), "11", "a session sees its own capture");
    CHECK_TEXT(rendered("B", "{cas}"), "22", "and the other its own");
    CHECK_TEXT(rendered("C", "{cas}"), "22", "a third sees the last");
    vars_capture(vars, "A", "cas", "33", 2);
    CHECK_TEXT(rendered("C", "{cas}"), "33", "a capture that is made again is the last");
    CHECK_TEXT(rendered("C", "{B.cas}"), "22", "{B.cas} is B's");
    CHECK_TEXT(rendered("C", "{D.cas}"), "{D.cas} was never captured", "{D.cas} is nobody's");
    vars_capture(vars, "A", "raw", "a\0b\r\n", 5);
    struct text text = text_of(arena, "{raw}", TEXT_SENT);
    struct scope scope = {vars, "A", 1};
    struct bytes out = {0};
    const char *problem;
    vars_render(&scope, &text, &out, &problem);
    CHECK_BYTES(out.data, out.length, "a\0b\r\n", 5, "captures hold any bytes");
    bytes_free(&out);
}

static void arithmetic(void) {
    vars_capture(vars, "A", "stock", "900", 3);
    CHECK_TEXT(rendered("A", "{stock-1}"), "899", "less");
    CHECK_TEXT(rendered("A", "{stock+10}"), "910", "more");
    vars_capture(vars, "A", "stock", "18446744073709551615", 20);
    CHECK_TEXT(rendered("A", "{stock-1}"), "18446744073709551614", "the largest number less one");
    CHECK_TEXT(rendered("A", "{stock+1}"), "0", "64 bits go round, as those of incr do");
    vars_capture(vars, "A", "stock", "18446744073709551616", 20);
    CHECK_TEXT(rendered("A", "{stock+1}"), "{stock} is \"18446744073709551616\", not a number",
               "65 bits are no number");
    vars_capture(vars, "A", "stock", "", 0);
    CHECK_TEXT(rendered("A", "{stock+1}"), "{stock} is \"\", not a number", "nothing is no number");
    CHECK_TEXT(rendered("A", "{stock}."), ".", "but it can be sent");
}

static void operands(void) {
    struct scope scope = {vars, "A", 1};
    struct operand left = {.name = "n"}, number = {.number = 7, .offset = -2};
    struct bytes out = {0};
    const char *problem;
    bool is_number;
    uint64_t value;
    vars_capture(vars, "A", "n", "12", 2);
    CHECK(vars_operand(&scope, &left, &out, &is_number, &value, &problem) && is_number,
          "a captured number");
    CHECK_INT(value, 12, "has its value");
    out.length = 0;
    CHECK(vars_operand(&scope, &number, &out, &is_number, &value, &problem), "a written number");
    CHECK_INT(value, 5, "with its offset");
    out.length = 0;
    vars_capture(vars, "A", "n", "12a", 3);
    CHECK(vars_operand(&scope, &left, &out, &is_number, &value, &problem) && !is_number,
          "text is no number");
    bytes_free(&out);
}

static void other_holes(void) {
    CHECK_TEXT(rendered("buyer7", "{as}"), "buyer7", "{as}");
    CHECK_TEXT(rendered("A", "{round}"), "3", "{round}");
    uint64_t before = (uint64_t)time(NULL);
    uint64_t now = strtoull(rendered("A", "{now}"), NULL, 10);
    uint64_t later = strtoull(rendered("A", "{now+100}"), NULL, 10);
    uint64_t after = (uint64_t)time(NULL);
    CHECK(before <= now && now <= after, "{now} is the time");
    CHECK(before + 100 <= later && later <= after + 100, "{now+100} is 100 seconds later");
    CHECK_TEXT(rendered("A", "a{{b}}c"), "a{b}c", "braces themselves");
}

static void printing(void) {
    struct bytes out = {0};
    bytes_print(&out, "%s %d", "set", 7);
    bytes_print(&out, "%01000d", 1);
    CHECK_INT(out.length, 1005, "printed whole, however long");
    CHECK(memcmp(out.data, "set 700", 7) == 0 && strcmp(out.data + 1000, "00001") == 0,
          "one behind the other");
    bytes_free(&out);
}

int main(void) {
    arena = arena_new();
    vars = vars_new(arena, "mctap-0123abcd-0007");
    keys();
    base64();
    repeats();
    captures();
    arithmetic();
    operands();
    other_holes();
    printing();
    arena_free(arena);
    return check_finish();
}
