/* SPDX-License-Identifier: MIT */
/* hints.c - finds the first row of hints.def whose mistake explains a fault. See hints.h. */
#include "play/hints.h"

#include "play/inside.h"
#include "play/sight.h"

static const struct {
    bool (*explains)(const struct sight *sight);
    const char *sentence;
} hints[] = {
#define HINT(name, sentence) {hint_##name, sentence},
#include "play/hints.def"
#undef HINT
};

const char *hint_find(const struct exchange *exchange, enum fault fault,
                      const struct verdict *verdict) {
    struct sight sight = {.fault = fault,
                          .silence = exchange->barrier,
                          .again = exchange->again,
                          .first = exchange->first,
                          .closing = exchange->state == EXCHANGE_CLOSING,
                          .field = verdict->field,
                          .cut = exchange->step &&
                                 (exchange->step->cut_bytes || exchange->step->cut_count > 0),
                          .request = verdict->request,
                          .expected = verdict->expected,
                          .received = verdict->received,
                          .at = verdict->differs_at,
                          .there = verdict->expected_at};
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (hints[i].explains(&sight))
            return hints[i].sentence;
    return NULL;
}
