/* SPDX-License-Identifier: MIT */
/* proxy.c - `mctap proxy`: checks a proxy; proxy/ does it. */
#include "proxy/proxy.h"

#include "arena.h"
#include "commands/checked.h"
#include "commands/option_takers.h"

#include <errno.h>
#include <stdlib.h>

bool take_config(struct options *options, const char *value) {
    options->proxy.config = value;
    return true;
}

bool take_ports(struct options *options, const char *value) {
    options->proxy.ports = value;
    return true;
}

/* 21201,21202: as many as there are servers; NULL after *problem. */
static const unsigned *read_ports(struct arena *arena, const char *list, unsigned servers,
                                  const char **problem) {
    unsigned *ports = arena_alloc(arena, servers * sizeof *ports), count = 0;
    const char *at = list;
    for (; count < servers; count++) {
        char *end;
        unsigned long port = strtoul(at, &end, 10);
        bool is_last = count + 1 == servers;
        if (*at < '0' || *at > '9' || port < 1 || port > 65535 || *end != (is_last ? '\0' : ','))
            break;
        ports[count] = (unsigned)port;
        at = end + 1;
    }
    if (count == servers)
        return ports;
    *problem = arena_format(arena,
                            "--ports expects %u ports with commas between, one for each "
                            "server, not \"%s\"",
                            servers, list);
    return NULL;
}

int command_proxy(struct invocation *invocation) {
    const struct options *options = invocation->options;
    const struct options_proxy *own = &options->proxy;
    const char *target = options->record.target;
    struct client_settings client;
    struct check_run run;
    struct proxy_wishes wishes = {.config = own->config};
    struct address address;
    const char *problem = checked_read(invocation, &client, &run);
    if (!problem && (target != NULL) == (client.command[0] != NULL))
        problem = "expected either --target, a proxy that runs already, or its command behind --, "
                  "such as mctap proxy --config conformance/examples/nutcracker.yml -- nutcracker "
                  "-c {config}";
    if (!problem && target && !own->ports)
        problem = "a proxy that runs already needs --ports, on which its servers are expected";
    if (!problem && own->ports)
        wishes.ports = read_ports(invocation->arena, own->ports, client.servers, &problem);
    if (!problem && target &&
        address_parse(invocation->arena, target, &options->settings.tls, &address, &problem)) {
        wishes.target = &address;
        run.subject = target;
    }
    return problem ? invocation_wrong(invocation, problem) : proxy_run(&client, &wishes, &run);
}
