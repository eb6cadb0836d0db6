/* SPDX-License-Identifier: MIT */
/* options.c - reading of the command line, and help. See options.h; the rows are in options.def and
 * commands.def. */
#include "commands/option_takers.h"

#include "arena.h"
#include "language/suggest.h"
#include "reports/report.h"
#include "shell.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

bool options_wrong(struct options *options, const char *problem) {
    options->what = OPTIONS_WRONG;
    options->problem = problem;
    return false;
}

bool take_help(struct options *options, const char *value) {
    (void)value;
    options->what = OPTIONS_HELP;
    return false;
}

bool take_version(struct options *options, const char *value) {
    (void)value;
    options->what = OPTIONS_VERSION;
    return false;
}

/* ---- the tables ---- */

static const struct row {
    const char *name, *value;
    option_taker *take;
    const char *commands, *help; /* a heading has no name, and its text here */
} rows[] = {
#define HEADING(text)                                 {NULL, NULL, NULL, NULL, text},
#define OPTION(name, value, function, commands, help) {name, value, function, commands, help},
#include "commands/options.def"
#undef HEADING
#undef OPTION
};

enum {
    ROW_COUNT = sizeof rows / sizeof rows[0],
    FIRST_LONG = 256, /* what getopt_long returns for row 0: no letter of a short option */
    HELP_COLUMN = 26
};

/* What the words behind the options of a command are. */
enum rest { TARGETS, IDS, FILES, WORDS };

static const struct command {
    const char *word, *usage, *help;
    enum rest rest;
} commands[OPTIONS_COMMAND_COUNT] = {
#define COMMAND(name, letter, usage, rest, help) {#name, usage, help, rest},
#include "commands/commands.def"
#undef COMMAND
};

/* The command of a letter in the column `commands`. The compiler refuses a letter of two. */
static enum options_command command_of(char letter) {
    switch (letter) {
#define COMMAND(name, letter, usage, rest, help)                                                   \
    case letter:                                                                                   \
        return OPTIONS_COMMAND_##name;
#include "commands/commands.def"
#undef COMMAND
    }
    return OPTIONS_COMMAND_COUNT;
}

static bool is_for(const struct row *row, enum options_command command) {
    for (const char *at = row->name ? row->commands : ""; *at; at++)
        if (*at == '*' || command_of(*at) == command)
            return true;
    return false;
}

/* The row of that name, which some row has: the first that the command has, else the first of all.
 */
static const struct row *row_find(const char *name, enum options_command command) {
    const struct row *found = NULL;
    for (int i = 0; i < ROW_COUNT; i++) {
        if (!rows[i].name || strcmp(rows[i].name, name) != 0)
            continue;
        if (command == OPTIONS_COMMAND_COUNT || is_for(&rows[i], command))
            return &rows[i];
        found = found ? found : &rows[i];
    }
    assert(found);
    return found;
}

/* Is it the first of its name? */
static bool is_first(const struct row *row) {
    return row->name && row_find(row->name, OPTIONS_COMMAND_COUNT) == row;
}

/* "run, list, show or lint". */
static const char *command_words(struct arena *arena) {
    const char *words = commands[0].word;
    for (int i = 1; i < OPTIONS_COMMAND_COUNT; i++)
        words = arena_format(arena, "%s%s%s", words, i + 1 < OPTIONS_COMMAND_COUNT ? ", " : " or ",
                             commands[i].word);
    return words;
}

/* ---- help ---- */

static void help_row(FILE *out, const struct row *row) {
    int width =
        fprintf(out, "  --%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
    for (const char *line = row->help; line;) {
        const char *end = strchr(line, '\n');
        int length = end ? (int)(end - line) : (int)strlen(line);
        fprintf(out, "%*s%.*s\n", HELP_COLUMN > width ? HELP_COLUMN - width : 1, "", length, line);
        width = 0;
        line = end ? end + 1 : NULL;
    }
}

/* The rows of a command, under those headings that have any. */
static void help_options(FILE *out, enum options_command command) {
    const char *heading = NULL;
    for (int i = 0; i < ROW_COUNT; i++) {
        if (!rows[i].name) {
            heading = rows[i].help;
        } else if (is_for(&rows[i], command)) {
            if (heading)
                fprintf(out, "\n%s\n", heading);
            heading = NULL;
            help_row(out, &rows[i]);
        }
    }
}

static void help_targets(FILE *out) {
    fputs("\nTARGET is host:port, [ipv6]:port, tls:host:port or unix:/path. Without one, mctap "
          "starts\n"
          "the reference server mcref on free ports and stops it at the end. With several, every\n"
          "scenario plays on each of them, and clusters on all together.\n",
          out);
}

static void help_reports(FILE *out) {
    size_t writers;
    const struct report *reports = report_all(&writers);
    fputs("\nReport writers:\n", out);
    for (size_t i = 0; i < writers; i++)
        fprintf(out, "  %-*s%s\n", HELP_COLUMN - 2, reports[i].name, reports[i].summary);
}

static void help_statuses(FILE *out) {
    fputs(
        "\nExit status: 0 as expected; 1 a scenario failed that gates, --run-timeout ended the\n"
        "run, or the client of record failed or fell silent; 2 wrong usage, a bad scenario file,\n"
        "output that cannot be written, or a client of record that cannot be run; 3 the target is\n"
        "unreachable, cannot be run, is no memcached, or died; 5 nothing is selected;\n"
        "77 everything was skipped; 130 interrupted.\n",
        out);
}

static void help_command(FILE *out, enum options_command command) {
    fprintf(out, "mctap %s %s\n  %s\n", commands[command].word, commands[command].usage,
            commands[command].help);
    if (strstr(commands[command].usage, "TARGET"))
        help_targets(out);
    help_options(out, command);
    help_statuses(out);
}

void options_help(FILE *out, const struct options *options) {
    if (options->command != OPTIONS_COMMAND_COUNT) {
        help_command(out, options->command);
        return;
    }
    fputs("mctap tests servers that speak the memcached protocol, and reports in TAP.\n\n", out);
    for (int i = 0; i < OPTIONS_COMMAND_COUNT; i++)
        fprintf(out, "  mctap %-8s %s\n", commands[i].word, commands[i].help);
    fputs("\nmctap COMMAND --help explains a command and its options.\n", out);
    help_targets(out);
    help_reports(out);
    help_statuses(out);
}

/* ---- reading ---- */

/* Adds an option to the line that repeats a scenario, if its row says so. */
static void repeat(struct options *options, const struct row *row, const char *value) {
    struct settings *settings = &options->settings;
    if (!strchr(row->commands, '+'))
        return;
    settings->repeat =
        arena_format(options->arena, "%s --%s%s%s", settings->repeat, row->name, value ? " " : "",
                     value ? shell_quote(options->arena, value) : "");
}

enum options_command options_find_command(struct options *options, const char *word) {
    const char *words[OPTIONS_COMMAND_COUNT];
    for (int i = 0; i < OPTIONS_COMMAND_COUNT; i++) {
        words[i] = commands[i].word;
        if (strcmp(words[i], word) == 0)
            return (enum options_command)i;
    }
    const char *near = suggest_word(word, words, OPTIONS_COMMAND_COUNT);
    const char *hint = near ? arena_format(options->arena, "did you mean %s?", near)
                            : arena_format(options->arena, "expected %s (mctap --help)",
                                           command_words(options->arena));
    options_wrong(options, arena_format(options->arena, "\"%s\" is not a command; %s", word, hint));
    return OPTIONS_COMMAND_COUNT;
}

/* How to see the options that there are. */
static const char *help_words(const struct options *options) {
    if (options->command == OPTIONS_COMMAND_COUNT)
        return "mctap COMMAND --help shows all";
    return arena_format(options->arena, "mctap %s --help shows all",
                        commands[options->command].word);
}

/* What getopt_long refused: the argument, or a letter in it. */
static bool refuse_option(struct options *options, const char *argument) {
    struct arena *arena = options->arena;
    if (optopt >= FIRST_LONG)
        return options_wrong(
            options, arena_format(arena, "--%s takes no value", rows[optopt - FIRST_LONG].name));
    if (optopt > 0)
        return options_wrong(
            options, arena_format(arena, "unknown option -%c (%s)", optopt, help_words(options)));
    const char *names[ROW_COUNT];
    size_t count = 0;
    for (int i = 0; i < ROW_COUNT; i++)
        if (is_first(&rows[i]))
            names[count++] = rows[i].name;
    const char *name = arena_copy(arena, argument + 2, strcspn(argument + 2, "="));
    const char *near = suggest_word(name, names, count);
    return options_wrong(
        options,
        near ? arena_format(arena, "unknown option %s; did you mean --%s?", argument, near)
             : arena_format(arena, "unknown option %s (%s)", argument, help_words(options)));
}

static bool read_options(struct options *options, int argc, char **argv) {
    struct option longs[ROW_COUNT + 1];
    int count = 0;
    for (int i = 0; i < ROW_COUNT; i++)
        if (is_first(&rows[i]))
            longs[count++] =
                (struct option){rows[i].name, rows[i].value ? required_argument : no_argument, NULL,
                                FIRST_LONG + i};
    longs[count] = (struct option){NULL, 0, NULL, 0};
    opterr = 0;
    for (;;) {
        int got = getopt_long(argc, argv, ":hV", longs, NULL);
        if (got == -1)
            return true;
        if (got == ':')
            return options_wrong(
                options, arena_format(options->arena, "%s expects a value", argv[optind - 1]));
        if (got == '?')
            return refuse_option(options, argv[optind - 1]);
        if (got == 'h' || got == 'V')
            return got == 'h' ? take_help(options, NULL) : take_version(options, NULL);
        const struct row *row = row_find(rows[got - FIRST_LONG].name, options->command);
        if (options->command != OPTIONS_COMMAND_COUNT && !is_for(row, options->command))
            return options_wrong(options,
                                 arena_format(options->arena, "--%s has no meaning for mctap %s",
                                              row->name, commands[options->command].word));
        if (!row->take(options, optarg))
            return false;
        repeat(options, row, optarg);
    }
}

/* What stands behind the options: targets, ids, files or words, as the command takes them. */
static void read_rest(struct options *options, char **rest, int count) {
    struct settings *settings = &options->settings;
    struct selection *selection = &settings->selection;
    for (int i = 0; i < count; i++) {
        switch (commands[options->command].rest) {
        case TARGETS:
            options_append(options, &settings->targets, &settings->target_count, rest[i]);
            break;
        case IDS:
            options_append(options, &selection->only, &selection->only_count, rest[i]);
            break;
        case FILES:
            options_append(options, &settings->files, &settings->file_count, rest[i]);
            break;
        case WORDS:
            options_append(options, &settings->words, &settings->word_count, rest[i]);
            break;
        }
    }
    if (settings->spawn && settings->target_count > 0)
        options_wrong(options, "--spawn starts the target itself: give no TARGET beside it");
    else if (settings->fresh && settings->target_count > 0)
        options_wrong(options, "--fresh starts servers: give --spawn, and no TARGET");
    else if (!settings->credentials.user != !settings->credentials.password)
        options_wrong(options, "--user and --password go together");
    else if (options->command == OPTIONS_COMMAND_show &&
             selection->only_count + selection->tag_count == 0)
        options_wrong(options,
                      "mctap show expects the id of a scenario; \"mctap list\" shows them");
}

struct options options_read(struct arena *arena, int argc, char **argv) {
    struct options options = {.arena = arena,
                              .command = OPTIONS_COMMAND_COUNT,
                              .settings = {.report = "tap",
                                           .tap_version = 13,
                                           .timeout_ms = 3000,
                                           .run_timeout_ms = 600000,
                                           .start_timeout_ms = 30000,
                                           .jobs = 64,
                                           .seed = 1},
                              .client = {.rejoin_s = 5}};
    if (argc < 2) {
        options_wrong(&options, arena_format(arena, "expected a command: %s (mctap --help)",
                                             command_words(arena)));
        return options;
    }
    if (argv[1][0] == '-') {
        if (read_options(&options, argc, argv))
            options_wrong(&options, arena_format(arena, "expected a command before the options: %s",
                                                 command_words(arena)));
        return options;
    }
    options.command = options_find_command(&options, argv[1]);
    if (options.command == OPTIONS_COMMAND_COUNT)
        return options;
    options.settings.repeat = arena_format(arena, "%s %s", shell_quote(arena, argv[0]), argv[1]);
    if (read_options(&options, argc - 1, argv + 1))
        read_rest(&options, argv + 1 + optind, argc - 1 - optind);
    return options;
}
