/* SPDX-License-Identifier: MIT */
/* test_connection.c - bytes in and out: cut anywhere, pipelined, not read, given up. */
#include "reports/check.h"
#include "server_fixture.h"

enum {
    ANSWER_ROOM = 4 << 20,
    HIGH_FD = 200, /* below what every system allows; libevent's table gets 256 pointers */
    REFUSED_BYTES = 256 * sizeof(void *)
};

static const char dialogue[] = "set k 5 0 10\r\n0123456789\r\n"
                               "get k no k\r\n"
                               "set big 0 0 2000001\r\n" /* too large: swallowed */;
static const char dialogue_end[] = "\r\nappend k 0 0 2 noreply\r\nab\r\n"
                                   "gets k\r\n"
                                   "set k 0 0 3\r\nabcde\r\n"
                                   "incr k x\r\n"
                                   "delete k\r\nnonsense\r\nversion\r\n";
static const char dialogue_answer[] =
    "STORED\r\nVALUE k 5 10\r\n0123456789\r\nVALUE k 5 10\r\n0123456789\r\nEND\r\n"
    "SERVER_ERROR object too large for cache\r\n"
    "VALUE k 5 12 2\r\n0123456789ab\r\nEND\r\n"
    "CLIENT_ERROR bad data chunk\r\nERROR\r\n"
    "CLIENT_ERROR invalid numeric delta argument\r\n"
    "DELETED\r\nERROR\r\nVERSION 1.6.18-mcref\r\n";

/* The dialogue with a refused value of 2000001 bytes in the middle. */
static char *dialogue_make(size_t *length) {
    size_t before = strlen(dialogue);
    *length = before + 2000001 + strlen(dialogue_end);
    char *bytes = malloc(*length);
    if (bytes == NULL)
        abort();
    memcpy(bytes, dialogue, before);
    memset(bytes + before, '\n', 2000001);
    memcpy(bytes + before + 2000001, dialogue_end, strlen(dialogue_end));
    return bytes;
}

/* Says a dialogue on a fresh server, cut once, and compares the answer. */
static bool cut_is_harmless(const char *bytes, size_t length, size_t cut, const char *answer) {
    static struct server server;
    struct options options;
    char received[4096];
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    size_t got = fixture_talk(&server, &client, bytes, cut, received, sizeof(received));
    got += fixture_talk(&server, &client, bytes + cut, length - cut, received + got,
                        sizeof(received) - got);
    bool same = got == strlen(answer) && memcmp(received, answer, got) == 0;
    if (!same) {
        printf("# cut after %zu bytes\n", cut);
        check_show("received", received, got);
    }
    close(client.fd);
    server_free(&server);
    return same;
}

static void check_cuts(void) {
    static const char small[] =
        "set k 5 0 10\r\n0123456789\r\nget k no k\r\nincr k 1\r\nappend k 0 "
        "0 2 noreply\r\nab\r\ngets k\r\nset k 0 0 3\r\nabcde\r\ndelete "
        "k\r\nnonsense\r\nversion\r\n";
    static const char answer[] =
        "STORED\r\nVALUE k 5 10\r\n0123456789\r\nVALUE k 5 10\r\n0123456789\r\nEND\r\n"
        "123456790\r\nVALUE k 5 12 3\r\n123456790 ab\r\nEND\r\nCLIENT_ERROR bad data chunk\r\n"
        "ERROR\r\nDELETED\r\nERROR\r\nVERSION 1.6.18-mcref\r\n";
    bool harmless = true;
    for (size_t cut = 0; cut <= strlen(small); cut++)
        harmless = cut_is_harmless(small, strlen(small), cut, answer) && harmless;
    CHECK(harmless, "a dialogue may be cut anywhere");

    size_t length;
    char *bytes = dialogue_make(&length);
    static const size_t cuts[] = {0, 40, 75, 76, 1000, 16384, 1000000, 2000070, 2000080, 2000090};
    harmless = true;
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
        harmless = cut_is_harmless(bytes, length, cuts[i], dialogue_answer) && harmless;
    CHECK(harmless, "also one with a value that is refused");
    free(bytes);
}

static void check_byte_by_byte(struct server *server) {
    static const char request[] = "set k 0 0 5\r\nhello\r\nget k\r\ndelete k\r\n";
    static const char expected[] = "STORED\r\nVALUE k 0 5\r\nhello\r\nEND\r\nDELETED\r\n";
    struct client client = fixture_connect(server);
    char answer[256];
    size_t got = 0;
    for (size_t i = 0; i < strlen(request); i++) {
        fixture_send(&client, request + i, 1);
        fixture_pump(server);
        got += fixture_receive(&client, answer + got, sizeof(answer) - got);
    }
    CHECK_BYTES(answer, got, expected, strlen(expected), "one byte at a time");
    close(client.fd);
    fixture_pump(server);
}

static void check_pipeline(struct server *server, char *answer) {
    struct client client = fixture_connect(server);
    char *requests = malloc(3000 * 7);
    if (requests == NULL)
        abort();
    for (int i = 0; i < 3000; i++)
        memcpy(requests + (ptrdiff_t)i * 7, "get a\r\n", 7);
    uint64_t yields = server->counters.conn_yields;
    size_t got = fixture_talk(server, &client, requests, (size_t)3000 * 7, answer, ANSWER_ROOM);
    bool right = got == 3000 * 5;
    for (size_t i = 0; i < got; i += 5)
        right = right && memcmp(answer + i, "END\r\n", 5) == 0;
    CHECK(right, "a pipeline of 3000 requests gets 3000 answers");
    CHECK(server->counters.conn_yields > yields, "in several turns");
    free(requests);
    close(client.fd);
    fixture_pump(server);
}

/* One line with many keys is answered in several turns too. */
static void check_many_keys(struct server *server, char *answer) {
    struct client client = fixture_connect(server);
    char line[3 + 2 * 3000 + 2];
    memcpy(line, "get", 3);
    for (size_t i = 3; i < sizeof(line) - 2; i += 2)
        memcpy(line + i, " a", 2);
    memcpy(line + sizeof(line) - 2, "\r\n", 2);
    uint64_t yields = server->counters.conn_yields;
    size_t got = fixture_talk(server, &client, line, sizeof(line), answer, ANSWER_ROOM);
    CHECK_BYTES(answer, got, "END\r\n", 5, "a get of 3000 keys is answered");
    CHECK(server->counters.conn_yields >= yields + 20, "in many turns");
    close(client.fd);
    fixture_pump(server);
}

/* A block full of requests that ends with the beginning of a long line: the beginning has to
 * move to the front before the rest can come. */
static void check_long_rest(struct server *server, char *answer) {
    enum { REQUESTS = 2197, REST = BUFFER_BLOCK_BYTES - REQUESTS * 7 };
    struct client client = fixture_connect(server);
    char bytes[BUFFER_BLOCK_BYTES + 2];
    for (int i = 0; i < REQUESTS; i++)
        memcpy(bytes + (ptrdiff_t)i * 7, "get a\r\n", 7);
    for (int i = 0; i < REST; i++)
        bytes[REQUESTS * 7 + i] = "get yo "[i % 7];
    memcpy(bytes + BUFFER_BLOCK_BYTES, "\r\n", 2);
    fixture_talk(server, &client, "set yo 0 0 1\r\nx\r\n", 17, answer, ANSWER_ROOM);
    size_t got = fixture_talk(server, &client, bytes, BUFFER_BLOCK_BYTES, answer, ANSWER_ROOM);
    CHECK_INT(got, REQUESTS * 5, "a block of requests, the last one not complete");
    got = fixture_talk(server, &client, bytes + BUFFER_BLOCK_BYTES, 2, answer, ANSWER_ROOM);
    CHECK_INT(got, REST / 7 * strlen("VALUE yo 0 1\r\nx\r\n") + strlen("END\r\n"),
              "is completed by the next bytes");
    close(client.fd);
    fixture_pump(server);
}

static void check_idle_memory(struct server *server) {
    struct client client = fixture_connect(server);
    char answer[256];
    fixture_talk(server, &client, "set k 0 0 5\r\nhello\r\nget k\r\n", 27, answer, sizeof(answer));
    CHECK(client.connection->in.bytes == NULL, "an idle connection holds no input buffer");
    CHECK(client.connection->out.bytes == NULL, "and no output buffer");
    fixture_talk(server, &client, "get k", 5, answer, sizeof(answer));
    CHECK_INT(client.connection->in.capacity, BUFFER_SMALL_BYTES, "half a line costs a small one");
    fixture_talk(server, &client, "\r\nset k 0 0 900000\r\n", 20, answer, sizeof(answer));
    CHECK(client.connection->in.bytes == NULL, "a large value is not received into a buffer");
    close(client.fd);
    fixture_pump(server);
}

static void check_given_up(struct server *server) {
    struct client client = fixture_connect(server);
    char answer[256];
    size_t used = server->store.used_bytes;
    fixture_talk(server, &client, "set k 0 0 900000\r\nsome", 22, answer, sizeof(answer));
    CHECK(server->store.used_bytes > used + 900000, "an upload counts as memory");
    close(client.fd);
    fixture_pump(server);
    CHECK_INT(server->store.used_bytes, used, "until its client goes away");
    CHECK_INT(server->connection_count, 0, "and the connection with it");
    client = fixture_connect(server);
    fixture_send(&client, "version\r\nget k", 14);
    shutdown(client.fd, SHUT_WR);
    fixture_pump(server);
    fixture_pump(server);
    size_t got = fixture_receive(&client, answer, sizeof(answer));
    CHECK_BYTES(answer, got, "VERSION 1.6.18-mcref\r\n", 22,
                "a half-closed connection gets its answers, half a request gets none");
    close(client.fd);
}

static void store_large(struct server *server, struct client *client, size_t length) {
    char line[64];
    char answer[64];
    char *value = malloc(length + 2);
    if (value == NULL)
        abort();
    memset(value, 'v', length);
    memcpy(value + length, "\r\n", 2);
    int line_length = snprintf(line, sizeof(line), "set large 0 0 %zu\r\n", length);
    fixture_talk(server, client, line, (size_t)line_length, answer, sizeof(answer));
    size_t got = fixture_talk(server, client, value, length + 2, answer, sizeof(answer));
    CHECK_BYTES(answer, got, "STORED\r\n", 8, "a large value can be stored");
    free(value);
}

enum { SLOW_VALUE_BYTES = 1000000, SLOW_KEYS = 600 };

/* What is held for a client that asked for 600 megabytes and does not read. */
static void check_slow_reader_is_bounded(struct server *server, struct client *slow) {
    char request[3 + SLOW_KEYS * 6 + 2];
    char flood[8192];
    memcpy(request, "get", 3);
    for (size_t i = 3; i < sizeof(request) - 2; i += 6)
        memcpy(request + i, " large", 6);
    memcpy(request + sizeof(request) - 2, "\r\n", 2);
    size_t used = server->store.used_bytes;
    fixture_send(slow, request, sizeof(request));
    for (int i = 0; i < 20; i++)
        fixture_pump(server);
    CHECK(buffer_length(&slow->connection->out) <= BUFFER_BLOCK_BYTES,
          "what waits for a slow reader is a block at most");
    CHECK(slow->connection->sending != NULL, "and one value, not copied");
    CHECK_INT(server->store.used_bytes, used, "no item was made for it");
    memset(flood, '\n', sizeof(flood));
    while (fixture_send(slow, flood, sizeof(flood)) > 0)
        fixture_pump(server);
    CHECK(fixture_send(slow, flood, 1) == 0, "its input is not read meanwhile");
}

static void check_slow_reader(struct server *server, char *answer) {
    struct client slow = fixture_connect(server);
    struct client other = fixture_connect(server);
    static const char overwrite[] = "set large 0 0 3\r\nnew\r\nget large\r\n";
    static const char overwritten[] = "STORED\r\nVALUE large 0 3\r\nnew\r\nEND\r\n";
    const size_t head = strlen("VALUE large 0 1000000\r\n");
    const size_t first = head + SLOW_VALUE_BYTES + 2;

    store_large(server, &slow, SLOW_VALUE_BYTES);
    check_slow_reader_is_bounded(server, &slow);
    size_t got = fixture_talk(server, &other, overwrite, strlen(overwrite), answer, ANSWER_ROOM);
    CHECK_BYTES(answer, got, overwritten, strlen(overwritten),
                "others are served, and may overwrite the value");
    got = fixture_talk(server, &slow, "", 0, answer, first);
    bool whole = got == first && memcmp(answer + first - 2, "\r\n", 2) == 0;
    for (size_t i = head; i < first - 2; i++)
        whole = whole && answer[i] == 'v';
    CHECK(whole, "the slow reader still gets the old value whole");
    close(slow.fd);
    close(other.fd);
    for (int i = 0; i < 4; i++)
        fixture_pump(server);
    CHECK_INT(server->connection_count, 0, "a slow reader can go away");
}

/* Values that are copied into the output: as soon as a block is full the rest waits. */
static void check_slow_reader_of_small_values(struct server *server, char *answer) {
    struct client client = fixture_connect(server);
    char line[3 + 6 * 2000 + 2];
    store_large(server, &client, 4000);
    memcpy(line, "get", 3);
    for (size_t i = 3; i < sizeof(line) - 2; i += 6)
        memcpy(line + i, " large", 6);
    memcpy(line + sizeof(line) - 2, "\r\n", 2);
    fixture_send(&client, line, sizeof(line));
    for (int i = 0; i < 100; i++)
        fixture_pump(server);
    CHECK_INT(client.connection->out.capacity, BUFFER_BLOCK_BYTES,
              "a slow reader of small values costs a block");
    size_t got = 0;
    size_t wanted = (strlen("VALUE large 0 4000\r\n") + 4002) * 2000 + strlen("END\r\n");
    for (int i = 0; i < 10000 && got < wanted; i++) {
        got += fixture_receive(&client, answer, ANSWER_ROOM);
        fixture_pump(server);
    }
    CHECK_INT(got, wanted, "and gets all of them in the end");
    close(client.fd);
    fixture_pump(server);
}

static void check_large_answers(struct server *server, char *answer) {
    struct client client = fixture_connect(server);
    static const size_t lengths[] = {4093, 4094, 4095, 16384, 100000, 1000000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char expected[64];
        store_large(server, &client, lengths[i]);
        size_t got = fixture_talk(server, &client, "get large no large\r\nversion\r\n", 29, answer,
                                  ANSWER_ROOM);
        size_t head =
            (size_t)snprintf(expected, sizeof(expected), "VALUE large 0 %zu\r\n", lengths[i]);
        CHECK_INT(got, 2 * (head + lengths[i] + 2) + strlen("END\r\nVERSION 1.6.18-mcref\r\n"),
                  "a large value twice, and what follows");
        CHECK_BYTES(answer + got - 27, 27, "END\r\nVERSION 1.6.18-mcref\r\n", 27,
                    "in the right order");
    }
    close(client.fd);
    fixture_pump(server);
}

/* For libevent: its table of what it waits for reaches this size with a high descriptor only. */
static void *realloc_little(void *memory, size_t bytes) {
    return bytes < REFUSED_BYTES ? realloc(memory, bytes) : NULL;
}

/* No event without memory: the client is closed and counted, and the others are served. */
static void check_refused_event(struct server *server) {
    char answer[64];
    struct client client = fixture_connect(server);
    uint64_t before = server->counters.malloc_fails;
    unsigned clients = server->connection_count;
    int high = fcntl(client.fd, F_DUPFD, HIGH_FD);
    CHECK(high >= HIGH_FD && connection_new(server, high, NULL) == NULL, "an event is refused");
    CHECK_INT(server->counters.malloc_fails, before + 1, "and counted in malloc_fails");
    CHECK(fcntl(high, F_GETFD) == -1, "its client is closed");
    CHECK_INT(server->connection_count, clients, "and not there");
    size_t got = fixture_talk(server, &client, "mn\r\n", 4, answer, sizeof(answer));
    CHECK_BYTES(answer, got, "MN\r\n", 4, "others are served");
    close(client.fd);
    fixture_pump(server);
}

int main(void) {
    static struct server server;
    struct options options;
    char *answer = malloc(ANSWER_ROOM);
    if (answer == NULL)
        return 1;
    event_set_mem_functions(malloc, realloc_little, free);
    check_cuts();
    fixture_start(&server, &options);
    check_byte_by_byte(&server);
    check_pipeline(&server, answer);
    check_many_keys(&server, answer);
    check_long_rest(&server, answer);
    check_idle_memory(&server);
    check_given_up(&server);
    check_slow_reader(&server, answer);
    check_slow_reader_of_small_values(&server, answer);
    check_large_answers(&server, answer);
    check_refused_event(&server);
    server_free(&server);
    free(answer);
    return check_finish();
}
