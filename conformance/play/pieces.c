/* SPDX-License-Identifier: MIT */
/* pieces.c - matching from left to right. See pieces.h.
 *
 * Each kind of piece says where it ends. Only {lines} and { "packets": … } try more than one place:
 * line by line, or packet by packet. */
#include "play/pieces.h"

#include "arena.h"
#include "language/packet.h"
#include "play/packet_match.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- filling ---- */

static struct piece *piece_add(struct arena *arena, struct pieces *pieces, enum atom_kind kind) {
    pieces->list = arena_grow(arena, pieces->list, pieces->count, sizeof *pieces->list);
    struct piece *piece = &pieces->list[pieces->count++];
    piece->kind = kind;
    return piece;
}

static bool frame_fill(struct arena *arena, const struct atom *atom, const struct scope *scope,
                       struct piece *piece, const char **problem) {
    piece->numbers = arena_alloc(arena, FRAME_NUMBERS * sizeof *piece->numbers);
    for (size_t i = 0; i < FRAME_NUMBERS; i++)
        if (!pieces_fill(arena, &atom->numbers[i], scope, &piece->numbers[i], problem))
            return false;
    return true;
}

bool pieces_fill(struct arena *arena, const struct text *text, const struct scope *scope,
                 struct pieces *pieces, const char **problem) {
    struct piece *literal = NULL; /* neighbouring bytes share one piece */
    bool good = true;
    for (size_t i = 0; i < text->count && good; i++) {
        const struct atom *atom = &text->atoms[i];
        bool packet = atom->kind == ATOM_PACKET || atom->kind == ATOM_PACKETS;
        if (packet || atom->kind == ATOM_FRAME || atom_is_wildcard(atom)) {
            struct piece *piece = piece_add(arena, pieces, atom->kind);
            literal = NULL;
            piece->name = atom->name;
            piece->word = atom->first_word;
            piece->min = atom->min;
            piece->max = atom->max;
            if (packet)
                good = packet_want_fill(arena, atom->packet, scope, &piece->packet, problem);
            else if (atom->kind == ATOM_FRAME)
                good = frame_fill(arena, atom, scope, piece, problem);
            continue;
        }
        if (!literal)
            literal = piece_add(arena, pieces, ATOM_LITERAL);
        good = vars_render_atom(scope, atom, &literal->literal, problem);
    }
    return good;
}

void pieces_free(struct pieces *pieces) {
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->list[i];
        bytes_free(&piece->literal);
        if (piece->packet)
            packet_want_free(piece->packet);
        for (size_t k = 0; piece->numbers && k < FRAME_NUMBERS; k++)
            pieces_free(&piece->numbers[k]);
    }
    pieces->count = 0;
}

/* The length of literal bytes alone; SIZE_MAX when the row holds anything else. */
static size_t literal_length(const struct pieces *pieces) {
    size_t sum = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->list[i].kind != ATOM_LITERAL)
            return SIZE_MAX;
        sum += pieces->list[i].literal.length;
    }
    return sum;
}

/* ---- matching ---- */

/* The bytes under the eye of a piece. */
struct view {
    const char *bytes;
    size_t length;
    bool whole; /* nothing follows them */
};

static struct match done(size_t length) {
    return (struct match){.state = MATCH_DONE, .length = length};
}

static struct match bad(size_t at) {
    return (struct match){.state = MATCH_BAD, .differs_at = at};
}

static struct match more(const struct view *view) {
    return (struct match){.state = view->whole ? MATCH_BAD : MATCH_MORE,
                          .differs_at = view->length};
}

static struct match match_literal(const struct piece *piece, const struct view *view,
                                  size_t begin) {
    size_t wanted = piece->literal.length, here = view->length - begin;
    size_t common = wanted < here ? wanted : here;
    if (common == 0 || memcmp(piece->literal.data, view->bytes + begin, common) == 0) {
        if (common == wanted)
            return done(begin + wanted);
        struct match match = more(view);
        match.within = common;
        return match;
    }
    size_t same = 0;
    while (piece->literal.data[same] == view->bytes[begin + same])
        same++;
    return (struct match){.state = MATCH_BAD, .differs_at = begin + same, .within = same};
}

static struct match match_u64(const struct piece *piece, const struct view *view, size_t begin) {
    uint64_t value = 0;
    size_t end = begin;
    while (end < view->length && view->bytes[end] >= '0' && view->bytes[end] <= '9') {
        uint64_t digit = (uint64_t)(view->bytes[end] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return bad(end);
        value = value * 10 + digit;
        end++;
    }
    if (end == view->length && !view->whole)
        return more(view);
    if (end == begin || value < piece->min || value > piece->max)
        return bad(begin);
    return done(end);
}

/* Up to the first of the stops. A flood is matched again and again, so this is quick. */
static struct match match_until(const char *stops, bool may_be_empty, const struct view *view,
                                size_t begin) {
    size_t end = view->length;
    for (; *stops != '\0'; stops++) {
        const char *stop = memchr(view->bytes + begin, *stops, end - begin);
        if (stop)
            end = (size_t)(stop - view->bytes);
    }
    if (end == view->length && !view->whole)
        return more(view);
    return end == begin && !may_be_empty ? bad(begin) : done(end);
}

/* The header of a datagram: four numbers of two bytes. */
static struct match match_frame(const struct piece *piece, const struct view *view, size_t begin) {
    for (size_t i = 0; i < FRAME_NUMBERS; i++) {
        size_t at = begin + 2 * i;
        if (at + 2 > view->length)
            return more(view);
        char digits[8];
        const unsigned char *byte = (const unsigned char *)view->bytes + at;
        int length = snprintf(digits, sizeof digits, "%u", byte[0] * 256U + byte[1]);
        struct match match =
            pieces_match(&piece->numbers[i], digits, 0, (size_t)length, true, NULL);
        if (match.state != MATCH_DONE)
            return (struct match){.state = MATCH_BAD, .differs_at = at, .within = i};
    }
    return done(begin + FRAME_SIZE);
}

static struct match match_piece(const struct piece *piece, const struct view *view, size_t begin) {
    switch (piece->kind) {
    case ATOM_U64:
        return match_u64(piece, view, begin);
    case ATOM_WORD:
        return match_until(" \r\n", false, view, begin);
    case ATOM_TEXT:
        return match_until("\r\n", true, view, begin);
    case ATOM_BYTES:
        return done(view->length);
    case ATOM_PACKET:
        return packet_want_match(piece->packet, view->bytes, begin, view->length);
    case ATOM_FRAME:
        return match_frame(piece, view, begin);
    default:
        assert(piece->kind == ATOM_LITERAL);
        return match_literal(piece, view, begin);
    }
}

static struct match match_row(const struct piece *list, size_t count, const struct view *view,
                              size_t begin, size_t *ends);

/* An error line ends every reply, and END every list: no list of lines goes on behind them. */
static bool is_last_line(const char *line, size_t length) {
    static const char *const words[] = {"ERROR", "CLIENT_ERROR", "SERVER_ERROR", "END\r\n"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length >= strlen(words[i]) && memcmp(line, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* Where the line at `begin` ends: `begin` when nothing like it may stand there, SIZE_MAX when it
 * has not come as a whole. */
static size_t line_end(const struct view *view, size_t begin, const char *word) {
    const char *line = view->bytes + begin, *newline = memchr(line, '\n', view->length - begin);
    if (!newline)
        return SIZE_MAX;
    size_t length = (size_t)(newline - line), word_length = word ? strlen(word) : 0;
    bool wrong = word && (length < word_length + 1 || memcmp(line, word, word_length) != 0 ||
                          line[word_length] != ' ');
    return wrong || is_last_line(line, view->length - begin) ? begin
                                                             : (size_t)(newline - view->bytes) + 1;
}

/* Of two places where the rest does not match, the one that is right for longer. */
static bool is_nearer(const struct match *match, const struct match *nearest) {
    return match->piece > nearest->piece ||
           (match->piece == nearest->piece && match->within > nearest->within);
}

/* Is the line or packet that begins here the one that was wanted, with another value? A line has
 * then two whole words in common with it, as "STAT name ", and more if the match went on behind it.
 */
static bool is_the_one(const struct piece *list, const struct view *view, size_t begin,
                       const struct match *match) {
    unsigned words = 0;
    if (list->kind != ATOM_LINES)
        return match->piece > 1 || match->within >= PACKET_VALUE;
    for (size_t i = begin; i < match->differs_at; i++) {
        if (view->bytes[i] == '\n')
            return true;
        words += view->bytes[i] == ' ';
    }
    return words >= 2;
}

/* Of several lines that may be the one, as "STAT 7:state conn_read", none is it. */
static void note_nearest(const struct piece *list, struct match match, struct match *nearest) {
    bool several = nearest->state == MATCH_BAD && nearest->piece == match.piece;
    if (match.line == LINE_NONE && list->kind == ATOM_LINES)
        match.line = LINE_DIFFERS;
    if (nearest->state != MATCH_BAD || is_nearer(&match, nearest))
        *nearest = match;
    if (several && list->kind == ATOM_LINES)
        nearest->line = LINE_MISSING;
}

/* Where the list ends without what it had to lead to: at the line that should have been it, else at
 * the end. */
static struct match told(const struct view *view, const struct match *nearest, struct match end) {
    static const char over[] = "END\r\n";
    if (nearest->state == MATCH_BAD)
        return *nearest;
    if (end.piece == 1 && end.differs_at + strlen(over) <= view->length &&
        memcmp(view->bytes + end.differs_at, over, strlen(over)) == 0)
        end.line = LINE_MISSING;
    return end;
}

/* {lines}, packets: whole ones, as few as possible, so that the rest matches. */
static struct match match_several(const struct piece *list, size_t count, const struct view *view,
                                  size_t begin, size_t *ends) {
    struct match nearest = {.state = MATCH_DONE};
    for (;;) {
        struct match match = match_row(list + 1, count - 1, view, begin, ends ? ends + 1 : NULL);
        match.piece++;
        if (match.state != MATCH_BAD) {
            if (ends)
                ends[0] = begin;
            return match;
        }
        size_t next = list->kind == ATOM_LINES
                          ? line_end(view, begin, list->word)
                          : packet_end(list->packet, view->bytes, begin, view->length);
        if (next == SIZE_MAX)
            return more(view);
        if (next == begin)
            return told(view, &nearest, match);
        if (is_the_one(list, view, begin, &match))
            note_nearest(list, match, &nearest);
        begin = next;
    }
}

static struct match match_row(const struct piece *list, size_t count, const struct view *view,
                              size_t begin, size_t *ends) {
    for (size_t i = 0; i < count; i++) {
        size_t *here = ends ? ends + i : NULL;
        bool several = list[i].kind == ATOM_LINES || list[i].kind == ATOM_PACKETS;
        struct match match = several ? match_several(list + i, count - i, view, begin, here)
                                     : match_piece(&list[i], view, begin);
        match.piece += i;
        if (!several && match.state != MATCH_DONE)
            match.begin = begin;
        if (several || match.state != MATCH_DONE)
            return match;
        begin = match.length;
        if (here)
            *here = begin;
    }
    if (view->whole && begin < view->length)
        return (struct match){.state = MATCH_BAD, .differs_at = begin, .piece = count};
    return done(begin);
}

struct match pieces_match(const struct pieces *pieces, const char *bytes, size_t begin,
                          size_t length, bool whole, size_t *ends) {
    struct view view = {bytes, length, whole};
    return match_row(pieces->list, pieces->count, &view, begin, ends);
}

static void frame_capture(const struct piece *piece, const char *bytes, const struct scope *scope) {
    for (size_t i = 0; i < FRAME_NUMBERS; i++) {
        char digits[8];
        const unsigned char *byte = (const unsigned char *)bytes + 2 * i;
        int length = snprintf(digits, sizeof digits, "%u", byte[0] * 256U + byte[1]);
        pieces_capture(&piece->numbers[i], digits, 0, (size_t)length, true, scope);
    }
}

void pieces_capture(const struct pieces *pieces, const char *bytes, size_t begin, size_t length,
                    bool whole, const struct scope *scope) {
    struct bytes places = {0};
    if (literal_length(pieces) != SIZE_MAX)
        return;
    for (size_t i = 0; i < pieces->count; i++)
        bytes_append(&places, &(size_t){0}, sizeof(size_t));
    size_t *ends = (size_t *)(void *)places.data;
    pieces_match(pieces, bytes, begin, length, whole, ends);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->list[i];
        if (piece->kind == ATOM_PACKET)
            packet_want_capture(piece->packet, bytes + begin, ends[i] - begin, scope);
        else if (piece->kind == ATOM_FRAME)
            frame_capture(piece, bytes + begin, scope);
        else if (piece->name)
            vars_capture(scope->vars, scope->as, piece->name, bytes + begin, ends[i] - begin);
        begin = ends[i];
    }
    bytes_free(&places);
}

/* ---- showing ---- */

static void append(struct bytes *out, const char *string) {
    bytes_append(out, string, strlen(string));
}

static void show_u64(const struct piece *piece, struct bytes *out) {
    char shown[64];
    if (piece->min == 0 && piece->max == UINT64_MAX)
        snprintf(shown, sizeof shown, "{u64}");
    else if (piece->max == UINT64_MAX)
        snprintf(shown, sizeof shown, "{u64:%" PRIu64 "..}", piece->min);
    else
        snprintf(shown, sizeof shown, "{u64:%" PRIu64 "..%" PRIu64 "}", piece->min, piece->max);
    append(out, shown);
}

static void show_frame(const struct piece *piece, struct bytes *out) {
    static const char *const before[] = {"<frame ", ", sequence ", " of ", ", reserved "};
    for (size_t i = 0; i < FRAME_NUMBERS; i++) {
        append(out, before[i]);
        pieces_show(&piece->numbers[i], piece->numbers[i].count, out);
    }
    append(out, ">");
}

static void show_piece(const struct piece *piece, struct bytes *out) {
    switch (piece->kind) {
    case ATOM_U64:
        show_u64(piece, out);
        return;
    case ATOM_WORD:
        append(out, "{word}");
        return;
    case ATOM_TEXT:
        append(out, "{text}");
        return;
    case ATOM_LINES:
        append(out, piece->word ? "{lines:" : "{lines}");
        if (piece->word) {
            append(out, piece->word);
            append(out, "}");
        }
        return;
    case ATOM_BYTES:
        append(out, "{bytes}");
        return;
    case ATOM_FRAME:
        show_frame(piece, out);
        return;
    case ATOM_PACKET:
    case ATOM_PACKETS:
        packet_want_show(piece->packet, piece->kind == ATOM_PACKETS, out, NULL);
        return;
    default:
        bytes_append(out, piece->literal.data, piece->literal.length);
    }
}

void pieces_show(const struct pieces *pieces, size_t until, struct bytes *out) {
    for (size_t i = 0; i < until && i < pieces->count; i++) {
        show_piece(&pieces->list[i], out);
        if (pieces->list[i].packet && i + 1 < pieces->count)
            append(out, "; ");
    }
}
