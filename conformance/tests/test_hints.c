/* SPDX-License-Identifier: MIT */
/* test_hints.c - each hint is given for its mistake, and none for a plain difference. */
#include "play/hints.h"

#include "play/exchange.h"

#include "reports/check.h"

struct row {
    enum fault fault;
    bool barrier;
    const char *request, *expected, *received;
    size_t received_length; /* 0: strlen */
    const char *says;       /* part of the hint; NULL: no hint */
};

static const struct row rows[] = {
    {FAULT_DIFFERS, false, "get k\r\n", "END\r\n", "END\n", 0, "not with \\n alone"},
    {FAULT_DIFFERS, true, "set k 0 0 1 noreply\r\na\r\n", "VERSION 1\r\n", "STORED\r\n", 0,
     "noreply asks"},
    {FAULT_DIFFERS, false, "touch k 1\r\n", "TOUCHED\r\n", "ERROR\r\n", 0, "does not know this"},
    {FAULT_DIFFERS, false, "x\r\n", "ERROR\r\n", "CLIENT_ERROR x\r\n", 0, NULL},
    {FAULT_SURPLUS, false, "get k\r\n", "", "END\r\n", 0, "a reply too many"},
    {FAULT_DIFFERS, false, "version\r\n", "VERSION 1\r\n", "STORED\r\nVERSION 1\r\n", 0,
     "a reply too many"},
    {FAULT_DIFFERS, false, "add k 0 0 1\r\na\r\n", "STORED\r\n", "NOT_STORED\r\n", 0, NULL},
    {FAULT_DIFFERS, false, "x\r\n", "FOUND\r\n", "NOT_FOUND\r\n", 0, NULL},
    {FAULT_DIFFERS, false, "set k 0 0 1\r\na\r\n", "STORED\r\n", "Stored\r\n", 0, "upper case"},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 0 3\r\none\r\nEND\r\n",
     "VALUE k 0 3\r\none\0\r\nEND\r\n", 25, "a NUL byte"},
    {FAULT_SILENT, false, "set k 0 0 1\r\na\r\n", "STORED\r\n", "STORED", 0,
     "the \\r\\n at the end is missing"},
    {FAULT_SILENT, false, "get k\r\n", "VALUE k 0 1\r\na\r\nEND\r\n", "VALUE k 0 1\r\na\r\n", 0,
     "closes every retrieval"},
    {FAULT_SILENT, false, "get k\r\n", "END\r\n", "", 0, "no byte came at all"},
    {FAULT_SILENT, false, "get k\r\n", "END\r\n", "EN", 0, NULL},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 0 1\r\n", "VALUE j 0 1\r\n", 0, "the key behind"},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 7 1\r\n", "VALUE k 0 1\r\n", 0, "the flags"},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 0 1\r\n", "VALUE k 0 3\r\n", 0, "<bytes> is"},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 0 1\r\na\r\n", "VALUE k 0 1\r\nb\r\n", 0, NULL},
    {FAULT_DIFFERS, false, "get k\r\n", "VALUE k 0 1\r\na\r\nEND\r\n", "END\r\n", 0,
     "was it stored"},
    {FAULT_DIFFERS, false, "get k\r\n", "END\r\n", "VALUE k 0 1\r\na\r\nEND\r\n", 0, "still there"},
    {FAULT_CLOSED, false, "x\r\n", "ERROR\r\n", "", 0, "the connection stays open"},
    {FAULT_CLOSED, false, "get k\r\n", "END\r\n", "", 0, NULL},
    {FAULT_REFUSED, false, "get k\r\n", "END\r\n", "", 0, NULL},
    {FAULT_FLOOD, false, "get k\r\n", "END\r\n", "", 0, NULL},
    {FAULT_DIFFERS, false, "incr k 1\r\n", "2\r\n", "3\r\n", 0, NULL},
    {FAULT_DIFFERS, false, "", "", "", 0, NULL},
};

/* The offset of the first byte that differs, as the matcher gives it. */
static size_t first_difference(const char *expected, const char *received, size_t length) {
    size_t at = 0;
    while (at < length && at < strlen(expected) && expected[at] == received[at])
        at++;
    return at;
}

int main(void) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        size_t length = row->received_length ? row->received_length : strlen(row->received);
        struct exchange exchange = {.barrier = row->barrier};
        struct verdict verdict = {.request = {row->request, strlen(row->request)},
                                  .expected = {row->expected, strlen(row->expected)},
                                  .received = {row->received, length}};
        verdict.differs_at = first_difference(row->expected, row->received, length);
        verdict.expected_at = verdict.differs_at;
        const char *hint = hint_find(&exchange, row->fault, &verdict);
        if (row->says)
            CHECK(hint && strstr(hint, row->says), row->says);
        else
            CHECK(hint == NULL, "no mistake is certain, no hint");
        if (hint && (!row->says || !strstr(hint, row->says)))
            printf("# row %zu: %s\n", i, hint);
    }
    return check_finish();
}
