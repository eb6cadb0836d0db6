/* SPDX-License-Identifier: MIT */
/* options.c - the command line as a struct; see start/options.h, and start/options.def for the
 * rows.
 *
 * getopt_long finds options and their arguments; each argument is checked by the row's reader in
 * start/option_readers.c. */
#include "start/options.h"

#include <getopt.h>
#include <string.h>

#include "start/exit_codes.h"
#include "start/option_readers.h"
#include "start/suboptions.h"
#include "start/unused.h"
#include "version.h"

struct option_row {
    char letter;
    const char *word;
    const char *argument;
    bool (*read)(struct option_reading *reading);
    const char *help;
};

static const struct option_row option_rows[] = {
#define OPTION(letter, word, argument, reader, help) {letter, word, argument, reader, help},
#include "start/options.def"
#undef OPTION
};

enum { OPTION_COUNT = sizeof(option_rows) / sizeof(option_rows[0]) };

static const struct option_row *option_find(int letter) {
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_rows[i].letter == letter)
            return &option_rows[i];
    return NULL;
}

/* A control character is no letter that anybody types: it only tells the rows apart. */
static bool option_is_long_only(const struct option_row *row) {
    return row->letter < ' ';
}

static void option_name(char name[48], const struct option_row *row) {
    if (option_is_long_only(row))
        snprintf(name, 48, "    --%s", row->word);
    else
        snprintf(name, 48, "-%c, --%s", row->letter, row->word);
}

/* What getopt_long wants: ":p:U:...", and the long forms. The first ':' asks it to tell a
 * missing argument from an unknown option. */
static void options_for_getopt(char *letters, struct option *words) {
    *letters++ = ':';
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        int has_argument = row->argument != NULL ? required_argument : no_argument;
        if (!option_is_long_only(row))
            *letters++ = row->letter;
        if (!option_is_long_only(row) && row->argument != NULL)
            *letters++ = ':';
        words[i] = (struct option){row->word, has_argument, NULL, row->letter};
    }
    *letters = '\0';
    words[OPTION_COUNT] = (struct option){0};
}

/* SASL is a part of the binary protocol: a text client could not authenticate. */
static bool options_check_sasl(struct options *options, char *error) {
    if (options->sasl_path == NULL)
        return true;
    if (options->protocol_given && options->protocol != OPTIONS_PROTOCOL_BINARY) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -S, --enable-sasl: expected -B binary or no -B, since only the binary "
                 "protocol has SASL");
        return false;
    }
    options->protocol = OPTIONS_PROTOCOL_BINARY;
    return true;
}

/* What -Z, -Y and -U ask of other options. */
static bool options_check_transports(struct options *options, char *error) {
    const char *problem = NULL;
    if (options->udp && !options->port_given)
        options->port = options->udp_port; /* as memcached: one number for both */
    if (options->tls.enabled && options->tls.chain_cert[0] == '\0')
        problem = "option -Z, --enable-ssl: expected -o ssl_chain_cert=<file> too, got none";
    else if (options->tls.verify_mode > 0 && options->tls.ca_cert[0] == '\0')
        problem = "option -o ssl_verify_mode: expected -o ssl_ca_cert=<file> too, got none";
    else if (options->tls.enabled && options->unix_path != NULL)
        problem = "option -Z, --enable-ssl: expected TCP ports, got a Unix socket (-s)";
    else if (!options->tls.enabled && strstr(options->listen_text, "notls:") != NULL)
        problem = "option -l, --listen: notls: means something only beside -Z";
    else if (options->udp && (options->auth_path != NULL || options->sasl_path != NULL))
        problem = "option -U, --udp-port: expected 0 beside -Y and -S: UDP has no authentication";
    else if (options->auth_path != NULL && options->protocol_given &&
             options->protocol != OPTIONS_PROTOCOL_ASCII)
        problem = "option -Y, --auth-file: expected -B ascii or no -B: it is of the text protocol";
    else if (options->auth_path != NULL && options->sasl_path != NULL)
        problem = "option -Y, --auth-file: expected no -S: one is of the text, one of the binary "
                  "protocol";
    else if (options->auth_path != NULL)
        options->protocol = OPTIONS_PROTOCOL_ASCII;
    if (problem != NULL)
        snprintf(error, OPTIONS_ERROR_BYTES, "%s", problem);
    return problem == NULL;
}

/* Limits that hold between two options. */
static bool options_check(struct options *options, char *error) {
    if (options->item_bytes > options->memory_bytes / 2) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -I, --max-item-size: expected at most half of the %zu megabytes of -m, "
                 "got %zu bytes",
                 options->memory_bytes >> 20, options->item_bytes);
        return false;
    }
    return options_check_sasl(options, error) && options_check_transports(options, error) &&
           unused_check(options, error);
}

/* getopt_long keeps its place in globals of libc, also after an error. */
static void getopt_restart(void) {
    opterr = 0;
#ifdef __GLIBC__
    optind = 0;
#else
    optreset = 1;
    optind = 1;
#endif
}

/* getopt_long gives the letter of an unknown short option, and 0 for an unknown word. */
static bool options_unknown(int letter, const char *argument, char *error) {
    char text[3] = {'-', (char)letter, '\0'};
    snprintf(error, OPTIONS_ERROR_BYTES, "unknown option '%s'; mcref --help lists those there are",
             letter != 0 ? text : argument);
    return false;
}

/* What holds until somebody says otherwise; 0, false and NULL are not written. */
static const struct options options_default = {.port = 11211,
                                               .unix_mask = 0700,
                                               .memory_bytes = (size_t)64 << 20,
                                               .evict = true,
                                               .connections_max = 1024,
                                               .item_bytes = (size_t)1 << 20,
                                               .cas_enabled = true,
                                               .flush_enabled = true,
                                               .prefix_delimiter = ':',
                                               .dump_enabled = true,
                                               .crawler_enabled = true,
                                               .tuning = TUNING_DEFAULTS,
                                               .watch_enabled = true,
                                               .threads = 4,
                                               .backlog = 1024,
                                               .version_text = MCREF_VERSION,
                                               .turn_requests = OPTIONS_TURN_REQUESTS,
                                               .maxconns_fast = true,
                                               .tls = {.min_version = 2},
                                               .unused = UNUSED_DEFAULTS};

bool options_parse(struct options *options, int argc, char **argv,
                   char error[OPTIONS_ERROR_BYTES]) {
    char letters[2 * OPTION_COUNT + 2];
    struct option words[OPTION_COUNT + 1];
    int letter;

    *options = options_default;
    options_for_getopt(letters, words);
    getopt_restart();
    while ((letter = getopt_long(argc, argv, letters, words, NULL)) != -1) {
        const struct option_row *row =
            option_find(letter == '?' || letter == ':' ? optopt : letter);
        char name[48];
        if (row == NULL)
            return options_unknown(optopt, argv[optind - 1], error);
        option_name(name, row);
        struct option_reading reading = {options, name + strspn(name, " "), optarg, error};
        if (letter == ':')
            return option_bad(&reading, "expected an argument %s, got nothing", row->argument);
        if (letter == '?')
            return option_bad(&reading, "expected no argument, got '%s'", argv[optind - 1]);
        if (!row->read(&reading))
            return false;
    }
    if (optind < argc) {
        snprintf(error, OPTIONS_ERROR_BYTES, "expected options only, got '%s'", argv[optind]);
        return false;
    }
    return options_check(options, error);
}

void option_print_row(FILE *out, const char *name, const char *argument, const char *help) {
    char left[60];
    snprintf(left, sizeof(left), "%s%s%s", name, argument != NULL ? "=" : "",
             argument != NULL ? argument : "");
    const char *line = help;
    for (const char *label = left; line != NULL; label = "") {
        const char *end = strchr(line, '\n');
        int length = end != NULL ? (int)(end - line) : (int)strlen(line);
        fprintf(out, "%-26s %.*s\n", label, length, line);
        line = end != NULL ? end + 1 : NULL;
    }
}

void options_print_help(FILE *out) {
    fprintf(out, "mcref - a memcached to read: the reference server of the test suite.\n"
                 "Usage: mcref [options]\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        char name[48];
        option_name(name, row);
        option_print_row(out, name, row->argument, row->help);
    }
    suboptions_print_help(out);
    fprintf(out, "\nWhen not a daemon, mcref prints `mcref: listening on ADDRESS` for every\n"
                 "address it listens on; `udp:` before it says UDP, `notls:` clear text beside\n"
                 "TLS. SIGTERM and SIGINT stop it, SIGHUP reads certificates and the file of -Y\n"
                 "again.\n\nExit codes:\n");
#define EXIT_CODE(name, number, meaning) fprintf(out, "%4d  %s\n", number, meaning);
    EXIT_CODES
#undef EXIT_CODE
}
