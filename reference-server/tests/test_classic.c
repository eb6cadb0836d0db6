/* SPDX-License-Identifier: MIT */
/* test_classic.c - conversations in the classic text protocol, byte for byte.
 *
 * The expected bytes are those of memcached 1.6.18. Each conversation begins with an empty
 * server. */
#include "reports/check.h"
#include "server_fixture.h"

#define KEY_50  "12345678901234567890123456789012345678901234567890"
#define KEY_250 KEY_50 KEY_50 KEY_50 KEY_50 KEY_50
#define BAD     "CLIENT_ERROR bad command line format\r\n"

struct conversation {
    const char *claim, *request, *reply;
};

static const struct conversation storing[] = {
    {"set and get", "set k 7 0 3\r\nabc\r\nget k\r\n", "STORED\r\nVALUE k 7 3\r\nabc\r\nEND\r\n"},
    {"a space before the line end, as python-memcached sends it", "set k 0 0 1 \r\nx\r\nget k\r\n",
     "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"many spaces", "set   k  0 0    1\r\nx\r\n  get  k  \r\n",
     "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"a bare LF ends a line", "set k 0 0 1\nx\r\nget k\n", "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"a bare LF does not end a value", "set k 0 0 1\r\nx\nget k\r\n",
     "CLIENT_ERROR bad data chunk\r\nERROR\r\n"},
    {"add", "add k 0 0 1\r\nx\r\nadd k 0 0 1\r\ny\r\n", "STORED\r\nNOT_STORED\r\n"},
    {"replace", "replace k 0 0 1\r\nx\r\nset k 0 0 1\r\nx\r\nreplace k 0 0 1\r\ny\r\nget k\r\n",
     "NOT_STORED\r\nSTORED\r\nSTORED\r\nVALUE k 0 1\r\ny\r\nEND\r\n"},
    {"append and prepend",
     "set k 5 0 1\r\nb\r\nappend k 9 9 1\r\nc\r\nprepend k 9 9 1\r\na\r\nget k\r\n",
     "STORED\r\nSTORED\r\nSTORED\r\nVALUE k 5 3\r\nabc\r\nEND\r\n"},
    {"cas",
     "set k 0 0 1\r\nx\r\ngets k\r\ncas k 0 0 1 1\r\ny\r\ncas k 0 0 1 1\r\nz\r\n"
     "cas no 0 0 1 1\r\nz\r\ngets k\r\n",
     "STORED\r\nVALUE k 0 1 1\r\nx\r\nEND\r\nSTORED\r\nEXISTS\r\nNOT_FOUND\r\n"
     "VALUE k 0 1 2\r\ny\r\nEND\r\n"},
    {"noreply is silent, good or bad",
     "set k 0 0 1 noreply\r\nx\r\nadd k 0 0 1 noreply\r\ny\r\ncas k 0 0 1 9 noreply\r\nz\r\nget "
     "k\r\n",
     "VALUE k 0 1\r\nx\r\nEND\r\n"},
    {"another sixth word is ignored", "set k 0 0 1 NOREPLY\r\nx\r\n", "STORED\r\n"},
    {"too few or too many words", "set k 0 0\r\nset k 0 0 1 a b\r\n", "ERROR\r\nERROR\r\n"},
    {"after a bad length the data is the next command", "set k 0 0 -1\r\nversion\r\n",
     BAD "VERSION 1.6.18-mcref\r\n"},
    {"bad flags, exptime, cas unique",
     "set k -1 0 1\r\nset k 0 x 1\r\ncas k 0 0 1 x\r\nset k 0 0 x\r\n", BAD BAD BAD BAD},
    {"flags wrap at 2^32", "set k 4294967303 0 1\r\nx\r\nget k\r\n",
     "STORED\r\nVALUE k 7 1\r\nx\r\nEND\r\n"},
    {"a bad data chunk", "set k 0 0 3\r\nabcde\r\nget k\r\n",
     "CLIENT_ERROR bad data chunk\r\nERROR\r\nEND\r\n"},
    {"a value may hold line ends", "set k 0 0 8\r\n\r\nEND\r\n\r\r\nget k\r\n",
     "STORED\r\nVALUE k 0 8\r\n\r\nEND\r\n\r\r\nEND\r\n"},
    {"an empty value", "set k 0 0 0\r\n\r\nget k\r\n", "STORED\r\nVALUE k 0 0\r\n\r\nEND\r\n"},
    {"a negative exptime is over at once", "set k 0 -1 1\r\nx\r\nget k\r\n", "STORED\r\nEND\r\n"},
    {"so is a Unix time in 1970", "set k 0 2592001 1\r\nx\r\nget k\r\n", "STORED\r\nEND\r\n"},
    {"30 days are not", "set k 0 2592000 1\r\nx\r\nget k\r\n",
     "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"a key of 250 bytes", "set " KEY_250 " 0 0 1\r\nx\r\ndelete " KEY_250 "\r\n",
     "STORED\r\nDELETED\r\n"},
    {"a key of 251 bytes",
     "set " KEY_250 "x 0 0 1\r\nget " KEY_250 "x\r\nincr " KEY_250 "x 1\r\ntouch " KEY_250
     "x 1\r\ndelete " KEY_250 "x\r\ngat 0 " KEY_250 "x\r\n",
     BAD BAD BAD BAD BAD BAD},
};

static const struct conversation reading[] = {
    {"keys in the order asked, misses left out",
     "set a 1 0 1\r\nx\r\nset b 2 0 1\r\ny\r\nget b no "
     "a b\r\n",
     "STORED\r\nSTORED\r\nVALUE b 2 1\r\ny\r\nVALUE a 1 1\r\nx\r\nVALUE b 2 1\r\ny\r\nEND\r\n"},
    {"one key too long spoils all", "set a 0 0 1\r\nx\r\nget a " KEY_250 "x\r\n", "STORED\r\n" BAD},
    {"get without a key", "get\r\nget \r\ngets\r\ngat\r\n", "ERROR\r\nERROR\r\nERROR\r\nERROR\r\n"},
    {"gat without a key", "gat 10\r\ngat x\r\n",
     "END\r\nCLIENT_ERROR invalid exptime argument\r\n"},
    {"noreply is a key for get", "get noreply\r\n", "END\r\n"},
    {"gat and gats", "set k 3 0 1\r\nx\r\ngat 100 k\r\ngats 0 k no k\r\n",
     "STORED\r\nVALUE k 3 1\r\nx\r\nEND\r\nVALUE k 3 1 1\r\nx\r\nVALUE k 3 1 1\r\nx\r\nEND\r\n"},
    {"gat with the past", "set k 0 0 1\r\nx\r\ngat -1 k\r\nget k\r\n",
     "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\nEND\r\n"},
    {"a tab is part of a key", "get\tk\r\nset a\tb 0 0 1\r\nx\r\nget a\tb\r\n",
     "ERROR\r\nSTORED\r\nVALUE a\tb 0 1\r\nx\r\nEND\r\n"},
    {"so is a lone CR", "set a\rb 0 0 1\r\nx\r\nget a\rb\r\n",
     "STORED\r\nVALUE a\rb 0 1\r\nx\r\nEND\r\n"},
    {"bget is get", "bget k\r\n", "END\r\n"},
};

static const struct conversation changing[] = {
    {"delete", "set k 0 0 1\r\nx\r\ndelete k\r\ndelete k\r\n",
     "STORED\r\nDELETED\r\nNOT_FOUND\r\n"},
    {"delete with a time of 0", "delete k 0\r\ndelete k 0 noreply\r\ndelete k noreply\r\n",
     "NOT_FOUND\r\n"},
    {"delete with another time", "delete k 1\r\ndelete k 1 noreply\r\ndelete k 0 0\r\n",
     "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n"
     "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n"},
    {"delete with a wrong number of words", "delete\r\ndelete k 0 noreply x\r\n",
     "ERROR\r\nERROR\r\n"},
    {"incr and decr", "set n 0 0 2\r\n10\r\nincr n 5\r\ndecr n 6\r\nget n\r\ndecr n 100\r\n",
     "STORED\r\n15\r\n9\r\nVALUE n 0 2\r\n9 \r\nEND\r\n0\r\n"},
    {"incr wraps", "set n 0 0 20\r\n18446744073709551615\r\nincr n 2\r\n", "STORED\r\n1\r\n"},
    {"incr of what is no number",
     "set n 0 0 1\r\nx\r\nincr n 1\r\nincr n 1 noreply\r\nincr no 1\r\n",
     "STORED\r\nCLIENT_ERROR cannot increment or decrement non-numeric value\r\nNOT_FOUND\r\n"},
    {"incr by what is no number", "incr n -1\r\ndecr n x\r\nincr n noreply\r\n",
     "CLIENT_ERROR invalid numeric delta argument\r\n"
     "CLIENT_ERROR invalid numeric delta argument\r\n"},
    {"incr with a wrong number of words", "incr\r\nincr n\r\nincr n 1 noreply x\r\n",
     "ERROR\r\nERROR\r\nERROR\r\n"},
    {"touch", "set k 0 0 1\r\nx\r\ntouch k 10\r\ntouch no 10\r\ntouch k -1\r\nget k\r\n",
     "STORED\r\nTOUCHED\r\nNOT_FOUND\r\nTOUCHED\r\nEND\r\n"},
    {"touch, badly", "touch k\r\ntouch k x\r\ntouch k x noreply\r\ntouch k 1 noreply\r\n",
     "ERROR\r\nCLIENT_ERROR invalid exptime argument\r\n"},
};

static const struct conversation administering[] = {
    {"version", "version\r\nversion x y\r\n", "VERSION 1.6.18-mcref\r\nVERSION 1.6.18-mcref\r\n"},
    {"verbosity",
     "verbosity 1\r\nverbosity 0 noreply\r\nverbosity\r\nverbosity x\r\nverbosity 0 "
     "1 2\r\n",
     "OK\r\nERROR\r\n" BAD "ERROR\r\n"},
    {"flush_all", "set k 0 0 1\r\nx\r\nflush_all\r\nget k\r\nset k 0 0 1\r\ny\r\nget k\r\n",
     "STORED\r\nOK\r\nEND\r\nSTORED\r\nVALUE k 0 1\r\ny\r\nEND\r\n"},
    {"flush_all, later", "set k 0 0 1\r\nx\r\nflush_all 100\r\nget k\r\n",
     "STORED\r\nOK\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"flush_all 1 is now", "set k 0 0 1\r\nx\r\nflush_all 1\r\nget k\r\n",
     "STORED\r\nOK\r\nEND\r\n"},
    {"flush_all, silently", "set k 0 0 1\r\nx\r\nflush_all noreply\r\nget k\r\n",
     "STORED\r\nEND\r\n"},
    {"flush_all, badly", "flush_all x\r\nflush_all x noreply\r\nflush_all 1 2 3\r\n",
     "CLIENT_ERROR invalid exptime argument\r\nERROR\r\n"},
    {"flush_all of a Unix time before the server's start",
     "set k 0 0 1\r\nx\r\nflush_all "
     "2592001\r\nget k\r\n",
     "STORED\r\nOK\r\nVALUE k 0 1\r\nx\r\nEND\r\n"},
    {"stats that are not there", "stats foo\r\nstats noreply\r\n", "ERROR\r\nERROR\r\n"},
    {"stats of an empty cache", "stats items\r\nstats sizes\r\nstats reset\r\n",
     "END\r\nSTAT sizes_status disabled\r\nEND\r\nRESET\r\n"},
    {"shutdown is not enabled", "shutdown\r\n", "ERROR: shutdown not enabled\r\n"},
    {"unknown commands", "foo\r\nGET k\r\n\r\n\n  \r\nx\r\nfoo bar noreply\r\n",
     "ERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\n"},
    {"quit ends a pipeline", "version\r\nquit\r\nversion\r\n", "VERSION 1.6.18-mcref\r\n<closed>"},
    {"HTTP is cut off", "version\r\nPOST / HTTP/1.1\r\nversion\r\n",
     "VERSION 1.6.18-mcref\r\n<closed>"},
    {"but not a key of that name", "get HTTP/1.1\r\nfoo HTTP\r\n", "END\r\nERROR\r\n"},
};

static void check_conversation(const struct conversation *conversation, const char *request,
                               size_t length) {
    static struct server server;
    struct options options;
    char reply[2000];
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    size_t received =
        fixture_talk(&server, &client, request, length, reply, sizeof(reply) - sizeof("<closed>"));
    if (client.closed) {
        memcpy(reply + received, "<closed>", strlen("<closed>"));
        received += strlen("<closed>");
    }
    CHECK_BYTES(reply, received, conversation->reply, strlen(conversation->reply),
                conversation->claim);
    close(client.fd);
    server_free(&server);
}

#define CHECK_ALL(table)                                                                           \
    for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++)                                \
    check_conversation(&(table)[i], (table)[i].request, strlen((table)[i].request))

static void check_nul(void) {
    static const struct conversation nul = {"a NUL ends a line early", "", "END\r\nERROR\r\n"};
    static const char request[] = "get a\0b c\r\nset a\0b 0 0 1\r\n";
    check_conversation(&nul, request, sizeof(request) - 1);
}

int main(void) {
    CHECK_ALL(storing);
    CHECK_ALL(reading);
    CHECK_ALL(changing);
    CHECK_ALL(administering);
    check_nul();
    return check_finish();
}
