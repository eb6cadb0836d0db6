/* SPDX-License-Identifier: MIT */
/* config.c - see config.h. */
#include "proxy/config.h"

#include "arena.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILE_MAX = 1024 * 1024 };

/* A port that is free now. */
static unsigned free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    unsigned port = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &length) == 0)
        port = ntohs(address.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

/* `text` with every `hole` replaced. */
static const char *fill(struct arena *arena, const char *text, const char *hole,
                        const char *value) {
    const char *at;
    while ((at = strstr(text, hole)))
        text = arena_format(arena, "%.*s%s%s", (int)(at - text), text, value, at + strlen(hole));
    return text;
}

static const char *server_name(const struct trial *trial, unsigned i) {
    return arena_format(trial->arena, "127.0.0.1:%u", backends_port(trial->backends, i));
}

static const char *number(const struct trial *trial, unsigned value) {
    return arena_format(trial->arena, "%u", value);
}

static const char *fill_template(const struct trial *trial, const char *template, unsigned port) {
    struct arena *arena = trial->arena;
    const char *filled = "";
    while (*template) {
        const char *end = strchr(template, '\n');
        size_t length = end ? (size_t)(end - template) + 1 : strlen(template);
        const char *line = arena_copy(arena, template, length);
        unsigned times = strstr(line, "{server}") ? trial->settings->servers : 1;
        for (unsigned i = 0; i < times; i++) {
            const char *one = fill(arena, line, "{server}", server_name(trial, i));
            one = fill(arena, one, "{weight}", number(trial, trial->settings->weights[i]));
            filled = arena_format(arena, "%s%s", filled,
                                  fill(arena, one, "{port}", number(trial, port)));
        }
        template += length;
    }
    return filled;
}

static const char *read_file(struct arena *arena, const char *path) {
    FILE *file = fopen(path, "r");
    char *text = arena_alloc(arena, FILE_MAX + 1);
    if (!file)
        return NULL;
    size_t length = fread(text, 1, FILE_MAX, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static bool write_config(struct trial *trial, const char *path, struct config *config,
                         const char **problem) {
    const char *template = read_file(trial->arena, path);
    if (!template) {
        *problem = arena_format(trial->arena, "cannot read %s: %s", path, strerror(errno));
        return false;
    }
    snprintf(config->file, sizeof config->file, "/tmp/mctap-proxy-XXXXXX");
    int fd = mkstemp(config->file);
    const char *text = fill_template(trial, template, config->port);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        *problem = arena_format(trial->arena, "cannot write %s: %s", config->file, strerror(errno));
        return false;
    }
    close(fd);
    return true;
}

bool config_make(struct trial *trial, const struct proxy_wishes *wishes, struct config *config,
                 const char **problem) {
    struct arena *arena = trial->arena;
    size_t count = 0;
    config->port = free_port();
    if (wishes->config && !write_config(trial, wishes->config, config, problem))
        return false;
    const char *servers = "";
    for (unsigned i = 0; i < trial->settings->servers; i++)
        servers = arena_format(arena, "%s%s%s:%u", servers, i > 0 ? "," : "", server_name(trial, i),
                               trial->settings->weights[i]);
    while (trial->settings->command[count])
        count++;
    const char **command = arena_alloc(arena, (count + 1) * sizeof *command);
    for (size_t i = 0; i < count; i++) {
        command[i] = fill(arena, trial->settings->command[i], "{config}", config->file);
        command[i] = fill(arena, command[i], "{port}", number(trial, config->port));
        command[i] = fill(arena, command[i], "{servers}", servers);
    }
    config->command = command;
    return true;
}

void config_remove(const struct config *config) {
    if (config->file[0] != '\0')
        unlink(config->file);
}
