/* SPDX-License-Identifier: MIT */
/* afterword.h - what is to be said of a run as a whole: on stderr, and at the end of the report, so
 * that who reads only that in a CI system knows why the exit code is what it is. */
#pragma once

struct runner;

/* One sentence, told at once on stderr and kept for the report; owned by the runner's arena or
 * static. At most AFTERWORD_MAX a run. */
enum { AFTERWORD_MAX = 4 };
void afterword_add(struct runner *runner, const char *sentence);

/* Adds what the finished plays say: deaths of the server, connections not taken, time-outs. */
void afterword_of_plays(struct runner *runner);
