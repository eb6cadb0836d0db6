/* SPDX-License-Identifier: MIT */
/* reply.c - replies of the classic protocol, strictly. See reply.h. */
#include "race/reply.h"

#include "language/lexeme.h"

#include <string.h>

enum { LINE_MAX_BYTES = 400, VALUE_MAX_BYTES = 16 << 20 };

/* Which replies an operation may have, but for NUMBER and VALUE. */
static bool may_answer(enum history_kind kind, enum history_reply reply) {
    unsigned groups = history_kind_groups(kind);
    switch (reply) {
    case HISTORY_STORED:
        return (groups & HISTORY_WRITES) != 0;
    case HISTORY_NOT_STORED:
        return (groups & HISTORY_WRITES) != 0 && kind != HISTORY_SET && kind != HISTORY_CAS;
    case HISTORY_EXISTS:
        return kind == HISTORY_CAS;
    case HISTORY_NOT_FOUND:
        return kind == HISTORY_CAS || kind == HISTORY_DELETE || kind == HISTORY_TOUCH ||
               (groups & HISTORY_COUNTS) != 0;
    case HISTORY_DELETED:
        return kind == HISTORY_DELETE;
    case HISTORY_TOUCHED:
        return kind == HISTORY_TOUCH;
    case HISTORY_MISS:
        return (groups & HISTORY_READS) != 0;
    case HISTORY_UNTOLD:
    case HISTORY_NUMBER:
    case HISTORY_VALUE:
        break;
    }
    return false;
}

/* The line of `size` bytes without its end is the word of a reply that the operation may have. */
static bool read_word(const char *line, size_t size, struct history_op *op) {
    for (int reply = HISTORY_STORED; reply <= HISTORY_MISS; reply++) {
        const char *word = history_reply_word((enum history_reply)reply);
        if (strlen(word) != size || memcmp(word, line, size) != 0 ||
            !may_answer((enum history_kind)op->kind, (enum history_reply)reply))
            continue;
        op->reply = (uint8_t)reply;
        return true;
    }
    return false;
}

/* A number and nothing else, but for blanks behind it: what decr makes shorter keeps its length. */
static bool read_number(const char *line, size_t size, uint64_t *number) {
    char digits[24];
    while (size > 0 && line[size - 1] == ' ')
        size--;
    if (size == 0 || size >= sizeof digits)
        return false;
    memcpy(digits, line, size);
    digits[size] = '\0';
    return lexeme_u64(digits, number) == size;
}

/* Takes `word` off the front of the line. */
static bool take(const char **line, const char *word) {
    size_t length = strlen(word);
    if (strncmp(*line, word, length) != 0)
        return false;
    *line += length;
    return true;
}

static bool take_number(const char **line, uint64_t *number) {
    size_t length = lexeme_u64(*line, number);
    *line += length;
    return length > 0;
}

/* "VALUE name flags bytes[ unique]" without its end. */
static bool read_head(const char *line, const char *name, struct history_op *op, uint64_t *flags,
                      uint64_t *bytes) {
    return take(&line, "VALUE ") && take(&line, name) && take(&line, " ") &&
           take_number(&line, flags) && take(&line, " ") && take_number(&line, bytes) &&
           (op->kind != HISTORY_GETS || (take(&line, " ") && take_number(&line, &op->unique))) &&
           *line == '\0' && *flags <= UINT32_MAX && *bytes <= VALUE_MAX_BYTES;
}

static enum reply_state read_value(struct values *values, const char *name, const char *bytes,
                                   size_t size, size_t line, struct history_op *op,
                                   size_t *length) {
    static const char end[] = "\r\nEND\r\n";
    char head[LINE_MAX_BYTES + 1];
    uint64_t flags, value_size, number;
    memcpy(head, bytes, line);
    head[line] = '\0';
    if (!read_head(head, name, op, &flags, &value_size))
        return REPLY_BAD;
    const char *value = bytes + line + 2;
    *length = line + 2 + (size_t)value_size + strlen(end);
    if (size < *length)
        return REPLY_MORE;
    if (memcmp(value + value_size, end, strlen(end)) != 0)
        return REPLY_BAD;
    op->reply = HISTORY_VALUE;
    op->seen = op->key % 2 == 1 && read_number(value, (size_t)value_size, &number)
                   ? value_of_number(values, number, (uint32_t)flags)
                   : value_of_bytes(values, value, (size_t)value_size, (uint32_t)flags);
    return REPLY_WHOLE;
}

enum reply_state reply_read(struct values *values, const char *name, const char *bytes, size_t size,
                            struct history_op *op, size_t *length) {
    const char *end = memchr(bytes, '\n', size < LINE_MAX_BYTES ? size : LINE_MAX_BYTES);
    unsigned groups = history_kind_groups(op->kind);
    if (!end)
        return size < LINE_MAX_BYTES ? REPLY_MORE : REPLY_BAD;
    if (end == bytes || end[-1] != '\r')
        return REPLY_BAD;
    size_t line = (size_t)(end - bytes) - 1;
    *length = line + 2;
    if (read_word(bytes, line, op))
        return REPLY_WHOLE;
    if ((groups & HISTORY_COUNTS) != 0 && line > 0 && bytes[0] != ' ' &&
        read_number(bytes, line, &op->result)) {
        op->reply = HISTORY_NUMBER;
        return REPLY_WHOLE;
    }
    if ((groups & HISTORY_READS) != 0)
        return read_value(values, name, bytes, size, line, op, length);
    return REPLY_BAD;
}
