/* SPDX-License-Identifier: MIT */
/* test_meta.c - the meta commands: base64, cut input, memory that is refused.
 *
 * What each flag means is in meta.t, which compares with the real memcached. */
#include "bytes/base64.h"
#include "reports/check.h"
#include "server_fixture.h"

enum { ANSWER_ROOM = 8192 };

struct pair {
    const char *bytes, *text;
};

static const struct pair base64_pairs[] = {
    {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},          {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfd", "//79"}, {"\xfb\xef", "++8="},
};

/* The examples of RFC 4648, section 10, and the last letters of the alphabet. */
static void check_base64(void) {
    char written[16];
    char read[16];
    for (size_t i = 0; i < sizeof(base64_pairs) / sizeof(base64_pairs[0]); i++) {
        const struct pair *pair = &base64_pairs[i];
        struct slice bytes = {pair->bytes, strlen(pair->bytes)};
        struct slice text = {pair->text, strlen(pair->text)};
        size_t length = (size_t)(base64_encode(written, bytes) - written);
        CHECK_BYTES(written, length, text.bytes, text.length, pair->text);
        CHECK_INT(BASE64_LENGTH(bytes.length), length, "has the length foretold");
        length = base64_decode(text, read);
        CHECK_BYTES(read, length, bytes.bytes, bytes.length, "and is read back");
    }
    char zeros[2] = {0, 0};
    CHECK_BYTES(written, (size_t)(base64_encode(written, (struct slice){zeros, 2}) - written),
                "AAA=", 4, "bytes of 0 are bytes");
    CHECK_INT(base64_decode((struct slice){"AAA=", 4}, read), 2, "to be read as well");
    const char *const none[] = {"", "=", "Zg", "Zg=", "Z===", "====", "!!!!", "Zm9vZ", "Zm9vZ==="};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        CHECK_INT(base64_decode((struct slice){none[i], strlen(none[i])}, read), 0, none[i]);
}

static const char dialogue[] = "ms k 10 T0 F5 Oopaque k c s\r\n0123456789\r\n"
                               "mg k v s f t h k Omore\r\n"
                               "ms k 2 MA c s q\r\nab\r\n"
                               "ms k 3 q\r\nabcde\r\n"
                               "ms k 6 Tx\r\nmn\r\nmn\r\n"
                               "mg k c v\r\n"
                               "ms Zm9v 1 b k\r\nx\r\nmg foo k\r\n"
                               "md k I q\r\nmg k v\r\nmg k q\r\nmd k q\r\nmg k q\r\n"
                               "ma n N0 J41 v\r\nma n v\r\n"
                               "mn\r\n";
static const char dialogue_answer[] = "HD Oopaque kk c1 s10\r\n"
                                      "VA 10 s10 f5 t-1 h0 kk Omore\r\n0123456789\r\n"
                                      "CLIENT_ERROR bad data chunk\r\nERROR\r\n"
                                      "CLIENT_ERROR bad token in command line format\r\n"
                                      "VA 12 c2\r\n0123456789ab\r\n"
                                      "HD kZm9v b\r\nHD kZm9v b\r\n"
                                      "VA 12 X W\r\n0123456789ab\r\nHD Z X\r\n"
                                      "VA 2\r\n41\r\nVA 2\r\n42\r\n"
                                      "MN\r\n";

static void check_cuts(void) {
    static struct server server;
    size_t length = strlen(dialogue);
    size_t wrong = 0;
    for (size_t cut = 0; cut <= length; cut++) {
        struct options options;
        char answer[ANSWER_ROOM];
        fixture_start(&server, &options);
        struct client client = fixture_connect(&server);
        size_t got = fixture_talk(&server, &client, dialogue, cut, answer, sizeof(answer));
        got += fixture_talk(&server, &client, dialogue + cut, length - cut, answer + got,
                            sizeof(answer) - got);
        if (got != strlen(dialogue_answer) || memcmp(answer, dialogue_answer, got) != 0) {
            printf("# cut after %zu bytes\n", cut);
            check_show("received", answer, got);
            wrong++;
        }
        server_free(&server);
        close(client.fd);
    }
    CHECK_INT(wrong, 0, "the same answers wherever the bytes are cut");
}

/* Asks in one piece and compares. */
static void check_answer(struct server *server, struct client *client, const char *request,
                         const char *expected, const char *claim) {
    char answer[ANSWER_ROOM];
    size_t got = fixture_talk(server, client, request, strlen(request), answer, sizeof(answer));
    CHECK_BYTES(answer, got, expected, strlen(expected), claim);
}

static void check_no_memory(void) {
    static struct server server;
    struct options options;
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    check_answer(&server, &client, "ms k 1 T100\r\n9\r\nms n 1\r\n9\r\n", "HD\r\nHD\r\n",
                 "with memory");
    server.store.limits.evict = false;
    server.store.limits.memory_bytes = server.store.used_bytes;
    check_answer(&server, &client, "mg new N30 k\r\n", "EN knew\r\n", "without: mg N is a miss");
    check_answer(&server, &client, "ma new N30 k\r\n", "NS knew\r\n", "ma N is not stored");
    check_answer(&server, &client, "ma n\r\nmg n v\r\n",
                 "SERVER_ERROR out of memory\r\nVA 1\r\n9\r\n", "ma cannot make a longer number");
    check_answer(&server, &client, "md k x\r\nmg k v\r\n",
                 "SERVER_ERROR out of memory\r\nVA 1\r\n9\r\n", "md x leaves the item as it was");
    check_answer(&server, &client, "ms n 1 ME\r\nx\r\nmg n\r\n",
                 "SERVER_ERROR out of memory storing object\r\nEN\r\n",
                 "after ms the old value is gone in every mode");
    CHECK_INT(server.counters.store_no_memory, 1, "which is counted");
    server_free(&server);
    close(client.fd);
}

/* mg and ms without cas (-C): nothing to show, nothing matches. */
static void check_no_cas(void) {
    static struct server server;
    struct options options;
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    server.store.limits.cas = false;
    check_answer(&server, &client, "ms k 1 c\r\n9\r\nmg k c\r\nms k 1 C1\r\nx\r\nmd k C1\r\n",
                 "HD c0\r\nHD c0\r\nEX\r\nEX\r\n", "without cas c is 0 and no C matches");
    check_answer(&server, &client, "md k C0\r\n", "HD\r\n", "but for md 0 is 0");
    server_free(&server);
    close(client.fd);
}

/* Items whose unique a client chose are counted, so that a flush can find them. */
static void check_given(void) {
    static struct server server;
    struct options options;
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    check_answer(&server, &client, "ms a 1 E7\r\n1\r\nms b 1 E7\r\n1\r\nms c 1\r\n1\r\n",
                 "HD\r\nHD\r\nHD\r\n", "two of three items have a given unique");
    CHECK_INT(server.store.given_count, 2, "and are counted");
    check_answer(&server, &client, "ma a\r\nms b 1\r\n1\r\n", "HD\r\nHD\r\n",
                 "a change without E makes them like others");
    CHECK_INT(server.store.given_count, 0, "and they are counted no more");
    check_answer(&server, &client, "ma a E9\r\nmd b I E9\r\nms c 1 MA E9\r\n1\r\n",
                 "HD\r\nHD\r\nHD\r\n", "every command with E");
    CHECK_INT(server.store.given_count, 3, "counts");
    check_answer(&server, &client, "md c\r\n", "HD\r\n", "md");
    CHECK_INT(server.store.given_count, 2, "and delete too");
    check_answer(&server, &client, "flush_all\r\nms d 1 E1\r\n1\r\nmg a\r\nmg b\r\nmg d\r\n",
                 "OK\r\nHD\r\nEN\r\nEN\r\nHD\r\n", "a flush takes them, not those that follow");
    CHECK_INT(server.store.given_count, 1, "only that is left");
    server_free(&server);
    close(client.fd);
}

int main(void) {
    check_base64();
    check_cuts();
    check_no_memory();
    check_no_cas();
    check_given();
    return check_finish();
}
