/* SPDX-License-Identifier: MIT */
/* answer.c - reading and changing an answer that waits in `out`; see bugs/answer.h. */
#include "bugs/answer.h"

#include "binary/big_endian.h"
#include "binary/binary.h"
#include "bytes/number.h"
#include "classic/commands.h"
#include "classic/request.h"
#include "net/connection.h"
#include "net/reply.h"

char *answer_bytes(const struct answer *answer) {
    return buffer_first(&answer->connection->out) + answer->begin;
}

size_t answer_length(const struct answer *answer) {
    return buffer_length(&answer->connection->out) - answer->begin;
}

bool answer_is_to(const struct answer *answer, const char *word) {
    const struct command *command = answer->connection->command;
    return command != NULL && strcmp(command->word, word) == 0;
}

bool answer_first_line(const struct answer *answer, const char *word, struct answer_line *line) {
    *line = (struct answer_line){0};
    return answer_is_to(answer, word) && answer_next_line(answer, line);
}

bool answer_begins(const struct answer *answer, const char *text) {
    return answer_length(answer) >= strlen(text) &&
           memcmp(answer_bytes(answer), text, strlen(text)) == 0;
}

bool answer_is(const struct answer *answer, const char *text) {
    return answer_length(answer) == strlen(text) && answer_begins(answer, text);
}

void answer_replace(struct answer *answer, size_t at, size_t length, struct slice by) {
    struct buffer *out = &answer->connection->out;
    size_t behind = answer_length(answer) - at - length;
    if (length == 0 && by.length == 0)
        return; /* there may be no buffer yet */
    if (by.length > length && reply_room(answer->connection, by.length - length) == NULL)
        return;
    char *place = answer_bytes(answer) + at;
    memmove(place + by.length, place + length, behind);
    memcpy(place, by.bytes, by.length);
    out->end = out->end - length + by.length;
    if (buffer_length(out) == 0)
        out->start = out->end = 0;
}

bool answer_say(struct answer *answer, const char *from, const char *to) {
    size_t length = strlen(from);
    for (size_t at = 0; at + length <= answer_length(answer); at++) {
        if (memcmp(answer_bytes(answer) + at, from, length) != 0)
            continue;
        answer_replace(answer, at, length, (struct slice){to, strlen(to)});
        return true;
    }
    return false;
}

void answer_drop(struct answer *answer) {
    answer_only(answer, "");
}

void answer_only(struct answer *answer, const char *text) {
    answer_replace(answer, 0, answer_length(answer), (struct slice){text, strlen(text)});
}

/* How long the data block is that a line announces, with its line end; 0 if it announces none. */
static size_t answer_announced(struct slice line) {
    struct request words;
    uint64_t bytes;
    if (!request_begin(&words, line))
        return 0;
    request_split(&words);
    unsigned index = slice_is(words.word[0], "VALUE") ? 3 : slice_is(words.word[0], "VA") ? 1 : 0;
    if (index == 0 || words.count <= index || !number_read_u64(words.word[index], &bytes))
        return 0;
    return (size_t)bytes + 2;
}

bool answer_next_line(const struct answer *answer, struct answer_line *line) {
    size_t total = answer_length(answer);
    size_t at = line->data_at + line->data_bytes;
    if (at >= total)
        return false;
    const char *begin = answer_bytes(answer) + at;
    const char *newline = memchr(begin, '\n', total - at);
    size_t length = newline != NULL ? (size_t)(newline - begin) : total - at;
    line->at = at;
    line->data_at = at + length + (newline != NULL ? 1 : 0);
    line->length = length > 0 && begin[length - 1] == '\r' ? length - 1 : length;
    line->data_bytes = answer_announced((struct slice){begin, line->length});
    if (line->data_bytes > total - line->data_at)
        line->data_bytes = total - line->data_at;
    return true;
}

struct slice answer_word(const struct answer *answer, const struct answer_line *line,
                         unsigned index) {
    struct slice rest = {answer_bytes(answer) + line->at, line->length};
    struct slice word = {rest.bytes, 0};
    for (unsigned i = 0; i <= index; i++)
        if (!request_next_word(&rest, &word))
            return (struct slice){rest.bytes, 0};
    return word;
}

void answer_set_word(struct answer *answer, struct answer_line *line, unsigned index,
                     const char *text) {
    struct slice word = answer_word(answer, line, index);
    if (word.length == 0)
        return;
    size_t at = (size_t)(word.bytes - answer_bytes(answer));
    size_t length = word.length;
    if (text[0] == '\0' && index > 0) {
        at--;
        length++;
    }
    answer_replace(answer, at, length, (struct slice){text, strlen(text)});
    line->length = line->length - length + strlen(text);
    line->data_at = line->data_at - length + strlen(text);
}

void answer_set_number(struct answer *answer, struct answer_line *line, unsigned index,
                       uint64_t number) {
    char digits[NUMBER_DIGITS_MAX + 1];
    *number_write(digits, number) = '\0';
    answer_set_word(answer, line, index, digits);
}

unsigned char *answer_next_packet(const struct answer *answer, size_t *at) {
    if (*at + BINARY_HEADER_BYTES > answer_length(answer))
        return NULL;
    char *packet = answer_bytes(answer) + *at;
    *at += BINARY_HEADER_BYTES + big_endian_read_u32(packet + 8);
    return (unsigned char *)packet;
}
