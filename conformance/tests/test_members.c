/* SPDX-License-Identifier: MIT */
/* test_members.c - members written as text, as --servers takes them. */
#include "placement/members.h"

#include "arena.h"
#include "reports/check.h"

/* "NAME weight" of each member with commas between, or the problem. */
static const char *read(struct arena *arena, const char *text) {
    size_t count;
    const char *problem = NULL, *shown = "";
    struct placement_member *members = members_parse(arena, text, &count, &problem);
    if (!members)
        return problem;
    for (size_t i = 0; i < count; i++)
        shown = arena_format(arena, "%s%s%s %u", shown, i ? ", " : "", members[i].name,
                             members[i].weight);
    return shown;
}

static void is(struct arena *arena, const char *text, const char *wanted) {
    CHECK_TEXT(read(arena, text), wanted, text);
}

static void right(struct arena *arena) {
    is(arena, "a:1,b:2,c:1", "a 1, b 2, c 1");
    is(arena, "a", "a 1");
    is(arena, "a:0", "a 0");
    is(arena, "a:1000,b:1001", "a 1000, b:1001 1");
    is(arena, "127.0.0.1:11211", "127.0.0.1:11211 1");
    is(arena, "127.0.0.1:11211:2", "127.0.0.1:11211 2");
    is(arena, "127.0.0.1:80:2", "127.0.0.1:80 2");
    is(arena, "127.0.0.1:80=2,a=3", "127.0.0.1:80 2, a 3");
    is(arena, "[::1]:11211,[::1]:2,[fe80::1],[::2]:11211:4",
       "[::1]:11211 1, [::1] 2, [fe80::1] 1, "
       "[::2]:11211 4");
    is(arena, "/run/m.sock,/run/n.sock=2,/run/o:3", "/run/m.sock 1, /run/n.sock 2, /run/o 3");
    is(arena, "a_b.example-1.org:65535:7", "a_b.example-1.org:65535 7");
}

#define NO_NAME(name)                                                                              \
    "\"" name "\" does not name a server; expected host, host:port (port 1 to 65535), [ipv6], "    \
    "[ipv6]:port or /path"
#define NO_WEIGHT(text)                                                                            \
    "\"" text "\" ends with no weight; expected NAME:WEIGHT or NAME=WEIGHT with a weight of 0 to " \
    "1000"

static void wrong(struct arena *arena) {
    is(arena, "", NO_NAME(""));
    is(arena, "a,,b", NO_NAME(""));
    is(arena, "a:1,", NO_NAME(""));
    is(arena, ":1", NO_NAME(""));
    is(arena, "a b:1", NO_NAME("a b"));
    is(arena, "::1", NO_NAME(":"));
    is(arena, "fe80::1:2:3", NO_NAME("fe80::1:2"));
    is(arena, "[::1:2", NO_NAME("[::1"));
    is(arena, "/:2", NO_NAME("/"));
    is(arena, "a:0:1", NO_NAME("a:0"));
    is(arena, "a:65536:1", NO_NAME("a:65536"));
    is(arena, "a:x", NO_WEIGHT("a:x"));
    is(arena, "a:", NO_WEIGHT("a:"));
    is(arena, "a:-1", NO_WEIGHT("a:-1"));
    is(arena, "a:1.5", NO_WEIGHT("a:1.5"));
    is(arena, "a:65536", NO_WEIGHT("a:65536"));
    is(arena, "a=1001", NO_WEIGHT("a=1001"));
    is(arena, "a:11211:1001", NO_WEIGHT("a:11211:1001"));
    is(arena, "a:99999999999999999999", NO_WEIGHT("a:99999999999999999999"));
    is(arena, "a:1,b,a:2", "the server a is named twice");
}

int main(void) {
    struct arena *arena = arena_new();
    right(arena);
    wrong(arena);
    arena_free(arena);
    return check_finish();
}
