/* SPDX-License-Identifier: MIT */
/* address.c - reading of target addresses. See address.h. */
#include "play/address.h"

#include "arena.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

enum { HOST_MAX = 253 /* the longest name that DNS allows */ };

static bool port_parse(const char *text, unsigned *port) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < 1 || value > 65535)
        return false;
    *port = (unsigned)value;
    return true;
}

static bool unix_parse(struct arena *arena, const char *text, struct address *address,
                       const char **problem) {
    const char *path = text + strlen("unix:");
    if (*path == '\0') {
        *problem = arena_format(arena, "\"%s\" has no path; expected unix:/path/of/socket", text);
        return false;
    }
    size_t room = sizeof((struct sockaddr_un *)0)->sun_path - 1;
    if (strlen(path) > room) {
        *problem = arena_format(arena,
                                "the path of \"%s\" is longer than the %zu bytes a Unix "
                                "socket may have",
                                text, room);
        return false;
    }
    address->path = arena_string(arena, path);
    return true;
}

/* What a name or a literal consists of; anything else would be read as another part of a URL. */
static bool host_is_plain(const struct address *address) {
    const char *also = address->is_ipv6 ? ":.%" : ".-_";
    size_t length = strlen(address->host);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)address->host[i]) && !strchr(also, address->host[i]))
            return false;
    return length <= HOST_MAX;
}

/* Splits at the colon that begins the port; brackets belong to IPv6. */
static bool host_parse(struct arena *arena, const char *text, struct address *address) {
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text || !port_parse(colon + 1, &address->port))
        return false;
    const char *begin = text, *end = colon;
    if (text[0] == '[') {
        if (colon[-1] != ']' || colon - text < 4)
            return false;
        begin = text + 1;
        end = colon - 1;
        address->is_ipv6 = true;
    } else if (memchr(text, ':', (size_t)(colon - text))) {
        return false;
    }
    address->host = arena_copy(arena, begin, (size_t)(end - begin));
    return host_is_plain(address);
}

bool address_parse(struct arena *arena, const char *text, const struct tls_files *tls,
                   struct address *address, const char **problem) {
    *address = (struct address){.shown = arena_string(arena, text)};
    if (strncmp(text, "unix:", 5) == 0)
        return unix_parse(arena, text, address, problem);
    bool over_tls = strncmp(text, "tls:", 4) == 0;
    if (over_tls)
        address->tls = tls;
    if (host_parse(arena, over_tls ? text + 4 : text, address))
        return true;
    *problem = arena_format(arena,
                            "\"%s\" is not a target; expected host:port (port 1 to 65535), "
                            "[ipv6]:port, tls:host:port or unix:/path",
                            text);
    return false;
}

bool address_equal(const struct address *a, const struct address *b) {
    if (a->path || b->path)
        return a->path && b->path && strcmp(a->path, b->path) == 0;
    return a->port == b->port && strcasecmp(a->host, b->host) == 0;
}

struct address address_as_udp(struct arena *arena, const struct address *address, unsigned port) {
    struct address udp = *address;
    udp.port = port;
    udp.is_udp = true;
    udp.tls = NULL;
    udp.shown = arena_format(arena, "udp:%s:%u", address->host, port);
    return udp;
}

struct address address_as_tls(struct arena *arena, const struct address *address,
                              const struct tls_files *tls) {
    struct address over = *address;
    over.tls = tls;
    over.shown = arena_format(arena, "tls:%s", address->shown);
    return over;
}

struct address address_of_path(struct arena *arena, const char *path) {
    return (struct address){.shown = arena_format(arena, "unix:%s", path),
                            .path = arena_string(arena, path)};
}

struct address address_loopback(struct arena *arena, unsigned port) {
    return (struct address){
        .shown = arena_format(arena, "127.0.0.1:%u", port), .host = "127.0.0.1", .port = port};
}
