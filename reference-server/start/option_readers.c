/* SPDX-License-Identifier: MIT */
/* option_readers.c - what each option of the command line does to struct options.
 *
 * One function a row of start/options.def. Called by start/options.c; those of
 * start/option_readers.h also by start/suboptions.c. */
#include "start/option_readers.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth_file.h"
#include "bytes/number.h"
#include "start/place.h"

bool option_bad(struct option_reading *reading, const char *format, ...) {
    va_list arguments;
    int length = snprintf(reading->error, OPTIONS_ERROR_BYTES, "option %s: ", reading->name);
    va_start(arguments, format);
    vsnprintf(reading->error + length, OPTIONS_ERROR_BYTES - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

/* Reads a plain decimal number; stricter than the protocol's numbers: digits and nothing else. */
static bool read_number(struct option_reading *reading, unsigned long lowest, unsigned long highest,
                        unsigned long *number) {
    struct slice text = {reading->argument, strlen(reading->argument)};
    uint64_t value = 0;
    bool digits = text.length > 0 && strspn(text.bytes, "0123456789") == text.length;
    if (!digits || !number_read_u64(text, &value) || value < lowest || value > highest)
        return option_bad(reading, "expected a number from %lu to %lu, got '%s'", lowest, highest,
                          reading->argument);
    *number = (unsigned long)value;
    return true;
}

bool option_read_decimal(struct option_reading *reading, const char *expected, double *number) {
    struct slice text = {reading->argument, strlen(reading->argument)};
    double value = 0;
    bool plain = text.length > 0 && strspn(text.bytes, "0123456789.") == text.length;
    if (!plain || !number_read_double(text, &value))
        return option_bad(reading, "expected %s, got '%s'", expected, reading->argument);
    *number = value;
    return true;
}

bool option_read_unsigned(struct option_reading *reading, unsigned lowest, unsigned highest,
                          unsigned *field) {
    unsigned long number = 0;
    if (!read_number(reading, lowest, highest, &number))
        return false;
    *field = (unsigned)number;
    return true;
}

static bool read_text(struct option_reading *reading, const char *what, const char **field) {
    if (reading->argument[0] == '\0')
        return option_bad(reading, "expected %s, got nothing", what);
    *field = reading->argument;
    return true;
}

/* ---- one reader an option ---- */

/* A port; -1 asks for a free one, as it does in memcached. */
static bool read_port(struct option_reading *reading, unsigned *port) {
    *port = 0;
    return strcmp(reading->argument, "-1") == 0 || option_read_unsigned(reading, 0, 65535, port);
}

bool option_port(struct option_reading *reading) {
    reading->options->port_given = true;
    return read_port(reading, &reading->options->port);
}

bool option_udp_port(struct option_reading *reading) {
    struct options *options = reading->options;
    if (!read_port(reading, &options->udp_port))
        return false;
    options->udp = options->udp_port != 0 || reading->argument[0] == '-';
    return true;
}

bool option_unix_socket(struct option_reading *reading) {
    return read_text(reading, "the path of a Unix socket", &reading->options->unix_path);
}

bool option_unix_mask(struct option_reading *reading) {
    const char *text = reading->argument;
    size_t length = strlen(text);
    if (length == 0 || length > 4 || strspn(text, "01234567") != length ||
        strtoul(text, NULL, 8) > 0777)
        return option_bad(reading, "expected permissions in octal up to 777, got '%s'", text);
    reading->options->unix_mask = (unsigned)strtoul(text, NULL, 8);
    return true;
}

/* Every address of a list with commas must be spelled well. */
static bool read_listen_check(struct option_reading *reading) {
    char list[OPTIONS_LISTEN_BYTES];
    char *rest = NULL;
    unsigned count = 0;
    struct place place;
    snprintf(list, sizeof(list), "%s", reading->argument);
    for (char *at = strtok_r(list, ",", &rest); at != NULL; at = strtok_r(NULL, ",", &rest)) {
        if (!place_read(&place, at, 0))
            return option_bad(reading, "expected host, host:port, [v6] or [v6]:port, got '%s'", at);
        count++;
    }
    return count > 0 || option_bad(reading, "expected an address such as 127.0.0.1, got nothing");
}

bool option_listen(struct option_reading *reading) {
    char *text = reading->options->listen_text;
    size_t used = strlen(text);
    if (used + 1 + strlen(reading->argument) >= OPTIONS_LISTEN_BYTES)
        return option_bad(reading, "expected addresses of less than %d characters altogether",
                          OPTIONS_LISTEN_BYTES);
    if (!read_listen_check(reading))
        return false;
    snprintf(text + used, OPTIONS_LISTEN_BYTES - used, "%s%s", used > 0 ? "," : "",
             reading->argument);
    return true;
}

bool option_daemon(struct option_reading *reading) {
    reading->options->daemon = true;
    return true;
}

bool option_user(struct option_reading *reading) {
    return read_text(reading, "a user's name", &reading->options->user);
}

bool option_memory_limit(struct option_reading *reading) {
    unsigned long megabytes = 0;
    if (!read_number(reading, 1, INT_MAX, &megabytes))
        return false;
    reading->options->memory_bytes = (size_t)megabytes << 20;
    return true;
}

bool option_disable_evictions(struct option_reading *reading) {
    reading->options->evict = false;
    return true;
}

bool option_conn_limit(struct option_reading *reading) {
    return option_read_unsigned(reading, 1, 1000000, &reading->options->connections_max);
}

bool option_pidfile(struct option_reading *reading) {
    return read_text(reading, "the path of a file", &reading->options->pid_path);
}

bool option_verbose(struct option_reading *reading) {
    reading->options->verbosity++;
    return true;
}

bool option_item_size(struct option_reading *reading) {
    size_t length = strlen(reading->argument);
    char digits[24];
    uint64_t size = 0;
    unsigned shift = 0;

    if (length > 0 && strchr("kK", reading->argument[length - 1]) != NULL)
        shift = 10;
    else if (length > 0 && strchr("mM", reading->argument[length - 1]) != NULL)
        shift = 20;
    size_t digit_count = shift > 0 ? length - 1 : length;
    if (digit_count == 0 || digit_count > 12)
        return option_bad(reading, "expected a size such as 1048576, 512k or 2m, got '%s'",
                          reading->argument);
    snprintf(digits, sizeof(digits), "%.*s", (int)digit_count, reading->argument);
    if (strspn(digits, "0123456789") != digit_count ||
        !number_read_u64((struct slice){digits, digit_count}, &size))
        return option_bad(reading, "expected a size such as 1048576, 512k or 2m, got '%s'",
                          reading->argument);
    size <<= shift;
    if (size < 1024 || size > 1024 * 1024 * 1024)
        return option_bad(reading, "expected a size from 1k to 1024m, got '%s'", reading->argument);
    reading->options->item_bytes = (size_t)size;
    return true;
}

bool option_disable_cas(struct option_reading *reading) {
    reading->options->cas_enabled = false;
    return true;
}

bool option_disable_flush(struct option_reading *reading) {
    reading->options->flush_enabled = false;
    return true;
}

bool option_enable_shutdown(struct option_reading *reading) {
    reading->options->shutdown_enabled = true;
    return true;
}

bool option_prefix(struct option_reading *reading) {
    if (strlen(reading->argument) != 1)
        return option_bad(reading, "expected one character, got '%s'", reading->argument);
    reading->options->prefix_delimiter = reading->argument[0];
    reading->options->prefix_given = true;
    return true;
}

bool option_clock(struct option_reading *reading) {
    bool manual = strcmp(reading->argument, "manual") == 0;
    if (!manual && strcmp(reading->argument, "system") != 0)
        return option_bad(reading, "expected system or manual, got '%s'", reading->argument);
    reading->options->clock_manual = manual;
    return true;
}

/* One line, of letters that any client can read. */
bool option_answer_version(struct option_reading *reading) {
    size_t length = strlen(reading->argument);
    bool plain = length > 0 && length <= OPTIONS_VERSION_BYTES;
    for (size_t i = 0; i < length; i++)
        plain = plain && reading->argument[i] > ' ' && reading->argument[i] < 0x7f;
    if (!plain)
        return option_bad(reading, "expected 1 to %d letters, digits and signs, got '%s'",
                          OPTIONS_VERSION_BYTES, reading->argument);
    reading->options->version_text = reading->argument;
    return true;
}

bool option_bug(struct option_reading *reading) {
    if (reading->options->bug != NULL)
        return option_bad(reading,
                          "expected one bug at a time, since nobody could say which of two was "
                          "noticed; got '%s' after '%s'",
                          reading->argument, reading->options->bug);
    reading->options->bug = reading->argument;
    return true;
}

bool option_list_bugs(struct option_reading *reading) {
    reading->options->bug_list_wanted = true;
    return true;
}

bool option_disable_dumping(struct option_reading *reading) {
    reading->options->dump_enabled = false;
    return true;
}

bool option_disable_watch(struct option_reading *reading) {
    reading->options->watch_enabled = false;
    return true;
}

bool option_turn_requests(struct option_reading *reading) {
    return option_read_unsigned(reading, 1, INT_MAX, &reading->options->turn_requests);
}

bool option_auth_file(struct option_reading *reading) {
    return read_text(reading, "the path of a file", &reading->options->auth_path);
}

bool option_tls(struct option_reading *reading) {
    reading->options->tls.enabled = true;
    return true;
}

bool option_without_effect(struct option_reading *reading) {
    char *notes = reading->options->notes;
    size_t used = strlen(notes);
    snprintf(notes + used, OPTIONS_NOTES_BYTES - used,
             "mcref: option %s: accepted, but has no effect in mcref\n", reading->name);
    return true;
}

bool option_not_served(struct option_reading *reading) {
    return option_bad(reading, "mcref does not have what this asks for");
}

bool option_threads(struct option_reading *reading) {
    return option_read_unsigned(reading, 1, 1024, &reading->options->threads);
}

bool option_backlog(struct option_reading *reading) {
    unsigned backlog;
    if (!option_read_unsigned(reading, 0, INT_MAX, &backlog))
        return false;
    reading->options->backlog = (int)backlog;
    return true;
}

bool option_protocol(struct option_reading *reading) {
    struct options *options = reading->options;
    if (strcmp(reading->argument, "auto") == 0)
        options->protocol = OPTIONS_PROTOCOL_AUTO;
    else if (strcmp(reading->argument, "ascii") == 0)
        options->protocol = OPTIONS_PROTOCOL_ASCII;
    else if (strcmp(reading->argument, "binary") == 0)
        options->protocol = OPTIONS_PROTOCOL_BINARY;
    else
        return option_bad(reading, "expected auto, ascii or binary, got '%s'", reading->argument);
    options->protocol_given = true;
    return true;
}

bool option_sasl(struct option_reading *reading) {
    const char *path = getenv("MEMCACHED_SASL_PWDB");
    struct auth_file passwords = {0};
    char error[AUTH_FILE_ERROR_BYTES];
    if (path == NULL || path[0] == '\0')
        return option_bad(reading, "expected the path of a file with lines user:password in the "
                                   "environment variable MEMCACHED_SASL_PWDB, which is not set");
    if (!auth_file_load(&passwords, path, error))
        return option_bad(reading, "%s (named by MEMCACHED_SASL_PWDB)", error);
    auth_file_free(&passwords);
    reading->options->sasl_path = path;
    return true;
}

bool option_help(struct option_reading *reading) {
    reading->options->help_wanted = true;
    return true;
}

bool option_license(struct option_reading *reading) {
    reading->options->license_wanted = true;
    return true;
}

bool option_version(struct option_reading *reading) {
    reading->options->version_wanted = true;
    return true;
}
