/* SPDX-License-Identifier: MIT */
/* asked.c - request lines of the text protocol that a row means: such a line becomes another one,
 * or is answered otherwise. Called by front.c.
 *
 * How a row writes a line: word by word. In a word `*` is the rest of it, `?` any byte, and `!` a
 * word that does not begin with a digit or a sign; `...` at the end is all that follows. */
#include "bugs/tools.h"

enum { ASKED_WORDS_MAX = 16 };

/* The words of a line that wildcards took, in their order. */
struct taken {
    struct slice words[ASKED_WORDS_MAX];
    unsigned count;
    struct slice rest; /* of "..." */
};

static bool asked_word(struct slice like, struct slice word, bool *wild) {
    char first = word.bytes[0];
    *wild = false;
    for (size_t i = 0; i < like.length; i++) {
        bool any = like.bytes[i] == '*' || like.bytes[i] == '?' || like.bytes[i] == '!';
        *wild |= any;
        if (like.bytes[i] == '*')
            return true;
        if (like.bytes[i] == '!')
            return (first < '0' || first > '9') && first != '-' && first != '+';
        if (i >= word.length || (!any && like.bytes[i] != word.bytes[i]))
            return false;
    }
    return like.length == word.length;
}

static bool asked_line(const char *like, struct slice line, struct taken *taken) {
    struct slice wanted = {like, strlen(like)};
    struct slice part, word;
    bool wild;
    taken->count = 0;
    while (request_next_word(&wanted, &part)) {
        taken->rest = line;
        if (slice_is(part, "..."))
            return true;
        if (!request_next_word(&line, &word) || !asked_word(part, word, &wild))
            return false;
        if (wild && taken->count < ASKED_WORDS_MAX)
            taken->words[taken->count++] = word;
    }
    taken->rest = (struct slice){line.bytes, 0};
    return !request_next_word(&line, &word);
}

/* The line at the front of the input, without its end. False if it is not complete. */
static bool asked_front(const struct connection *connection, struct slice *line) {
    const char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    if (newline == NULL)
        return false;
    *line = (struct slice){begin, (size_t)(newline - begin)};
    if (line->length > 0 && begin[line->length - 1] == '\r')
        line->length--;
    return true;
}

static size_t asked_append(char *line, size_t at, struct slice word) {
    if (at + word.length + 3 > BUG_TEXT_BYTES)
        return at;
    if (at > 0)
        line[at++] = ' ';
    memcpy(line + at, word.bytes, word.length);
    return at + word.length;
}

/* The words of `becomes`, in which each word with a wildcard is the next one that was taken. */
static void asked_change(struct connection *connection, const char *becomes,
                         const struct taken *taken) {
    char line[BUG_TEXT_BYTES];
    struct slice words = {becomes, strlen(becomes)};
    struct slice word;
    size_t at = 0;
    unsigned next = 0;
    while (request_next_word(&words, &word)) {
        if (slice_is(word, "..."))
            word = taken->rest;
        else if (slice_is(word, "*") && next < taken->count)
            word = taken->words[next++];
        at = asked_append(line, at, word);
    }
    memcpy(line + at, "\r\n", 2);
    input_set_line(connection, (struct slice){line, at + 2});
}

void asked_read(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    const struct bug *bug = bugs->bug;
    struct taken taken;
    struct slice line;

    if ((bug->asks.like == NULL && bug->tells.like == NULL) || !asked_front(connection, &line))
        return;
    bugs->asked[connection->fd % BUGS_CLIENTS] =
        bug->tells.like != NULL && asked_line(bug->tells.like, line, &taken);
    if (bug->asks.like != NULL && asked_line(bug->asks.like, line, &taken))
        asked_change(connection, bug->asks.becomes, &taken);
}

/* As long as a value is on its way nothing is answered yet. */
void asked_answer(struct answer *answer) {
    struct connection *connection = answer->connection;
    struct bugs *bugs = bugs_of(connection);
    const struct bug_tells *tells = &bugs->bug->tells;
    bool *asked = &bugs->asked[connection->fd % BUGS_CLIENTS];

    if (!*asked || connection->state == CONNECTION_VALUE || connection->state == CONNECTION_REPLY)
        return;
    *asked = false;
    if (tells->from == NULL)
        answer_only(answer, tells->to);
    else
        (void)answer_say(answer, tells->from, tells->to);
}
