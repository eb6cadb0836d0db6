/* SPDX-License-Identifier: MIT */
/* option_takers.c - one function an option: its value into struct options. The rows are in
 * options.def. Takers of a command with many options of its own may stand in a file of theirs. */
#include "commands/option_takers.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/rules.h"
#include "play/start_line.h"
#include "reports/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    JOBS_MAX = 10000,
    TIMEOUT_MAX_MS = 600000,
    RUN_TIMEOUT_MAX_S = 86400,
    START_TIMEOUT_MAX_S = 3600,
    ORDERS_MAX = 1000000
};

void options_append(struct options *options, const char ***list, size_t *count, const char *value) {
    *list = arena_grow(options->arena, (void *)*list, *count, sizeof **list);
    (*list)[(*count)++] = value;
}

bool options_take_number(struct options *options, const char *name, const char *value, unsigned min,
                         unsigned max, unsigned *number) {
    char *end;
    errno = 0;
    unsigned long parsed = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || parsed < min ||
        parsed > max)
        return options_wrong(
            options, arena_format(options->arena, "--%s expects a number from %u to %u, not \"%s\"",
                                  name, min, max, value));
    *number = (unsigned)parsed;
    return true;
}

bool take_orders(struct options *options, const char *value) {
    return options_take_number(options, "orders", value, 1, ORDERS_MAX, &options->settings.orders);
}

bool take_seed(struct options *options, const char *value) {
    options->settings.has_seed = true;
    size_t length = lexeme_u64(value, &options->settings.seed);
    if (length > 0 && value[length] == '\0')
        return true;
    return options_wrong(
        options,
        arena_format(options->arena, "--seed expects a number below 2^64, not \"%s\"", value));
}

bool take_cut(struct options *options, const char *value) {
    struct cut *cut = &options->settings.cut;
    static const struct {
        const char *word;
        enum cut_kind kind;
    } words[] = {{"each", CUT_EACH}, {"bytes", CUT_BYTES}, {"joined", CUT_JOINED}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(value, words[i].word) == 0)
            cut->kind = words[i].kind;
    if (cut->kind != CUT_NONE)
        return true;
    if (strncmp(value, "random:", 7) == 0) {
        size_t length = lexeme_u64(value + 7, &cut->seed);
        if (length > 0 && value[7 + length] == '\0') {
            cut->kind = CUT_RANDOM;
            return true;
        }
    }
    return options_wrong(
        options,
        arena_format(options->arena, "--cut expects each, bytes, joined or random:SEED, not \"%s\"",
                     value));
}

bool take_profile(struct options *options, const char *value) {
    options->settings.profile = value;
    return true;
}

bool take_level(struct options *options, const char *value) {
    for (int level = VERDICT_MUST; level <= VERDICT_OPTIONAL; level++)
        if (strcmp(value, rule_level_name((enum verdict_level)level)) == 0) {
            options->settings.selection.levels = (unsigned)level + 1;
            return true;
        }
    return options_wrong(
        options, arena_format(options->arena,
                              "--level expects must, observed or optional, not \"%s\"", value));
}

bool take_as(struct options *options, const char *value) {
    options->settings.as = value;
    if (field_is_version(value))
        return true;
    return options_wrong(
        options,
        arena_format(options->arena, "--as expects a version like 1.6.45, not \"%s\"", value));
}

bool take_spawn(struct options *options, const char *value) {
    options->settings.spawn = start_line_without_udp(options->arena, value);
    if (!strstr(options->settings.spawn, "{port}"))
        return options_wrong(options,
                             "--spawn expects a command with {port} in the place of the port, "
                             "such as --spawn 'memcached -l 127.0.0.1 -p {port} {options}', "
                             "also when it is reached by a {socket}");
    return true;
}

bool take_user(struct options *options, const char *value) {
    options->settings.credentials.user = value;
    return true;
}

bool take_password(struct options *options, const char *value) {
    options->settings.credentials.password = value;
    return true;
}

bool take_ca(struct options *options, const char *value) {
    options->settings.tls.authority = value;
    return true;
}

bool take_cert(struct options *options, const char *value) {
    options->settings.tls.certificate = value;
    return true;
}

bool take_cert_key(struct options *options, const char *value) {
    options->settings.tls.key = value;
    return true;
}

bool take_insecure(struct options *options, const char *value) {
    (void)value;
    return options->settings.tls.insecure = true;
}

bool take_allow_destructive(struct options *options, const char *value) {
    (void)value;
    return options->settings.allow_destructive = true;
}

bool take_only(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    options_append(options, &selection->only, &selection->only_count, value);
    return true;
}

bool take_exclude(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    options_append(options, &selection->except, &selection->except_count, value);
    return true;
}

bool take_tag(struct options *options, const char *value) {
    struct selection *selection = &options->settings.selection;
    options_append(options, &selection->tags, &selection->tag_count, value);
    return true;
}

bool take_file(struct options *options, const char *value) {
    options_append(options, &options->settings.files, &options->settings.file_count, value);
    return true;
}

bool take_scenarios(struct options *options, const char *value) {
    options->settings.root = value;
    return true;
}

bool take_rules(struct options *options, const char *value) {
    (void)value;
    return options->list_rules = true;
}

bool take_jobs(struct options *options, const char *value) {
    return options_take_number(options, "jobs", value, 1, JOBS_MAX, &options->settings.jobs);
}

bool take_start_timeout(struct options *options, const char *value) {
    unsigned seconds = 0;
    bool taken =
        options_take_number(options, "start-timeout", value, 1, START_TIMEOUT_MAX_S, &seconds);
    options->settings.start_timeout_ms = seconds * 1000;
    return taken;
}

bool take_timeout(struct options *options, const char *value) {
    options->client.timeout_given = true;
    return options_take_number(options, "timeout", value, 1, TIMEOUT_MAX_MS,
                               &options->settings.timeout_ms);
}

bool take_run_timeout(struct options *options, const char *value) {
    unsigned seconds = 0;
    bool taken = options_take_number(options, "run-timeout", value, 1, RUN_TIMEOUT_MAX_S, &seconds);
    options->settings.run_timeout_ms = seconds * 1000;
    return taken;
}

bool take_strict(struct options *options, const char *value) {
    (void)value;
    return options->settings.strict = true;
}

bool take_tap(struct options *options, const char *value) {
    if (strcmp(value, "13") != 0 && strcmp(value, "14") != 0)
        return options_wrong(
            options, arena_format(options->arena, "--tap expects 13 or 14, not \"%s\"", value));
    options->settings.tap_version = strcmp(value, "14") == 0 ? 14 : 13;
    return true;
}

bool take_report(struct options *options, const char *value) {
    options->settings.report = value;
    if (!report_find(value))
        return options_wrong(
            options, arena_format(options->arena,
                                  "no report is called \"%s\"; mctap --help names them", value));
    return true;
}

bool take_baseline(struct options *options, const char *value) {
    options->settings.baseline = value;
    return true;
}

bool take_write_baseline(struct options *options, const char *value) {
    options->settings.write_baseline = value;
    return true;
}

bool take_fresh(struct options *options, const char *value) {
    (void)value;
    return options->settings.fresh = true;
}
