/* SPDX-License-Identifier: MIT */
/* test_escape.c - the notation of bytes, and the two ways in which long values are cut. */
#include "escape.h"

#include "reports/check.h"

#include <stdlib.h>

/* The notation of a literal, in a buffer that lives until the next call. */
static const char *bytes(const char *data, size_t length) {
    static char out[400];
    escape_value(out, sizeof out, data, length, ESCAPE_BYTES);
    return out;
}
#define BYTES(literal) bytes((literal), sizeof(literal) - 1)

static void test_notation(void) {
    char out[ESCAPE_SIZE_MIN];
    CHECK_TEXT(BYTES("set k 0 0 3\r\none\r\n"), "set k 0 0 3\\r\\none\\r\\n",
               "line ends are shown, printable bytes stay");
    CHECK_TEXT(BYTES("\t\0\x1b\x7f\xff"), "\\t\\x00\\x1b\\x7f\\xff", "other bytes become \\xNN");
    CHECK_TEXT(BYTES("\\r\r"), "\\\\r\\r", "a backslash that travelled is doubled");
    CHECK_TEXT(BYTES("\xc3\xa9\xe2\x80\xa8"), "\\xc3\\xa9\\xe2\\x80\\xa8",
               "UTF-8 is bytes too: no line separator gets through");
    CHECK_TEXT(bytes(NULL, 0), "", "no bytes give an empty string");
    escape_text(out, sizeof out, "expected STORED\\r\\n\n\"#");
    CHECK_TEXT(out, "expected STORED\\r\\n\\n\"#", "our own words keep a single backslash");
    escape_text(out, sizeof out, NULL);
    CHECK_TEXT(out, "", "no words give an empty string");
}

static void test_every_byte(void) {
    char all[256], out[1100];
    bool printable = true;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    escape_value(out, sizeof out, all, sizeof all, ESCAPE_BYTES);
    for (const char *c = out; *c != '\0'; c++)
        printable = printable && *c >= 0x20 && *c <= 0x7e;
    CHECK(printable, "all 256 bytes come out printable");
    CHECK_INT(strlen(out), escape_width(all, sizeof all, ESCAPE_BYTES),
              "the width is what is written");
    CHECK_INT(strlen(out), 95 + 1 + 3 * 2 + (256 - 95 - 3) * 4, "every byte has its own notation");
}

static void test_middle_cut(void) {
    char value[2000], out[ESCAPE_SIZE_MIN];
    memset(value, 'x', sizeof value);
    value[0] = '<';
    value[sizeof value - 1] = '\n';
    escape_value(out, sizeof out, value, sizeof out - 1, ESCAPE_BYTES);
    CHECK_INT(strlen(out), sizeof out - 1, "a value that just fits is not cut");
    CHECK(strchr(out, '[') == NULL, "nor marked as cut");
    escape_value(out, sizeof out, value, sizeof value, ESCAPE_BYTES);
    CHECK(strncmp(out, "<xxx", 4) == 0, "a cut value keeps its beginning");
    CHECK(strcmp(out + strlen(out) - 4, "xx\\n") == 0, "and its end");

    const char *mark = strstr(out, "[...");
    const char *after = mark == NULL ? NULL : strstr(mark, " bytes...]");
    CHECK(after != NULL, "a mark stands for what is left out");
    if (after == NULL)
        return;
    size_t shown = strlen(out) - (size_t)(after + strlen(" bytes...]") - mark);
    CHECK_INT(shown + strtoul(mark + 4, NULL, 10), sizeof value + 1, "and counts it in bytes");
}

static void test_cut_of_unprintable(void) {
    char value[82], out[ESCAPE_SIZE_MIN];
    memset(value, 1, sizeof value);
    escape_value(out, sizeof out, value, sizeof value, ESCAPE_BYTES);
    CHECK(strstr(out, "\\x01[...") != NULL && strstr(out, "...]\\x01") != NULL,
          "a cut never splits the notation of a byte");
}

/* Two values that part at `at`: is the byte in question shown, and in one column? */
static bool is_aligned(char *value, size_t length, size_t at) {
    char above[87], below[87];
    size_t want = escape_window(above, sizeof above, value, length, at);
    value[at] = 'Z';
    size_t got = escape_window(below, sizeof below, value, at + 1 + (length - at) / 3, at);
    value[at] = 'a';
    return want == got && above[want] == 'a' && below[got] == 'Z';
}

static void test_window(void) {
    char value[5000], out[87];
    size_t aligned = 0;
    memset(value, 'a', sizeof value);
    for (size_t at = 0; at < sizeof value; at++)
        aligned += is_aligned(value, sizeof value, at);
    CHECK_INT(aligned, sizeof value,
              "wherever two values part, both windows show it in one column");
    CHECK_INT(escape_window(out, sizeof out, value, 3, 3), 3, "the end is a place too");
    CHECK_TEXT(out, "aaa", "and nothing follows it");
    CHECK_INT(escape_window(out, sizeof out, NULL, 0, 0), 0, "an empty value has a column 0");
    size_t column = escape_window(out, sizeof out, value, sizeof value, 4000);
    CHECK_INT(column, strlen("[...3979 bytes...]") + 21, "a far byte follows the mark and context");
    CHECK(strncmp(out, "[...3979 bytes...]a", 19) == 0, "the mark counts the bytes before");
    CHECK(strstr(out, "a[...") != NULL, "another one stands for the bytes after");
}

static void test_beginning(void) {
    char value[300], out[ESCAPE_SIZE_MIN];
    memset(value, 'x', sizeof value);
    escape_beginning(out, sizeof out, value, 5, 5);
    CHECK_TEXT(out, "xxxxx", "a short value is whole");
    escape_beginning(out, sizeof out, value, 5, 6);
    CHECK_TEXT(out, "xxxxx[...1 byte...]", "bytes that are not at hand are counted");
    escape_beginning(out, sizeof out, value, sizeof value, 1000000);
    CHECK(strncmp(out, "xxx", 3) == 0 && strstr(out, "x[...9999") != NULL,
          "so are those that do not fit");
    escape_beginning(out, sizeof out, NULL, 0, 7);
    CHECK_TEXT(out, "[...7 bytes...]", "nothing at hand is all mark");
}

static void test_window_of_unprintable(void) {
    char value[3000], out[ESCAPE_SIZE_MIN];
    memset(value, 0xff, sizeof value);
    value[1500] = '!';
    size_t column = escape_window(out, sizeof out, value, sizeof value, 1500);
    CHECK(out[column] == '!', "the column counts notations, not bytes");
    CHECK(strlen(out) < sizeof out, "the window stays in its buffer");
}

int main(void) {
    test_notation();
    test_every_byte();
    test_middle_cut();
    test_cut_of_unprintable();
    test_beginning();
    test_window();
    test_window_of_unprintable();
    return check_finish();
}
