/* SPDX-License-Identifier: MIT */
/* by_hand.c - the line of printf and nc under a failure. See by_hand.h; explain.c calls it. */
#include "play/by_hand.h"

#include "arena.h"
#include "play/actor.h"
#include "play/inside.h"
#include "shell.h"

/* The bytes as an argument of printf(1), inside single quotes. */
static void append_format(struct bytes *out, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char octal[4] = {'\\', (char)('0' + (byte >> 6)), (char)('0' + ((byte >> 3) & 7)),
                         (char)('0' + (byte & 7))};
        if (byte == '\r')
            bytes_append(out, "\\r", 2);
        else if (byte == '\n')
            bytes_append(out, "\\n", 2);
        else if (byte == '%')
            bytes_append(out, "%%", 2);
        else if (byte == '\\')
            bytes_append(out, "\\\\", 2);
        else if (byte < 0x20 || byte > 0x7e || byte == '\'')
            bytes_append(out, octal, 4);
        else
            bytes_append(out, bytes + i, 1);
    }
}

/* The program that takes the bytes to where the session went. Debian's nc waits for the server to
 * close, which it does not: -w1 ends it, as others, after a second of silence. */
static const char *to_target(struct arena *arena, const struct actor *actor) {
    const struct address *address = actor_address(actor);
    const char *options = actor->play->setup.scenario->options;
    const char *program = address->path     ? "nc -w1 -U"
                          : address->is_udp ? "nc -u -w1"
                          : address->tls    ? "openssl s_client -quiet -connect"
                                            : "nc -w1";
    if (actor_target(actor)->server)
        return arena_format(arena, "%s %s  # your server, started afresh%s%s on %s", program,
                            address->path  ? "SOCKET"
                            : address->tls ? "127.0.0.1:PORT"
                                           : "127.0.0.1 PORT",
                            options ? " with " : "", options ? options : "",
                            address->path ? "SOCKET" : "PORT");
    if (address->path)
        return arena_format(arena, "%s %s", program, shell_quote(arena, address->path));
    return arena_format(arena, "%s %s%c%u", program, address->host, address->tls ? ':' : ' ',
                        address->port);
}

const char *by_hand(const struct exchange *exchange) {
    const struct play *play = exchange->play;
    size_t length;
    if (play->paused || play->actor_count != 1)
        return NULL;
    const char *requests = transcript_requests(play->transcript, exchange->actor->name, &length);
    if (!requests)
        return NULL;
    struct bytes format = {0};
    append_format(&format, requests, length);
    const char *line = arena_format(play->arena, "printf '%s' | %s", format.data,
                                    to_target(play->arena, exchange->actor));
    bytes_free(&format);
    return line;
}
