/* SPDX-License-Identifier: MIT */
/* version.h - what the version command, `stats` and -V answer.
 *
 * It begins with the version of memcached whose answers mcref gives, because clients compare
 * it: libmemcached reads three numbers, others look for a minimum. */
#pragma once

#define MCREF_VERSION "1.6.18-mcref"
