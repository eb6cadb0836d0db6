/* SPDX-License-Identifier: MIT */
/* dialects.h - how requests and replies of each protocol are written into a recording. */
#pragma once

#include "record/general.h"

/* Appends one request that was read by request_read. */
void write_text_request(struct general *general, struct script *script,
                        const struct request *request);
void write_binary_request(struct general *general, struct script *script,
                          const struct request *request);

/* Append the replies as patterns; return how many of the bytes are whole replies. */
size_t write_text_replies(struct general *general, struct script *script, struct slice replies);
size_t write_binary_replies(struct general *general, struct script *script, struct slice replies);
