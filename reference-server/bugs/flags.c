/* SPDX-License-Identifier: MIT */
/* flags.c - flags of meta commands that a row changes: what is asked for, and what comes back.
 * Called by front.c
 * and by bugs. */
#include "bugs/tools.h"

static bool flag_is_meant(const struct bug_flag *flag, struct slice word) {
    size_t length = strlen(flag->from);
    return length == 1 ? word.length > 0 && word.bytes[0] == flag->from[0]
                       : slice_is(word, flag->from);
}

static bool is_meta(struct slice word) {
    return word.length == 2 && word.bytes[0] == 'm';
}

/* Writes a word and a space before it, unless it is the first. */
static size_t flag_write(char *line, size_t at, struct slice word) {
    if (at + word.length + 3 > BUG_TEXT_BYTES || word.length == 0)
        return at;
    if (at > 0)
        line[at++] = ' ';
    memcpy(line + at, word.bytes, word.length);
    return at + word.length;
}

void flags_ask(struct connection *connection) {
    const struct bug_flag *flag = &bugs_of(connection)->bug->flag;
    struct request request;
    char line[BUG_TEXT_BYTES];
    size_t at = 0;
    bool changed = false;

    if (!input_peek_line(connection, &request) || !is_meta(request.word[0]) ||
        (flag->word != NULL && !slice_is(request.word[0], flag->word)))
        return;
    for (unsigned i = 0; i < request.count; i++) {
        struct slice word = request.word[i];
        if (i >= 2 && flag_is_meant(flag, word)) {
            word = (struct slice){flag->to, strlen(flag->to)};
            changed = true;
        }
        at = flag_write(line, at, word);
    }
    memcpy(line + at, "\r\n", 2);
    if (changed)
        input_set_line(connection, (struct slice){line, at + 2});
}

void flags_answer(struct answer *answer) {
    const struct bug_flag *flag = &bugs_of(answer->connection)->bug->returns;
    const struct command *command = answer->connection->command;
    struct answer_line line = {0};

    if (command == NULL || (flag->word != NULL && strcmp(command->word, flag->word) != 0) ||
        !is_meta((struct slice){command->word, command->word_length}) ||
        !answer_next_line(answer, &line))
        return;
    unsigned first = slice_is(answer_word(answer, &line, 0), "VA") ? 2 : 1;
    for (unsigned i = first; answer_word(answer, &line, i).length > 0; i++) {
        if (!flag_is_meant(flag, answer_word(answer, &line, i)))
            continue;
        answer_set_word(answer, &line, i, flag->to);
        return;
    }
}

/* Is the line at the front a meta command (this one, if `word` is given) with a flag of the letter?
 */
bool line_asks_for(const struct connection *connection, const char *word, char letter) {
    struct request request;
    if (!input_peek_line(connection, &request) || request.word[0].length != 2 ||
        request.word[0].bytes[0] != 'm' || (word != NULL && !slice_is(request.word[0], word)))
        return false;
    for (unsigned i = 2; i < request.count; i++)
        if (request.word[i].bytes[0] == letter)
            return true;
    return false;
}

/* The flag with this letter is left out of the line at the front. */
void line_leave_out(struct connection *connection, char letter) {
    struct request request;
    char line[BUG_TEXT_BYTES];
    size_t at = 0;
    if (!input_peek_line(connection, &request))
        return;
    for (unsigned i = 0; i < request.count; i++) {
        struct slice word = request.word[i];
        if ((i >= 2 && word.bytes[0] == letter) || at + word.length + 3 > sizeof(line))
            continue;
        memcpy(line + at, word.bytes, word.length);
        at += word.length;
        line[at++] = ' ';
    }
    memcpy(line + at, "\r\n", 2);
    input_set_line(connection, (struct slice){line, at + 2});
}
