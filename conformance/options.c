/* SPDX-License-Identifier: MIT */
/* options.c - reading of the command line. See options.h; the rows are in options.def. */
#include "options.h"

#include "arena.h"
#include "language/suggest.h"
#include "reports/report.h"
#include "shell.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 10000, TIMEOUT_MAX_MS = 600000, RUN_TIMEOUT_MAX_S = 86400 };

/* Each function takes one option's value; false after it has set the problem. */
typedef bool take_function(struct options *options, const char *value);

static bool wrong(struct options *options, const char *problem) {
    options->command = OPTIONS_WRONG;
    options->problem = problem;
    return false;
}

static void append(struct options *options, const char ***list, size_t *count, const char *value) {
    *list = arena_grow(options->arena, (void *)*list, *count, sizeof **list);
    (*list)[(*count)++] = value;
}

static bool take_number(struct options *options, const char *name, const char *value, unsigned min,
                        unsigned max, unsigned *number) {
    char *end;
    errno = 0;
    unsigned long parsed = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || parsed < min ||
        parsed > max)
        return wrong(options,
                     arena_format(options->arena, "--%s expects a number from %u to %u, not \"%s\"",
                                  name, min, max, value));
    *number = (unsigned)parsed;
    return true;
}

static bool take_spawn(struct options *options, const char *value) {
    options->settings.spawn = value;
    if (!strstr(value, "{port}"))
        return wrong(options, "--spawn expects a command with {port} in the place of the port, "
                              "such as --spawn 'memcached -l 127.0.0.1 -p {port}'");
    return true;
}

static bool take_allow_destructive(struct options *options, const char *value) {
    (void)value;
    return options->settings.allow_destructive = true;
}

static bool take_only(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    append(options, &selection->only, &selection->only_count, value);
    return true;
}

static bool take_exclude(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    append(options, &selection->except, &selection->except_count, value);
    return true;
}

static bool take_tag(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    append(options, &selection->tags, &selection->tag_count, value);
    return true;
}

static bool take_file(struct options *options, const char *value) {
    append(options, &options->settings.files, &options->settings.file_count, value);
    return true;
}

static bool take_scenarios(struct options *options, const char *value) {
    options->settings.root = value;
    return true;
}

static bool take_rules(struct options *options, const char *value) {
    (void)value;
    return options->list_rules = true;
}

static bool take_jobs(struct options *options, const char *value) {
    return take_number(options, "jobs", value, 1, JOBS_MAX, &options->settings.jobs);
}

static bool take_timeout(struct options *options, const char *value) {
    return take_number(options, "timeout", value, 1, TIMEOUT_MAX_MS, &options->settings.timeout_ms);
}

static bool take_run_timeout(struct options *options, const char *value) {
    unsigned seconds = 0;
    bool taken = take_number(options, "run-timeout", value, 1, RUN_TIMEOUT_MAX_S, &seconds);
    options->settings.run_timeout_ms = seconds * 1000;
    return taken;
}

static bool take_strict(struct options *options, const char *value) {
    (void)value;
    return options->settings.strict = true;
}

static bool take_tap(struct options *options, const char *value) {
    if (strcmp(value, "13") != 0 && strcmp(value, "14") != 0)
        return wrong(options,
                     arena_format(options->arena, "--tap expects 13 or 14, not \"%s\"", value));
    options->settings.tap_version = strcmp(value, "14") == 0 ? 14 : 13;
    return true;
}

static bool take_report(struct options *options, const char *value) {
    options->settings.report = value;
    if (!report_find(value))
        return wrong(options,
                     arena_format(options->arena,
                                  "no report is called \"%s\"; mctap --help names them", value));
    return true;
}

static bool take_help(struct options *options, const char *value) {
    (void)value;
    options->command = OPTIONS_HELP;
    return false;
}

static bool take_version(struct options *options, const char *value) {
    (void)value;
    options->command = OPTIONS_VERSION;
    return false;
}

/* ---- the table ---- */

static const struct row {
    const char *name, *value;
    take_function *take;
    const char *commands, *help; /* a heading has no name, and its text here */
} rows[] = {
#define HEADING(text)                                 {NULL, NULL, NULL, NULL, text},
#define OPTION(name, value, function, commands, help) {name, value, function, commands, help},
#include "options.def"
#undef HEADING
#undef OPTION
};

enum {
    ROW_COUNT = sizeof rows / sizeof rows[0],
    FIRST_LONG = 256, /* what getopt_long returns for row 0: no letter of a short option */
    HELP_COLUMN = 26
};

static const struct {
    const char *word, *usage, *help;
    char letter; /* in the commands column of options.def */
    enum options_command command;
} commands[] = {
    {"run", "run [OPTIONS] [TARGET...]", "play the scenarios against servers", 'R', OPTIONS_RUN},
    {"list", "list [OPTIONS]", "ids and names of the scenarios", 'L', OPTIONS_LIST},
    {"show", "show [OPTIONS] ID...", "scenarios to read: claim, rules, bytes", 'S', OPTIONS_SHOW},
    {"lint", "lint [FILE|DIR...]", "check scenario files; none: the whole suite", 'I',
     OPTIONS_LINT},
    {"help", "help", "print this", 'H', OPTIONS_HELP},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

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

void options_help(FILE *out) {
    fputs("mctap tests servers that speak the memcached protocol, and reports in TAP.\n\n", out);
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  mctap %-26s %s\n", commands[i].usage, commands[i].help);
    fputs("\nTARGET is host:port, [ipv6]:port or unix:/path. Without one, mctap starts the "
          "reference\n"
          "server mcref on free ports and stops it at the end. With several, every scenario plays\n"
          "on each of them, and clusters on all together.\n",
          out);
    for (int i = 0; i < ROW_COUNT; i++) {
        if (rows[i].name)
            help_row(out, &rows[i]);
        else
            fprintf(out, "\n%s\n", rows[i].help);
    }
    fputs("\nReport writers:\n", out);
    size_t writers;
    const struct report *reports = report_all(&writers);
    for (size_t i = 0; i < writers; i++)
        fprintf(out, "  %-*s%s\n", HELP_COLUMN - 2, reports[i].name, reports[i].summary);
    fputs(
        "\nExit status: 0 as expected; 1 a scenario failed that gates, or --run-timeout ended the\n"
        "run; 2 wrong usage or a bad scenario file; 3 the target is unreachable or died; 5 "
        "nothing\n"
        "is selected; 77 everything was skipped; 130 interrupted.\n",
        out);
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

static bool is_for(const struct row *row, enum options_command command) {
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].command == command)
            return strchr(row->commands, commands[i].letter) != NULL;
    return false;
}

static bool read_command(struct options *options, const char *word) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].word, word) == 0) {
            options->command = commands[i].command;
            return true;
        }
    }
    const char *words[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++)
        words[i] = commands[i].word;
    const char *near = suggest_word(word, words, COMMAND_COUNT);
    const char *hint = near ? arena_format(options->arena, "did you mean %s?", near)
                            : "expected run, list, show or lint (mctap --help)";
    return wrong(options, arena_format(options->arena, "\"%s\" is not a command; %s", word, hint));
}

/* What getopt_long refused: the argument, or a letter in it. */
static bool refuse_option(struct options *options, const char *argument) {
    struct arena *arena = options->arena;
    if (optopt >= FIRST_LONG)
        return wrong(options,
                     arena_format(arena, "--%s takes no value", rows[optopt - FIRST_LONG].name));
    if (optopt > 0)
        return wrong(options,
                     arena_format(arena, "unknown option -%c (mctap --help shows all)", optopt));
    const char *names[ROW_COUNT];
    size_t count = 0;
    for (int i = 0; i < ROW_COUNT; i++)
        if (rows[i].name)
            names[count++] = rows[i].name;
    const char *name = arena_copy(arena, argument + 2, strcspn(argument + 2, "="));
    const char *near = suggest_word(name, names, count);
    return wrong(options,
                 near
                     ? arena_format(arena, "unknown option %s; did you mean --%s?", argument, near)
                     : arena_format(arena, "unknown option %s (mctap --help shows all)", argument));
}

static bool read_options(struct options *options, int argc, char **argv) {
    struct option longs[ROW_COUNT + 1];
    int count = 0;
    for (int i = 0; i < ROW_COUNT; i++)
        if (rows[i].name)
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
            return wrong(options,
                         arena_format(options->arena, "%s expects a value", argv[optind - 1]));
        if (got == '?')
            return refuse_option(options, argv[optind - 1]);
        if (got == 'h' || got == 'V')
            return got == 'h' ? take_help(options, NULL) : take_version(options, NULL);
        const struct row *row = &rows[got - FIRST_LONG];
        if (options->command != OPTIONS_HELP && !is_for(row, options->command))
            return wrong(options, arena_format(options->arena, "--%s has no meaning for mctap %s",
                                               row->name, options->word));
        if (!row->take(options, optarg))
            return false;
        repeat(options, row, optarg);
    }
}

/* What stands behind the options: targets, ids or files, as the command takes them. */
static void read_rest(struct options *options, char **rest, int count) {
    struct settings *settings = &options->settings;
    for (int i = 0; i < count; i++) {
        if (options->command == OPTIONS_RUN)
            append(options, &settings->targets, &settings->target_count, rest[i]);
        else if (options->command == OPTIONS_LINT)
            append(options, &settings->files, &settings->file_count, rest[i]);
        else
            append(options, &settings->selection.only, &settings->selection.only_count, rest[i]);
    }
    if (settings->spawn && settings->target_count > 0)
        wrong(options, "--spawn starts the target itself: give no TARGET beside it");
    else if (options->command == OPTIONS_SHOW &&
             settings->selection.only_count + settings->selection.tag_count == 0)
        wrong(options, "mctap show expects the id of a scenario; \"mctap list\" shows them");
}

struct options options_read(struct arena *arena, int argc, char **argv) {
    struct options options = {.arena = arena,
                              .command = OPTIONS_HELP,
                              .settings = {.report = "tap",
                                           .tap_version = 13,
                                           .timeout_ms = 3000,
                                           .run_timeout_ms = 600000,
                                           .jobs = 64}};
    if (argc < 2) {
        wrong(&options, "expected a command: run, list, show or lint (mctap --help)");
        return options;
    }
    if (argv[1][0] == '-') {
        if (read_options(&options, argc, argv))
            wrong(&options, "expected a command before the options: run, list, show or lint");
        return options;
    }
    options.word = argv[1];
    options.settings.repeat =
        arena_format(arena, "%s %s", shell_quote(arena, argv[0]), options.word);
    if (read_command(&options, argv[1]) && read_options(&options, argc - 1, argv + 1))
        read_rest(&options, argv + 1 + optind, argc - 1 - optind);
    return options;
}
