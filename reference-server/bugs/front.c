/* SPDX-License-Identifier: MIT */
/* front.c - the dialects of a server with a bug: the bug's functions where it has some, else the
 * real ones; and what they answer is shown to the bug before it is sent. Called by bugs.c. */
#include "auth/auth.h"
#include "binary/binary.h"
#include "bugs/bugs.h"
#include "bugs/delay.h"
#include "classic/classic.h"
#include "server/negotiation.h"

static bool front_is_meant(const struct bug_says *says, const struct answer *answer) {
    const struct command *command = answer->connection->command;
    size_t length = strlen(says->from);
    if (says->word != NULL && (command == NULL || strcmp(command->word, says->word) != 0))
        return false;
    return !says->only || (answer_length(answer) == length &&
                           memcmp(answer_bytes(answer), says->from, length) == 0);
}

static void front_status(struct answer *answer, const struct bug_status *status) {
    size_t at = 0;
    unsigned char *packet;
    while ((packet = answer_next_packet(answer, &at)) != NULL)
        if ((status->opcode < 0 || packet[1] == status->opcode) &&
            (packet[6] << 8 | packet[7]) == status->from) {
            packet[6] = (unsigned char)(status->to >> 8);
            packet[7] = (unsigned char)(status->to & 0xff);
        }
}

/* What was answered since `begin` may be changed. */
static void front_edit(struct connection *connection, size_t begin, bool binary) {
    const struct bug *bug = bugs_of(connection)->bug;
    struct answer answer = {connection, begin};
    bug_edit *edit = binary ? bug->binary_edit : bug->text_edit;
    if (answer_length(&answer) == 0)
        return;
    if (!binary && bug->says.from != NULL && front_is_meant(&bug->says, &answer))
        (void)answer_say(&answer, bug->says.from, bug->says.to);
    if (!binary && bug->returns.from != NULL)
        flags_answer(&answer);
    if (binary && bug->status.from != bug->status.to)
        front_status(&answer, &bug->status);
    if (edit != NULL && answer_length(&answer) > 0)
        edit(&answer);
}

typedef enum dialect_result front_step(struct connection *connection);

static enum dialect_result front_run(struct connection *connection, front_step *own,
                                     front_step *real, bool binary) {
    size_t begin = buffer_length(&connection->out);
    enum dialect_result result = (own != NULL ? own : real)(connection);
    front_edit(connection, begin, binary);
    return result;
}

static enum dialect_result front_text_request(struct connection *connection) {
    if (bugs_of(connection)->bug->flag.from != NULL)
        flags_ask(connection);
    return front_run(connection, bugs_of(connection)->bug->text.request, classic_dialect.request,
                     false);
}

static enum dialect_result front_text_value(struct connection *connection) {
    return front_run(connection, bugs_of(connection)->bug->text.value, classic_dialect.value,
                     false);
}

static void front_text_resume(struct connection *connection) {
    const struct bug *bug = bugs_of(connection)->bug;
    size_t begin = buffer_length(&connection->out);
    (bug->text.resume != NULL ? bug->text.resume : classic_dialect.resume)(connection);
    front_edit(connection, begin, false);
}

static enum dialect_result front_binary_request(struct connection *connection) {
    return front_run(connection, bugs_of(connection)->bug->binary.request, binary_dialect.request,
                     true);
}

static enum dialect_result front_binary_value(struct connection *connection) {
    return front_run(connection, bugs_of(connection)->bug->binary.value, binary_dialect.value,
                     true);
}

static void front_stat(struct connection *connection, const char *name, const char *value) {
    const struct bug *bug = bugs_of(connection)->bug;
    if (bug->shows.name != NULL && strcmp(bug->shows.name, name) == 0)
        value = bug->shows.value;
    if (value != NULL)
        (bug->text.stat != NULL ? bug->text.stat : classic_dialect.stat)(connection, name, value);
}

/* The first bytes of a client: which dialect? As negotiation.c decides. */
static enum dialect_result front_start_request(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    enum options_protocol protocol = connection->server->options->protocol;
    bool binary = protocol == OPTIONS_PROTOCOL_BINARY;
    if (protocol == OPTIONS_PROTOCOL_AUTO)
        binary = (unsigned char)*buffer_first(&connection->in) == BINARY_MAGIC_REQUEST;
    connection->dialect = binary ? &bugs->binary : &bugs->text;
    return connection->dialect->request(connection);
}

/* With -Y: until the client has authenticated. */
static enum dialect_result front_auth_request(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    enum dialect_result result =
        front_run(connection, bugs->bug->auth.request, auth_dialect.request, false);
    if (connection->dialect == &classic_dialect)
        connection->dialect = &bugs->text;
    return result;
}

void front_put(struct bugs *bugs) {
    const struct bug *bug = bugs->bug;
    bugs->text = classic_dialect;
    bugs->text.request = front_text_request;
    bugs->text.value = front_text_value;
    bugs->text.resume = front_text_resume;
    bugs->text.leave = delay_leave;
    bugs->text.stat = front_stat;
    if (bug->text.stat_end != NULL)
        bugs->text.stat_end = bug->text.stat_end;
    bugs->binary = binary_dialect;
    bugs->binary.request = front_binary_request;
    bugs->binary.value = front_binary_value;
    bugs->binary.leave = delay_leave;
    bool auth = bugs->server->options->auth_path != NULL;
    bugs->start = *bugs->server->dialect;
    bugs->start.request = auth ? front_auth_request : front_start_request;
    bugs->server->dialect = &bugs->start;
}
