/* SPDX-License-Identifier: MIT */
/* place.c - where to listen: one address of -l, taken apart; see start/place.h.
 *
 * Called by start/option_readers.c to check, and by server/listener.c to use. */
#include "start/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool place_read_port(struct place *place, const char *text) {
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    place->port = (unsigned)port;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && port <= 65535;
}

bool place_read(struct place *place, const char *text, unsigned default_port) {
    static const char notls[] = "notls:";
    place->clear_text = strncmp(text, notls, strlen(notls)) == 0;
    if (place->clear_text)
        text += strlen(notls);
    const char *host = text;
    size_t host_length = strlen(text);
    const char *colon = strrchr(text, ':');
    const char *port = NULL;

    if (text[0] == '[') {
        const char *close_bracket = strchr(text, ']');
        if (close_bracket == NULL || (close_bracket[1] != '\0' && close_bracket[1] != ':'))
            return false;
        host = text + 1;
        host_length = (size_t)(close_bracket - host);
        port = close_bracket[1] == ':' ? close_bracket + 2 : NULL;
    } else if (colon != NULL && strchr(text, ':') == colon) {
        host_length = (size_t)(colon - text);
        port = colon + 1;
    }
    if (host_length == 0 || host_length >= sizeof(place->host))
        return false;
    snprintf(place->host, sizeof(place->host), "%.*s", (int)host_length, host);
    place->port = default_port;
    place->port_given = port != NULL;
    return port == NULL || place_read_port(place, port);
}
