/* SPDX-License-Identifier: MIT */
/* test_ready.c - many clients that ask at once, more than are received from before answering. */
#include "net/ready.h"
#include "reports/check.h"
#include "server_fixture.h"

enum { MANY = 3 * READY_MAX, ROOM = 4096 };

static const char version[] = "VERSION 1.6.18-mcref\r\n";

static void say(struct client *client, const char *text) {
    if (fixture_send(client, text, strlen(text)) != strlen(text))
        abort();
}

/* MANY clients who have spoken once, so that it is known which protocol they speak. */
static void meet(struct server *server, struct client *clients) {
    for (unsigned i = 0; i < MANY; i++) {
        char answer[ROOM];
        clients[i] = fixture_connect(server);
        fixture_talk(server, &clients[i], "version\r\n", strlen("version\r\n"), answer, ROOM);
    }
}

/* How many clients received exactly that. */
static unsigned count_answers(struct client *clients, const char *expected) {
    unsigned count = 0;
    for (unsigned i = 0; i < MANY; i++) {
        char answer[ROOM];
        size_t length = fixture_receive(&clients[i], answer, ROOM);
        count += length == strlen(expected) && memcmp(answer, expected, length) == 0;
    }
    return count;
}

static void part(struct server *server, struct client *clients) {
    for (unsigned i = 0; i < MANY; i++)
        close(clients[i].fd);
    server_free(server);
}

static void check_all_are_answered(void) {
    static struct server server;
    static struct client clients[MANY];
    struct options options;
    fixture_start(&server, &options);
    meet(&server, clients);
    for (unsigned i = 0; i < MANY; i++)
        say(&clients[i], i == 0 ? "set k 0 0 1\r\nv\r\n" : "version\r\nget k");
    for (int i = 0; i < 8; i++)
        fixture_pump(&server);
    CHECK_INT(count_answers(clients, version), MANY - 1, "whole requests of many are answered");
    for (unsigned i = 1; i < MANY; i++)
        say(&clients[i], " none\r\n");
    for (int i = 0; i < 8; i++)
        fixture_pump(&server);
    CHECK_INT(count_answers(clients, "VALUE k 0 1\r\nv\r\nEND\r\n"), MANY - 1, "and those cut");
    CHECK_INT(server.ready.count, 0, "nobody waits");
    part(&server, clients);
}

static void check_ends(void) {
    static struct server server;
    static struct client clients[MANY];
    struct options options;
    fixture_start(&server, &options);
    meet(&server, clients);
    for (unsigned i = 0; i < MANY; i++) {
        say(&clients[i], "get k\r\n");
        if (i % 2 == 0)
            shutdown(clients[i].fd, SHUT_WR);
    }
    for (int i = 0; i < 8; i++)
        fixture_pump(&server);
    CHECK_INT(count_answers(clients, "END\r\n"), MANY, "those who hang up are answered, too,");
    CHECK_INT(server.connection_count, MANY / 2, "and gone");
    part(&server, clients);
}

/* libevent learns of 32 clients at a time, then of 64, then of all that are left. Those above
 * READY_MAX are served first: if the last stops the server, the others are closed while they wait.
 */
static void check_stop_while_some_wait(void) {
    static struct server server;
    static struct client clients[MANY];
    struct options options;
    fixture_start(&server, &options);
    options.shutdown_enabled = true;
    meet(&server, clients);
    unsigned most = 0;
    for (unsigned i = 0; i < MANY; i++)
        say(&clients[i], i == MANY - 1 ? "shutdown\r\n" : "get k\r\n");
    for (int i = 0; i < 8 && most == 0; i++) {
        fixture_pump(&server);
        most = server.ready.count;
    }
    CHECK(most > 1 && most <= READY_MAX, "some wait when the server is stopped");
    if (server.ready.first != NULL)
        connection_free(server.ready.first);
    CHECK_INT(server.ready.count, most - 1, "who is closed waits no more");
    fixture_pump(&server);
    CHECK_INT(server.ready.count, 0, "the others are answered");
    CHECK_INT(count_answers(clients, "END\r\n"), MANY - 2, "all of them");
    part(&server, clients);
}

int main(void) {
    check_all_are_answered();
    check_ends();
    check_stop_while_some_wait();
    return check_finish();
}
