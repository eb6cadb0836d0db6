/* SPDX-License-Identifier: MIT */
/* adapter.c - see adapter.h. */
#include "client/adapter.h"

#include "arena.h"
#include "must.h"
#include "play/launch.h"

#include <ctype.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STOP_MS = 500, /* between the end of its input and SIGKILL */
    LAST_WORDS = 400,
    LINE_SHOWN = 160,
};

struct adapter {
    struct event_base *base;
    pid_t pid; /* 0: ended */
    int status;
    struct bufferevent *to, *from;
    FILE *errors;
    bool over, late; /* it cannot be asked any more; because it did not answer in time */
    bool unasked;    /* because it wrote a line that nobody asked for */
    unsigned waited_ms;
};

/* ---- its life ---- */

static void on_from(struct bufferevent *stream, void *owner) {
    struct adapter *adapter = owner;
    (void)stream;
    event_base_loopbreak(adapter->base);
}

static void on_event(struct bufferevent *stream, short what, void *owner) {
    struct adapter *adapter = owner;
    (void)stream;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) {
        adapter->over = true;
        event_base_loopbreak(adapter->base);
    }
}

static struct bufferevent *stream_on(struct adapter *adapter, int fd, short way) {
    evutil_make_socket_nonblocking(fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    struct bufferevent *stream = bufferevent_socket_new(adapter->base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(stream, way == EV_READ ? on_from : NULL, NULL, on_event, adapter);
    bufferevent_disable(stream, EV_READ | EV_WRITE);
    bufferevent_enable(stream, way);
    return stream;
}

struct adapter *adapter_start(struct event_base *base, const char *const *argv) {
    struct adapter *adapter = must(calloc(1, sizeof *adapter), "an adapter");
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
        must(NULL, "pipes to an adapter");
    adapter->base = base;
    adapter->errors = tmpfile();
    adapter->pid = launch_program(argv, in[0], out[1],
                                  adapter->errors ? fileno(adapter->errors) : STDERR_FILENO);
    close(in[0]);
    close(out[1]);
    adapter->over = adapter->pid < 0;
    adapter->to = stream_on(adapter, in[1], EV_WRITE);
    adapter->from = stream_on(adapter, out[0], EV_READ);
    return adapter;
}

static void nap(unsigned ms) {
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static bool reap(struct adapter *adapter, int flags) {
    if (adapter->pid > 0 && waitpid(adapter->pid, &adapter->status, flags) == adapter->pid) {
        kill(-adapter->pid, SIGKILL); /* what it started itself */
        adapter->pid = 0;
    }
    return adapter->pid <= 0;
}

void adapter_stop(struct adapter *adapter) {
    if (!adapter)
        return;
    bufferevent_free(adapter->to);
    bufferevent_free(adapter->from);
    for (unsigned waited = 0; waited < STOP_MS && !adapter->late && !reap(adapter, WNOHANG);
         waited += 5)
        nap(5);
    if (!reap(adapter, WNOHANG)) {
        kill(-adapter->pid, SIGKILL);
        kill(adapter->pid, SIGKILL);
        reap(adapter, 0);
    }
    if (adapter->errors)
        fclose(adapter->errors);
    free(adapter);
}

void adapter_give_up(struct adapter *adapter) {
    if (adapter)
        adapter->over = adapter->late = true;
}

bool adapter_is_well(const struct adapter *adapter) {
    return !adapter->over;
}

/* The end of what it wrote to its stderr, on one line. */
static const char *last_words(struct adapter *adapter, struct arena *arena) {
    char words[LAST_WORDS + 1];
    if (!adapter->errors || fseek(adapter->errors, 0, SEEK_END) != 0)
        return "";
    long end = ftell(adapter->errors);
    fseek(adapter->errors, end > LAST_WORDS ? end - LAST_WORDS : 0, SEEK_SET);
    size_t length = fread(words, 1, LAST_WORDS, adapter->errors);
    while (length > 0 && isspace((unsigned char)words[length - 1]))
        length--;
    for (size_t i = 0; i < length; i++)
        if (words[i] == '\n')
            words[i] = '|';
    words[length] = '\0';
    return length > 0 ? arena_format(arena, "; its last words: %s", words) : "";
}

const char *adapter_trouble(struct adapter *adapter, struct arena *arena) {
    if (adapter->late)
        return arena_format(arena, "it did not answer within %u.%u s", adapter->waited_ms / 1000,
                            adapter->waited_ms % 1000 / 100);
    if (adapter->unasked)
        return arena_string(arena, "it wrote a line that nobody asked for; the adapter must keep "
                                   "everything but its answers away from its standard output");
    for (unsigned waited = 0; waited < STOP_MS && !reap(adapter, WNOHANG); waited += 5)
        nap(5);
    const char *words = last_words(adapter, arena);
    if (adapter->pid != 0)
        return arena_format(arena, "it closed its output but did not end%s", words);
    if (WIFSIGNALED(adapter->status))
        return arena_format(arena, "it was killed by signal %d (%s)%s", WTERMSIG(adapter->status),
                            strsignal(WTERMSIG(adapter->status)), words);
    return arena_format(arena, "it ended with exit status %d%s", WEXITSTATUS(adapter->status),
                        words);
}

/* ---- words ---- */

const char *adapter_word(struct arena *arena, struct slice bytes) {
    static const char digits[] = "0123456789ABCDEF";
    char *word = arena_alloc(arena, bytes.length * 3 + 1), *at = word;
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte < 0x80 && (isalnum(byte) || (byte != '\0' && strchr("-._~", byte)))) {
            *at++ = (char)byte;
        } else {
            *at++ = '%';
            *at++ = digits[byte >> 4];
            *at++ = digits[byte & 15];
        }
    }
    return word;
}

static int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static struct slice decoded(struct arena *arena, const char *word, size_t length) {
    char *bytes = arena_alloc(arena, length + 1);
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        int high = i + 2 < length ? hex_digit(word[i + 1]) : -1;
        int low = i + 2 < length ? hex_digit(word[i + 2]) : -1;
        if (word[i] == '%' && high >= 0 && low >= 0) {
            bytes[count++] = (char)(high << 4 | low);
            i += 2;
        } else {
            bytes[count++] = word[i];
        }
    }
    return (struct slice){bytes, count};
}

/* ---- answers ---- */

static const struct {
    const char *word;
    enum answer_kind kind;
    size_t least; /* words that must follow */
} kinds[] = {
    {"ok", ANSWER_OK, 0},         {"no", ANSWER_NO, 0},
    {"value", ANSWER_VALUE, 1},   {"miss", ANSWER_MISS, 0},
    {"values", ANSWER_VALUES, 0}, {"number", ANSWER_NUMBER, 1},
    {"error", ANSWER_ERROR, 0},   {"unsupported", ANSWER_UNSUPPORTED, 0},
};

/* The line for people: its words decoded, the beginning of a long one. */
static const char *shown_line(struct arena *arena, const char *line, size_t length) {
    struct slice text = decoded(arena, line, length);
    if (text.length > LINE_SHOWN)
        return arena_format(arena, "%.*s...", LINE_SHOWN, text.data);
    return text.data;
}

static struct answer answer_read(struct arena *arena, const char *line, size_t length) {
    struct answer answer = {.kind = ANSWER_NONSENSE, .line = shown_line(arena, line, length)};
    const char *end = line + length;
    const char *space = memchr(line, ' ', length);
    struct slice first = {line, (size_t)((space ? space : end) - line)};
    while (space) {
        const char *word = space + 1;
        space = memchr(word, ' ', (size_t)(end - word));
        answer.words = arena_grow(arena, answer.words, answer.count, sizeof *answer.words);
        answer.words[answer.count++] = decoded(arena, word, (size_t)((space ? space : end) - word));
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_equal(first, slice_of(kinds[i].word)) && answer.count >= kinds[i].least)
            answer.kind = kinds[i].kind;
    return answer;
}

/* Takes a whole line from what came; false if there is none yet. */
static bool take_line(struct adapter *adapter, struct arena *arena, struct answer *answer) {
    struct evbuffer *input = bufferevent_get_input(adapter->from);
    size_t length;
    char *line = evbuffer_readln(input, &length, EVBUFFER_EOL_CRLF);
    if (!line)
        return false;
    *answer = answer_read(arena, line, length);
    free(line);
    return true;
}

static void on_late(evutil_socket_t socket, short what, void *owner) {
    struct adapter *adapter = owner;
    (void)socket;
    (void)what;
    adapter->over = adapter->late = true;
    event_base_loopbreak(adapter->base);
}

static unsigned ms_since(const struct timespec *begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)((now.tv_sec - begin->tv_sec) * 1000 +
                      (now.tv_nsec - begin->tv_nsec) / 1000000);
}

struct answer adapter_ask(struct adapter *adapter, struct arena *arena, const char *line,
                          unsigned within_ms) {
    struct answer answer = {.kind = ANSWER_NONE, .line = ""};
    struct event *deadline = evtimer_new(adapter->base, on_late, adapter);
    struct timeval after = {within_ms / 1000, (within_ms % 1000) * 1000};
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (evbuffer_get_length(bufferevent_get_input(adapter->from)) > 0)
        adapter->over = adapter->unasked = true;
    adapter->waited_ms = within_ms;
    bufferevent_write(adapter->to, line, strlen(line));
    bufferevent_write(adapter->to, "\n", 1);
    evtimer_add(deadline, &after);
    while (!adapter->unasked && !take_line(adapter, arena, &answer) && !adapter->over)
        event_base_dispatch(adapter->base);
    /* A line that came together with the end of the stream still counts. */
    if (answer.kind == ANSWER_NONE && !adapter->late && !adapter->unasked)
        take_line(adapter, arena, &answer);
    event_free(deadline);
    if (answer.kind == ANSWER_NONSENSE)
        adapter->over = true; /* the answer may follow: later ones would be one line behind */
    answer.took_ms = ms_since(&begin);
    return answer;
}
