/* SPDX-License-Identifier: MIT */
/* text_parse.c - what stands between braces in "set {key} 0 0 3\r\n". One row of `forms` is one
 * word that may begin a hole; anything else is a capture: {cas}, {A.cas}, {stock-1}. */
#include "language/text_load.h"

#include "arena.h"
#include "language/lexeme.h"
#include "language/suggest.h"

#include <string.h>

/* One hole, while it is read. */
struct hole {
    struct problems *problems;
    struct place string; /* that holds it */
    size_t offset;       /* of the brace */
    const char *inside;  /* between the braces */
    enum text_use use;
    struct atom *atom;
};

/* Going through the string for the column costs time, so it is done for messages alone. */
static struct place hole_place(const struct hole *hole) {
    return json_place_inside(hole->string, hole->offset);
}

/* Each reads what follows the word into hole->atom: false when that is not what it knows. */
static bool rest_none(struct hole *hole, const char *rest) {
    (void)hole;
    return *rest == '\0';
}

static bool rest_key(struct hole *hole, const char *rest) {
    hole->atom->name = "";
    if (*rest == '\0')
        return true;
    hole->atom->name = rest + 1;
    return *rest == ':' && text_is_key_name(rest + 1);
}

static bool rest_offset(struct hole *hole, const char *rest) {
    if (*rest == '\0')
        return true;
    hole->atom->has_offset = true;
    size_t length = lexeme_offset(rest, &hole->atom->offset);
    return length > 0 && rest[length] == '\0';
}

/* No more than some 30,000 years, so that the sum with the time cannot overflow. */
static bool rest_now(struct hole *hole, const char *rest) {
    const int64_t limit = 1000000000000;
    return rest_offset(hole, rest) && hole->atom->offset >= -limit && hole->atom->offset <= limit;
}

/* The word that every line begins with. */
static bool rest_first_word(struct hole *hole, const char *rest) {
    if (*rest == '\0')
        return true;
    hole->atom->first_word = rest + 1;
    size_t length = strspn(rest + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    return *rest == ':' && length > 0 && rest[1 + length] == '\0';
}

static bool rest_range(struct hole *hole, const char *rest) {
    struct atom *atom = hole->atom;
    atom->min = 0;
    atom->max = UINT64_MAX;
    if (*rest == '\0')
        return true;
    if (*rest++ != ':')
        return false;
    size_t length = lexeme_u64(rest, &atom->min);
    if (length == 0 || strncmp(rest + length, "..", 2) != 0)
        return false;
    rest += length + 2;
    if (*rest == '\0') /* {u64:1..}: no upper limit */
        return true;
    length = lexeme_u64(rest, &atom->max);
    return length > 0 && rest[length] == '\0' && atom->min <= atom->max;
}

static const struct form {
    const char *word;
    enum atom_kind kind;
    bool (*rest)(struct hole *, const char *);
    const char *usage;
} forms[] = {
    {"key", ATOM_KEY, rest_key, "{key} or {key:NAME}, NAME of at most 20 letters, digits, _ and -"},
    {"now", ATOM_NOW, rest_now, "{now}, {now+SECONDS} or {now-SECONDS}, at most 10^12"},
    {"round", ATOM_ROUND, rest_none, "{round}"},
    {"as", ATOM_AS, rest_none, "{as}"},
    {"u64", ATOM_U64, rest_range,
     "{u64}, {u64:MIN..} or {u64:MIN..MAX}, MIN not above MAX, both below 2^64"},
    {"word", ATOM_WORD, rest_none, "{word}"},
    {"text", ATOM_TEXT, rest_none, "{text}"},
    {"lines", ATOM_LINES, rest_first_word,
     "{lines} or {lines:WORD}, WORD of capital letters and _"},
    {"bytes", ATOM_BYTES, rest_none, "{bytes}"},
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

static const struct form *form_find(const char *word, size_t length) {
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (strlen(forms[i].word) == length && memcmp(forms[i].word, word, length) == 0)
            return &forms[i];
    return NULL;
}

/* Told for a hole that begins with a word nobody knows. */
static bool refuse_unknown(const struct hole *hole, const char *word, size_t length) {
    const char *words[FORM_COUNT];
    struct arena *arena = hole->problems->arena;
    for (size_t i = 0; i < FORM_COUNT; i++)
        words[i] = forms[i].word;
    const char *near = suggest_word(arena_copy(arena, word, length), words, FORM_COUNT);
    const char *hint =
        near == NULL ? "expected {key}, {now}, {round}, {as}, a capture like "
                       "{cas}, {A.cas} or {stock-1}, or in a pattern {u64}, "
                       "{word}, {text} or {lines}; a brace itself is written {{"
                     : arena_format(arena, "did you mean {%.*s%s%s}?", (int)(word - hole->inside),
                                    hole->inside, near, word + length);
    problem_add(hole->problems, hole_place(hole), "cannot read {%s}; %s", hole->inside, hint);
    return false;
}

/* {cas}, {A.cas}, {stock-1} */
static bool parse_value(struct hole *hole) {
    struct arena *arena = hole->problems->arena;
    struct atom *atom = hole->atom;
    const char *rest = hole->inside;
    size_t length = lexeme_name(rest);
    atom->kind = ATOM_VALUE;
    if (length > 0 && rest[length] == '.') {
        atom->session = arena_copy(arena, rest, length);
        rest += length + 1;
        length = lexeme_name(rest);
    }
    atom->name = arena_copy(arena, rest, length);
    if (length > 0 && rest_offset(hole, rest + length))
        return true;
    if (length > 0 && (rest[length] == '+' || rest[length] == '-')) {
        problem_add(hole->problems, hole_place(hole),
                    "cannot read {%s}; behind %c expected a number of at most 2^63", hole->inside,
                    rest[length]);
        return false;
    }
    return refuse_unknown(hole, hole->inside, strcspn(hole->inside, ":.+-"));
}

/* {u64}, and with the name of a capture before it {cas=u64}. */
static bool parse_form(struct hole *hole, const struct form *form, const char *rest,
                       const char *capture) {
    hole->atom->kind = form->kind;
    if (!form->rest(hole, rest)) {
        problem_add(hole->problems, hole_place(hole), "cannot read {%s}; expected %s", hole->inside,
                    form->usage);
        return false;
    }
    bool wildcard = atom_is_wildcard(hole->atom);
    if (form->kind == ATOM_BYTES && hole->use != TEXT_FIELD_PATTERN) {
        problem_add(hole->problems, hole_place(hole),
                    "{%s}: {bytes} is whatever a field of a reply packet holds; elsewhere nothing "
                    "says where it ends",
                    hole->inside);
        return false;
    }
    if (wildcard && (hole->use == TEXT_SENT || hole->use == TEXT_FIELD)) {
        problem_add(hole->problems, hole_place(hole),
                    "{%s} is a wildcard: it can stand where bytes are expected, not where they "
                    "are sent or named",
                    hole->inside);
        return false;
    }
    if (capture != NULL && (!wildcard || hole->use == TEXT_COUNTED)) {
        problem_add(hole->problems, hole_place(hole),
                    wildcard ? "{%s}: a tally captures nothing, as many sessions give the reply"
                             : "{%s}: only {u64}, {word}, {text}, {lines} and {bytes} can be "
                               "captured",
                    hole->inside);
        return false;
    }
    if (wildcard)
        hole->atom->name = capture;
    return true;
}

/* {cas=u64} */
static bool parse_capture(struct hole *hole, const char *equals) {
    const char *name =
        arena_copy(hole->problems->arena, hole->inside, (size_t)(equals - hole->inside));
    if (!lexeme_is_name(name) || form_find(name, strlen(name)) != NULL) {
        problem_add(hole->problems, hole_place(hole),
                    "{%s}: \"%s\" cannot name a capture; a name has letters, digits and _ and is "
                    "not one of key, now, round, as, u64, word, text, lines, bytes",
                    hole->inside, name);
        return false;
    }
    size_t length = lexeme_name(equals + 1);
    const struct form *form = form_find(equals + 1, length);
    if (form == NULL)
        return refuse_unknown(hole, equals + 1, length);
    return parse_form(hole, form, equals + 1 + length, name);
}

static bool parse_hole(struct hole *hole) {
    const char *equals = strchr(hole->inside, '=');
    if (equals != NULL)
        return parse_capture(hole, equals);
    size_t length = lexeme_name(hole->inside);
    const struct form *form = form_find(hole->inside, length);
    if (form != NULL && hole->inside[length] != '.')
        return parse_form(hole, form, hole->inside + length, NULL);
    return parse_value(hole);
}

/* The length of the hole at `string`, with its braces; 0 when it has no end. */
static size_t hole_length(const char *string) {
    size_t inside = strcspn(string + 1, "{}\r\n\"");
    return string[1 + inside] == '}' ? inside + 2 : 0;
}

/* A single brace at `string`: a hole, or a mistake. Returns its length, 0 after telling. */
static size_t parse_brace(struct hole *hole, const char *string, struct text *text) {
    size_t length = *string == '{' ? hole_length(string) : 0;
    if (length == 0) {
        problem_add(hole->problems, hole_place(hole),
                    *string == '{' ? "the brace is not closed; a brace itself is written {{"
                                   : "a closing brace without an opening one; a brace itself is "
                                     "written }}");
        return 0;
    }
    hole->inside = arena_copy(hole->problems->arena, string + 1, length - 2);
    hole->atom = text_add(hole->problems->arena, text, ATOM_LITERAL);
    return parse_hole(hole) ? length : 0;
}

static bool check_ascii(struct problems *problems, const char *string, struct place at) {
    for (size_t i = 0; string[i] != '\0'; i++)
        if ((unsigned char)string[i] > 0x7f) {
            problem_add(problems, json_place_inside(at, i),
                        "bytes to send or expect are written in ASCII; write this character as "
                        "the part { \"hex\": \"…\" }");
            return false;
        }
    return true;
}

/* Up to the first mistake; literal bytes between two holes become one atom. */
bool text_parse(struct problems *problems, const char *string, struct place at, enum text_use use,
                struct text *text) {
    if (!check_ascii(problems, string, at))
        return false;
    char *plain = arena_string(problems->arena, string); /* {{ and }} become shorter in it */
    size_t begin = 0, end = 0;
    for (const char *here = string; *here != '\0';) {
        bool brace = *here == '{' || *here == '}';
        if (!brace || here[0] == here[1]) {
            plain[end++] = *here;
            here += brace ? 2 : 1;
            continue;
        }
        text_add_bytes(problems->arena, text, plain + begin, end - begin);
        begin = end;
        struct hole hole = {problems, at, (size_t)(here - string), NULL, use, NULL};
        size_t length = parse_brace(&hole, here, text);
        if (length == 0)
            return false;
        here += length;
    }
    text_add_bytes(problems->arena, text, plain + begin, end - begin);
    return true;
}
