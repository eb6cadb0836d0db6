/* SPDX-License-Identifier: MIT */
/* listener.c - the sockets on which clients are awaited; see server/listener.h.
 *
 * Called by server/server.c. */
#include "server/listener.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/util.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "start/place.h"

/* Which sockets to open at a place. */
struct wish {
    const struct place *place;
    enum listener_kind kind;
    const char *prefix; /* of the listener's name */
    int backlog;
};

static bool listener_fail(char *error, const char *name, const char *step, const char *reason) {
    snprintf(error, LISTENER_ERROR_BYTES, "cannot listen on %.200s: %s: %s", name, step, reason);
    return false;
}

static void listener_set_option(int fd, int level, int option) {
    int on = 1;
    /* Only a convenience each: a socket without it still works. */
    (void)setsockopt(fd, level, option, &on, sizeof(on));
}

/* Writes "127.0.0.1:11211" or "[::1]:11211" and the port, as bound. */
static void listener_describe(struct listener *listener, const char *prefix) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage storage;
    } address;
    socklen_t length = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";

    memset(&address, 0, sizeof(address));
    getsockname(listener->fd, &address.any, &length);
    if (address.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof(host));
        listener->port = ntohs(address.v6.sin6_port);
        snprintf(listener->name, sizeof(listener->name), "%s[%s]:%u", prefix, host, listener->port);
    } else {
        inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof(host));
        listener->port = ntohs(address.v4.sin_port);
        snprintf(listener->name, sizeof(listener->name), "%s%s:%u", prefix, host, listener->port);
    }
}

/* Binds a fresh socket, listens, and adds it to the list. Closes it if that fails. */
static bool listeners_add(struct listeners *listeners, int fd, const struct sockaddr *address,
                          socklen_t length, enum listener_kind kind, int backlog) {
    if (listeners->count == LISTENERS_MAX) {
        errno = EMFILE;
    } else if (evutil_make_socket_nonblocking(fd) == 0 && evutil_make_socket_closeonexec(fd) == 0 &&
               bind(fd, address, length) == 0 &&
               (kind == LISTENER_UDP || listen(fd, backlog) == 0)) {
        listeners->list[listeners->count++] = (struct listener){.fd = fd, .kind = kind};
        return true;
    }
    int reason = errno;
    close(fd);
    errno = reason;
    return false;
}

/* Listens on one address of a host. A kernel without IPv6 is no reason to fail. */
static bool listen_on_address(struct listeners *listeners, const struct addrinfo *address,
                              const struct wish *wish, unsigned *port) {
    int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (fd < 0)
        return errno == EAFNOSUPPORT;
    if (wish->kind != LISTENER_UDP) /* two servers must not share a UDP port */
        listener_set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    if (address->ai_family == AF_INET6)
        listener_set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    if (!listeners_add(listeners, fd, address->ai_addr, address->ai_addrlen, wish->kind,
                       wish->backlog))
        return errno == EADDRNOTAVAIL && address->ai_next != NULL;
    struct listener *listener = &listeners->list[listeners->count - 1];
    listener_describe(listener, wish->prefix);
    *port = listener->port;
    return true;
}

/* Listens on all addresses of a place. With port 0 the first address picks the port and the
 * others take the same one. */
static bool listen_on_place(struct listeners *listeners, const struct wish *wish, char *error) {
    const struct place *place = wish->place;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = wish->kind == LISTENER_UDP ? SOCK_DGRAM : SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    unsigned port = place->port;
    unsigned before = listeners->count;
    char name[300];

    snprintf(name, sizeof(name), "%s%s:%u", wish->prefix,
             place->host[0] != '\0' ? place->host : "*", port);
    int lookup = getaddrinfo(place->host[0] != '\0' ? place->host : NULL, "0", &hints, &found);
    if (lookup != 0)
        return listener_fail(error, name, "looking up the host", gai_strerror(lookup));
    bool listening = true;
    for (struct addrinfo *at = found; at != NULL && listening; at = at->ai_next) {
        if (at->ai_family == AF_INET6)
            ((struct sockaddr_in6 *)(void *)at->ai_addr)->sin6_port = htons((uint16_t)port);
        else
            ((struct sockaddr_in *)(void *)at->ai_addr)->sin_port = htons((uint16_t)port);
        listening = listen_on_address(listeners, at, wish, &port);
    }
    int reason = errno;
    freeaddrinfo(found);
    if (!listening || listeners->count == before)
        return listener_fail(error, name, "binding", strerror(reason));
    return true;
}

/* A place is listened on by TCP or TLS and, with -U, by UDP too: at the same port if the place
 * names one. */
static bool listen_at(struct listeners *listeners, const struct place *place,
                      const struct options *options, char *error) {
    bool tls = options->tls.enabled && !place->clear_text;
    struct wish stream = {.place = place,
                          .kind = tls ? LISTENER_TLS : LISTENER_TCP,
                          .prefix = place->clear_text ? "notls:" : "",
                          .backlog = options->backlog};
    struct place udp_place = *place;
    struct wish datagram = {.place = &udp_place, .kind = LISTENER_UDP, .prefix = "udp:"};
    if (!place->port_given)
        udp_place.port = options->udp_port;
    return listen_on_place(listeners, &stream, error) &&
           (!options->udp || listen_on_place(listeners, &datagram, error));
}

static bool listen_on_list(struct listeners *listeners, const struct options *options,
                           char *error) {
    char text[OPTIONS_LISTEN_BYTES];
    char *rest = NULL;
    snprintf(text, sizeof(text), "%s", options->listen_text);
    for (char *at = strtok_r(text, ",", &rest); at != NULL; at = strtok_r(NULL, ",", &rest)) {
        struct place place;
        bool spelled_well = place_read(&place, at, options->port);
        assert(spelled_well); /* start/options.c has looked at it */
        (void)spelled_well;
        if (!listen_at(listeners, &place, options, error))
            return false;
    }
    return true;
}

/* A socket file left by a server that is gone may be replaced; one that answers may not. */
static bool unix_path_is_free(const struct sockaddr_un *address) {
    struct stat status;
    if (lstat(address->sun_path, &status) != 0)
        return errno == ENOENT;
    errno = EADDRINUSE;
    if (!S_ISSOCK(status.st_mode))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bool answers = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
    if (fd >= 0)
        close(fd);
    errno = EADDRINUSE;
    return !answers && unlink(address->sun_path) == 0;
}

static bool listen_on_unix(struct listeners *listeners, const struct options *options,
                           char *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = options->unix_path;
    if (strlen(path) >= sizeof(address.sun_path))
        return listener_fail(error, path, "option -s, --unix-socket", "the path is too long");
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (!unix_path_is_free(&address))
        return listener_fail(error, path, "taking the path", strerror(errno));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return listener_fail(error, path, "opening a socket", strerror(errno));
    mode_t mask = umask((mode_t)(~options->unix_mask & 0777));
    bool listening = listeners_add(listeners, fd, (const struct sockaddr *)&address,
                                   sizeof(address), LISTENER_UNIX, options->backlog);
    int reason = errno;
    umask(mask);
    if (!listening)
        return listener_fail(error, path, "binding", strerror(reason));
    listeners->unix_path = path;
    struct listener *listener = &listeners->list[listeners->count - 1];
    snprintf(listener->name, sizeof(listener->name), "%s", path);
    return true;
}

bool listeners_open(struct listeners *listeners, const struct options *options,
                    char error[LISTENER_ERROR_BYTES]) {
    struct place everywhere = {.port = options->port};
    bool listening;
    *listeners = (struct listeners){0};
    if (options->unix_path != NULL)
        listening = listen_on_unix(listeners, options, error);
    else if (options->listen_text[0] != '\0')
        listening = listen_on_list(listeners, options, error);
    else
        listening = listen_at(listeners, &everywhere, options, error);
    if (!listening)
        listeners_close(listeners);
    return listening;
}

void listeners_close(struct listeners *listeners) {
    while (listeners->count > 0)
        close(listeners->list[--listeners->count].fd);
    if (listeners->unix_path != NULL)
        unlink(listeners->unix_path);
    listeners->unix_path = NULL;
}
