/* SPDX-License-Identifier: MIT */
/* report.c - the table of writers, made from reports.def. The runner finds a writer here and
 * drives it; --help lists them. */
#include "report.h"

#include <string.h>

static const struct report reports[] = {
#define REPORT(word, text)                                                                         \
    {.name = #word,                                                                                \
     .summary = (text),                                                                            \
     .begin = word##_begin,                                                                        \
     .point = word##_point,                                                                        \
     .end = word##_end},
#include "reports.def"
#undef REPORT
};

const struct report *report_find(const char *name) {
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        if (strcmp(reports[i].name, name) == 0)
            return &reports[i];
    }
    return NULL;
}

const struct report *report_all(size_t *count) {
    *count = sizeof reports / sizeof *reports;
    return reports;
}
