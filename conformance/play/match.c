/* SPDX-License-Identifier: MIT */
/* match.c - the matcher of alternatives. See match.h; what one alternative consists of is in
 * pieces.h. */
#include "play/match.h"

#include "arena.h"
#include "play/packet_match.h"

#include <stdio.h>
#include <string.h>

struct candidate {
    const char *name;
    struct pieces pieces;
};

struct expectation {
    struct candidate *candidates;
    size_t count;
};

struct expectation *expectation_new(struct arena *arena, const struct pattern *pattern,
                                    const struct scope *scope, const char **problem) {
    struct expectation *expectation = arena_alloc(arena, sizeof *expectation);
    expectation->count = pattern->count;
    expectation->candidates = arena_alloc(arena, pattern->count * sizeof(struct candidate));
    for (size_t i = 0; i < pattern->count; i++) {
        struct candidate *candidate = &expectation->candidates[i];
        candidate->name = pattern->alternatives[i].name;
        if (!pieces_fill(arena, &pattern->alternatives[i].text, scope, &candidate->pieces,
                         problem)) {
            expectation_free(expectation);
            return NULL;
        }
    }
    return expectation;
}

struct expectation *expectation_of_bytes(struct arena *arena, const char *bytes, size_t length) {
    struct expectation *expectation = arena_alloc(arena, sizeof *expectation);
    expectation->count = 1;
    expectation->candidates = arena_alloc(arena, sizeof(struct candidate));
    struct pieces *pieces = &expectation->candidates->pieces;
    pieces->list = arena_alloc(arena, sizeof *pieces->list);
    pieces->count = 1;
    pieces->list->kind = ATOM_LITERAL;
    bytes_append(&pieces->list->literal, bytes, length);
    return expectation;
}

void expectation_free(struct expectation *expectation) {
    if (!expectation)
        return;
    for (size_t i = 0; i < expectation->count; i++)
        pieces_free(&expectation->candidates[i].pieces);
    expectation->count = 0;
}

bool expectation_is_silence(const struct expectation *expectation) {
    return expectation->count == 1 && expectation->candidates[0].pieces.count == 0;
}

struct match expectation_match(const struct expectation *expectation, const char *bytes,
                               size_t length) {
    struct match best = {.state = MATCH_BAD};
    for (size_t i = 0; i < expectation->count; i++) {
        struct match match =
            pieces_match(&expectation->candidates[i].pieces, bytes, 0, length, false, NULL);
        match.alternative = i;
        if (match.state == MATCH_DONE)
            return match;
        bool nearer = match.state < best.state ||
                      (match.state == best.state && match.differs_at > best.differs_at);
        if (i == 0 || nearer)
            best = match;
    }
    return best;
}

void expectation_capture(const struct expectation *expectation, const struct match *match,
                         const char *bytes, const struct scope *scope) {
    pieces_capture(&expectation->candidates[match->alternative].pieces, bytes, 0, match->length,
                   false, scope);
}

void expectation_show(const struct expectation *expectation, size_t alternative,
                      struct bytes *out) {
    const struct pieces *pieces = &expectation->candidates[alternative].pieces;
    pieces_show(pieces, pieces->count, out);
}

/* The piece where the match stands still, or NULL behind the last. */
static const struct piece *piece_of(const struct expectation *expectation,
                                    const struct match *match) {
    const struct pieces *pieces = &expectation->candidates[match->alternative].pieces;
    return match->piece < pieces->count ? &pieces->list[match->piece] : NULL;
}

size_t expectation_shown_at(const struct expectation *expectation, const struct match *match) {
    const struct piece *piece = piece_of(expectation, match);
    struct bytes before = {0};
    pieces_show(&expectation->candidates[match->alternative].pieces, match->piece, &before);
    size_t at = before.length;
    if (piece && piece->packet) {
        struct bytes packet = {0};
        size_t places[PACKET_FIELD_COUNT];
        packet_want_show(piece->packet, false, &packet, places);
        at += places[match->within];
        bytes_free(&packet);
    } else if (!piece || piece->kind != ATOM_FRAME) {
        at += match->within;
    }
    bytes_free(&before);
    return at;
}

static const char *explain_frame(const struct piece *piece, const struct match *match,
                                 const char *bytes, size_t length, struct arena *arena,
                                 const char **field) {
    static const char *const names[] = {"request id", "sequence number", "total", "reserved"};
    const unsigned char *byte = (const unsigned char *)bytes + match->differs_at;
    struct bytes wanted = {0};
    *field = names[match->within];
    if (match->differs_at + 2 > length)
        return NULL;
    pieces_show(&piece->numbers[match->within], piece->numbers[match->within].count, &wanted);
    const char *told = arena_format(arena, "%s of the datagram: expected %s, received %u", *field,
                                    wanted.data, byte[0] * 256U + byte[1]);
    bytes_free(&wanted);
    return told;
}

const char *expectation_explain(const struct expectation *expectation, const struct match *match,
                                const char *bytes, size_t length, struct arena *arena,
                                const char **field) {
    const struct piece *piece = piece_of(expectation, match);
    if (!piece || (piece->kind != ATOM_FRAME && piece->kind != ATOM_PACKET))
        return NULL;
    if (piece->kind == ATOM_FRAME)
        return explain_frame(piece, match, bytes, length, arena, field);
    return packet_want_explain(piece->packet, (enum packet_field)match->within,
                               bytes + match->begin, length - match->begin, arena, field);
}

size_t expectation_alternatives(const struct expectation *expectation) {
    return expectation->count;
}

const char *expectation_name(const struct expectation *expectation, size_t alternative) {
    return expectation->candidates[alternative].name;
}
