/* SPDX-License-Identifier: MIT */
/* by_hand.h - a failure repeated without mctap: printf and nc. */
#pragma once

struct exchange;

/* The line that sends what the exchange's session has sent so far, or NULL where one pipe cannot
 * repeat it: several sessions, pauses, requests too long to type. A server that mctap started is
 * gone by then, so PORT stands for the port of one that the reader starts. From the play's arena.
 */
const char *by_hand(const struct exchange *exchange);
