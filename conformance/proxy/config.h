/* SPDX-License-Identifier: MIT */
/* config.h - the configuration file and the command of a proxy, filled in for this run.
 *
 * In the template, {port} is the port on which the proxy must listen, and a line with {server} is
 * written once for each backend: {server} its host:port, {weight} its weight. In the
 * words of the command {config} is the file, {port} the port, {servers} all servers as
 * host:port:weight with commas between. */
#pragma once

#include "proxy/proxy.h"

struct config {
    char file[64]; /* "": none was written */
    unsigned port;
    const char *const *command;
};

/* False with *problem in words. The arena of the trial holds the command. */
bool config_make(struct trial *trial, const struct proxy_wishes *wishes, struct config *config,
                 const char **problem);

/* Removes the file. */
void config_remove(const struct config *config);
