/* SPDX-License-Identifier: MIT */
/* landing.h - where a client puts keys, and which known placement does the same. */
#pragma once

#include "client/trial.h"

enum { LANDING_KEYS = 300 };

/* The i-th key of the survey, the same in every run. The first tell known placements apart; the
 * others are letters and digits that follow no pattern, since some hashes spread numbered keys
 * badly. */
const char *landing_key(struct arena *arena, size_t i);

/* Sets the keys of the survey and notes where each lands. False with the trial's verdict set when
 * the client could not be asked; keys that were refused land nowhere (-1), and
 * the rest is not tried when the first are all refused. */
bool landing_survey(struct trial *trial, struct landing *landings, size_t count);

/* How many of the keys the placement called `name` puts where they landed. wanted[i] (or NULL)
 * receives the member that it chooses for the i-th, -1 for none. */
size_t landing_agrees(const struct trial *trial, const char *name, int *wanted);

/* The member on which the placement called `name` puts the key while `down` refuses connections;
 * -1: on none. */
int landing_wanted(const struct trial *trial, const char *name, const char *key, unsigned down);

/* The placements that agree in all keys, as "a, b"; or "none; nearest is a with 100 of 240". From
 * the arena. *all tells which of the two it is. */
const char *landing_guess(const struct trial *trial, bool *all);
