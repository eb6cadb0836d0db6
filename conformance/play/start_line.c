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

bool start_wants_password(const char *options) {
    return start_options_have(options, 'Y') || start_options_have(options, 'S');
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

/* Is this word of `line`, at `at`, a word of its own? */
static bool stands_alone(const char *line, const char *at, size_t length) {
    return (at == line || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' ');
}

const char *start_line_without_udp(struct arena *arena, const char *template) {
    static const char *const ways[] = {"-U {udp_port}",         "-U {port}",
                                       "-U{udp_port}",          "-U{port}",
                                       "--udp-port={udp_port}", "--udp-port={port}"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways && start_line_has(template, "options"); i++) {
        const char *at = strstr(template, ways[i]);
        size_t length = strlen(ways[i]);
        if (at && stands_alone(template, at, length))
            return arena_format(arena, "%.*s%s", (int)(at - template), template,
                                at + length + (at[length] == ' '));
    }
    return template;
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

/* -s closes the ports, a certificate means TLS. When the template itself asks for TLS, it is how
 * every scenario gets there, and clear text is none; a scenario that asks for it tells its sessions
 * which way to go. */
bool start_line_leads(const char *template, const char *options, enum transport way) {
    bool over_unix = start_line_has(template, "socket") || start_line_has(options, "socket");
    bool always_tls = start_line_has(template, "certificate");
    switch (way) {
    case TRANSPORT_UNIX:
        return over_unix;
    case TRANSPORT_TCP:
        return !over_unix && !always_tls;
    case TRANSPORT_TLS:
        return !over_unix && (always_tls || start_line_has(options, "certificate"));
    case TRANSPORT_UDP:
        return !over_unix &&
               (start_line_has(template, "udp_port") || start_line_has(options, "udp_port"));
    case TRANSPORT_DEFAULT:
    case TRANSPORT_COUNT:
        break;
    }
    return true;
}

static struct address way_of(const struct filling *filling, enum transport way) {
    struct arena *arena = filling->arena;
    struct address tcp = address_loopback(arena, filling->port);
    if (way == TRANSPORT_UNIX)
        return address_of_path(arena, fill_socket(filling));
    if (way == TRANSPORT_TLS)
        return address_as_tls(arena, &tcp, start_tls_files(filling->files));
    return way == TRANSPORT_UDP ? address_as_udp(arena, &tcp, filling->udp_port) : tcp;
}

static void find_ways(const struct filling *filling, const char *template, const char *options,
                      struct start_line *found) {
    bool has_options = start_line_has(template, "options");
    for (int way = TRANSPORT_TCP; way < TRANSPORT_COUNT; way++)
        if (start_line_leads(template, has_options ? options : "", (enum transport)way))
            found->over[way] = keep(filling->arena, way_of(filling, (enum transport)way));
    enum transport usual = found->over[TRANSPORT_UNIX]  ? TRANSPORT_UNIX
                           : found->over[TRANSPORT_TCP] ? TRANSPORT_TCP
                                                        : TRANSPORT_TLS;
    found->over[TRANSPORT_DEFAULT] = found->over[usual];
}

bool start_line_fill(struct arena *arena, struct start_files *files, const char *template,
                     const char *options, unsigned port, unsigned udp_port, unsigned serial,
                     struct start_line *line) {
    struct filling filling = {arena, files, port, udp_port, serial};
    const char *whole = with_options(arena, template, options);
    *line = (struct start_line){0};
    if (!fill(&filling, whole, &line->command))
        return false;
    find_ways(&filling, template, options, line);
    line->sasl = start_options_have(whole, 'S');
    if (line->sasl)
        start_sasl(files);
    return true;
}
