/* SPDX-License-Identifier: MIT */
/* explain.c - fills a verdict from what went wrong. See explain.h.
 *
 * Everything is copied into the play's arena: the sessions are closed before the report is
 * written. What went wrong is said in one sentence; the bytes, the transcript and the lines to
 * repeat it by hand stand beside it. */
#include "play/explain.h"

#include "arena.h"
#include "play/actor.h"
#include "play/by_hand.h"
#include "play/exchange.h"
#include "play/flow.h"
#include "play/hints.h"
#include "play/inside.h"
#include "play/packet_words.h"
#include "play/session.h"
#include "play/sight.h"
#include "play/spawn.h"

#include <assert.h>
#include <string.h>

/* Of a reply: so much behind the first wrong byte is kept. */
enum { KEPT_BEHIND = 4096 };

static struct verdict_bytes keep(struct arena *arena, const char *bytes, size_t length) {
    return (struct verdict_bytes){arena_copy(arena, bytes, length), length};
}

static const char *step_shown(const struct exchange *exchange, const struct step *step) {
    const struct play *play = exchange->play;
    struct arena *arena = play->arena;
    const char *session = strcmp(exchange->actor->name, "client") == 0
                              ? ""
                              : arena_format(arena, ", session %s", exchange->actor->name);
    if (play->aligning)
        return arena_format(arena, "after step %u, the last one%s", step->number, session);
    bool repeats = play->depth > 0 && play->frames[play->depth - 1].rounds > 1;
    const char *round = repeats ? arena_format(arena, ", round %u", play_round(play)) : "";
    return arena_format(arena, "step %u%s%s%s", step->number, session, round,
                        cut_shown(arena, &play->setup.cut));
}

static const char *connection_shown(const struct exchange *exchange, enum fault fault,
                                    size_t unread) {
    const struct session *session = exchange->actor->session;
    switch (session ? session_state(session) : SESSION_FINISHED) {
    case SESSION_CONNECTING:
        return "not connected";
    case SESSION_OPEN:
        if (fault == FAULT_STAYS_OPEN)
            return "still open, and the target had to close it";
        return arena_format(exchange->play->arena, "still open, %zu unread bytes", unread);
    case SESSION_FINISHED:
        return "closed by the target (FIN)";
    case SESSION_RESET:
        return "reset by the target (RST)";
    case SESSION_REFUSED:
        return "refused";
    case SESSION_FLOODED:
        return "flooded by the target";
    }
    return NULL;
}

static void add_reproduce(struct play *play, const char *line) {
    const char **lines = arena_alloc(play->arena, 2 * sizeof *lines);
    size_t count = 0;
    if (line)
        lines[count++] = line;
    if (play->setup.reproduce)
        lines[count++] = play->setup.reproduce;
    play->verdict.reproduce = lines;
    play->verdict.reproduce_count = count;
}

/* What is wrong in a packet, in words; NULL where nothing of it came. */
static const char *explained(const struct exchange *exchange, const struct match *match) {
    size_t length;
    const char *field, *input = session_input(exchange->actor->session, &length);
    return expectation_explain(exchange->expectation, match, input, length, exchange->play->arena,
                               &field);
}

/* What {lines} leads to, without it. */
static struct verdict_bytes behind_lines(struct verdict_bytes line) {
    const char *end = sight_begins(line, 0, "{lines") ? memchr(line.data, '}', line.length) : NULL;
    size_t skipped = end ? (size_t)(end + 1 - line.data) : 0;
    return (struct verdict_bytes){line.data + skipped, line.length - skipped};
}

/* Behind {lines}: which line it is about, and not only where the list ends. */
static const char *line_reason(const struct exchange *exchange, const struct match *match) {
    const struct verdict *verdict = &exchange->play->verdict;
    struct verdict_bytes wanted = behind_lines(sight_line(verdict->expected, verdict->expected_at));
    struct verdict_bytes came = sight_line(verdict->received, verdict->differs_at);
    if (match->line == LINE_MISSING)
        return arena_format(exchange->play->arena, "the reply ends without the line \"%.*s\"",
                            (int)wanted.length, wanted.data);
    return arena_format(exchange->play->arena, "the line \"%.*s\" had to be \"%.*s\"",
                        (int)came.length, came.data, (int)wanted.length, wanted.data);
}

/* A server of ours that refuses connections has something to say of it, or is dead. */
static const char *refusal_reason(const struct exchange *exchange, unsigned ms) {
    struct arena *arena = exchange->play->arena;
    const char *reason = session_reason(exchange->actor->session);
    struct server *server = actor_target(exchange->actor)->server;
    return arena_format(arena, "no connection to %s: %s%s%s", actor_address(exchange->actor)->shown,
                        *reason ? reason : arena_format(arena, "nothing within %u ms", ms),
                        server ? ": " : "", server ? server_obituary(server, arena) : "");
}

static const char *difference_reason(const struct exchange *exchange, const struct match *match) {
    const struct play *play = exchange->play;
    if (exchange->barrier && exchange->step->eventually_ms == 0)
        return "a reply came where none may come";
    if (play->aligning)
        return "the connection is out of step: a surplus reply stands before the next one";
    if (play->verdict.field)
        return arena_format(play->arena, "the reply is wrong in its %s",
                            explained(exchange, match));
    if (match->line != LINE_NONE)
        return line_reason(exchange, match);
    return arena_format(play->arena, "the reply differs from byte %zu on", match->differs_at);
}

static const char *reason_for(const struct exchange *exchange, enum fault fault,
                              const struct match *match, size_t length) {
    const struct play *play = exchange->play;
    struct arena *arena = play->arena;
    const struct step *step = exchange->step;
    unsigned ms = exchange_deadline_ms(play, step);
    const char *so_far =
        length == 0 ? "no byte came" : arena_format(arena, "%zu bytes came", length);
    switch (fault) {
    case FAULT_DIFFERS:
        assert(match);
        return difference_reason(exchange, match);
    case FAULT_SILENT:
        if (play->verdict.field && !play->aligning)
            so_far = explained(exchange, match);
        return arena_format(arena, "no %s within %u ms: %s",
                            play->aligning ? "reply to a further command" : "complete reply", ms,
                            so_far);
    case FAULT_CLOSED:
        return arena_format(
            arena, "the target closed the connection before the reply was whole: %s", so_far);
    case FAULT_REFUSED:
        return refusal_reason(exchange, ms);
    case FAULT_SURPLUS:
        return arena_format(arena, "%zu bytes came that no request asked for",
                            length - exchange->judged);
    case FAULT_STAYS_OPEN:
        return arena_format(arena, "the target must close the connection and did not within %u ms",
                            ms);
    case FAULT_FLOOD:
        return arena_format(arena, "the target sends without end: %s", so_far);
    case FAULT_NOT_READING:
        return arena_format(arena, "the target does not read: %zu bytes of the request are stuck",
                            session_unsent(exchange->actor->session));
    case FAULT_ACCEPTED:
        return arena_format(arena, "the connection to %s was accepted and had to be refused",
                            actor_target(exchange->actor)->address->shown);
    case FAULT_ANSWERED:
        return arena_format(arena, "a reply came where none had to come within %u ms: %s", ms,
                            so_far);
    }
    return "";
}

static struct verdict_bytes expected_shown(const struct exchange *exchange, size_t alternative) {
    struct bytes shown = {0};
    expectation_show(exchange->expectation, alternative, &shown);
    struct verdict_bytes kept =
        keep(exchange->play->arena, shown.data ? shown.data : "", shown.length);
    bytes_free(&shown);
    return kept;
}

/* Every reply that may come, where the scenario leaves a choice. */
static struct verdict_choice *fill_choices(const struct exchange *exchange) {
    struct verdict *verdict = &exchange->play->verdict;
    size_t count = expectation_alternatives(exchange->expectation);
    struct verdict_choice *choices = arena_alloc(exchange->play->arena, count * sizeof *choices);
    for (size_t i = 0; i < count; i++)
        choices[i] = (struct verdict_choice){expectation_name(exchange->expectation, i),
                                             expected_shown(exchange, i)};
    verdict->choices = choices;
    verdict->choice_count = count;
    return choices;
}

/* Bytes of a binary session in words. *at: the offset of byte `begin` and of a field behind it. */
static struct verdict_bytes in_words(struct arena *arena, struct verdict_bytes bytes, size_t begin,
                                     enum packet_field field, size_t *at) {
    struct bytes words = {0};
    packet_words(bytes.data, bytes.length, begin, field, &words, at);
    struct verdict_bytes kept = keep(arena, words.data ? words.data : "", words.length);
    bytes_free(&words);
    return kept;
}

/* The name of the field that is wrong; NULL where no field is. */
static const char *wrong_field(const struct exchange *exchange, const struct match *match,
                               const char *input, size_t length) {
    const char *field;
    return expectation_explain(exchange->expectation, match, input, length, exchange->play->arena,
                               &field)
               ? field
               : NULL;
}

/* Packets are told in words, with their bytes beside them. */
static void fill_packets(struct exchange *exchange, const struct match *match) {
    struct play *play = exchange->play;
    struct verdict *verdict = &play->verdict;
    size_t length, nowhere, begin = match ? match->begin : 0;
    const char *input = session_input(exchange->actor->session, &length);
    if (match && exchange->expectation)
        verdict->field = wrong_field(exchange, match, input, length);
    if (!packet_begins(verdict->request.data, verdict->request.length) && !exchange->actor->binary)
        return;
    bool behind = match == NULL || begin > verdict->received.length;
    verdict->wire = behind ? verdict->received
                           : keep(play->arena, verdict->received.data + begin,
                                  verdict->received.length - begin);
    verdict->wire_at = behind ? verdict->received.length : match->differs_at - begin;
    bool known = match && verdict->field;
    enum packet_field field = known ? (enum packet_field)match->within : PACKET_MAGIC;
    size_t at = 0;
    verdict->request = in_words(play->arena, verdict->request, 0, PACKET_MAGIC, &nowhere);
    verdict->received = in_words(play->arena, verdict->received, begin, field, &at);
    if (match && verdict->has_difference)
        verdict->differs_at = match->differs_at >= length ? verdict->received.length : at;
}

static void fill_bytes(struct exchange *exchange, enum fault fault, const struct match *match) {
    struct play *play = exchange->play;
    struct verdict *verdict = &play->verdict;
    size_t length;
    const char *input = session_input(exchange->actor->session, &length);
    size_t wanted = (match ? match->differs_at : 0) + KEPT_BEHIND;
    verdict->request = keep(play->arena, exchange->request.data ? exchange->request.data : "",
                            exchange->sent > 0 ? exchange->request.length : 0);
    verdict->received = keep(play->arena, input, length < wanted ? length : wanted);
    if (exchange->expectation && (fault != FAULT_SURPLUS || match != NULL)) {
        verdict->expected = expected_shown(exchange, match ? match->alternative : 0);
        if (expectation_alternatives(exchange->expectation) > 1)
            fill_choices(exchange);
    }
    bool compared = match != NULL &&
                    (fault == FAULT_DIFFERS || fault == FAULT_SILENT || fault == FAULT_SURPLUS);
    verdict->has_difference = compared;
    verdict->differs_at = compared ? match->differs_at : 0;
    verdict->expected_at = compared ? expectation_shown_at(exchange->expectation, match) : 0;
    fill_packets(exchange, match);
    verdict->connection = connection_shown(exchange, fault, length);
    verdict->reason = reason_for(exchange, fault, match, length);
}

/* A surplus is blamed on the step before, whose reply should have been the last byte. */
static const struct step *blamed_step(const struct exchange *exchange, enum fault fault) {
    bool before = fault == FAULT_SURPLUS && exchange->state != EXCHANGE_CLOSING;
    return before && exchange->actor->last ? exchange->actor->last : exchange->step;
}

void explain_fault(struct exchange *exchange, enum fault fault, const struct match *match) {
    struct play *play = exchange->play;
    if (play->finished)
        return;
    struct verdict *verdict = &play->verdict;
    fill_bytes(exchange, fault, match);
    const struct step *blamed = blamed_step(exchange, fault);
    verdict->step = step_shown(exchange, blamed);
    verdict->hint = hint_find(exchange, fault, verdict);
    add_reproduce(play, by_hand(exchange));
    play->timed_out = fault == FAULT_SILENT;
    if ((fault == FAULT_CLOSED || fault == FAULT_REFUSED) && !actor_target(exchange->actor)->down)
        play->lost_target = true;
    if (fault == FAULT_REFUSED)
        play_error(play, exchange->step, verdict->reason);
    else
        play_fail(play, blamed, verdict->reason);
}

void explain_tally(struct play *play, const struct step *step, const unsigned *counts,
                   size_t wrong) {
    const struct tally_row *rows = step->tally;
    struct verdict_choice *choices = fill_choices(play->exchanges[0]);
    for (size_t i = 0; i < step->tally_count; i++)
        choices[i].name = arena_format(play->arena, "%s, came %u time%s", rows[i].wanted, counts[i],
                                       counts[i] == 1 ? "" : "s");
    explain_step(play, step,
                 arena_format(play->arena, "%u of %zu sessions were answered %s, expected %u",
                              counts[wrong], play->exchange_count, rows[wrong].shown,
                              rows[wrong].count));
}

void explain_step(struct play *play, const struct step *step, const char *reason) {
    add_reproduce(play, NULL);
    play_fail(play, step, reason);
}
