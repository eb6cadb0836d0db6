/* SPDX-License-Identifier: MIT */
/* test_hints.c - each hint is given for its mistake, and none for a plain difference. */
#include "play/hints.h"

#include "play/exchange.h"
#include "play/sight.h"

#include "reports/check.h"

/* What the bytes alone do not show. */
enum situation {
    PLAIN,
    BARRIER, /* silence was expected, and the barrier's reply */
    AGAIN,   /* the step was answered in an earlier round */
    FIRST,   /* nothing was sent on the session before */
    CLOSING, /* the connection had to end */
    CUT,     /* the request left byte by byte */
};

struct row {
    enum fault fault;
    enum situation situation;
    const char *request, *expected, *received;
    size_t received_length, expected_length; /* 0: strlen */
    const char *says;                        /* part of the hint; NULL: no hint */
    const char *field;                       /* of a binary packet */
};

/* Most faults are a reply that differs. */
#define WRONG(request, expected, received, says)                                                   \
    { FAULT_DIFFERS, PLAIN, request, expected, received, 0, 0, says, NULL }
#define VALUE(header, data) "VALUE k " header "\r\n" data "\r\nEND\r\n"

#define TEN(word) word word word word word word word word word word
#define LONG_KEY  TEN(TEN("kkk"))

static const struct row rows[] = {
    /* another protocol */
    WRONG("get k\r\n", "END\r\n", "\x81\x01", "it is binary"),
    WRONG("get k\r\n", "END\r\n", "HTTP/1.1 400 Bad Request\r\n", "web server"),
    WRONG("get k\r\n", "END\r\n", "-ERR unknown command\r\n", "Redis"),
    /* silence */
    {FAULT_DIFFERS, BARRIER, "set k 0 0 1 noreply\r\na\r\n", "VERSION 1\r\n", "STORED\r\n", 0, 0,
     "noreply asks", NULL},
    WRONG("ms k 1 q\r\na\r\nmn\r\n", "MN\r\n", "HD\r\nMN\r\n", "q hides"),
    WRONG("mg k q v\r\nmn\r\n", "MN\r\n", "EN\r\nMN\r\n", "q hides"),
    WRONG("mg k v\r\nmn\r\n", "MN\r\n", "EN\r\nMX\r\n", NULL),
    {FAULT_DIFFERS, CUT, "set k 0 0 1\r\na\r\n", "STORED\r\n", "ERROR\r\nERROR\r\n", 0, 0,
     "its pieces were taken for requests", NULL},
    WRONG("set a-b 0 0 1\r\na\r\n", "STORED\r\n", "CLIENT_ERROR bad key\r\n",
          "is right and was refused"),
    /* line ends */
    WRONG("get k\r\n", "END\r\n", "END\n", "not with \\n alone"),
    WRONG("get k\r\n", VALUE("0 1", "a"), "VALUE k 0 1\r\naEND\r\n", "behind the data block is"),
    {FAULT_DIFFERS, PLAIN, "get k\r\n", VALUE("0 3", "one"), "VALUE k 0 3\r\none\0\r\nEND\r\n", 25,
     0, "a NUL byte", NULL},
    WRONG("get k\r\n", "END\r\n", "END \r\n", "a space before the"),
    WRONG("mg k t\r\n", "HD t1\r\n", "HD  t1\r\n", "two spaces"),
    WRONG("set k 0 0 1\r\na\r\n", "STORED\r\n", "Stored\r\n", "upper case"),
    WRONG("get k\r\n", VALUE("0 1", "a"), "VALUE k 0 1\r\na\r\nEnd\r\n", "upper case"),
    WRONG("get a b\r\n", "VALUE a 0 1\r\na\r\nVALUE b 0 1\r\nb\r\nEND\r\n",
          "VALUE a 0 1\r\na\r\nEND\r\nVALUE b 0 1\r\nb\r\nEND\r\n", "not stand behind each item"),
    {FAULT_SILENT, PLAIN, "get k\r\n", VALUE("0 1", "a"), "VALUE k 0 1\r\na\r\n", 0, 0,
     "closes every retrieval", NULL},
    {FAULT_SILENT, PLAIN, "set k 0 0 1\r\na\r\n", "STORED\r\n", "STORED", 0, 0,
     "the \\r\\n at the end is missing", NULL},
    {FAULT_SILENT, PLAIN, "get k\r\n", "END\r\n", "EN", 0, 0, NULL, NULL},
    /* refusals */
    WRONG("add k 0 0 1\r\na\r\n", "NOT_STORED\r\n", "STORED\r\n", "it holds this one"),
    WRONG("replace k 0 0 1\r\na\r\n", "NOT_STORED\r\n", "STORED\r\n", "does not hold this"),
    WRONG("cas k 0 0 1 1\r\na\r\n", "NOT_FOUND\r\n", "STORED\r\n", NULL),
    WRONG("incr k 1\r\n", "NOT_FOUND\r\n", "1\r\n", "do not begin at 0"),
    WRONG("add k 0 0 1\r\na\r\n", "NOT_STORED\r\n", "NOT_FOUND\r\n", "the word of cas, delete"),
    WRONG("add k 0 0 1\r\na\r\n", "NOT_STORED\r\n", "EXISTS\r\n", "the word of cas alone"),
    WRONG("add k 0 0 1\r\na\r\n", "STORED\r\n", "NOT_STORED\r\n", NULL),
    WRONG("x\r\n", "FOUND\r\n", "NOT_FOUND\r\n", NULL),
    WRONG("get k\r\n", "END\r\n", "NOT_FOUND\r\n", "a miss of a retrieval is END"),
    WRONG("delete k\r\n", "DELETED\r\n", "END\r\n", "END belongs to retrievals"),
    WRONG("mg k\r\n", "EN\r\n", "END\r\n", "a miss of mg is EN"),
    WRONG("ms k 1\r\na\r\n", "HD\r\n", "OK\r\n", "since 1.6.10"),
    WRONG("incr k x\r\n", "CLIENT_ERROR {text}\r\n", "SERVER_ERROR x\r\n", "in the request"),
    WRONG("incr k x\r\n", "CLIENT_ERROR {text}\r\n", "Error: not a number\r\n", "in exactly this"),
    WRONG("incr k x\r\n", "CLIENT_ERROR {text}\r\n", "CLIENT_ERROR\r\n", "in exactly this"),
    WRONG("touch k 1\r\n", "TOUCHED\r\n", "ERROR\r\n", "does not know this"),
    WRONG("x\r\n", "ERROR\r\n", "CLIENT_ERROR x\r\n", NULL),
    WRONG("set k 7x 0 1\r\na\r\n", "CLIENT_ERROR {text}\r\n", "STORED\r\n",
          "not only its beginning"),
    WRONG("incr k 1.5\r\n", "CLIENT_ERROR {text}\r\n", "6\r\n", "not only its beginning"),
    WRONG("incr k abc\r\n", "CLIENT_ERROR {text}\r\n", "5\r\n", "is malformed and was accepted"),
    WRONG("set k 0 0 3\r\none\r\n", "STORED\r\n", "CLIENT_ERROR bad data chunk\r\n",
          "though its length is right"),
    WRONG("get " LONG_KEY "\r\n", "CLIENT_ERROR {text}\r\n", "END\r\n", "more than 250 bytes"),
    WRONG("get " LONG_KEY "\r\n", "VALUE {text}\r\n", "X\r\n", NULL),
    /* cas */
    WRONG("cas k 0 0 1 4294967297\r\na\r\n", "EXISTS\r\n", "STORED\r\n", "upper 32 bits"),
    WRONG("ms k 1 C4294967297\r\na\r\n", "EX\r\n", "HD\r\n", "upper 32 bits"),
    WRONG("cas k 0 0 1 5\r\na\r\n", "EXISTS\r\n", "STORED\r\n", "must be one step"),
    WRONG("gets k\r\n", "VALUE k 0 1 {u64}\r\na\r\nEND\r\n", "VALUE k 0 1 -5\r\na\r\nEND\r\n",
          "it has no minus"),
    WRONG("gets k\r\n", "VALUE k 0 1 {u64}\r\na\r\nEND\r\n", VALUE("0 1", "a"), "in every VALUE"),
    WRONG("get k\r\n", VALUE("0 1", "a"), "VALUE k 0 1 5\r\na\r\nEND\r\n", "only gets and gats"),
    /* numbers */
    WRONG("incr k 1\r\n", "2\r\n", "3\r\n", NULL),
    WRONG("incr k 1\r\n", "9223372036854775808\r\n", "-9223372036854775808\r\n", "as signed"),
    WRONG("incr k 1\r\n", "4294967296\r\n", "0\r\n", "cut to 32 bits"),
    WRONG("decr k 9\r\n", "0\r\n", "18446744073709551612\r\n", "decr below 0"),
    WRONG("incr k 9\r\n", "8\r\n", "18446744073709551615\r\n", "goes on at 0"),
    WRONG("decr k 1\r\n", "99\r\n", "99 \r\n", "the number alone"),
    /* VALUE lines */
    WRONG("get kk\r\n", "VALUE kk 0 1\r\na\r\nEND\r\n", "VALUE k 0 1\r\na\r\nEND\r\n",
          "was cut: keys"),
    WRONG("get K\r\n", "VALUE K 0 1\r\na\r\nEND\r\n", "VALUE k 0 1\r\na\r\nEND\r\n",
          "another case"),
    WRONG("get k\r\n", VALUE("0 1", "a"), "VALUE j 0 1\r\na\r\nEND\r\n", "the key behind"),
    WRONG("get k\r\n", VALUE("7 1", "a"), VALUE("8 2", "bb"), "of another request"),
    WRONG("get k\r\n", VALUE("0 4", "a\r\nb"), VALUE("0 3", "a\nb"), "line ends inside the value"),
    WRONG("get k\r\n", VALUE("0 3", "a\r\n"), VALUE("0 1", "a"), "white space at the end"),
    WRONG("get k\r\n", VALUE("65537 1", "a"), VALUE("1 1", "a"), "cut to 16 bits"),
    WRONG("get k\r\n", VALUE("4294967295 1", "a"), VALUE("-1 1", "a"), "they have no minus"),
    WRONG("get k\r\n", VALUE("7 1", "a"), VALUE("0 1", "a"), "the flags were lost"),
    WRONG("get k\r\n", VALUE("7 1", "a"), VALUE("8 1", "a"), "an opaque number"),
    WRONG("get k\r\n", VALUE("0 3", "one"), VALUE("0 5", "one"), "counts the \\r\\n behind"),
    WRONG("get k\r\n", VALUE("0 3", "one"), VALUE("0 4", "one"), "is one too large"),
    WRONG("get k\r\n", VALUE("0 5", "a\r\nbc"), VALUE("0 1", "a"), "cut at a line end"),
    {FAULT_DIFFERS, PLAIN, "get k\r\n", "VALUE k 0 3\r\na\0b\r\nEND\r\n", VALUE("0 1", "a"), 0, 23,
     "cut at a NUL byte", NULL},
    WRONG("get k\r\n", VALUE("0 5", "abcde"), VALUE("0 3", "abc"), "its beginning is right"),
    WRONG("get k\r\n", VALUE("0 4", "ab  "), VALUE("0 2", "ab"), "white space at the end"),
    WRONG("get k\r\n", VALUE("0 3", "8  "), VALUE("0 1", "8"), "the number is right"),
    WRONG("get k\r\n", VALUE("0 3", "one"), VALUE("0 6", "onetwo"), "added twice"),
    WRONG("get k\r\n", VALUE("0 3", "one"), VALUE("0 2", "one"), "<bytes> is the length"),
    WRONG("get k\r\n", VALUE("0 6", "onetwo"), VALUE("0 6", "twoone"), "append puts data behind"),
    WRONG("get k\r\n",
          VALUE("0 2", "\xff"
                       "a"),
          VALUE("0 2", "?a"), "a byte above 0x7f"),
    WRONG("get k\r\n", VALUE("0 1", "a"), VALUE("0 1", "b"), NULL),
    WRONG("mg k v\r\n", "VA 5\r\nabcde\r\n", "VA 3\r\nabc\r\n", "its beginning is right"),
    /* meta */
    WRONG("mg k t f\r\n", "HD t1 f0\r\n", "HD f0 t1\r\n", "in another order"),
    WRONG("mg k O1 t\r\n", "HD O1 t1\r\n", "HD t1\r\n", "O and its token"),
    WRONG("mg k k t\r\n", "HD kk t1\r\n", "HD t1\r\n", "k asks for the key"),
    WRONG("ms k 1 C5 c\r\na\r\n", "HD c6\r\n", "HD c5\r\n", "not the one that was sent"),
    {FAULT_DIFFERS, PLAIN, "noop opaque=1", "noop opaque=1", "noop opaque=0", 0, 0,
     "copied into the reply", "opaque"},
    {FAULT_DIFFERS, PLAIN, "getq", "getq", "get", 0, 0, "also the quiet one", "opcode"},
    {FAULT_DIFFERS, PLAIN, "get", "get status=0", "get status=1", 0, 0, NULL, "status"},
    /* in general */
    {FAULT_SURPLUS, PLAIN, "set k 0 0 1\r\na\r\n", "", "ERROR\r\n", 0, 0, "an error too many",
     NULL},
    WRONG("set k 0 0 1\r\na\r\nget k\r\n", "STORED\r\nEND\r\n", "STORED\r\nERROR\r\nEND\r\n",
          "an error too many"),
    {FAULT_SURPLUS, PLAIN, "get k\r\n", "", "END\r\n", 0, 0, "a reply too many", NULL},
    {FAULT_SURPLUS, CLOSING, "GET / HTTP/1.1\r\n", "", "ERROR\r\n", 0, 0, "an answer came instead",
     NULL},
    WRONG("version\r\n", "VERSION 1\r\n", "STORED\r\nVERSION 1\r\n", "a reply too many"),
    WRONG("get k\r\n", VALUE("0 1", "a"), "END\r\n", "was it stored"),
    {FAULT_DIFFERS, FIRST, "get k\r\n", VALUE("0 1", "a"), "END\r\n", 0, 0, "share one store",
     NULL},
    WRONG("get k\r\n", "END\r\n", VALUE("0 1", "a"), "still there"),
    WRONG("mg k v\r\n", "VA 1\r\na\r\n", "EN\r\n", "was it stored"),
    {FAULT_CLOSED, PLAIN, "x\r\n", "ERROR\r\n", "", 0, 0, "the connection stays open", NULL},
    {FAULT_CLOSED, PLAIN, "get k\r\n", "END\r\n", "", 0, 0, "has the server died", NULL},
    {FAULT_CLOSED, PLAIN, "get k\r\n", "END\r\n", "EN", 0, 0, NULL, NULL},
    {FAULT_SILENT, AGAIN, "set k 0 0 1\r\na\r\n", "STORED\r\n", "", 0, 0, "in the rounds before",
     NULL},
    {FAULT_SILENT, PLAIN, "set k 0 0 1\r\na\r\n", "STORED\r\n", "", 0, 0, "waits for more data",
     NULL},
    {FAULT_SILENT, PLAIN, "get k\r\n", "END\r\n", "", 0, 0, "no byte came at all", NULL},
    {FAULT_REFUSED, PLAIN, "get k\r\n", "END\r\n", "", 0, 0, NULL, NULL},
    {FAULT_FLOOD, PLAIN, "get k\r\n", "END\r\n", "", 0, 0, NULL, NULL},
    WRONG("", "", "", NULL),
};

/* The offset of the first byte that differs, as the matcher gives it. */
static size_t first_difference(struct verdict_bytes expected, struct verdict_bytes received) {
    size_t at = 0;
    while (at < received.length && at < expected.length && expected.data[at] == received.data[at])
        at++;
    return at;
}

static const char *hint_of(const struct row *row) {
    struct step step = {.cut_bytes = row->situation == CUT};
    struct exchange exchange = {.step = &step,
                                .first = row->situation == FIRST,
                                .barrier = row->situation == BARRIER,
                                .again = row->situation == AGAIN,
                                .state = row->situation == CLOSING ? EXCHANGE_CLOSING
                                                                   : EXCHANGE_JUDGING};
    struct verdict verdict = {
        .request = {row->request, strlen(row->request)},
        .expected = {row->expected,
                     row->expected_length ? row->expected_length : strlen(row->expected)},
        .received = {row->received,
                     row->received_length ? row->received_length : strlen(row->received)},
        .field = row->field};
    verdict.differs_at = first_difference(verdict.expected, verdict.received);
    verdict.expected_at = verdict.differs_at;
    return hint_find(&exchange, row->fault, &verdict);
}

/* Every row of hints.def explains at least one row above. */
static void check_all_are_given(void) {
    static const char *const sentences[] = {
#define HINT(name, sentence) sentence,
#include "play/hints.def"
#undef HINT
    };
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        bool given = false;
        for (size_t k = 0; k < sizeof rows / sizeof *rows && !given; k++) {
            const char *hint = hint_of(&rows[k]);
            given = hint && strcmp(hint, sentences[i]) == 0;
        }
        CHECK(given, sentences[i]);
    }
}

int main(void) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        const char *hint = hint_of(row);
        if (row->says)
            CHECK(hint && strstr(hint, row->says), row->says);
        else
            CHECK(hint == NULL, "no mistake is certain, no hint");
        if ((hint != NULL) != (row->says != NULL) || (hint && !strstr(hint, row->says)))
            printf("# row %zu: %s\n", i, hint ? hint : "no hint");
    }
    check_all_are_given();
    return check_finish();
}
