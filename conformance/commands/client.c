/* SPDX-License-Identifier: MIT */
/* client.c - `mctap client`: checks a client; client/ does it. */
#include "client/client.h"

#include "commands/checked.h"

int command_client(struct invocation *invocation) {
    struct client_settings client;
    struct check_run run;
    const char *problem = checked_read(invocation, &client, &run);
    if (!problem && !client.command[0])
        problem = "expected the command of an adapter behind --, such as mctap client -- "
                  "conformance/examples/python-memcached.py (docs/adapters.md)";
    return problem ? invocation_wrong(invocation, problem) : client_run(&client, &run);
}
