/* SPDX-License-Identifier: MIT */
/* floor.c - the floor of the benchmark: an event loop that answers without thinking.
 *
 * It knows the lengths of the benchmark's requests, looks at the first byte of each and copies a
 * ready reply: no parsing, no table, no items. What a real server costs above this is its own
 * work; what this costs is the kernel's and libevent's. Takes the options of a server, uses -p. */
#include "requests.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 16384 };

struct client {
    struct event *readable;
    size_t filled; /* bytes of a request not yet complete */
    char request[BUFFER_BYTES];
};

/* Answers the complete requests; returns how many bytes they were. */
static size_t answer(const char *request, size_t length, char **reply) {
    size_t used = 0;
    while (used < length) {
        const char *at = request + used;
        size_t size = *at == 'g' ? GET_BYTES : *at == 's' ? SET_BYTES : sizeof "version\r\n" - 1;
        if (length - used < size)
            break;
        if (*at == 'g')
            *reply = hit_write(*reply, at + 4);
        else if (*at == 's')
            *reply = stored_write(*reply);
        else
            *reply = put(*reply, "VERSION 0\r\n", 11);
        used += size;
    }
    return used;
}

static void on_readable(evutil_socket_t fd, short what, void *argument) {
    (void)what;
    struct client *client = argument;
    char replies[BUFFER_BYTES / GET_BYTES * LONGEST_REPLY], *end = replies;
    ssize_t got =
        recv(fd, client->request + client->filled, sizeof client->request - client->filled, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got > 0) {
        client->filled += (size_t)got;
        size_t used = answer(client->request, client->filled, &end);
        memmove(client->request, client->request + used, client->filled - used);
        client->filled -= used;
        size_t length = (size_t)(end - replies);
        /* The benchmark never has more under way than a socket buffer holds. */
        if (length == 0 || send(fd, replies, length, 0) == (ssize_t)length)
            return;
    }
    event_free(client->readable);
    close(fd);
    free(client);
}

static void on_connection(evutil_socket_t listener, short what, void *base) {
    (void)what;
    int fd = accept(listener, NULL, NULL), on = 1;
    struct client *client = calloc(1, sizeof *client);
    if (fd < 0 || client == NULL)
        exit(1);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    evutil_make_socket_nonblocking(fd);
    client->readable = event_new(base, fd, EV_READ | EV_PERSIST | EV_ET, on_readable, client);
    event_add(client->readable, NULL);
}

static void on_signal(evutil_socket_t number, short what, void *base) {
    (void)number, (void)what;
    event_base_loopbreak(base);
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int option; (option = getopt(argc, argv, "p:l:u:t:m:c:")) != -1;)
        if (option == 'p')
            address.sin_port = htons((uint16_t)strtoul(optarg, NULL, 10));
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct event_base *base = event_base_new();
    if (listener < 0 || base == NULL ||
        bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 1024) != 0) {
        perror("floor");
        return 1;
    }
    event_add(event_new(base, listener, EV_READ | EV_PERSIST, on_connection, base), NULL);
    event_add(evsignal_new(base, SIGTERM, on_signal, base), NULL);
    event_base_dispatch(base);
    return 0;
}
