/* SPDX-License-Identifier: MIT */
/* test_place.c - addresses of -l, taken apart. */
#include "reports/check.h"
#include "start/place.h"

int main(void) {
    static const struct {
        const char *text, *host;
        unsigned port;
    } places[] = {
        {"127.0.0.1", "127.0.0.1", 11211},
        {"127.0.0.1:80", "127.0.0.1", 80},
        {"localhost", "localhost", 11211},
        {"localhost:0", "localhost", 0},
        {"[::1]", "::1", 11211},
        {"[::1]:65535", "::1", 65535},
        {"::1", "::1", 11211},
        {"fe80::1:5", "fe80::1:5", 11211},
    };
    static const char *const bad[] = {"",        ":80",  "a:",     "a:x",  "a:1x",  "a:-1",
                                      "a:65536", "[::1", "[::1]x", "[]:1", "[::1]:"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct place place = {0};
        CHECK(place_read(&place, places[i].text, 11211), places[i].text);
        CHECK_TEXT(place.host, places[i].host, "its host");
        CHECK_INT(place.port, places[i].port, "its port");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct place place;
        CHECK(!place_read(&place, bad[i], 11211), bad[i]);
    }
    return check_finish();
}
