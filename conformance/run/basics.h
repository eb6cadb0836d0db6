/* SPDX-License-Identifier: MIT */
/* basics.h - what a reader should look at first when much has failed.
 *
 * Scenarios tagged "basic" claim what nearly all others build on: two requests in one segment, an
 * item seen by another connection. A server that breaks such a claim fails in many places for one
 * reason. */
#pragma once

struct runner;

/* Notes in the summary of the run which basic scenarios failed, in the order of the plan; none if
 * nothing else failed, for then there is nothing to explain. Failures that the baseline knows do
 * not count. */
void basics_note(struct runner *runner);
