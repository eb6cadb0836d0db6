/* SPDX-License-Identifier: MIT */
/* fuzz_connection.c - a whole server for one fuzzer input; see fuzz_connection.h.
 *
 * First the transport, then the checks, then beginning and end. */
#include "fuzz_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

_Noreturn void fuzz_found(const char *text, const char *file, int line) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
    abort();
}

/* ---- a transport without a network ---- */

static struct fuzz_stream *stream_of(struct connection *connection) {
    return &((struct fuzz_run *)connection->server)->stream;
}

static ssize_t stream_receive(struct connection *connection, char *bytes, size_t room) {
    struct fuzz_stream *stream = stream_of(connection);
    size_t length = stream->length - stream->at;
    if (length > room)
        length = room;
    if (length == 0)
        return 0; /* the client hung up */
    if (stream->pieces && length > 1 + ((unsigned)stream->bytes[stream->at] & 15U))
        length = 1 + ((unsigned)stream->bytes[stream->at] & 15U);
    memcpy(bytes, stream->bytes + stream->at, length);
    stream->at += length;
    return (ssize_t)length;
}

static void stream_keep(struct fuzz_stream *stream, const void *bytes, size_t length) {
    if (stream->answer_bytes < sizeof(stream->answer)) {
        size_t room = sizeof(stream->answer) - stream->answer_bytes;
        memcpy(stream->answer + stream->answer_bytes, bytes, length < room ? length : room);
    }
    stream->answer_bytes += length;
}

static ssize_t stream_send(struct connection *connection, struct iovec *pieces, int count) {
    struct fuzz_stream *stream = stream_of(connection);
    size_t total = 0;
    stream->refuse = stream->pieces && !stream->refuse;
    if (stream->refuse)
        return TRANSPORT_AGAIN;
    size_t most = stream->pieces ? 1 + stream->answer_bytes * 7919 % 4096 : SIZE_MAX;
    for (int i = 0; i < count; i++) {
        size_t length = pieces[i].iov_len < most - total ? pieces[i].iov_len : most - total;
        stream_keep(stream, pieces[i].iov_base, length);
        total += length;
    }
    FUZZ_REQUIRE(total > 0);
    return (ssize_t)total;
}

static void stream_close(struct connection *connection) {
    struct fuzz_stream *stream = stream_of(connection);
    stream->closed = true;
    close(stream->peer_fd);
    close(connection->fd);
}

static const struct transport stream_transport = {
    .receive = stream_receive, .send = stream_send, .close = stream_close};

/* The socket is only there for the event loop: it can always be written to, and that it can be
 * read is said by hand. */
void fuzz_talk(struct fuzz_run *run, const void *bytes, size_t length, bool pieces) {
    struct fuzz_stream *stream = &run->stream;
    int ends[2];
    FUZZ_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    struct connection *connection = connection_new(&run->server, ends[1], NULL);
    FUZZ_REQUIRE(connection != NULL);
    connection->transport = &stream_transport;
    stream->bytes = bytes;
    stream->length = length;
    stream->at = stream->answer_bytes = 0;
    stream->pieces = pieces;
    stream->refuse = stream->closed = false;
    stream->peer_fd = ends[0];
    while (!stream->closed) {
        if (!connection->awaits_writable && !connection->resting)
            event_active(&connection->readable, EV_READ, 0);
        event_base_loop(run->server.base, EVLOOP_NONBLOCK);
    }
}

/* ---- what must be true when nobody is connected ---- */

static void check_item(const struct store *store, struct item *item) {
    struct slice key = item_key(item);
    FUZZ_REQUIRE(item->references == 1);
    FUZZ_REQUIRE((item->marks & ITEM_LINKED) != 0);
    FUZZ_REQUIRE(key.length >= 1 && key.length <= ITEM_KEY_MAX_BYTES);
    FUZZ_REQUIRE(memcmp(item_value(item) + item->value_bytes, "\r\n", 2) == 0);
    FUZZ_REQUIRE(table_find(&store->table, key, table_hash(&store->table, key)) == item);
}

/* The books of the store against the items themselves. */
static void check_store(const struct store *store) {
    const struct item *newer = NULL;
    size_t count = 0;
    size_t given_count = 0;
    size_t used_bytes = 0;
    for (struct item *item = store->lru.newest; item != NULL; item = item->older) {
        check_item(store, item);
        FUZZ_REQUIRE(item->newer == newer);
        count++;
        given_count += (item->marks & ITEM_UNIQUE_GIVEN) != 0;
        used_bytes += item_cost_bytes(item->key_bytes, item->value_bytes);
        newer = item;
    }
    FUZZ_REQUIRE(store->lru.oldest == newer);
    FUZZ_REQUIRE(store->table.item_count == count);
    FUZZ_REQUIRE(store->given_count == given_count);
    FUZZ_REQUIRE(store->used_bytes == used_bytes);
    FUZZ_REQUIRE(store->used_bytes <= store->limits.memory_bytes);
}

static void check_server(const struct server *server) {
    FUZZ_REQUIRE(server->connections == NULL && server->connection_count == 0);
    FUZZ_REQUIRE(server->turn == NULL);
    FUZZ_REQUIRE(server->log.watchers == NULL && server->log.watcher_count == 0);
    FUZZ_REQUIRE(server->pool.free_count == server->pool.block_count);
    check_store(&server->store);
}

/* Asks for the version, in the one protocol that a server surely speaks. */
static void check_answers(struct fuzz_run *run) {
    static const char text[] = "version\r\n";
    const char *answer =
        run->setting->auth_path != NULL ? "CLIENT_ERROR unauthenticated\r\n" : "VERSION ";
    static const char packet[24] = {'\x80', '\x0b'};
    static const char packet_answer[] = {'\x81', '\x0b'};
    struct fuzz_stream *stream = &run->stream;
    if (run->options.protocol == OPTIONS_PROTOCOL_BINARY) {
        fuzz_talk(run, packet, sizeof(packet), false);
        FUZZ_REQUIRE(stream->answer_bytes > sizeof(packet));
        FUZZ_REQUIRE(memcmp(stream->answer, packet_answer, sizeof(packet_answer)) == 0);
    } else {
        fuzz_talk(run, text, strlen(text), false);
        FUZZ_REQUIRE(stream->answer_bytes >= strlen(answer));
        FUZZ_REQUIRE(memcmp(stream->answer, answer, strlen(answer)) == 0);
    }
}

/* ---- beginning and end ---- */

/* A longer value than an input can bring. */
static void store_large_item(struct fuzz_run *run) {
    struct store *store = &run->server.store;
    uint32_t now_s = run->server.clock.now_s;
    struct store_request request = {.value_bytes = FUZZ_LARGE_BYTES, .now_s = now_s};
    struct slice key = {"l", 1};
    struct item *item;
    FUZZ_REQUIRE(store_reserve(store, key, &request, &item) == STORE_STORED);
    memset(item_value(item), 'x', FUZZ_LARGE_BYTES);
    FUZZ_REQUIRE(store_put(store, item, STORE_SET, 0, now_s) == STORE_STORED);
    store_release(store, item);
}

struct fuzz_run *fuzz_start(const struct fuzz_setting *setting) {
    char *words[] = {"mcref", "-A", "-D", ":", "--clock", "manual", NULL};
    char error[TLS_ERROR_BYTES];
    struct fuzz_run *run = calloc(1, sizeof(*run));
    FUZZ_REQUIRE(run != NULL);
    FUZZ_REQUIRE(options_parse(&run->options, 6, words, error));
    run->setting = setting;
    run->options.protocol = setting->protocol;
    run->options.auth_path = setting->auth_path;
    run->options.sasl_path = setting->sasl_path;
    run->options.memory_bytes = FUZZ_MEMORY_BYTES; /* less than the command line allows */
    run->options.item_bytes = FUZZ_ITEM_BYTES;
    FUZZ_REQUIRE(server_init(&run->server, &run->options));
    FUZZ_REQUIRE(server_read_files(&run->server, error));
    run->server.store.table.seed = 0; /* an input must do the same when it is repeated */
    store_large_item(run);
    return run;
}

void fuzz_finish(struct fuzz_run *run) {
    check_server(&run->server);
    check_answers(run);
    check_server(&run->server);
    server_free(&run->server);
    free(run);
}

static bool contains(const char *bytes, size_t length, const char *wanted, size_t wanted_length) {
    for (size_t i = 0; i + wanted_length <= length; i++)
        if (memcmp(bytes + i, wanted, wanted_length) == 0)
            return true;
    return false;
}

/* A line as long as these is refused before its end has come, and taken if it came at once. */
static bool has_long_line(const char *bytes, size_t length) {
    size_t line_bytes = 0;
    for (size_t i = 0; i < length && line_bytes <= FUZZ_LINE_BYTES; i++)
        line_bytes = bytes[i] == '\n' ? 0 : line_bytes + 1;
    return line_bytes > FUZZ_LINE_BYTES;
}

/* Statistics count the turns too, the crawler works between them, watch and the dumps must be
 * alone in theirs, and debugtime may let the clock run. */
bool fuzz_depends_on_pieces(const char *bytes, size_t length) {
    static const char *const words[] = {"stats", "watch", "crawl", "dump", "debugtime", "\x80\x10"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (contains(bytes, length, words[i], strlen(words[i])))
            return true;
    return has_long_line(bytes, length);
}

/* A client that did not say the password has asked the store for nothing. */
static void check_strangers(const struct fuzz_run *run, const char *bytes, size_t length) {
    const struct counters *counters = &run->server.counters;
    struct slice secret = run->setting->secret;
    if (secret.length == 0 || contains(bytes, length, secret.bytes, secret.length))
        return;
    FUZZ_REQUIRE(counters->auth_cmds == counters->auth_errors);
    FUZZ_REQUIRE(counters->cmd_get + counters->cmd_set + counters->cmd_touch == 0);
    FUZZ_REQUIRE(run->server.store.table.item_count == 1); /* key l */
}

static struct fuzz_run *play_once(const struct fuzz_setting *setting, const void *bytes,
                                  size_t length, bool pieces) {
    struct fuzz_run *run = fuzz_start(setting);
    if (setting->prologue != NULL)
        fuzz_talk(run, setting->prologue, strlen(setting->prologue), false);
    fuzz_talk(run, bytes, length, pieces);
    check_strangers(run, bytes, length);
    return run;
}

void fuzz_connection_play(const struct fuzz_setting *setting, const void *bytes, size_t length) {
    struct fuzz_run *whole = play_once(setting, bytes, length, false);
    struct fuzz_run *pieces = play_once(setting, bytes, length, true);
    if (!fuzz_depends_on_pieces(bytes, length)) {
        size_t kept = whole->stream.answer_bytes;
        FUZZ_REQUIRE(pieces->stream.answer_bytes == kept);
        if (kept > FUZZ_ANSWER_BYTES)
            kept = FUZZ_ANSWER_BYTES;
        FUZZ_REQUIRE(memcmp(pieces->stream.answer, whole->stream.answer, kept) == 0);
    }
    fuzz_finish(whole);
    fuzz_finish(pieces);
}
