/* SPDX-License-Identifier: MIT */
/* request.c - the text and meta protocol as the judge reads it. See request.h.
 *
 * A line is cut into words; the grammar of its row in verbs.def says what each must be. The binary
 * protocol is read by request_binary.c. */
#include "requests/request.h"

#include "arena.h"
#include "requests/request_binary.h"

#include <string.h>

enum {
    KEY_MAX = 250,
    WORDS_MAX = 65536,            /* in one line */
    LINE_MAX_BYTES = 1024 * 1024, /* without a line end it is no request */
    VALUE_MAX = 64 * 1024 * 1024,
};

static const struct verb_row {
    const char *word, *grammar;
    enum verb_class class;
} verbs[] = {
#define VERB(constant, word, grammar, class) {word, grammar, VERB_CLASS_##class},
#include "requests/verbs.def"
#undef VERB
};

const char *verb_name(enum verb verb) {
    if (verb == VERB_NOOP)
        return "noop";
    if (verb == VERB_AUTHENTICATE)
        return "sasl";
    return verbs[verb].word ? verbs[verb].word : "unknown";
}

enum verb_class verb_class(enum verb verb) {
    return verbs[verb].class;
}

struct slice slice_of(const char *text) {
    return (struct slice){text, strlen(text)};
}

bool slice_equal(struct slice a, struct slice b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool slice_number(struct slice slice, uint64_t *number) {
    uint64_t value = 0;
    for (size_t i = 0; i < slice.length; i++) {
        if (slice.data[i] < '0' || slice.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(slice.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return slice.length > 0;
}

static bool slice_signed(struct slice slice, int64_t *number) {
    bool negative = slice.length > 0 && slice.data[0] == '-';
    struct slice digits = {slice.data + negative, slice.length - negative};
    uint64_t value;
    if (!slice_number(digits, &value) || value > INT64_MAX)
        return false;
    *number = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

/* ---- words ---- */

struct words {
    struct slice *word;
    size_t count;
};

/* Cuts at spaces and counts those that need not be there. */
static struct words words_of(struct arena *arena, struct request *request) {
    struct words words = {NULL, 0};
    const char *at = request->line.data, *end = at + request->line.length;
    while (at < end && words.count < WORDS_MAX) {
        if (*at == ' ') {
            request->surplus_spaces++;
            at++;
            continue;
        }
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space ? space : end;
        words.word = arena_grow(arena, words.word, words.count, sizeof *words.word);
        words.word[words.count++] = (struct slice){at, (size_t)(stop - at)};
        at = space ? space + 1 : end;
        if (space && at == end)
            request->surplus_spaces++;
    }
    return words;
}

static const char *complain(struct arena *arena, const char *what, struct slice word) {
    int shown = word.length > 40 ? 40 : (int)word.length;
    return arena_format(arena, "%s: \"%.*s\"%s", what, shown, word.data,
                        word.length > 40 ? "..." : "");
}

static const char *key_complaint(struct arena *arena, struct slice key) {
    if (key.length > KEY_MAX)
        return arena_format(arena, "a key of %zu bytes; at most 250 may be sent", key.length);
    for (size_t i = 0; i < key.length; i++)
        if ((unsigned char)key.data[i] <= ' ' || key.data[i] == 0x7f)
            return arena_format(arena, "a key with the control character 0x%02x",
                                (unsigned char)key.data[i]);
    return NULL;
}

static void take_key(struct arena *arena, struct request *request, struct slice word) {
    request->keys = arena_grow(arena, request->keys, request->key_count, sizeof(struct slice));
    request->keys[request->key_count++] = word;
    if (!request->complaint)
        request->complaint = key_complaint(arena, word);
}

/* One word of the kind that a letter of the grammar names; false if it is none. */
static bool take_word(struct arena *arena, struct request *request, char kind, struct slice word) {
    uint64_t number = 0;
    switch (kind) {
    case 'k':
        take_key(arena, request, word);
        return true;
    case 'f':
        if (!slice_number(word, &number) || number > UINT32_MAX)
            return false;
        request->flags = (uint32_t)number;
        return true;
    case 'e':
        request->exptime_word = word;
        return slice_signed(word, &request->exptime);
    case 'n':
        if (!slice_number(word, &number) || number > VALUE_MAX)
            return false;
        request->value.length = (size_t)number;
        return true;
    case 'u':
        request->has_unique = true;
        request->unique_word = word;
        return slice_number(word, &request->unique);
    default: /* d */
        return slice_number(word, &request->delta);
    }
}

static const char *kind_name(char kind) {
    switch (kind) {
    case 'f':
        return "flags are a number of 32 bits";
    case 'e':
        return "an exptime is a number";
    case 'n':
        return "the length of a value is a number";
    case 'u':
        return "a cas unique is a number of 64 bits";
    default:
        return "a number of 64 bits was expected";
    }
}

/* The words behind the verb, by its grammar. */
static void read_words(struct arena *arena, struct request *request, const struct words *words) {
    size_t next = 1;
    bool optional = false;
    for (const char *kind = verbs[request->verb].grammar; *kind; kind++) {
        if (*kind == '?') {
            optional = true;
        } else if (*kind == 'q') {
            if (next < words->count && slice_equal(words->word[next], slice_of("noreply"))) {
                request->quiet = true;
                next++;
            }
        } else if (*kind == '*' || *kind == 'm') {
            if (next < words->count) {
                const char *end = request->line.data + request->line.length;
                request->options =
                    (struct slice){words->word[next].data, (size_t)(end - words->word[next].data)};
            }
            return;
        } else if (next == words->count) {
            if (!optional)
                request->complaint =
                    arena_format(arena, "%s has too few words", verb_name(request->verb));
            return;
        } else if (*kind == 'K') {
            while (next < words->count)
                take_key(arena, request, words->word[next++]);
        } else if (take_word(arena, request, *kind, words->word[next])) {
            next++;
        } else if (!optional || !slice_equal(words->word[next], slice_of("noreply"))) {
            request->complaint = complain(arena, kind_name(*kind), words->word[next]);
            return;
        }
    }
    if (next < words->count && !request->complaint)
        request->complaint = complain(arena, "a word too many", words->word[next]);
}

static enum verb find_verb(struct slice word) {
    for (int i = 0; i < VERB_COUNT; i++)
        if (verbs[i].word && slice_equal(word, slice_of(verbs[i].word)))
            return (enum verb)i;
    return VERB_UNKNOWN;
}

/* ---- lines ---- */

static bool has_value(const struct request *request) {
    return verbs[request->verb].grammar && strchr(verbs[request->verb].grammar, 'n') &&
           request->key_count > 0 && !(request->value.length == 0 && request->complaint);
}

/* The value behind the line, which begins at `from`; how many bytes it takes with its end, 0 when
 * it has not come. */
static size_t read_value(struct arena *arena, struct request *request, const char *from,
                         size_t length) {
    size_t size = request->value.length;
    if (length < size + 2)
        return 0;
    request->value.data = from;
    if (memcmp(from + size, "\r\n", 2) == 0)
        return size + 2;
    if (from[size] == '\n') {
        request->bare_lf = true;
        return size + 1;
    }
    request->complaint =
        arena_format(arena, "the value of %zu bytes is not followed by CR LF", size);
    return size + 2;
}

bool meta_flag(const struct request *request, char letter, struct slice *token) {
    const char *at = request->options.data, *end = at + request->options.length;
    for (bool begins = true; at < end; at++) {
        if (begins && *at == letter) {
            const char *space = memchr(at, ' ', (size_t)(end - at));
            if (token)
                *token = (struct slice){at + 1, (size_t)((space ? space : end) - at - 1)};
            return true;
        }
        begins = *at == ' ';
    }
    return false;
}

static void read_line(struct arena *arena, struct request *request) {
    struct words words = words_of(arena, request);
    request->verb = words.count > 0 ? find_verb(words.word[0]) : VERB_UNKNOWN;
    if (request->verb == VERB_UNKNOWN) {
        request->complaint = complain(arena, "the line begins with no command", request->line);
        return;
    }
    if (request->verb >= VERB_META_NOOP && request->verb <= VERB_META_ARITHMETIC)
        request->dialect = DIALECT_META;
    read_words(arena, request, &words);
    if (strchr(verbs[request->verb].grammar, 'q') &&
        slice_equal(words.word[words.count - 1], slice_of("noreply")))
        request->quiet = true; /* also when the rest is wrong */
    request->quiet =
        request->quiet || (request->dialect == DIALECT_META && meta_flag(request, 'q', NULL));
}

size_t request_read(struct arena *arena, const char *bytes, size_t length,
                    struct request *request) {
    *request = (struct request){.verb = VERB_UNKNOWN};
    if (length == 0)
        return 0;
    if ((unsigned char)bytes[0] == 0x80)
        return request_read_binary(arena, bytes, length, request);
    const char *end = memchr(bytes, '\n', length);
    if (!end && length < LINE_MAX_BYTES)
        return 0;
    size_t used = end ? (size_t)(end - bytes) + 1 : length;
    request->bare_lf = end && (end == bytes || end[-1] != '\r');
    request->line = (struct slice){bytes, end ? used - (request->bare_lf ? 1 : 2) : length};
    read_line(arena, request);
    if (has_value(request)) {
        size_t value = read_value(arena, request, bytes + used, length - used);
        if (value == 0)
            return 0;
        used += value;
    }
    request->whole = (struct slice){bytes, used};
    return used;
}
