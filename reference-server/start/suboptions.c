/* SPDX-License-Identifier: MIT */
/* suboptions.c - the list of -o: finding the words, and what each does to struct options.
 *
 * "idle_timeout=60,ssl_key=/etc/key.pem": words with commas between them, some with a value.
 * Called by start/options.c. */
#include "start/suboptions.h"

#include <string.h>

struct suboption_row {
    const char *word;
    const char *argument;
    bool (*read)(struct option_reading *reading);
    const char *help;
};

static const struct suboption_row suboption_rows[] = {
#define SUBOPTION(word, argument, reader, help) {word, argument, reader, help},
#include "start/suboptions.def"
#undef SUBOPTION
};

enum {
    SUBOPTION_COUNT = sizeof(suboption_rows) / sizeof(suboption_rows[0]),
    SUBOPTION_LIST_BYTES = 4 * OPTIONS_TEXT_BYTES,
    SUBOPTION_SECONDS_MAX = 365 * 24 * 60 * 60
};

static const struct suboption_row *suboption_find(const char *word) {
    for (size_t i = 0; i < SUBOPTION_COUNT; i++)
        if (strcmp(suboption_rows[i].word, word) == 0)
            return &suboption_rows[i];
    return NULL;
}

/* One word, or word=value. */
static bool suboption_read(struct option_reading *list, char *text) {
    char name[64];
    char *value = strchr(text, '=');
    if (value != NULL)
        *value++ = '\0';
    if (*text == '\0')
        return option_bad(list, "expected a word before each comma, got none");
    const struct suboption_row *row = suboption_find(text);
    if (row == NULL)
        return option_bad(list, "unknown word '%.60s'; mcref --help lists those there are", text);
    snprintf(name, sizeof(name), "-o %s", row->word);
    struct option_reading reading = {list->options, name, value, list->error};
    bool needs_value = row->argument != NULL && row->argument[0] != '[';
    if (needs_value && (value == NULL || value[0] == '\0'))
        return option_bad(&reading, "expected %s=%s, got no value", row->word, row->argument);
    if (row->argument == NULL && value != NULL)
        return option_bad(&reading, "expected no value, got '%.100s'", value);
    return row->read(&reading);
}

bool option_extended(struct option_reading *reading) {
    char list[SUBOPTION_LIST_BYTES];
    if (strlen(reading->argument) >= sizeof(list))
        return option_bad(reading, "expected less than %zu characters", sizeof(list));
    snprintf(list, sizeof(list), "%s", reading->argument);
    for (char *at = list, *next; *at != '\0'; at = next) { /* a comma may stand at the end */
        next = at + strcspn(at, ",");
        if (*next != '\0')
            *next++ = '\0';
        if (!suboption_read(reading, at))
            return false;
    }
    return true;
}

void suboptions_print_help(FILE *out) {
    fprintf(out, "\nWords of -o, --extended:\n");
    for (size_t i = 0; i < SUBOPTION_COUNT; i++) {
        const struct suboption_row *row = &suboption_rows[i];
        option_print_row(out, row->word, row->argument, row->help);
    }
}

/* ---- one reader a word ---- */

static bool read_copy(struct option_reading *reading, char field[OPTIONS_TEXT_BYTES]) {
    if (strlen(reading->argument) >= OPTIONS_TEXT_BYTES)
        return option_bad(reading, "expected less than %d characters", OPTIONS_TEXT_BYTES);
    snprintf(field, OPTIONS_TEXT_BYTES, "%s", reading->argument);
    return true;
}

bool suboption_maxconns_fast(struct option_reading *reading) {
    reading->options->maxconns_fast = true;
    return true;
}

bool suboption_no_maxconns_fast(struct option_reading *reading) {
    reading->options->maxconns_fast = false;
    return true;
}

bool suboption_idle_timeout(struct option_reading *reading) {
    return option_read_unsigned(reading, 0, SUBOPTION_SECONDS_MAX,
                                &reading->options->idle_timeout_s);
}

bool suboption_track_sizes(struct option_reading *reading) {
    reading->options->track_sizes = true;
    return true;
}

bool suboption_lru_crawler(struct option_reading *reading) {
    reading->options->crawler_enabled = true;
    return true;
}

bool suboption_no_lru_crawler(struct option_reading *reading) {
    reading->options->crawler_enabled = false;
    return true;
}

bool suboption_lru_crawler_sleep(struct option_reading *reading) {
    return option_read_unsigned(reading, 0, 1000000, &reading->options->tuning.crawler_sleep_us);
}

bool suboption_lru_crawler_tocrawl(struct option_reading *reading) {
    return option_read_unsigned(reading, 0, UINT32_MAX, &reading->options->tuning.crawler_tocrawl);
}

bool suboption_modern(struct option_reading *reading) {
    (void)reading;
    return true;
}

bool suboption_ssl_chain_cert(struct option_reading *reading) {
    return read_copy(reading, reading->options->tls.chain_cert);
}

bool suboption_ssl_key(struct option_reading *reading) {
    return read_copy(reading, reading->options->tls.key);
}

bool suboption_ssl_keyformat(struct option_reading *reading) {
    unsigned format;
    if (!option_read_unsigned(reading, 1, 2, &format))
        return false;
    reading->options->tls.key_is_der = format == 2;
    return true;
}

bool suboption_ssl_verify_mode(struct option_reading *reading) {
    return option_read_unsigned(reading, 0, 3, &reading->options->tls.verify_mode);
}

bool suboption_ssl_ca_cert(struct option_reading *reading) {
    return read_copy(reading, reading->options->tls.ca_cert);
}

bool suboption_ssl_ciphers(struct option_reading *reading) {
    return read_copy(reading, reading->options->tls.ciphers);
}

bool suboption_ssl_min_version(struct option_reading *reading) {
    return option_read_unsigned(reading, 0, 3, &reading->options->tls.min_version);
}

bool suboption_ssl_session_cache(struct option_reading *reading) {
    reading->options->tls.session_cache = true;
    return true;
}
