/* SPDX-License-Identifier: MIT */
/* front.c - the dialects of a server with a bug: the bug's functions where it has some, else the
 * real ones; and what they answer is shown to the bug before it is sent. Called by bugs.c. */
#include "auth/auth.h"
#include "binary/binary.h"
#include "bugs/bugs.h"
#include "bugs/delay.h"
#include "classic/classic.h"

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
    if (!binary)
        asked_answer(&answer);
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

/* More of an answer that is made by a dialect of its own. */
static void front_task_resume(struct connection *connection) {
    size_t begin = buffer_length(&connection->out);
    bugs_of(connection)->inner->resume(connection);
    front_edit(connection, begin, false);
}

/* A dump has begun: what it answers is shown to the bug as well. */
static void front_watch_task(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    if (connection->state != CONNECTION_REPLY || connection->dialect == &bugs->text)
        return;
    bugs->inner = connection->dialect;
    bugs->task = *connection->dialect;
    bugs->task.resume = front_task_resume;
    connection->dialect = &bugs->task;
}

static enum dialect_result front_text_request(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    asked_read(connection);
    if (bugs->bug->flag.from != NULL)
        flags_ask(connection);
    enum dialect_result result =
        front_run(connection, bugs->bug->text.request, classic_dialect.request, false);
    front_watch_task(connection);
    return result;
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

/* The value of a statistic; NULL: it is not there. */
static const char *front_shown(const struct bug_shows *shows, const char *name, const char *value) {
    if ((shows->name != NULL && strcmp(shows->name, name) == 0) ||
        (shows->old != NULL && strcmp(shows->old, value) == 0))
        return shows->value;
    return value;
}

static void front_stat(struct connection *connection, const char *name, const char *value) {
    const struct bug *bug = bugs_of(connection)->bug;
    value = front_shown(&bug->shows, name, value);
    if (value != NULL)
        (bug->text.stat != NULL ? bug->text.stat : classic_dialect.stat)(connection, name, value);
}

static void front_binary_stat(struct connection *connection, const char *name, const char *value) {
    value = front_shown(&bugs_of(connection)->bug->shows, name, value);
    if (value != NULL)
        binary_dialect.stat(connection, name, value);
}

/* A connection inside TLS has a transport of its own, whatever the server's is. */
static void front_put_tls(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    const struct transport *own = &bugs->bug->tls;
    if (connection->tls == NULL || (own->receive == NULL && own->send == NULL))
        return;
    bugs->tls = *connection->transport;
    if (own->receive != NULL)
        bugs->tls.receive = own->receive;
    if (own->send != NULL)
        bugs->tls.send = own->send;
    connection->transport = &bugs->tls;
}

/* The first bytes of a client: which dialect? As negotiation.c decides. */
static enum dialect_result front_start_request(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    front_put_tls(connection);
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
    bugs->binary.stat = front_binary_stat;
    bool auth = bugs->server->options->auth_path != NULL;
    bugs->start = *bugs->server->dialect;
    bugs->start.request = auth ? front_auth_request : front_start_request;
    bugs->server->dialect = &bugs->start;
}
