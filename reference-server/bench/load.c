/* SPDX-License-Identifier: MIT */
/* load.c - the load of the benchmark: many connections, each sending batches of requests.
 *
 * A connection sends a batch of -d requests in one write, waits for all its replies, compares
 * every byte of them with what they must be, and sends the next. With -f each key is set once.
 * Otherwise every line of standard input is a number of milliseconds to do so, on the same
 * connections; each time "OPS SECONDS" is printed, and then the load waits for the next line.
 * compare runs it and measures the server meanwhile; a server that answers otherwise ends it with
 * 1. */
#include "requests.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DEPTH_MAX = 64, CONNECTIONS_MAX = 1024, GIVE_UP_S = 10, FILL_MS_MAX = 120000 };

struct connection;

/* What is sent; sets_percent is 0 for gets, 100 for sets. */
struct load {
    struct event_base *base;
    struct event *deadline, *give_up;
    struct connection *clients[CONNECTIONS_MAX];
    unsigned port, connections, depth, keys, sets_percent;
    bool fill;          /* each key is set once, in order, and then it ends */
    uint32_t next_item; /* of a fill */
    uint64_t random;
    unsigned active; /* connections with a batch under way */
    bool stopping;
    uint64_t ops; /* replies received and found right, in this run */
};

struct connection {
    struct load *load;
    int fd;
    struct event *readable, *writable;
    unsigned batch; /* requests in the batch */
    size_t request_bytes, sent, reply_bytes, received;
    char request[DEPTH_MAX * LONGEST_REQUEST];
    char wanted[DEPTH_MAX * LONGEST_REPLY];
    char reply[DEPTH_MAX * LONGEST_REPLY];
};

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* xorshift64: the same sequence in every run. */
static uint32_t random_below(struct load *load, uint32_t limit) {
    load->random ^= load->random << 13;
    load->random ^= load->random >> 7;
    load->random ^= load->random << 17;
    return (uint32_t)((load->random >> 32) % limit);
}

/* Writes the next batch and the replies it must bring. An empty one ends the connection's part. */
static void batch_build(struct connection *connection) {
    struct load *load = connection->load;
    char *request = connection->request, *wanted = connection->wanted;
    for (connection->batch = 0; connection->batch < load->depth; connection->batch++) {
        if (load->stopping || (load->fill && load->next_item == load->keys))
            break;
        char key[KEY_BYTES];
        key_write(key, load->fill ? load->next_item++ : random_below(load, load->keys));
        if (load->fill || random_below(load, 100) < load->sets_percent) {
            request = set_write(request, key);
            wanted = stored_write(wanted);
        } else {
            request = get_write(request, key);
            wanted = hit_write(wanted, key);
        }
    }
    connection->request_bytes = (size_t)(request - connection->request);
    connection->reply_bytes = (size_t)(wanted - connection->wanted);
    connection->sent = connection->received = 0;
}

static void batch_send(struct connection *connection) {
    while (connection->sent < connection->request_bytes) {
        ssize_t sent = send(connection->fd, connection->request + connection->sent,
                            connection->request_bytes - connection->sent, 0);
        if (sent < 0 && errno == EAGAIN) {
            event_add(connection->writable, NULL);
            return;
        }
        if (sent < 0)
            fail("send");
        connection->sent += (size_t)sent;
    }
}

static void batch_next(struct connection *connection) {
    batch_build(connection);
    if (connection->batch > 0)
        batch_send(connection);
    else if (--connection->load->active == 0)
        event_base_loopbreak(connection->load->base);
}

static void on_writable(evutil_socket_t fd, short what, void *argument) {
    (void)fd, (void)what;
    batch_send(argument);
}

static void on_readable(evutil_socket_t fd, short what, void *argument) {
    (void)what;
    struct connection *connection = argument;
    ssize_t got = recv(fd, connection->reply + connection->received,
                       sizeof connection->reply - connection->received, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        fail(got < 0 ? "recv" : "the server closed the connection");
    connection->received += (size_t)got;
    size_t comparable = connection->received < connection->reply_bytes ? connection->received
                                                                       : connection->reply_bytes;
    if (connection->received > connection->reply_bytes ||
        memcmp(connection->reply, connection->wanted, comparable) != 0) {
        fprintf(stderr, "load: expected %.*s\nload: received %.*s\n", (int)connection->reply_bytes,
                connection->wanted, (int)connection->received, connection->reply);
        exit(1);
    }
    if (connection->received == connection->reply_bytes) {
        connection->load->ops += connection->batch;
        batch_next(connection);
    }
}

static void on_deadline(evutil_socket_t fd, short what, void *argument) {
    (void)fd, (void)what;
    struct load *load = argument;
    load->stopping = true;
}

static void on_give_up(evutil_socket_t fd, short what, void *argument) {
    (void)fd, (void)what, (void)argument;
    fprintf(stderr, "load: replies are missing %d s after the time was over\n", GIVE_UP_S);
    exit(1);
}

static struct connection *connection_open(struct load *load) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        fail("memory");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->load = load;
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    int on = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    connection->readable =
        event_new(load->base, connection->fd, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable = event_new(load->base, connection->fd, EV_WRITE, on_writable, connection);
    if (connection->readable == NULL || connection->writable == NULL)
        fail("event");
    event_add(connection->readable, NULL);
    return connection;
}

/* Sends batches for that long (a fill: until each key is set), and prints what came of it. */
static void run(struct load *load, unsigned milliseconds) {
    struct timeval until = {.tv_sec = milliseconds / 1000,
                            .tv_usec = (suseconds_t)(milliseconds % 1000) * 1000};
    struct timeval patience = {.tv_sec = until.tv_sec + GIVE_UP_S, .tv_usec = until.tv_usec};
    double start = now_s();
    load->ops = 0;
    load->stopping = false;
    load->active = load->connections;
    if (!load->fill)
        event_add(load->deadline, &until);
    event_add(load->give_up, &patience);
    for (unsigned i = 0; i < load->connections; i++)
        batch_next(load->clients[i]);
    event_base_dispatch(load->base);
    event_del(load->give_up);
    printf("%llu %.6f\n", (unsigned long long)load->ops, now_s() - start);
    fflush(stdout);
}

/* The number behind an option; a wrong one ends the program. */
static unsigned number(const char *text, unsigned least, unsigned most) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least || value > most) {
        fprintf(stderr, "load: %s: expected a number from %u to %u\n", text, least, most);
        exit(2);
    }
    return (unsigned)value;
}

/* Reads the options into the load; false for a wrong command line. */
static bool options_read(struct load *load, int argc, char **argv) {
    int option;
    while ((option = getopt(argc, argv, "p:c:d:k:w:f")) != -1) {
        switch (option) {
        case 'p':
            load->port = number(optarg, 1, 65535);
            break;
        case 'c':
            load->connections = number(optarg, 1, CONNECTIONS_MAX);
            break;
        case 'd':
            load->depth = number(optarg, 1, DEPTH_MAX);
            break;
        case 'k':
            load->keys = number(optarg, 1, 99999999);
            break;
        case 'w':
            load->sets_percent = number(optarg, 0, 100);
            break;
        case 'f':
            load->fill = true;
            break;
        default:
            return false;
        }
    }
    return load->port != 0 && optind == argc;
}

int main(int argc, char **argv) {
    struct load load = {.connections = 32, .depth = 1, .keys = 100000, .random = 88};
    char line[32];
    if (!options_read(&load, argc, argv)) {
        fprintf(stderr, "usage: load -p PORT [-c CONNECTIONS] [-d DEPTH] [-k KEYS]"
                        " [-w PERCENT_OF_SETS] [-f (set each key once)]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    load.base = event_base_new();
    if (load.base == NULL)
        fail("event_base_new");
    load.deadline = evtimer_new(load.base, on_deadline, &load);
    load.give_up = evtimer_new(load.base, on_give_up, &load);
    if (load.deadline == NULL || load.give_up == NULL)
        fail("timer");
    for (unsigned i = 0; i < load.connections; i++)
        load.clients[i] = connection_open(&load);
    if (load.fill)
        run(&load, FILL_MS_MAX);
    while (!load.fill && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        run(&load, number(line, 1, FILL_MS_MAX));
    }
    return 0;
}
