/* SPDX-License-Identifier: MIT */
/* scribe.c - see scribe.h. A turn of the tape becomes a step. */
#include "record/scribe.h"

#include "arena.h"
#include "record/dialects.h"

#include <stdio.h>
#include <string.h>

enum {
    PAUSE_MS = 500, /* a pause so long may mean something, such as an item that expires */
    PAUSE_ROUND_MS = 100,
};

struct scribe {
    struct general general;
    struct bytes *out;
    struct scribe_result result;
    bool several; /* connections */
};

static void put(struct scribe *scribe, const char *text) {
    bytes_append(scribe->out, text, strlen(text));
}

/* ---- requests ---- */

static void note_request(struct scribe *scribe, const struct request *request) {
    struct general *general = &scribe->general;
    general->needs[request->verb] = true;
    general->meta = general->meta || request->dialect == DIALECT_META;
    general->binary = general->binary || request->dialect == DIALECT_BINARY;
    general->destroys = general->destroys || request->verb == VERB_FLUSH_ALL;
}

/* Writes the whole requests of a turn; how many bytes they are. *quits: the last one is quit. */
static size_t write_requests(struct scribe *scribe, struct script *script, struct slice sent,
                             bool *quits) {
    size_t done = 0;
    *quits = false;
    while (done < sent.length) {
        struct request request;
        size_t used =
            request_read(scribe->general.arena, sent.data + done, sent.length - done, &request);
        if (used == 0)
            break;
        note_request(scribe, &request);
        if (request.dialect == DIALECT_BINARY)
            write_binary_request(&scribe->general, script, &request);
        else
            write_text_request(&scribe->general, script, &request);
        *quits = request.verb == VERB_QUIT;
        done += used;
    }
    return done;
}

/* ---- steps ---- */

static void begin_step(struct scribe *scribe) {
    put(scribe, scribe->result.steps++ > 0 ? ",\n        " : "\n        ");
}

static void write_pause(struct scribe *scribe, unsigned pause_ms) {
    unsigned rounded = (pause_ms / PAUSE_ROUND_MS + 1) * PAUSE_ROUND_MS;
    begin_step(scribe);
    put(scribe, arena_format(scribe->general.arena, "{ \"wait_ms\": %u }", rounded));
}

static size_t write_replies(struct scribe *scribe, struct script *script, const struct turn *turn) {
    bool binary = turn->sent.length > 0 && (unsigned char)turn->sent.data[0] == 0x80;
    return binary ? write_binary_replies(&scribe->general, script, turn->received)
                  : write_text_replies(&scribe->general, script, turn->received);
}

/* memcached's crawler refuses a dump while it is at work for itself. */
static bool needs_patience(const struct turn *turn, const struct bytes *expect) {
    static const char dump[] = "lru_crawler ";
    return turn->sent.length > sizeof dump && memcmp(turn->sent.data, dump, sizeof dump - 1) == 0 &&
           !strstr(expect->data, "{lines}");
}

static bool holds(struct slice bytes, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= bytes.length; i++)
        if (memcmp(bytes.data + i, word, length) == 0)
            return true;
    return false;
}

/* Lines to which no byte came though none of them asks for silence, by noreply or the q of a meta
 * command: the client went before the server answered, if it ever would have. */
static bool is_unanswered(const struct turn *turn) {
    const unsigned char *sent = (const unsigned char *)turn->sent.data;
    return turn->received.length == 0 && !turn->server_closed && turn->sent.length > 0 &&
           sent[0] != 0x80 && !holds(turn->sent, " noreply") && !holds(turn->sent, " q");
}

static void write_turn(struct scribe *scribe, const struct turn *turn) {
    struct arena *arena = scribe->general.arena;
    struct script request = {0}, reply = {0};
    struct bytes send = {0}, expect = {0};
    bool quits;
    size_t sent = write_requests(scribe, &request, turn->sent, &quits);
    size_t received = write_replies(scribe, &reply, turn);
    scribe->result.unfinished += sent < turn->sent.length;
    scribe->result.unfinished += received < turn->received.length;
    script_take(&request, &send);
    script_take(&reply, &expect);
    bool unanswered = sent > 0 && !quits && is_unanswered(turn);
    scribe->result.unanswered += unanswered;
    /* A reply that began and never ended, or never came, cannot be asked for again. */
    if (sent > 0 && !unanswered && (received > 0 || turn->received.length == 0)) {
        if (turn->pause_ms >= PAUSE_MS)
            write_pause(scribe, turn->pause_ms);
        begin_step(scribe);
        put(scribe, "{ ");
        if (scribe->several)
            put(scribe, arena_format(arena, "\"as\": \"c%u\", ", turn->connection + 1));
        put(scribe, "\"send\": ");
        bytes_append(scribe->out, send.data, send.length);
        bool closes = turn->server_closed || quits;
        if (received > 0 || !closes) {
            put(scribe, ", \"expect\": ");
            bytes_append(scribe->out, expect.data, expect.length);
        }
        if (needs_patience(turn, &expect))
            put(scribe, ", \"eventually_ms\": 3000");
        put(scribe, closes ? ", \"closes\": true }" : " }");
        bytes_append(scribe->out, scribe->general.checks.data, scribe->general.checks.length);
    }
    scribe->general.checks.length = 0;
    script_free(&request);
    script_free(&reply);
    bytes_free(&send);
    bytes_free(&expect);
}

/* ---- the file ---- */

/* A JSON string of printable words. */
static void put_words(struct scribe *scribe, const char *words) {
    put(scribe, "\"");
    for (const char *at = words; *at; at++) {
        char plain[3] = {*at, '\0', '\0'};
        if (*at == '"' || *at == '\\')
            memcpy(plain, (char[]){'\\', *at, '\0'}, 3);
        put(scribe, (unsigned char)*at < ' ' || (unsigned char)*at > '~' ? "?" : plain);
    }
    put(scribe, "\"");
}

static void write_needs(struct scribe *scribe) {
    const struct general *general = &scribe->general;
    const bool *verbs = general->needs;
    const struct {
        bool needed;
        const char *name;
    } needs[] = {{verbs[VERB_TOUCH] && !general->binary, "touch"},
                 {(verbs[VERB_GAT] || verbs[VERB_GATS]) && !general->binary, "gat"},
                 {general->meta, "meta"},
                 {general->binary, "binary"}};
    bool any = false;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (!needs[i].needed)
            continue;
        put(scribe, any ? ", " : "      \"needs\": [");
        put_words(scribe, needs[i].name);
        any = true;
    }
    put(scribe, any ? "],\n" : "");
}

struct scribe_result scribe_write(struct arena *arena, const struct tape *tape,
                                  const struct scribe_title *title, struct bytes *out) {
    size_t count;
    const struct turn *turns = tape_turns(tape, &count);
    struct bytes steps = {0};
    struct scribe scribe = {.general = {.arena = arena, .began = tape_began(tape)}, .out = &steps};
    for (size_t i = 1; i < count; i++)
        scribe.several = scribe.several || turns[i].connection != turns[0].connection;
    for (size_t i = 0; i < count; i++)
        write_turn(&scribe, &turns[i]);
    scribe.out = out;
    put(&scribe, "{ \"section\": \"Recorded traffic\",\n  \"about\": ");
    put_words(&scribe, title->about);
    put(&scribe, ",\n  \"scenarios\": [\n    { \"name\": ");
    put_words(&scribe, title->name);
    put(&scribe, ",\n      \"rules\": [\"recorded.traffic.same\"],\n"
                 "      \"why\": \"A real client sent this; what it was answered is what it relies "
                 "on.\",\n");
    write_needs(&scribe);
    if (scribe.general.destroys)
        put(&scribe, "      \"alone\": true, \"destructive\": true,\n");
    put(&scribe, "      \"steps\": [");
    bytes_append(out, steps.data, steps.length);
    put(&scribe, " ] } ] }\n");
    scribe.result.has_passwords = scribe.general.has_passwords;
    bytes_free(&steps);
    bytes_free(&scribe.general.checks);
    return scribe.result;
}
