/* SPDX-License-Identifier: MIT */
/* explain.h - from a fault on the wire to a verdict a student understands. */
#pragma once

#include "play/match.h"

struct exchange;
struct play;
struct step;

enum fault {
    FAULT_DIFFERS,     /* the reply is wrong at match.differs_at */
    FAULT_SILENT,      /* the deadline passed with the reply missing or incomplete */
    FAULT_CLOSED,      /* the target closed the connection before the reply was whole */
    FAULT_REFUSED,     /* no connection */
    FAULT_SURPLUS,     /* bytes came that nobody asked for */
    FAULT_STAYS_OPEN,  /* the target should have closed and did not */
    FAULT_FLOOD,       /* it sends without end */
    FAULT_NOT_READING, /* it does not take the request */
    FAULT_ACCEPTED,    /* the connection had to be refused */
    FAULT_ANSWERED,    /* something came where nothing had to come */
};

/* Fills the verdict of the play from the exchange that went wrong, and ends the play. `match` is
 * how far the reply was right; NULL where nothing was compared. */
void explain_fault(struct exchange *exchange, enum fault fault, const struct match *match);

/* Ends the play because row `wrong` of the step's tally does not hold: `counts` tells how many
 * sessions received the reply of each row. */
void explain_tally(struct play *play, const struct step *step, const unsigned *counts,
                   size_t wrong);

/* Ends the play because what the step claims as a whole (a check) does not hold. */
void explain_step(struct play *play, const struct step *step, const char *reason);
