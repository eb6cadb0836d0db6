/* SPDX-License-Identifier: MIT */
/* test_parser.c - the text parser never looks beyond the bytes that came.
 *
 * Every beginning of every line is put directly before a page that may not be read, so one byte
 * too many ends the program. Then: what is complete, what waits, what is given up. */
#include "classic/classic.h"
#include "guarded.h"
#include "reports/check.h"
#include "server_fixture.h"

static const char *const lines[] = {
    "get key\r\n",
    "gets   a  b \r\n",
    "gat 10 a b\r\n",
    "gat  \r\n",
    "set k 0 0 10\r\n",
    "set k 4294967295 -1 007 noreply\r\n",
    "cas k 0 0 1 18446744073709551615 noreply\r\n",
    "add k +1 0 x\r\n",
    "incr k 18446744073709551616\r\n",
    "decr k 1 noreply\r\n",
    "touch k -2147483649\r\n",
    "delete k 0 noreply\r\n",
    "flush_all 0 noreply\r\n",
    "verbosity 0\r\n",
    "mg k v s T30 Oopaque\r\n",
    "mg Zm9v b k\r\n",
    "mg k C N\r\n",
    "ms k 10 T F\r\n",
    "ms k 10 MA O q\r\n",
    "md k I x C1 E2\r\n",
    "ma k D J N5 M\r\n",
    "me Zm9v b\r\n",
    "mn\r\n",
    "version\r\n",
    "stats settings\r\n",
    "stats\r\n",
    "shutdown\r\n",
    "quit\r\n",
    "GET / HTTP/1.1\r\n",
    "\r\n",
    "\n",
    "    \r\n",
    "\r\r\n",
    "a\n",
    "set \t\v 1\n",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z HTTP/\r\n",
};

/* Lets the dialect see these bytes and no others. */
static enum dialect_result parse(struct connection *connection, char *bytes, size_t length) {
    connection->in = (struct buffer){.bytes = bytes, .end = length, .capacity = length};
    connection->state = CONNECTION_REQUEST;
    connection->scanned_bytes = 0;
    connection->budget = OPTIONS_TURN_REQUESTS;
    enum dialect_result result = classic_dialect.request(connection);
    if (connection->state == CONNECTION_REPLY)
        classic_dialect.resume(connection);
    if (connection->upload.item != NULL)
        store_release(&connection->server->store, connection->upload.item);
    connection->upload.item = NULL;
    buffer_release(&connection->out, &connection->server->pool);
    return result;
}

static void check_every_beginning(struct connection *connection, const struct guarded *guarded) {
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t length = strlen(lines[i]);
        bool waits = true;
        for (size_t part = 1; part < length; part++)
            waits = waits &&
                    parse(connection, guarded_put(guarded, lines[i], part), part) == DIALECT_MORE;
        CHECK(waits, "no beginning of a line is taken for a line");
        enum dialect_result whole =
            parse(connection, guarded_put(guarded, lines[i], length), length);
        CHECK(whole != DIALECT_MORE, "the whole line is");
    }
}

/* Bytes of all kinds, with a fixed seed: nothing to expect but that it ends. */
static void check_noise(struct connection *connection, const struct guarded *guarded) {
    static const char letters[] = "get set cas incr 0 1 9 - + k\r\n\n\0 \t\xff noreply HTTP/";
    unsigned seed = 1;
    unsigned judged = 0;
    for (unsigned round = 0; round < 20000; round++) {
        char bytes[64];
        size_t length = 1 + round % sizeof(bytes);
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[i] = letters[(seed >> 16) % sizeof(letters)];
        }
        parse(connection, guarded_put(guarded, bytes, length), length);
        judged++;
    }
    CHECK_INT(judged, 20000, "noise is survived");
}

static enum dialect_result parse_long(struct connection *connection, const struct guarded *guarded,
                                      const char *begin, size_t length) {
    char *bytes = guarded->guard - length;
    memset(bytes, 'x', length);
    memcpy(bytes, begin, strlen(begin));
    return parse(connection, bytes, length);
}

static void check_long_lines(struct connection *connection, const struct guarded *guarded) {
    char spaces[112];
    memset(spaces, ' ', sizeof(spaces));
    CHECK_INT(parse_long(connection, guarded, "x", 2048), DIALECT_MORE, "2048 bytes may wait");
    CHECK_INT(parse_long(connection, guarded, "x", 2049), DIALECT_BAD, "2049 may not");
    CHECK_INT(parse_long(connection, guarded, "get ", 2049), DIALECT_MORE, "unless it is a get");
    CHECK_INT(parse_long(connection, guarded, "gets ", 100000), DIALECT_MORE, "or a gets");
    CHECK_INT(parse_long(connection, guarded, "gat 0 ", 2049), DIALECT_BAD, "but not a gat");
    CHECK_INT(parse_long(connection, guarded, "getx", 2049), DIALECT_BAD, "nor getx");
    snprintf(spaces + 100, 12, "get ");
    CHECK_INT(parse_long(connection, guarded, spaces, 3000), DIALECT_MORE, "after 100 spaces");
    memset(spaces, ' ', 101);
    snprintf(spaces + 101, 11, "get ");
    CHECK_INT(parse_long(connection, guarded, spaces, 3000), DIALECT_BAD, "not after 101");
    CHECK_INT(parse_long(connection, guarded, "get ", 4 << 20), DIALECT_MORE,
              "4 megabytes of keys may wait");
    CHECK_INT(parse_long(connection, guarded, "get ", (4 << 20) + 1), DIALECT_BAD,
              "one byte more may not");
}

/* The words of a line with more words than are looked at. */
static void check_words(void) {
    struct request request;
    char line[200];
    memset(line, 'w', sizeof(line));
    for (size_t i = 1; i < sizeof(line); i += 2)
        line[i] = ' ';
    CHECK(request_begin(&request, (struct slice){line, sizeof(line)}), "a line has a first word");
    request_split(&request);
    CHECK_INT(request.count, REQUEST_WORDS_MAX, "and so many more");
    CHECK_INT(request.rest.length, sizeof(line) - 2 * REQUEST_WORDS_MAX + 1, "the rest is left");
    CHECK(!request_begin(&request, (struct slice){"   ", 3}), "a blank line has none");
}

int main(void) {
    static struct server server;
    struct options options;
    struct guarded guarded = guarded_new(5 << 20);

    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    client.connection->dialect = &classic_dialect;
    check_every_beginning(client.connection, &guarded);
    check_noise(client.connection, &guarded);
    check_long_lines(client.connection, &guarded);
    check_words();
    client.connection->in = (struct buffer){0}; /* not the pool's */
    close(client.fd);
    server_free(&server);
    guarded_free(&guarded);
    return check_finish();
}
