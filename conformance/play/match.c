/* SPDX-License-Identifier: MIT */
/* match.c - the matcher. See match.h.
 *
 * An alternative is a row of pieces: literal bytes or one wildcard. Pieces are matched from left
 * to right; only {lines} tries more than one place, line by line. */
#include "play/match.h"

#include "arena.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct piece {
    enum atom_kind kind; /* LITERAL or a wildcard */
    const char *name;    /* capture, or NULL */
    uint64_t min, max;
    struct bytes literal;
};

struct candidate {
    const char *name;
    struct piece *pieces;
    size_t count;
};

struct expectation {
    struct candidate *candidates;
    size_t count;
};

static bool is_wildcard(enum atom_kind kind) {
    return kind >= ATOM_U64;
}

static struct piece *candidate_add(struct arena *arena, struct candidate *candidate) {
    candidate->pieces =
        arena_grow(arena, candidate->pieces, candidate->count, sizeof *candidate->pieces);
    return &candidate->pieces[candidate->count++];
}

static bool candidate_fill(struct arena *arena, struct candidate *candidate,
                           const struct text *text, const struct scope *scope,
                           const char **problem) {
    struct piece *literal = NULL; /* neighbouring bytes share one piece */
    for (size_t i = 0; i < text->count; i++) {
        const struct atom *atom = &text->atoms[i];
        if (is_wildcard(atom->kind)) {
            *candidate_add(arena, candidate) =
                (struct piece){atom->kind, atom->name, atom->min, atom->max, {0}};
            literal = NULL;
            continue;
        }
        if (!literal) {
            literal = candidate_add(arena, candidate);
            literal->kind = ATOM_LITERAL;
        }
        if (!vars_render_atom(scope, atom, &literal->literal, problem))
            return false;
    }
    return true;
}

struct expectation *expectation_new(struct arena *arena, const struct pattern *pattern,
                                    const struct scope *scope, const char **problem) {
    struct expectation *expectation = arena_alloc(arena, sizeof *expectation);
    expectation->count = pattern->count;
    expectation->candidates = arena_alloc(arena, pattern->count * sizeof(struct candidate));
    for (size_t i = 0; i < pattern->count; i++) {
        struct candidate *candidate = &expectation->candidates[i];
        candidate->name = pattern->alternatives[i].name;
        if (!candidate_fill(arena, candidate, &pattern->alternatives[i].text, scope, problem)) {
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
    struct piece *piece = candidate_add(arena, expectation->candidates);
    piece->kind = ATOM_LITERAL;
    bytes_append(&piece->literal, bytes, length);
    return expectation;
}

void expectation_free(struct expectation *expectation) {
    if (!expectation)
        return;
    for (size_t i = 0; i < expectation->count; i++)
        for (size_t j = 0; j < expectation->candidates[i].count; j++)
            bytes_free(&expectation->candidates[i].pieces[j].literal);
    expectation->count = 0;
}

bool expectation_is_silence(const struct expectation *expectation) {
    return expectation->count == 1 && expectation->candidates[0].count == 0;
}

/* Each wildcard says where it ends: a match whose length is that place. */
static struct match match_literal(const struct piece *piece, const char *bytes, size_t begin,
                                  size_t length) {
    size_t wanted = piece->literal.length, here = length - begin;
    size_t common = wanted < here ? wanted : here;
    if (common == 0 || memcmp(piece->literal.data, bytes + begin, common) == 0) {
        if (common == wanted)
            return (struct match){.state = MATCH_DONE, .length = begin + wanted};
        return (struct match){.state = MATCH_MORE, .differs_at = length, .within = common};
    }
    size_t same = 0;
    while (piece->literal.data[same] == bytes[begin + same])
        same++;
    return (struct match){.state = MATCH_BAD, .differs_at = begin + same, .within = same};
}

static struct match match_u64(const struct piece *piece, const char *bytes, size_t begin,
                              size_t length) {
    uint64_t value = 0;
    size_t end = begin;
    while (end < length && bytes[end] >= '0' && bytes[end] <= '9') {
        uint64_t digit = (uint64_t)(bytes[end] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return (struct match){.state = MATCH_BAD, .differs_at = end};
        value = value * 10 + digit;
        end++;
    }
    if (end == length)
        return (struct match){.state = MATCH_MORE, .differs_at = length};
    if (end == begin || value < piece->min || value > piece->max)
        return (struct match){.state = MATCH_BAD, .differs_at = begin};
    return (struct match){.state = MATCH_DONE, .length = end};
}

static struct match match_until(const char *stops, bool may_be_empty, const char *bytes,
                                size_t begin, size_t length) {
    size_t end = begin;
    while (end < length && (bytes[end] == '\0' || !strchr(stops, bytes[end])))
        end++;
    if (end == length)
        return (struct match){.state = MATCH_MORE, .differs_at = length};
    if (end == begin && !may_be_empty)
        return (struct match){.state = MATCH_BAD, .differs_at = begin};
    return (struct match){.state = MATCH_DONE, .length = end};
}

static struct match match_piece(const struct piece *piece, const char *bytes, size_t begin,
                                size_t length) {
    switch (piece->kind) {
    case ATOM_U64:
        return match_u64(piece, bytes, begin, length);
    case ATOM_WORD:
        return match_until(" \r\n", false, bytes, begin, length);
    case ATOM_TEXT:
        return match_until("\r\n", true, bytes, begin, length);
    default:
        assert(piece->kind == ATOM_LITERAL);
        return match_literal(piece, bytes, begin, length);
    }
}

/* Where each piece of the match that is under way ends; NULL when nobody asks. */
struct ends {
    size_t *at;
};

static struct match match_pieces(const struct piece *pieces, size_t count, const char *bytes,
                                 size_t begin, size_t length, struct ends ends);

/* An error line ends every reply, so no list of lines goes on behind it. */
static bool is_error_line(const char *line, size_t length) {
    static const char *const words[] = {"ERROR", "CLIENT_ERROR", "SERVER_ERROR"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length > strlen(words[i]) && memcmp(line, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* {lines}: whole lines, as few as possible, so that the rest matches. */
static struct match match_lines(const struct piece *rest, size_t count, const char *bytes,
                                size_t begin, size_t length, struct ends ends) {
    for (;;) {
        struct ends inner = {ends.at ? ends.at + 1 : NULL};
        struct match match = match_pieces(rest, count, bytes, begin, length, inner);
        if (match.state != MATCH_BAD) {
            if (ends.at)
                ends.at[0] = begin;
            match.piece++;
            return match;
        }
        const char *newline = memchr(bytes + begin, '\n', length - begin);
        if (newline && is_error_line(bytes + begin, length - begin))
            return match;
        if (!newline)
            return (struct match){.state = MATCH_MORE, .differs_at = length};
        begin = (size_t)(newline - bytes) + 1;
    }
}

static struct match match_pieces(const struct piece *pieces, size_t count, const char *bytes,
                                 size_t begin, size_t length, struct ends ends) {
    for (size_t i = 0; i < count; i++) {
        struct ends here = {ends.at ? ends.at + i : NULL};
        bool lines = pieces[i].kind == ATOM_LINES;
        struct match match =
            lines ? match_lines(pieces + i + 1, count - i - 1, bytes, begin, length, here)
                  : match_piece(&pieces[i], bytes, begin, length);
        match.piece += i;
        if (lines || match.state != MATCH_DONE)
            return match;
        begin = match.length;
        if (here.at)
            *here.at = begin;
    }
    return (struct match){.state = MATCH_DONE, .length = begin};
}

struct match expectation_match(const struct expectation *expectation, const char *bytes,
                               size_t length) {
    struct match best = {.state = MATCH_BAD};
    for (size_t i = 0; i < expectation->count; i++) {
        const struct candidate *candidate = &expectation->candidates[i];
        struct match match = match_pieces(candidate->pieces, candidate->count, bytes, 0, length,
                                          (struct ends){NULL});
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
    const struct candidate *candidate = &expectation->candidates[match->alternative];
    struct bytes places = {0};
    for (size_t i = 0; i < candidate->count; i++)
        bytes_append(&places, &(size_t){0}, sizeof(size_t));
    size_t *at = (size_t *)(void *)places.data;
    match_pieces(candidate->pieces, candidate->count, bytes, 0, match->length, (struct ends){at});
    for (size_t i = 0; i < candidate->count; i++) {
        size_t begin = i == 0 ? 0 : at[i - 1];
        if (candidate->pieces[i].name)
            vars_capture(scope->vars, scope->as, candidate->pieces[i].name, bytes + begin,
                         at[i] - begin);
    }
    bytes_free(&places);
}

static void show_piece(const struct piece *piece, struct bytes *out) {
    char shown[64] = "";
    switch (piece->kind) {
    case ATOM_U64:
        if (piece->min == 0 && piece->max == UINT64_MAX)
            snprintf(shown, sizeof shown, "{u64}");
        else
            snprintf(shown, sizeof shown, "{u64:%" PRIu64 "..%" PRIu64 "}", piece->min, piece->max);
        break;
    case ATOM_WORD:
        snprintf(shown, sizeof shown, "{word}");
        break;
    case ATOM_TEXT:
        snprintf(shown, sizeof shown, "{text}");
        break;
    case ATOM_LINES:
        snprintf(shown, sizeof shown, "{lines}");
        break;
    default:
        bytes_append(out, piece->literal.data, piece->literal.length);
        return;
    }
    bytes_append(out, shown, strlen(shown));
}

void expectation_show(const struct expectation *expectation, size_t alternative,
                      struct bytes *out) {
    const struct candidate *candidate = &expectation->candidates[alternative];
    for (size_t i = 0; i < candidate->count; i++)
        show_piece(&candidate->pieces[i], out);
}

size_t expectation_shown_at(const struct expectation *expectation, const struct match *match) {
    const struct candidate *candidate = &expectation->candidates[match->alternative];
    struct bytes before = {0};
    for (size_t i = 0; i < match->piece && i < candidate->count; i++)
        show_piece(&candidate->pieces[i], &before);
    size_t at = before.length + match->within;
    bytes_free(&before);
    return at;
}

size_t expectation_alternatives(const struct expectation *expectation) {
    return expectation->count;
}

const char *expectation_name(const struct expectation *expectation, size_t alternative) {
    return expectation->candidates[alternative].name;
}
