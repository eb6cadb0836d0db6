/* SPDX-License-Identifier: MIT */
/* test_placement.c - the placements against what the real clients did: tests/placement/NAME.tsv,
 * made by make-vectors.py. Runs at the top level. */
#include "placement.h"

#include "reports/check.h"

#include <stdlib.h>

enum { MEMBERS_MAX = 8, LINE_MAX_BYTES = 1024 };

/* "1:2:1" and the indexes "0,2" of those that are down, or "-"; returns how many members. */
static size_t members_read(struct placement_member *members, char *weights, const char *down) {
    size_t count = 0;
    for (char *next = weights; next && count < MEMBERS_MAX; count++) {
        members[count] = (struct placement_member){(unsigned)strtoul(next, &next, 10), false};
        next = *next == ':' ? next + 1 : NULL;
    }
    for (const char *digit = down; *digit != '\0'; digit++)
        if (*digit >= '0' && *digit < (char)('0' + count))
            members[*digit - '0'].down = true;
    return count;
}

/* One row: weights, down, key, member. False (and a note) if the placement picks another. */
static bool row_holds(const struct placement *placement, char *row) {
    char *column[4] = {row};
    for (int i = 1; i < 4; i++) {
        column[i] = strchr(column[i - 1], '\t');
        if (!column[i])
            return false;
        *column[i]++ = '\0';
    }
    column[3][strcspn(column[3], "\n")] = '\0';
    struct placement_member members[MEMBERS_MAX];
    size_t count = members_read(members, column[0], column[1]);
    int want = strcmp(column[3], "none") == 0 ? -1 : (int)strtol(column[3], NULL, 10);
    int got = placement->pick(column[2], strlen(column[2]), members, count);
    if (got != want)
        printf("# %s, down %s: the client puts it on %d, not on %d\n", column[2], column[1], want,
               got);
    return got == want;
}

static void vectors_hold(const char *name, const char *path, unsigned least) {
    const struct placement *placement = placement_find(name);
    char line[LINE_MAX_BYTES];
    unsigned rows = 0, held = 0;
    FILE *file = fopen(path, "r");
    if (!CHECK(placement && file, name))
        return;
    CHECK(fgets(line, sizeof line, file) && strncmp(line, "# made by python-memcached 1.", 29) == 0,
          "the vectors say which client made them");
    while (fgets(line, sizeof line, file)) {
        rows++;
        held += row_holds(placement, line);
    }
    fclose(file);
    CHECK(rows >= least, "there are enough vectors");
    CHECK_INT(held, rows, "every key is where the client puts it");
}

static int pick(const char *name, const char *key, size_t length) {
    struct placement_member members[] = {{1, false}, {2, false}, {1, false}};
    return placement_find(name)->pick(key, length, members, 3);
}

static void edges(void) {
    struct placement_member none[] = {{0, false}, {0, false}};
    CHECK_INT(placement_find("python-memcached")->pick("foo", 3, none, 2), -1,
              "all weights are 0: no member");
    CHECK_INT(pick("python-memcached", "foo", 3), 2, "foo is on the third");
    CHECK_INT(pick("python-memcached", "ob", 2), 0, "the hash of ob is 0, and is kept");
    CHECK_INT(pick("python-memcached-1.59", "ob", 2), 1, "or became 1");
    CHECK_INT(pick("python-memcached", "foobar", 3), 2, "the length counts, not a NUL");
    CHECK(placement_find("python-memcached-1.58") == NULL, "a name that nobody has");
    size_t count;
    const char *const *names = placement_names(&count);
    for (size_t i = 0; i < count; i++) {
        const struct placement *placement = placement_find(names[i]);
        CHECK(placement && strcmp(placement->name, names[i]) == 0, names[i]);
    }
}

int main(void) {
    vectors_hold("python-memcached-1.59", "conformance/tests/placement/python-memcached-1.59.tsv",
                 2000);
    vectors_hold("python-memcached", "conformance/tests/placement/python-memcached-1.62.tsv", 200);
    edges();
    return check_finish();
}
