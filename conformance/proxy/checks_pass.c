/* SPDX-License-Identifier: MIT */
/* checks_pass.c - which commands pass a proxy, and how their bytes change on the way. */
#include "proxy/proxy.h"

#include "arena.h"

#include <inttypes.h>
#include <string.h>

/* ---- commands ---- */

/* Some data request as a server saw it since `from`, or NULL. */
static const struct arrival *passed(const struct trial *trial, size_t from, enum verb verb) {
    for (size_t i = from; i < backends_count(trial->backends); i++)
        if (backends_at(trial->backends, i)->request.verb == verb)
            return backends_at(trial->backends, i);
    return NULL;
}

static void judge_command(struct trial *trial, const struct heard *heard, struct slice wanted,
                          bool reached) {
    const char *words = heard_words(trial, heard);
    if (slice_equal(heard->reply, wanted)) {
        if (!reached)
            note(trial, "the proxy answers it itself");
        return;
    }
    trial->verdict.expected = (struct verdict_bytes){wanted.data, wanted.length};
    trial->verdict.received = (struct verdict_bytes){heard->reply.data, heard->reply.length};
    if (!reached && heard->closed)
        fail(trial, "it does not pass: %s", words);
    else if (!reached)
        fail(trial, "it is refused: %s", words);
    else
        fail(trial, "it passes, but its answer is: %s", words);
}

void check_command(struct trial *trial) {
    const char *tab = strchr(trial->argument, '\t');
    struct slice request = {trial->argument, (size_t)(tab - trial->argument)};
    struct request read;
    if (!say_expect(trial, "STORED\r\n", "set k 5 0 2\r\n10\r\n"))
        return;
    request_read(trial->arena, request.data, request.length, &read);
    size_t from = mark(trial);
    struct heard heard = say(trial, request, 1);
    trial->verdict.request = (struct verdict_bytes){request.data, request.length};
    judge_command(trial, &heard, slice_of(tab + 1), passed(trial, from, read.verb) != NULL);
    hang_up(trial);
    if (trial->verdict.outcome == VERDICT_PASS)
        trial->verdict.request = (struct verdict_bytes){0};
}

void check_quit(struct trial *trial) {
    struct heard heard = say(trial, slice_of("quit\r\n"), 1);
    if (!heard.closed || heard.reply.length > 0)
        fail(trial, "quit was answered: %s", heard_words(trial, &heard));
}

/* ---- bytes ---- */

void check_bytes_request(struct trial *trial) {
    static const char *const requests[] = {"set k 5 100 2\r\n10\r\n", "get k\r\n", "gets k\r\n",
                                           "incr k 5\r\n", "delete k\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        size_t from = mark(trial);
        say(trial, slice_of(requests[i]), 1);
        const struct arrival *arrival = seen(trial, from, VERB_COUNT);
        if (!arrival) {
            fail(trial, "the request did not reach a server");
            return;
        }
        struct slice whole = arrival->request.whole;
        if (slice_equal(whole, slice_of(requests[i])))
            continue;
        trial->verdict.request = (struct verdict_bytes){requests[i], strlen(requests[i])};
        trial->verdict.received = (struct verdict_bytes){whole.data, whole.length};
        fail(trial, "the bytes of %s changed on the way", verb_name(arrival->request.verb));
        return;
    }
}

void check_trailing_space(struct trial *trial) {
    size_t from = mark(trial);
    if (!say_expect(trial, "STORED\r\n", "set spaced 16 0 2 \r\nv1\r\n"))
        return;
    const struct arrival *set = seen(trial, from, VERB_SET);
    if (set)
        note(trial, "the space %s on the way",
             set->request.surplus_spaces > 0 ? "is kept" : "is taken away");
    say_expect(trial, "VALUE spaced 16 2\r\nv1\r\nEND\r\n", "get spaced\r\n");
}

/* Sets the value and gets it back. */
static void round_trip(struct trial *trial, struct slice value) {
    const char *line = arena_format(trial->arena, "set value 5 0 %zu\r\n", value.length);
    size_t front = strlen(line);
    char *request = arena_alloc(trial->arena, front + value.length + 3);
    memcpy(request, line, front);
    if (value.length > 0)
        memcpy(request + front, value.data, value.length);
    memcpy(request + front + value.length, "\r\n", 2);
    struct heard heard = say(trial, (struct slice){request, front + value.length + 2}, 1);
    if (!slice_equal(heard.reply, slice_of("STORED\r\n"))) {
        fail(trial, "set of %zu bytes was answered: %s", value.length, heard_words(trial, &heard));
        return;
    }
    heard = say_text(trial, "get value\r\n");
    line = arena_format(trial->arena, "VALUE value 5 %zu\r\n", value.length);
    front = strlen(line);
    if (heard.reply.length != front + value.length + strlen("\r\nEND\r\n") ||
        memcmp(heard.reply.data, line, front) != 0 ||
        (value.length > 0 && memcmp(heard.reply.data + front, value.data, value.length) != 0))
        fail(trial, "get of the %zu bytes brought %zu bytes: %s", value.length, heard.reply.length,
             heard_words(trial, &heard));
}

void check_bytes_value(struct trial *trial) {
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    round_trip(trial, (struct slice){all, sizeof all});
    round_trip(trial, slice_of("\r\nEND\r\nSTORED\r\nVALUE value 0 1\r\n"));
}

void check_bytes_empty(struct trial *trial) {
    round_trip(trial, slice_of(""));
}

void check_bytes_large(struct trial *trial) {
    round_trip(trial, filled(trial, 'v', 1000000));
}

void check_bytes_flags(struct trial *trial) {
    if (say_expect(trial, "STORED\r\n", "set flags 4294967295 0 1\r\nx\r\n"))
        say_expect(trial, "VALUE flags 4294967295 1\r\nx\r\nEND\r\n", "get flags\r\n");
}

void check_bytes_noreply(struct trial *trial) {
    struct heard heard = say(trial, slice_of("set quiet 0 0 1 noreply\r\nx\r\nget quiet\r\n"), 1);
    if (!slice_equal(heard.reply, slice_of("VALUE quiet 0 1\r\nx\r\nEND\r\n")))
        fail(trial, "set with noreply and get were answered: %s", heard_words(trial, &heard));
}

void check_bytes_pipelined(struct trial *trial) {
    enum { REQUESTS = 40 };
    const char *sent = "", *wanted = "";
    for (int i = 0; i < REQUESTS; i++) {
        sent =
            arena_format(trial->arena, "%sset p%d 0 0 2\r\nv%d\r\nget p%d\r\n", sent, i, i % 10, i);
        wanted = arena_format(trial->arena, "%sSTORED\r\nVALUE p%d 0 2\r\nv%d\r\nEND\r\n", wanted,
                              i, i % 10);
    }
    struct heard heard = say(trial, slice_of(sent), 0);
    trial->verdict.expected = (struct verdict_bytes){wanted, strlen(wanted)};
    trial->verdict.received = (struct verdict_bytes){heard.reply.data, heard.reply.length};
    if (!slice_equal(heard.reply, slice_of(wanted)))
        fail(trial, "%d requests in one write were answered otherwise: %s", 2 * REQUESTS,
             heard_words(trial, &heard));
}

void check_bytes_one_byte(struct trial *trial) {
    static const char request[] = "set slow 0 0 3\r\nabc\r\nget slow\r\n";
    struct fault fault = {.kind = FAULT_TRICKLE, .class = VERB_CLASS_DATA};
    fault_everywhere(trial, &fault);
    for (size_t i = 0; i + 1 < strlen(request); i++) {
        send_only(trial, (struct slice){request + i, 1});
        settle(trial, 2);
    }
    struct heard heard = say(trial, slice_of("\n"), 2);
    if (!slice_equal(heard.reply, slice_of("STORED\r\nVALUE slow 0 3\r\nabc\r\nEND\r\n")))
        fail(trial, "set and get, one byte at a time, were answered: %s",
             heard_words(trial, &heard));
}

void check_bytes_unique(struct trial *trial) {
    uint64_t large = UINT64_C(18446744073709551557);
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        store_next_unique(backends_store(trial->backends, i), large);
    if (say_expect(trial, "STORED\r\n", "set stock 0 0 3\r\n900\r\n") &&
        say_expect(
            trial,
            arena_format(trial->arena, "VALUE stock 0 3 %" PRIu64 "\r\n900\r\nEND\r\n", large),
            "gets stock\r\n") &&
        say_expect(trial, "STORED\r\n", "cas stock 0 0 3 %" PRIu64 "\r\n899\r\n", large))
        say_expect(trial, "EXISTS\r\n", "cas stock 0 0 3 %" PRIu64 "\r\n898\r\n", large);
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        store_next_unique(backends_store(trial->backends, i), 1);
}

void check_key_250(struct trial *trial) {
    const char *key = filled(trial, 'k', 250).data;
    if (say_expect(trial, "STORED\r\n", "set %s 0 0 1\r\nx\r\n", key))
        say_expect(trial, arena_format(trial->arena, "VALUE %s 0 1\r\nx\r\nEND\r\n", key),
                   "get %s\r\n", key);
}

void check_key_251(struct trial *trial) {
    const char *key = filled(trial, 'k', 251).data;
    size_t from = mark(trial);
    struct heard heard = say_text(trial, "get %s\r\n", key);
    if (seen(trial, from, VERB_GET))
        note(trial, "the proxy passes it on");
    else
        note(trial, "the proxy refuses it: %s", heard_words(trial, &heard));
    if (heard.late || slice_equal(heard.reply, slice_of("END\r\n")))
        fail(trial, "get of a key of 251 bytes was answered: %s", heard_words(trial, &heard));
    hang_up(trial);
    say_expect(trial, "STORED\r\n", "set after 0 0 1\r\nx\r\n");
}

/* ---- landing and multi-get ---- */

void check_proxy_stable(struct trial *trial) {
    for (size_t i = 0; i < 40; i++) {
        const struct landing *landing = &trial->landings[i];
        if (!say_expect(trial, "STORED\r\n", "set %s 0 0 1\r\ny\r\n", landing->key))
            return;
        size_t from = mark(trial);
        if (!say_expect(trial,
                        arena_format(trial->arena, "VALUE %s 0 1\r\ny\r\nEND\r\n", landing->key),
                        "get %s\r\n", landing->key))
            return;
        const struct arrival *get = seen(trial, from, VERB_COUNT);
        if (get && (int)get->member != landing->member)
            fail(trial, "\"%s\" was written on server %d and read on server %u", landing->key,
                 landing->member, get->member);
    }
}

/* Sets 20 of 30 keys and asks for all 30 at once; the reply. */
static struct heard ask_thirty(struct trial *trial, size_t *from) {
    const char *line = "get";
    for (int i = 0; i < 30; i++) {
        if (i % 3 != 2)
            say_text(trial, "set many%d 0 0 2\r\n%02d\r\n", i, i);
        line = arena_format(trial->arena, "%s many%d", line, i);
    }
    *from = mark(trial);
    return say_text(trial, "%s\r\n", line);
}

void check_mget_split(struct trial *trial) {
    size_t from, values = 0;
    struct heard heard = ask_thirty(trial, &from);
    const char *text = arena_copy(trial->arena, heard.reply.data, heard.reply.length);
    for (int i = 0; i < 30; i++) {
        const char *value = arena_format(trial->arena, "VALUE many%d 0 2\r\n%02d\r\n", i, i);
        const char *at = strstr(text, value);
        values += at != NULL;
        if (at && strstr(at + 1, value))
            fail(trial, "the value of many%d came twice", i);
    }
    if (values != 20 || heard.reply.length < 5 ||
        memcmp(heard.reply.data + heard.reply.length - 5, "END\r\n", 5) != 0)
        fail(trial, "20 keys of 30 exist, %zu values came: %s", values, heard_words(trial, &heard));
    for (size_t i = from; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        for (size_t k = 0; k < arrival->request.key_count; k++) {
            struct slice key = arrival->request.keys[k];
            if (stored(trial, key) &&
                !store_find(backends_store(trial->backends, arrival->member), key))
                fail(trial, "the key \"%.*s\" was asked of server %u, which does not have it",
                     (int)key.length, key.data, arrival->member);
        }
    }
}

void check_mget_order(struct trial *trial) {
    size_t from;
    struct heard heard = ask_thirty(trial, &from);
    const char *text = arena_copy(trial->arena, heard.reply.data, heard.reply.length);
    const char *last = text;
    for (int i = 0; i < 30; i++) {
        const char *at = strstr(text, arena_format(trial->arena, "VALUE many%d 0 2\r\n", i));
        if (at && at < last)
            fail(trial, "many%d came before a key that was asked for before it", i);
        last = at ? at : last;
    }
}
