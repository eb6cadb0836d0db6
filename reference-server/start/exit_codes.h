/* SPDX-License-Identifier: MIT */
/* exit_codes.h - the exit codes of mcref, those of sysexits.h; --help lists the rows.
 *
 * Every row is EXIT_CODE(name, number, meaning). */
#pragma once

#define EXIT_CODES                                                                                 \
    EXIT_CODE(MCREF_EXIT_OK, 0, "stopped by SIGTERM or SIGINT, or only showed something")          \
    EXIT_CODE(MCREF_EXIT_USAGE, 64, "an option is unknown or bad")                                 \
    EXIT_CODE(MCREF_EXIT_NO_INPUT, 66, "cannot use a file of -Y or of -o ssl_...")                 \
    EXIT_CODE(MCREF_EXIT_NO_USER, 67, "the user of -u does not exist or cannot be taken on")       \
    EXIT_CODE(MCREF_EXIT_UNAVAILABLE, 69, "cannot listen on an address, port or Unix socket")      \
    EXIT_CODE(MCREF_EXIT_SYSTEM, 71, "the system refused memory, a process or enough open files")  \
    EXIT_CODE(MCREF_EXIT_CANNOT_CREATE, 73, "cannot write the pid file")

enum {
#define EXIT_CODE(name, number, meaning) name = (number),
    EXIT_CODES
#undef EXIT_CODE
};
