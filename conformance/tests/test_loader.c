/* SPDX-License-Identifier: MIT */
/* test_loader.c - mistakes in files of scenarios. Each tests/loader/NAME.json makes one mistake,
 * and NAME.expect beside it holds the messages that must be told, without the folder. Then files
 * that are cut off, damaged or no JSON at all: refused, without harm. Runs from the top level. */
#include "files.h"
#include "language/catalog.h"
#include "must.h"

#include "reports/check.h"

#include <dirent.h>
#include <unistd.h>

#define FOLDER "conformance/tests/loader"
#define GOOD   "conformance/tests/catalog/chapter/every-field.json"

/* All problems of a catalogue, one a line, to be freed. */
static char *problems_text(const struct catalog *catalog, size_t *length) {
    char *text = NULL;
    FILE *stream = must(open_memstream(&text, length), "a text");
    for (size_t i = 0; i < catalog->problem_count; i++)
        fprintf(stream, "%s\n", catalog->problems[i]);
    fclose(stream);
    return text;
}

static void check_golden(const char *name) {
    char path[512];
    const char *const files[] = {path};
    size_t length, expected_length;
    snprintf(path, sizeof path, FOLDER "/%s.json", name);
    struct catalog *catalog = catalog_load(FOLDER, files, 1);
    char *text = problems_text(catalog, &length);
    string_remove(text, FOLDER "/");
    snprintf(path, sizeof path, FOLDER "/%s.expect", name);
    char *expected = file_bytes(path, &expected_length);
    CHECK_TEXT(text, expected, name);
    free(expected);
    free(text);
    catalog_free(catalog);
}

static int is_json(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static void check_goldens(void) {
    struct dirent **entries;
    int count = scandir(FOLDER, &entries, is_json, alphasort);
    CHECK(count > 100, "there are goldens");
    for (int i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        name[strlen(name) - 5] = '\0';
        check_golden(name);
        free(entries[i]);
    }
    free(entries);
}

/* The number of problems that the loader has with these bytes; scenarios are counted too. */
static size_t load(const char *path, const void *bytes, size_t length, size_t *scenarios) {
    if (!file_write(path, bytes, length)) {
        printf("Bail out! cannot write %s\n", path);
        exit(1);
    }
    struct catalog *catalog = catalog_load("conformance/tests/catalog", &path, 1);
    size_t problems = catalog->problem_count;
    *scenarios = catalog->scenario_count;
    catalog_free(catalog);
    return problems;
}

/* The good file, cut off behind every byte. */
static void check_truncated(const char *path) {
    size_t length, scenarios, refused = 0, emptied = 0;
    char *good = file_bytes(GOOD, &length);
    while (length > 0 && good[length - 1] != '}')
        length--;
    CHECK_INT(load(path, good, length, &scenarios), 0, "the good file has no problems");
    CHECK_INT(scenarios, 4, "and four scenarios");
    for (size_t cut = 0; cut < length; cut++) {
        refused += load(path, good, cut, &scenarios) == 1;
        emptied += scenarios == 0;
    }
    CHECK_INT(refused, length, "cut off behind any byte it is refused with one problem");
    CHECK_INT(emptied, length, "and gives no scenario");
    free(good);
}

/* The good file with one byte changed: whatever it then means, nothing breaks. What breaks the
 * encoding or the brackets must be refused. */
static void check_damaged(const char *path) {
    static const char damages[] = {'\0', '\xff', '\n', '"', '{', '}', '9', ',', '\\'};
    size_t length, scenarios, harmless = 0;
    char *good = file_bytes(GOOD, &length);
    for (size_t at = 0; at < length; at++) {
        char byte = good[at];
        good[at] = damages[at % sizeof damages];
        size_t problems = load(path, good, length, &scenarios);
        if (good[at] == '\0' || good[at] == '\xff')
            harmless += problems == 0;
        good[at] = byte;
    }
    CHECK_INT(harmless, 0, "a NUL or a byte that is not UTF-8 is refused wherever it stands");
    free(good);
}

/* Bytes from a small random generator, so that a failure comes again. */
static void check_garbage(const char *path) {
    unsigned state = 1;
    size_t scenarios, refused = 0;
    for (int round = 0; round < 200; round++) {
        unsigned char bytes[1000];
        for (size_t i = 0; i < sizeof bytes; i++) {
            state = state * 1103515245u + 12345u;
            bytes[i] = (unsigned char)(state >> 16);
        }
        refused += load(path, bytes, sizeof bytes, &scenarios) == 1;
    }
    CHECK_INT(refused, 200, "binary garbage is refused with one problem");
}

/* A scenario whose one step sends `count` times `unit`. */
static size_t load_long(const char *path, const char *unit, size_t count) {
    static const char head[] =
        "{\"section\":\"Another section\",\"about\":\"b\",\"scenarios\":[{\"name\":\"a\","
        "\"rules\":[\"test.first\"],\"why\":\"c\",\"steps\":[{\"send\":\"";
    static const char tail[] = "\",\"expect\":\"END\\r\\n\"}]}]}";
    size_t length, scenarios;
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, &length);
    fputs(head, stream);
    for (size_t i = 0; i < count; i++)
        fputs(unit, stream);
    fputs(tail, stream);
    fclose(stream);
    size_t problems = load(path, bytes, length, &scenarios);
    free(bytes);
    return problems;
}

static void check_long(const char *path) {
    CHECK_INT(load_long(path, "x", 1 << 20), 0, "a string of a megabyte is no problem");
    CHECK_INT(load_long(path, "{key:a}{{", 100000), 0, "nor are 100000 holes");
    CHECK_INT(load_long(path, "{cas}", 100000), 1, "100000 mistakes in one string are one problem");
}

int main(void) {
    char path[] = "/tmp/mctap-test-loader-XXXXXX";
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        printf("Bail out! cannot write to /tmp\n");
        return 1;
    }
    close(descriptor);
    check_goldens();
    check_truncated(path);
    check_damaged(path);
    check_garbage(path);
    check_long(path);
    unlink(path);
    return check_finish();
}
