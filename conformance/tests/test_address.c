/* SPDX-License-Identifier: MIT */
/* test_address.c - which target addresses are understood, and what is said about others. */
#include "play/address.h"

#include "arena.h"

#include "reports/check.h"

static const struct {
    const char *text, *host, *path;
    unsigned port;
    bool is_ipv6;
} good[] = {
    {"127.0.0.1:11211", "127.0.0.1", NULL, 11211, false},
    {"localhost:1", "localhost", NULL, 1, false},
    {"cache-1.example.org:65535", "cache-1.example.org", NULL, 65535, false},
    {"my_host:00080", "my_host", NULL, 80, false},
    {"[::1]:11211", "::1", NULL, 11211, true},
    {"[2001:db8::10.0.0.1]:5", "2001:db8::10.0.0.1", NULL, 5, true},
    {"[fe80::1%25eth0]:5", "fe80::1%25eth0", NULL, 5, true},
    {"unix:/tmp/memcached.sock", NULL, "/tmp/memcached.sock", 0, false},
    {"unix:relative:11211", NULL, "relative:11211", 0, false},
};

static const char *const bad[] = {
    "",          "localhost", "localhost:", ":11211",      "localhost:0", "localhost:65536",
    "a:-1",      "a:+1",      "a: 1",       "a:1 ",        "a:0x50",      "a:99999999999999999999",
    "::1:11211", "::1",       "[::1]",      "[]:80",       "[::1]11211",  "[::1:80",
    "::1]:80",   "a/b:80",    "u@h:80",     "a?b:80",      "a#b:80",      "a b:80",
    "a\n:80",    "[a/b]:80",  "%41:80",     "http://a:80", "\xc3\xa4:80",
};

int main(void) {
    struct arena *arena = arena_new();
    struct address address;
    const char *problem;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(address_parse(arena, good[i].text, NULL, &address, &problem), good[i].text);
        CHECK_TEXT(address.shown, good[i].text, "is shown as it was written");
        CHECK_TEXT(address.host ? address.host : "-", good[i].host ? good[i].host : "-", "host");
        CHECK_TEXT(address.path ? address.path : "-", good[i].path ? good[i].path : "-", "path");
        CHECK_INT(address.port, good[i].port, "port");
        CHECK_INT(address.is_ipv6, good[i].is_ipv6, "IPv6 or not");
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        problem = NULL;
        CHECK(!address_parse(arena, bad[i], NULL, &address, &problem), "no target");
        CHECK(problem && strstr(problem, bad[i]) && strstr(problem, "expected host:port"),
              "the message names it, and what was expected");
    }
    char path[400] = "unix:/";
    memset(path + 6, 'x', 300);
    CHECK(!address_parse(arena, path, NULL, &address, &problem) && strstr(problem, "longer than"),
          "a path longer than a Unix socket may have");
    CHECK(!address_parse(arena, "unix:", NULL, &address, &problem) &&
              strstr(problem, "has no path"),
          "no path");
    address = address_loopback(arena, 4711);
    CHECK_TEXT(address.shown, "127.0.0.1:4711", "loopback");
    arena_free(arena);
    return check_finish();
}
