/* SPDX-License-Identifier: MIT */
/* effect.h - one operation under way takes effect in one configuration of its key: whether it can
 * be the next that does, what is there behind it, and which need no try of their own, since they
 * leave the key as it is. line.c puts these steps in order. Pure. */
#pragma once

#include "history/line.h"

/* Those that its session asked before took effect, or may have. */
bool effect_may_be_next(const struct line *line, const struct config *config, unsigned slot);

/* The states there can be behind it; none if its reply would be wrong here. */
unsigned effect_outcomes(const struct line *line, const struct config *config, unsigned slot,
                         struct state after[MODEL_OUTCOMES_MAX]);

/* It takes effect now: so those before it in its session did, and those behind it did not. */
void effect_take(const struct line *line, struct config *config, unsigned slot);

/* A value that nobody will show is VALUE_UNSHOWN: it is like any other such. */
void effect_forget_unshown(const struct line *line, struct state *state);

/* Lets all that leave the key as it is take effect, or be free to, until there are no more. */
void effect_settle(const struct line *line, struct config *config);

/* Somebody who has not looked yet shows the value that is there: it must not go before. */
bool effect_is_awaited(const struct line *line, const struct config *config);
