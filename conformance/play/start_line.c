/* SPDX-License-Identifier: MIT */
/* start_line.c - see start_line.h. */
#include "play/start_line.h"

#include "arena.h"

#include <stdio.h>
#include <string.h>

/* What the holes of one line become. */
struct filling {
    struct arena *arena;
    struct start_files *files;
    unsigned port, udp_port, serial;
};

static const char *number(const struct filling *filling, unsigned port) {
    return arena_format(filling->arena, "%u", port);
}

static const char *fill_port(const struct filling *filling) {
    return number(filling, filling->port);
}

static const char *fill_udp_port(const struct filling *filling) {
    return number(filling, filling->udp_port);
}

static const char *fill_socket(const struct filling *filling) {
    return start_file(filling->files, arena_format(filling->arena, "socket-%u", filling->serial));
}

static const char *fill_auth_file(const struct filling *filling) {
    return start_file(filling->files, "auth");
}

static const char *fill_certificate(const struct filling *filling) {
    return start_file(filling->files, "certificate");
}

static const char *fill_certificate_key(const struct filling *filling) {
    return start_file(filling->files, "key");
}

static const struct {
    const char *hole;
    const char *(*fill)(const struct filling *filling);
} holes[] = {
#define START_HOLE(name, meaning) {"{" #name "}", fill_##name},
#include "language/start_holes.def"
#undef START_HOLE
};
enum { HOLE_COUNT = sizeof holes / sizeof *holes };

static bool begins(const char *string, const char *beginning) {
    return strncmp(string, beginning, strlen(beginning)) == 0;
}

bool start_line_has(const char *line, const char *hole) {
    size_t length = strlen(hole);
    for (const char *at = line; (at = strchr(at, '{')); at++)
        if (strncmp(at + 1, hole, length) == 0 && at[1 + length] == '}')
            return true;
    return false;
}

bool start_options_have(const char *options, char letter) {
    for (const char *at = options; (at = strchr(at, '-')); at++)
        if (at[1] == letter && (at == options || at[-1] == ' '))
            return true;
    return false;
}

/* Every hole that is known; other braces stay as they are. */
static bool fill(const struct filling *filling, const char *line, struct bytes *out) {
    for (const char *at = line; *at;) {
        size_t i = 0;
        while (i < HOLE_COUNT && !begins(at, holes[i].hole))
            i++;
        const char *filled = i < HOLE_COUNT ? holes[i].fill(filling) : NULL;
        if (i < HOLE_COUNT && !filled)
            return false;
        bytes_append(out, filled ? filled : at, filled ? strlen(filled) : 1);
        at += filled ? strlen(holes[i].hole) : 1;
    }
    return true;
}

static const char *with_options(struct arena *arena, const char *template, const char *options) {
    static const char hole[] = "{options}";
    const char *at = strstr(template, hole);
    return at ? arena_format(arena, "%.*s%s%s", (int)(at - template), template, options,
                             at + strlen(hole))
              : template;
}

static const struct address *keep(struct arena *arena, struct address address) {
    struct address *kept = arena_alloc(arena, sizeof *kept);
    *kept = address;
    return kept;
}

/* The ways to a server, as its options say: -s closes the ports, a certificate means TLS. */
static void find_ways(const struct filling *filling, const char *line, struct start_line *found) {
    struct arena *arena = filling->arena;
    struct address tcp = address_loopback(arena, filling->port);
    bool over_unix = start_line_has(line, "socket"), over_tls = start_line_has(line, "certificate");
    if (over_unix)
        found->over[TRANSPORT_UNIX] = keep(arena, address_of_path(arena, fill_socket(filling)));
    else
        found->over[TRANSPORT_TCP] = keep(arena, tcp);
    if (over_tls)
        found->over[TRANSPORT_TLS] =
            keep(arena, address_as_tls(arena, &tcp, start_tls_files(filling->files)));
    if (start_line_has(line, "udp_port"))
        found->over[TRANSPORT_UDP] = keep(arena, address_as_udp(arena, &tcp, filling->udp_port));
    found->over[TRANSPORT_DEFAULT] = found->over[over_unix ? TRANSPORT_UNIX : TRANSPORT_TCP];
    found->sasl = start_options_have(line, 'S');
}

bool start_line_fill(struct arena *arena, struct start_files *files, const char *template,
                     const char *options, unsigned port, unsigned udp_port, unsigned serial,
                     struct start_line *line) {
    struct filling filling = {arena, files, port, udp_port, serial};
    const char *whole = with_options(arena, template, options);
    *line = (struct start_line){0};
    if (!fill(&filling, whole, &line->command))
        return false;
    find_ways(&filling, whole, line);
    if (line->sasl)
        start_sasl(files);
    return true;
}
