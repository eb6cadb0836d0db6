/* SPDX-License-Identifier: MIT */
/* trial.c - see trial.h. */
#include "client/trial.h"

#include "arena.h"

#include <event2/event.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

/* ---- judging ---- */

static void judge(struct trial *trial, enum verdict_outcome outcome, const char *format,
                  va_list arguments) {
    if (trial->verdict.outcome != VERDICT_PASS)
        return; /* the first reason is the cause of the others */
    trial->verdict.outcome = outcome;
    trial->verdict.reason = arena_vformat(trial->arena, format, arguments);
}

void fail(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    judge(trial, VERDICT_FAIL, format, arguments);
    va_end(arguments);
}

void skip(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    judge(trial, VERDICT_SKIP, format, arguments);
    va_end(arguments);
}

void note(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    trial->verdict.note = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
}

/* ---- asking ---- */

enum { SHOWN = 120 }; /* bytes of a line or reply */

/* The first line of a reply; packets in words. */
static const char *shown_reply(const struct trial *trial, const struct verdict_event *event) {
    const char *text = event->words;
    if (!text) {
        int length = event->bytes.length > SHOWN ? SHOWN : (int)event->bytes.length;
        text = arena_format(trial->arena, "%.*s", length, event->bytes.data);
    }
    return arena_format(trial->arena, "; the last reply was \"%.*s\"", (int)strcspn(text, "\r\n"),
                        text);
}

static bool begins_question(const struct verdict_event *event) {
    return event->direction == VERDICT_NOTE && strcmp(event->session, "adapter") == 0 &&
           strncmp(event->bytes.data, "asked", strlen("asked")) == 0;
}

/* What the servers saw of the last question, to be set beside an answer that surprises. */
static const char *other_side(const struct trial *trial) {
    size_t count;
    struct slice rest;
    const struct verdict_event *events = backends_events(trial->backends, &count);
    bool came = false;
    if (backends_unfinished(trial->backends, &rest))
        return arena_format(trial->arena,
                            "; a server got %zu bytes and waits for the rest of the request",
                            rest.length);
    while (count-- > 0 && !begins_question(&events[count])) {
        if (events[count].direction == VERDICT_SENT)
            return shown_reply(trial, &events[count]);
        came = came || events[count].direction == VERDICT_RECEIVED;
    }
    return came ? "; no server had replied" : "; no server had received anything";
}

static bool ask_line(struct trial *trial, const char *line) {
    backends_note(trial->backends, "adapter",
                  arena_format(trial->arena, "asked     %.*s", SHOWN, line));
    unsigned long long now = trial_now_ms();
    unsigned long long left = trial->ends_at_ms > now ? trial->ends_at_ms - now : 1;
    unsigned within =
        trial->settings->timeout_ms < left ? trial->settings->timeout_ms : (unsigned)left;
    trial->answer = adapter_ask(trial->adapter, trial->arena, line, within);
    settle(trial, 0);
    if (trial->answer.kind == ANSWER_NONE) {
        const char *trouble = adapter_trouble(trial->adapter, trial->arena);
        fail(trial, "no answer to \"%.*s\": %s%s", (int)strcspn(line, " "), line, trouble,
             other_side(trial));
        return false;
    }
    backends_note(trial->backends, "adapter",
                  arena_format(trial->arena, "answered  %.*s", SHOWN, trial->answer.line));
    if (trial->answer.kind == ANSWER_UNSUPPORTED)
        skip(trial, "the client has no \"%.*s\"", (int)strcspn(line, " "), line);
    if (trial->answer.kind == ANSWER_NONSENSE)
        fail(trial, "the adapter answered \"%s\", which is no line of the protocol",
             trial->answer.line);
    return trial->answer.kind != ANSWER_UNSUPPORTED && trial->answer.kind != ANSWER_NONSENSE;
}

bool ask(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
    return ask_line(trial, line);
}

bool ask_ok(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
    if (!ask_line(trial, line))
        return false;
    if (trial->answer.kind != ANSWER_OK)
        fail(trial, "\"%.60s\" on a server that works was answered \"%s\"%s", line,
             trial->answer.line, other_side(trial));
    return trial->answer.kind == ANSWER_OK;
}

bool ask_if_any(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
    bool answered = ask_line(trial, line);
    if (trial->verdict.outcome == VERDICT_SKIP) { /* a failure before it stands */
        trial->verdict.outcome = VERDICT_PASS;
        trial->verdict.reason = NULL;
    }
    return answered;
}

bool ask_value(struct trial *trial, const char *key, struct slice wanted, const char *when) {
    if (!ask(trial, "get %s", key))
        return false;
    if (was_value(trial, wanted))
        return true;
    const char *shown = word(trial, wanted);
    fail(trial, "get %.60s: the answer is \"%.60s\" and not the value \"%.60s\"%s%s", key,
         trial->answer.line, shown, strlen(shown) > 60 ? "... " : " ", when);
    return false;
}

bool two_keys(struct trial *trial, const char **first, const char **second) {
    *first = key_on(trial, 0, 0);
    *second = key_on(trial, 0, 1);
    if (!*first || !*second) {
        skip(trial, "the survey found no two keys on server 0");
        return false;
    }
    return ask_ok(trial, "set %s first-value 0", *first) &&
           ask_ok(trial, "set %s second-value 0", *second);
}

void never_wrong(struct trial *trial, const char *key, const char *value) {
    for (int i = 0; i < 3 && trial->verdict.outcome == VERDICT_PASS; i++) {
        if (!ask(trial, "get %s", key))
            return;
        if (trial->answer.kind == ANSWER_VALUE && !was_value(trial, slice_of(value)))
            fail(trial, "afterwards, get %s brought \"%s\" and not \"%s\"", key, trial->answer.line,
                 value);
    }
}

void still_in_step(struct trial *trial, const char *key) {
    if (trial->verdict.outcome != VERDICT_PASS)
        return;
    if (ask_ok(trial, "set %s in-step 0", key))
        ask_value(trial, key, slice_of("in-step"), "in the call after the error");
}

bool was_refused(const struct trial *trial) {
    return trial->answer.kind == ANSWER_NO || trial->answer.kind == ANSWER_ERROR;
}

bool was_value(const struct trial *trial, struct slice wanted) {
    return trial->answer.kind == ANSWER_VALUE && slice_equal(trial->answer.words[0], wanted);
}

const char *word(struct trial *trial, struct slice bytes) {
    return adapter_word(trial->arena, bytes);
}

struct slice filled(struct trial *trial, char byte, size_t length) {
    char *bytes = arena_alloc(trial->arena, length + 1);
    memset(bytes, byte, length);
    return (struct slice){bytes, length};
}

/* ---- what the servers saw ---- */

size_t mark(const struct trial *trial) {
    return backends_count(trial->backends);
}

const struct arrival *seen(const struct trial *trial, size_t from, enum verb verb) {
    for (size_t i = from; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        bool is_data = verb_class(arrival->request.verb) != VERB_CLASS_OTHER;
        bool sets = verb == VERB_SET && arrival->request.verb == VERB_META_SET;
        if (arrival->request.verb == verb || sets || (verb == VERB_COUNT && is_data))
            return arrival;
    }
    return NULL;
}

const struct arrival *seen_key(const struct trial *trial, size_t from, struct slice key) {
    for (size_t i = from; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        for (size_t k = 0; k < arrival->request.key_count; k++)
            if (slice_equal(arrival->request.keys[k], key))
                return arrival;
    }
    return NULL;
}

const char *key_on(const struct trial *trial, unsigned member, unsigned nth) {
    for (size_t i = 0; i < trial->landing_count; i++)
        if (trial->landings[i].member == (int)member && nth-- == 0)
            return trial->landings[i].key;
    return NULL;
}

static struct store *store_with(const struct trial *trial, struct slice key) {
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        if (store_find(backends_store(trial->backends, i), key))
            return backends_store(trial->backends, i);
    return NULL;
}

const struct item *stored(const struct trial *trial, struct slice key) {
    struct store *store = store_with(trial, key);
    return store ? store_find(store, key) : NULL;
}

bool holds(const struct trial *trial, unsigned member, const char *key, const char *value) {
    const struct item *item = store_find(backends_store(trial->backends, member), slice_of(key));
    return item && slice_equal((struct slice){item->value, item->value_length}, slice_of(value));
}

int holder(const struct trial *trial, int except, const char *key, const char *value) {
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        if ((int)i != except && holds(trial, i, key, value))
            return (int)i;
    return -1;
}

void write_as_other(struct trial *trial, struct slice key, struct slice value) {
    struct store *store = store_with(trial, key);
    if (store)
        store_put(store, key, value, store_find(store, key)->flags);
    backends_note(trial->backends, "other",
                  arena_format(trial->arena, "another client stores \"%.*s\" under \"%.*s\"",
                               (int)value.length, value.data, (int)key.length, key.data));
}

void fault_everywhere(struct trial *trial, const struct fault *fault) {
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        backends_fault(trial->backends, i, fault);
}

unsigned long long trial_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000 + (unsigned long long)now.tv_nsec / 1000000;
}

void settle(struct trial *trial, unsigned ms) {
    struct timeval within = {ms / 1000, (ms % 1000) * 1000};
    if (trial->interrupted)
        ms = 0;
    if (ms > 0)
        event_base_loopexit(trial->base, &within);
    event_base_loop(trial->base, ms > 0 ? 0 : EVLOOP_NONBLOCK);
    /* What came first may bring more: a connection its bytes, and those their end. */
    for (int i = 0; i < 2 && ms == 0; i++)
        event_base_loop(trial->base, EVLOOP_NONBLOCK);
}
