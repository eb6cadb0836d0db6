/* SPDX-License-Identifier: MIT */
/* sending.h - how the request of an exchange leaves: in one write, or in the pieces that its step
 * or a replay wants. */
#pragma once

struct exchange;

/* The session is connected: the first bytes leave. An unread byte of an earlier reply is a fault.
 */
void sending_begin(struct exchange *exchange);

/* The pause between two pieces is over. When all have left, the reply is judged. */
void sending_go_on(struct exchange *exchange);
