/* SPDX-License-Identifier: MIT */
/* test_placement.c - the placements against what the real clients did, key by key:
 * tests/placement/vectors/NAME.txt, made by tests/placement/make-vectors. Runs at the top level. */
#include "placement/members.h"
#include "placement/placing.h"

#include "arena.h"
#include "reports/check.h"

#include <dirent.h>
#include <stdlib.h>

#define FOLDER "conformance/tests/placement"

enum { KEYS_MAX = 1000, LINE_MAX_BYTES = 4096, SHOWN_MAX = 5 };

struct keys {
    char *key[KEYS_MAX];
    size_t count;
};

static void keys_read(struct arena *arena, struct keys *keys) {
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(FOLDER "/keys.txt", "r");
    if (!CHECK(file, "the keys are there"))
        exit(1);
    while (keys->count < KEYS_MAX && fgets(line, sizeof line, file))
        keys->key[keys->count++] = arena_copy(arena, line, strcspn(line, "\n"));
    fclose(file);
    CHECK(keys->count >= 400, "there are 400 keys and more");
}

/* The index of a member as a vector file writes it. */
static char digit(int member) {
    return (char)(member < 0 ? '-' : '0' + member);
}

/* One line: servers, down, a digit for each key. How many keys are elsewhere. */
static size_t line_differs(struct arena *arena, const struct placement *placement,
                           const struct keys *keys, char *line) {
    char *down = strchr(line, '\t'), *digits = down ? strchr(down + 1, '\t') : NULL;
    const char *problem;
    size_t count, wrong = 0;
    if (!digits)
        return keys->count;
    *down++ = *digits++ = '\0';
    struct placement_member *members = members_parse(arena, line, &count, &problem);
    if (!members || strlen(digits) != keys->count)
        return keys->count;
    for (const char *index = down; *index; index++)
        if (*index >= '0' && *index < digit((int)count))
            members[*index - '0'].down = true;
    const struct placing *placing = placing_new(arena, placement, members, count);
    for (size_t i = 0; i < keys->count; i++) {
        char got = digit(placing_pick(placing, keys->key[i], strlen(keys->key[i])));
        if (digits[i] != '?' && got != digits[i] && ++wrong <= SHOWN_MAX)
            printf("# %s, down %s: the client puts %s on %c, not on %c\n", line, down, keys->key[i],
                   digits[i], got);
    }
    return wrong;
}

/* vectors/PLACEMENT.txt or vectors/PLACEMENT.CLIENT.txt */
static const struct placement *placement_of(const char *file) {
    size_t count;
    const char *const *names = placement_names(&count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        const char *rest = file + length;
        if (strncmp(file, names[i], length) == 0 &&
            (strcmp(rest, ".txt") == 0 || strcmp(rest, ".pylibmc.txt") == 0 ||
             strcmp(rest, ".php.txt") == 0))
            return placement_find(names[i]);
    }
    return NULL;
}

static void file_holds(const char *name, const struct keys *keys, bool *covered) {
    const struct placement *placement = placement_of(name);
    if (!CHECK(placement, name))
        return;
    char path[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    snprintf(path, sizeof path, FOLDER "/vectors/%s", name);
    FILE *file = fopen(path, "r");
    if (!CHECK(file, path))
        return;
    CHECK(fgets(line, sizeof line, file) && strncmp(line, "# made by ", 10) == 0,
          "it says which client made it");
    size_t lines = 0, wrong = 0;
    struct arena *arena = arena_new();
    for (; fgets(line, sizeof line, file); lines++) {
        line[strcspn(line, "\n")] = '\0';
        wrong += line_differs(arena, placement, keys, line);
    }
    arena_free(arena);
    fclose(file);
    CHECK(lines >= 17, "it holds 17 clusters or more");
    CHECK_INT(wrong, 0, "every key is where the client puts it");
    size_t count;
    const char *const *names = placement_names(&count);
    for (size_t i = 0; i < count; i++)
        covered[i] = covered[i] || strcmp(names[i], placement->name) == 0;
}

/* Every file of vectors/ belongs to a placement, and every placement has one. */
static void vectors_hold(struct arena *arena, const struct keys *keys) {
    size_t count;
    const char *const *names = placement_names(&count);
    bool *covered = arena_alloc(arena, count * sizeof *covered);
    DIR *folder = opendir(FOLDER "/vectors");
    if (!CHECK(folder, "the vectors are there"))
        return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            file_holds(entry->d_name, keys, covered);
    closedir(folder);
    for (size_t i = 0; i < count; i++)
        if (!CHECK(covered[i], "a real client made vectors for it"))
            printf("# %s has none\n", names[i]);
}

static int pick(struct arena *arena, const char *name, const char *servers, const char *key,
                size_t length) {
    size_t count;
    const char *problem;
    struct placement_member *members = members_parse(arena, servers, &count, &problem);
    return placing_pick(placing_new(arena, placement_find(name), members, count), key, length);
}

static void edges(struct arena *arena) {
    CHECK_INT(pick(arena, "python-memcached", "a:0,b:0", "foo", 3), -1,
              "all weights are 0: no member");
    CHECK_INT(pick(arena, "dalli", "a:0,b:0", "foo", 3), -1, "nor for Dalli");
    CHECK_INT(pick(arena, "cache-memcached-fast", "a:0,b:0", "foo", 3), -1, "nor for Fast");
    CHECK_INT(pick(arena, "python-memcached", "a:1,b:2,c:1", "ob", 2), 0, "the hash of ob is 0");
    CHECK_INT(pick(arena, "python-memcached-1.59", "a:1,b:2,c:1", "ob", 2), 1, "or becomes 1");
    CHECK_INT(pick(arena, "python-memcached", "a:1,b:2,c:1", "foobar", 3), 2,
              "the length counts, not a NUL");
    CHECK_INT(pick(arena, "memjs", "a,b,c", "", 0), 0, "the empty key has the hash 0");
    CHECK_INT(pick(arena, "memjs", "a,b,c", "\xe4\xb8", 2), (31 * 0xfffd + 0xfffd) % 3,
              "half a character is two replacement characters");
    CHECK(placement_find("python-memcached-1.58") == NULL, "a name that nobody has");
    size_t count;
    const char *const *names = placement_names(&count);
    for (size_t i = 0; i < count; i++) {
        const struct placement *placement = placement_find(names[i]);
        CHECK(placement && strcmp(placement->name, names[i]) == 0, names[i]);
        CHECK(pick(arena, names[i], "a", "foo", 3) == 0, "one member gets every key");
    }
}

/* Exactly on a point, between two, and beyond the ends of a ring. */
static void rings(void) {
    struct point points[] = {{10, 0}, {20, 1}, {30, 2}};
    struct placing placing = {.points = points, .point_count = 3};
    static const struct {
        uint64_t hash;
        int successor, predecessor;
    } rows[] = {{9, 0, 2}, {10, 0, 0}, {11, 1, 0}, {20, 1, 1}, {30, 2, 2}, {31, 0, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct placed_key key = {"", 0, rows[i].hash};
        CHECK_INT(find_successor(&placing, &key), rows[i].successor, "the next point");
        CHECK_INT(find_predecessor(&placing, &key), rows[i].predecessor, "the one before");
    }
}

int main(void) {
    struct arena *arena = arena_new();
    struct keys keys = {.count = 0};
    keys_read(arena, &keys);
    vectors_hold(arena, &keys);
    edges(arena);
    rings();
    arena_free(arena);
    return check_finish();
}
