#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""binary.t - the binary protocol of the real mcref, packet by packet.

All points hold for memcached 1.6.18 too, but for those that say "(mcref)":
    MCREF=/usr/bin/memcached reference-server/tests/binary.t
"""
import os
import struct
import time

import servers
from binary_packets import (CLOSED, LAST_OPAQUE, OPCODES, SOME, answer, connect, count, hear, hit,
                            number, request, store, take, talk, touch)
from mcref import check, finish, same

PROGRAM = os.environ.get("MCREF", "build/mcref")
IS_MCREF = os.path.basename(PROGRAM) != "memcached"
QUIET = dict(get="getq", getk="getkq", set="setq", add="addq", replace="replaceq",
             delete="deleteq", increment="incrementq", decrement="decrementq", flush="flushq",
             append="appendq", prepend="prependq", gat="gatq", gatk="gatkq")
INVALID, UNKNOWN, NOT_FOUND, EXISTS, TOO_LARGE, NOT_STORED = 0x4, 0x81, 0x1, 0x2, 0x3, 0x5
NON_NUMERIC, AUTH_ERROR = 0x6, 0x20
NEVER_CREATE = 0xFFFFFFFF


def literal_packets(port):
    """The examples of protocol-binary.txt, byte by byte."""
    with connect(port) as client:
        def bytes_back(text, length):
            client.sendall(bytes.fromhex(text))
            data = b""
            while len(data) < length:
                data += client.recv(length - len(data))
            return data.hex(" ")
        # the example of Get: key "Hello"
        hello = " 00 05 00 00 00 00 00 00 00 05" + 12 * " 00" + " 48 65 6c 6c 6f"
        same(bytes_back("80 00" + hello, 33),
             "81 00 00 00 00 00 00 01 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 00 "
             "4e 6f 74 20 66 6f 75 6e 64", "get of a missing key, as the document shows it")
        # Add with flags 0xdeadbeef and exptime 3600
        added = bytes_back("80 02 00 05 08 00 00 00 00 00 00 12 00 00 00 00 00 00 00 00 00 00 00 "
                           "00 de ad be ef 00 00 0e 10 48 65 6c 6c 6f 57 6f 72 6c 64", 24)
        same(added[:48], "81 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ", "add, likewise")
        same(bytes_back("80 00" + hello, 33),
             "81 00 00 00 04 00 00 00 00 00 00 09 00 00 00 00 " + added[48:] +
             " de ad be ef 57 6f 72 6c 64", "get finds flags, value and the cas unique of the add")
        same(bytes_back("80 0c" + hello, 38),
             "81 0c 00 05 04 00 00 00 00 00 00 0e 00 00 00 00 " + added[48:] +
             " de ad be ef 48 65 6c 6c 6f 57 6f 72 6c 64", "getk adds the key")
        same(bytes_back("80 05 00 07 14 00 00 00 00 00 00 1b 00 00 00 00 00 00 00 00 00 00 00 00 "
                        "00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 0e 10 "
                        "63 6f 75 6e 74 65 72", 32)[-23:], "00 00 00 00 00 00 00 00",
             "increment begins with its initial value")
        same(bytes_back("80 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                        24),
             "81 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "quit")
        same(client.recv(1), b"", "and the connection is closed")


def headers(port):
    for name, packet, opcode, status in (
            ("key longer than the body", request("get", b"k" * 5, body_bytes=3), "get", UNKNOWN),
            ("extras and key longer than the body",
             request("set", b"k", bytes(8), body_bytes=8), "set", UNKNOWN),
            ("get without a key", request("get"), "get", INVALID),
            ("get with extras", request("get", b"k", b"1234"), "get", INVALID),
            ("get with a value", request("get", b"k", b"", b"v"), "get", INVALID),
            ("getq with a value", request("getq", b"k", b"", b"v"), "getq", INVALID),
            ("set without extras", request("set", b"k", b"", b"v"), "set", INVALID),
            ("set with 7 bytes of extras", request("set", b"k", bytes(7), b"v"), "set", INVALID),
            ("set without a key", request("set", b"", bytes(8), b"v"), "set", INVALID),
            ("a key of 251 bytes", request("get", b"k" * 251), "get", INVALID),
            ("a set with such a key", store("set", b"k" * 251, b"v"), "set", INVALID),
            ("append with extras", request("append", b"k", bytes(4), b"v"), "append", INVALID),
            ("append without a key", request("append", b"", b"", b"v"), "append", INVALID),
            ("delete with a value", request("delete", b"k", b"", b"v"), "delete", INVALID),
            ("increment with 19 bytes of extras", request("increment", b"k", bytes(19)),
             "increment", INVALID),
            ("increment with a value", request("increment", b"k", bytes(20), b"v"), "increment",
             INVALID),
            ("touch without extras", request("touch", b"k"), "touch", INVALID),
            ("gat without extras", request("gat", b"k"), "gat", INVALID),
            ("gatkq without a key", request("gatkq", b"", bytes(4)), "gatkq", INVALID),
            ("noop with a value", request("noop", b"", b"", b"v"), "noop", INVALID),
            ("version with a key", request("version", b"k"), "version", INVALID),
            ("quit with extras", request("quit", b"", b"1"), "quit", INVALID),
            ("flush with 8 bytes of extras", request("flush", b"", bytes(8)), "flush", INVALID),
            ("flush with a key", request("flush", b"k"), "flush", INVALID),
            ("stat with extras", request("stat", b"", b"1"), "stat", INVALID),
            ("sasl_list_mechs with a key", request("list_mechs", b"k"), "list_mechs", INVALID),
            ("sasl_auth without a key", request("auth", b"", b"", b"v"), "auth", INVALID)):
        same(talk(port, packet), [answer(opcode, status), CLOSED], f"{name}: told, and closed")
    if IS_MCREF:
        for opcode in ("touch", "gat", "gatkq"):
            same(talk(port, request(opcode, b"k", bytes(4), b"v")),
                 [answer(opcode, INVALID), CLOSED], f"{opcode} with a value (mcref)")
        same(talk(port, request("stat", b"items", b"", b"v")), [answer("stat", INVALID), CLOSED],
             "stat with a value (mcref)")
        same(talk(port, request("set", b"k", bytes(8), body_bytes=(1 << 30) + 1)),
             [answer("set", INVALID), CLOSED], "a body of more than 1 GiB (mcref)")
        same(talk(port, request(0x40, b"key", b"extras", b"value")), [answer(0x40, UNKNOWN)],
             "an unknown opcode with a key: its body is dropped, not more (mcref)")
    for opcode in (0x1B, 0x1F, 0x25, 0x30, 0x40, 0xFF):
        same(talk(port, request(opcode), request(opcode, value=b"value")),
             [answer(opcode, UNKNOWN)] * 2, f"opcode 0x{opcode:02x} is unknown, and skipped")
    for opcode in ("list_mechs", "auth", "step"):
        key, value = (b"", b"") if opcode == "list_mechs" else (b"PLAIN", b"\0user\0secret")
        same(talk(port, request(opcode, key, b"", value)), [answer(opcode, UNKNOWN)],
             f"{opcode} is unknown without -S, and skipped")
    same(talk(port, request("noop"), request("noop", magic=0x81)), [answer("noop"), CLOSED],
         "a packet with the magic of answers closes, without a word")
    same(talk(port, request("noop"), b"get key\r\n"), [answer("noop"), CLOSED],
         "a text command on a binary connection closes it")
    same(talk(port, request("noop", data_type=7, vbucket=99, cas=5)), [answer("noop")],
         "data type, vbucket and the cas of a noop are not looked at")
    same(talk(port, request("get", b"no such key", opaque=0), request("noop", opaque=0xFFFFFFFF)),
         [answer("get", NOT_FOUND, opaque=0), answer("noop", opaque=0xFFFFFFFF)],
         "the opaque comes back, in errors too")


def retrieval(port):
    forms = ("get", "getq", "getk", "getkq", "touch", "gat", "gatq", "gatk", "gatkq")

    def ask(form, key):
        return touch(form, key, 0) if form[0] != "g" or form[1] == "a" else request(form, key)
    for form in forms:
        key = b"key" if "k" in form else b""
        value = b"" if form == "touch" else b"value"
        same(talk(port, store("setq", b"key", b"value", flags=0xFEDCBA98), ask(form, b"key")),
             [hit(form, value, 0xFEDCBA98, key)], f"a hit of {form}")
        missed = [] if form.endswith("q") else [
            answer(form, NOT_FOUND, key=b"none", value=b"") if "k" in form else
            answer(form, NOT_FOUND)]
        same(talk(port, ask(form, b"none")), missed, f"a miss of {form}")
    binary_key = bytes(range(250))
    same(talk(port, store("setq", binary_key, b"v"), request("getk", binary_key)),
         [hit("getk", b"v", key=binary_key)], "a key of 250 bytes of every kind")
    same(talk(port, store("setq", b"empty", b""), request("get", b"empty")), [hit("get", b"")],
         "an empty value")
    same(talk(port, *(request("getkq", b"m%d" % i) for i in range(9)), store("setq", b"m5", b"5"),
              *(request("getkq", b"m%d" % i) for i in range(9))),
         [hit("getkq", b"5", key=b"m5")], "of many getkq only the hits are answered")
    for size in (4096, 4097, 100000, 1048000):
        value = os.urandom(size)
        same([talk(port, store("setq", b"big", value), request("get", b"big"),
                   request("getk", b"big"), request("noop"))],
             [[hit("get", value), hit("getk", value, key=b"big"), answer("noop")]],
             f"a value of {size} bytes comes back, and the next answer follows it")
    with connect(port) as client:
        client.sendall(store("setq", b"lone", b"v") + request("getq", b"lone"))
        data = b""
        while take(data)[0] is None:
            data += client.recv(1 << 16)
        same(take(data)[0], hit("getq", b"v"), "a hit of getq does not wait for a noop")


def put(opcode, key, value, cas=0):
    """A storage request; the flags of those that have some are 7."""
    if opcode.startswith(("append", "prepend")):
        return request(opcode, key, b"", value, cas)
    return store(opcode, key, value, 7, cas=cas)


def storage(port):
    key, old, gone = b"stored", put("setq", b"stored", b"old"), request("deleteq", b"stored")
    results = dict(set=b"new", add=b"new", replace=b"new", append=b"oldnew", prepend=b"newold")
    refusals = dict(add=EXISTS, replace=NOT_FOUND, append=NOT_STORED, prepend=NOT_STORED)
    for form, result in results.items():
        quiet = QUIET[form]
        talk(port, old)
        good, bad = (old + gone, old) if form == "add" else (old, old + gone)
        stored, found = talk(port, good, put(form, key, b"new"), request("get", key))
        same((stored, found), (answer(form, cas=found.cas), hit("get", result, 7)),
             f"{form} stores, and answers the cas unique that get shows")
        same(talk(port, old, good, put(quiet, key, b"new"), request("get", key)),
             [hit("get", result, 7)], f"{quiet} stores, and is silent")
        if form in refusals:
            left = [hit("getq", b"old", 7)] if form == "add" else []
            same(talk(port, old, bad, put(form, key, b"x"), put(quiet, key, b"x"),
                      request("getq", key)),
                 [answer(form, refusals[form]), answer(quiet, refusals[form])] + left,
                 f"{form} and {quiet} whose condition does not hold say so and store nothing")


def storage_with_cas(port):
    key, results = b"cased", dict(set=b"new", add=b"new", replace=b"new", append=b"oldnew",
                                  prepend=b"newold")
    for form, result in results.items():
        quiet = QUIET[form]
        unique = talk(port, put("set", key, b"old"))[0].cas
        same(talk(port, put(form, key, b"x", unique + 1), put(quiet, key, b"x", unique + 1),
                  request("get", key)),
             [answer(form, EXISTS), answer(quiet, EXISTS), hit("get", b"old", 7, cas=unique)],
             f"{form} and {quiet} with another cas unique do not store")
        stored, found = talk(port, put(form, key, b"new", unique), request("get", key))
        check(stored == answer(form, cas=SOME) and stored.cas != unique
              and found == hit("get", result, 7, cas=stored.cas),
              f"{form} with the cas unique stores and gives another", (stored, found))
        status = NOT_FOUND if result == b"new" else NOT_STORED
        same(talk(port, put(form, b"no item", b"x", 9), put(quiet, b"no item", b"x", 9),
                  request("getq", b"no item")), [answer(form, status), answer(quiet, status)],
             f"{form} and {quiet} with a cas unique where no item is do not store")


def expiry(port):
    key = b"expires"
    for exptime, lives in ((0, True), (100, True), (2592000, True), (2592001, False),
                           (0x7FFFFFFF, True), (0x80000000, True), (0xFFFFFFFF, True),
                           (int(time.time()) + 100, True), (int(time.time()) - 100, False)):
        found = [hit("getq", b"v")] if lives else []
        same(talk(port, store("setq", key, b"v", exptime=exptime), request("getq", key)), found,
             f"exptime {exptime} of a set is unsigned")
        same(talk(port, store("setq", key, b"v"), touch("gatq", key, exptime),
                  request("getq", key)), [hit("gatq", b"v")] + found, "and of a gatq")
    same(talk(port, count("incrementq", b"n-past", 1, 5, 2592001), request("get", b"n-past")),
         [answer("get", NOT_FOUND)], "exptime of an increment, for the new number")
    same(talk(port, store("setq", key, b"v", exptime=2), request("touch", key, bytes(4))),
         [hit("touch", b"")], "touch")
    time.sleep(2.1)
    same(talk(port, request("get", key)), [hit("get", b"v")], "makes an item live longer")


def numbers(port):
    key = b"number"
    gone = request("deleteq", key)
    talk(port, store("setq", key, b"v"))
    same(talk(port, gone, count("increment", key, 1, 10), count("increment", key, 3, 10),
              count("decrement", key, 2, 10), request("get", key)),
         [number("increment", 10), number("increment", 13), number("decrement", 11),
          hit("get", b"11")], "a number begins with its initial value, then counts")
    same(talk(port, gone, count("incrementq", key, 1, 5), count("incrementq", key, 1, 5),
              count("decrementq", key, 2, 5), request("get", key)), [hit("get", b"4")],
         "the quiet forms count, and are silent")
    same(talk(port, gone, count("increment", key, 1, 5, NEVER_CREATE),
              count("decrementq", key, 1, 5, NEVER_CREATE), request("getq", key)),
         [answer("increment", NOT_FOUND), answer("decrementq", NOT_FOUND)],
         "exptime 0xffffffff: a number that is missing stays so")
    same(talk(port, store("setq", key, b"18446744073709551615"), count("increment", key, 2),
              count("decrement", key, 5)), [number("increment", 1), number("decrement", 0)],
         "increment wraps at 2^64, decrement stops at 0")
    same(talk(port, gone, count("incrementq", key, 0, 2**64 - 1), request("get", key)),
         [hit("get", b"18446744073709551615")], "the greatest number is stored as text")
    same(talk(port, store("setq", key, b"100", 7), count("decrement", key, 1),
              request("get", key)), [number("decrement", 99), hit("get", b"99 ", 7)],
         "a number that gets shorter is padded, and keeps its flags")
    same(talk(port, store("setq", key, b"text"), count("increment", key, 1),
              count("incrementq", key, 1), store("setq", key, b""), count("decrement", key, 1)),
         [answer("increment", NON_NUMERIC), answer("incrementq", NON_NUMERIC),
          answer("decrement", NON_NUMERIC)], "what is no number is not counted")
    unique = talk(port, store("set", key, b"5"))[0].cas
    same(talk(port, count("increment", key, 1, cas=unique + 1),
              count("incrementq", key, 1, cas=unique + 1), request("get", key)),
         [answer("increment", EXISTS), answer("incrementq", EXISTS),
          hit("get", b"5", cas=unique)], "increment with another cas unique does not count")
    counted, found = talk(port, count("increment", key, 1, cas=unique), request("get", key))
    check(counted == number("increment", 6) and counted.cas == found.cas != unique,
          "with that cas unique it does, and gives another", (counted, found))
    same(talk(port, gone, count("increment", key, 1, 8, cas=12345)), [number("increment", 8)],
         "a new number does not look at the cas unique")


def deletion(port):
    key = b"deleted"
    unique = talk(port, store("set", key, b"v"))[0].cas
    same(talk(port, request("delete", key, cas=unique + 1), request("deleteq", key, cas=unique + 1),
              request("getq", key)),
         [answer("delete", EXISTS), answer("deleteq", EXISTS), hit("getq", b"v", cas=unique)],
         "delete with another cas unique does not delete")
    same(talk(port, request("delete", key, cas=unique), request("getq", key)), [answer("delete")],
         "with that cas unique it does")
    same(talk(port, store("setq", key, b"v"), request("deleteq", key), request("getq", key)), [],
         "deleteq deletes, and is silent")
    same(talk(port, request("delete", key), request("deleteq", key)),
         [answer("delete", NOT_FOUND), answer("deleteq", NOT_FOUND)], "nothing to delete: both say")


def flushing(port):
    key, kept = b"flushed", store("setq", b"flushed", b"v")
    for form in ("flush", "flushq"):
        done = [answer("flush")] if form == "flush" else []
        same(talk(port, kept, request(form), request("getq", key)), done, f"{form} at once")
        same(talk(port, kept, request(form, b"", bytes(4)), request("getq", key)), done,
             f"{form} with time 0, too")
        same(talk(port, kept, request(form, b"", struct.pack(">I", 100)), request("get", key)),
             done + [hit("get", b"v")], f"{form} in 100 seconds")
        same(talk(port, kept, request(form), kept, request("get", key)), done + [hit("get", b"v")],
             "what is stored after a flush stays")
    same(talk(port, kept, request("flush", b"", struct.pack(">I", 2)), request("get", key)),
         [answer("flush"), hit("get", b"v")], "flush in 2 seconds")
    time.sleep(2.1)
    same(talk(port, request("get", key)), [answer("get", NOT_FOUND)], "happens then")


def statistics(port):
    talk(port, request("flush"))
    general = talk(port, request("stat"))
    same(general[-1], answer("stat"), "stat ends with an empty packet")
    names = {line.key: line.value for line in general[:-1]}
    same({line._replace(key=b"", value=b"") for line in general[:-1]}, {answer("stat")},
         "before it, packets of key and value only")
    check({b"pid", b"version", b"curr_items", b"cmd_get", b"bytes"} <= names.keys(),
          "the general ones", names.keys())
    talk(port, store("setq", b"k", b"v"), request("getq", b"k"), request("getq", b"none"),
         request("delete", b"none"), touch("touch", b"k", 0), touch("touch", b"none", 0),
         count("increment", b"none", 1, 0, NEVER_CREATE))
    after = {line.key: line.value for line in talk(port, request("stat"))}
    grown = {name.decode(): int(after[name]) - int(names[name]) for name in (
        b"cmd_set", b"cmd_get", b"get_hits", b"get_misses", b"delete_misses", b"cmd_touch",
        b"touch_hits", b"touch_misses", b"incr_misses")}
    same(grown, dict(cmd_set=1, cmd_get=2, get_hits=1, get_misses=1, delete_misses=1, cmd_touch=2,
                     touch_hits=1, touch_misses=1, incr_misses=1), "commands are counted")
    for kind, name in ((b"settings", b"maxbytes"), (b"items", b"items:1:number"),
                       (b"slabs", b"active_slabs"), (b"sizes", b"sizes_status")):
        lines = talk(port, request("stat", kind))
        check(name in {line.key for line in lines} and lines[-1] == answer("stat"),
              f"stat {kind.decode()}", lines)
    for kind in (b"nonsense", b"conns", b"cachedump 1 0", b"detail"):
        same(talk(port, request("stat", kind)), [answer("stat", NOT_FOUND)],
             f"stat {kind.decode()} is not found")
    same(talk(port, request("stat", b"detail on"), request("get", b"p:none"),
              store("set", b"p:1", b"x"), request("stat", b"detail off"), request("get", b"p:1"),
              request("stat", b"detail dump"))[-2:],
         [answer("stat", key=b"detailed", value=b"PREFIX p get 1 hit 0 set 1 del 0\r\nEND\r\n"),
          answer("stat")], "stat detail on, off and dump: what the text protocol shows")
    same(talk(port, request("stat", b"reset")), [answer("stat")], "stat reset")
    same({line.key: line.value for line in talk(port, request("stat"))}[b"cmd_get"], b"0",
         "sets the counters to 0")
    many = talk(port, *[request("stat")] * 400)
    same([line for line in many if not line.key], [answer("stat")] * 400,
         "400 stats at once are all answered")


def limits(port):
    key, big, old = b"limit", bytes(1 << 20), store("setq", b"limit", b"old")
    for form, left in (("set", []), ("setq", []), ("add", [hit("getq", b"old")]),
                       ("append", [hit("getq", b"old")]), ("prependq", [hit("getq", b"old")])):
        same(talk(port, old, put(form, key, big), request("getq", key)),
             [answer(form, TOO_LARGE)] + left,
             f"{form} of too much: told, dropped" + ("" if left else ", and the old value is gone"))
    half = bytes(600000)
    same(talk(port, store("setq", key, half), request("append", key, b"", half),
              request("getq", key)), [answer("append", NOT_STORED), hit("getq", half)],
         "append that makes too much is not stored")


def order_and_pieces(port):
    """One conversation, in one piece and cut everywhere."""
    conversation = [request("deleteq", b"a"), store("set", b"a", b"value " * 20),
                    request("getkq", b"none"), request("getk", b"a"), request("append", b"a",
                                                                              b"", b"tail"),
                    request("gat", b"a", bytes(4)), count("increment", b"c", 1, 5),
                    request(0x40, value=b"skipped"), request("delete", b"c"), request("version"),
                    request("stat", b"sizes"), request("noop")]
    talk(port, store("setq", b"a", b"v"), request("deleteq", b"c"))
    whole = [line._replace(cas=0) for line in talk(port, *conversation)]
    same([line.opcode for line in whole],
         [OPCODES.get(name, name) for name in ("set", "getk", "append", "gat", "increment", 0x40,
                                               "delete", "version", "stat", "stat", "noop")],
         "answers come in the order of the requests")
    for cut in (1, 2, 3, 5, 7, 11, 23, 24, 25, 31):
        talk(port, store("setq", b"a", b"v"), request("deleteq", b"c"))
        same([line._replace(cas=0) for line in talk(port, *conversation, cut=cut)], whole,
             f"the same in pieces of {cut} bytes")
    for form in ("quit", "quitq"):
        same(talk(port, request("noop"), request(form), request("noop")),
             [answer("noop")] + ([answer("quit")] if form == "quit" else []) + [CLOSED],
             f"{form} answers what came before it and closes")
    value = os.urandom(500000)
    with connect(port) as client:
        client.sendall(store("setq", b"big", value) + request("getk", b"big") * 40
                       + request("noop", opaque=LAST_OPAQUE))
        time.sleep(0.3)
        same(hear(client) == [hit("getk", value, key=b"big")] * 40, True,
             "20 MB of answers for a client that first does not read")


def with_server(options, test):
    server, port = servers.start(PROGRAM, *options)
    try:
        test(port)
    finally:
        check(not servers.stop(server), f"the server with {' '.join(options) or 'no options'} ends well")


def without_cas(port):
    same(talk(port, store("set", b"k", b"v"), request("get", b"k"), store("set", b"k", b"w", cas=9),
              request("append", b"k", b"", b"x", cas=9), count("increment", b"n", 1, 5),
              request("get", b"k"), request("delete", b"k", cas=9),
              count("increment", b"n", 1, cas=9)),
         [answer("set"), hit("get", b"v", cas=0), answer("set"), answer("append"),
          number("increment", 5, cas=0), hit("get", b"wx", cas=0), answer("delete", EXISTS),
          answer("increment", EXISTS)],
         "-C: no cas uniques; storing does not look at one, changing refuses it")


def without_flush(port):
    same(talk(port, store("setq", b"k", b"v"), request("flush"), request("flushq"),
              request("get", b"k")),
         [answer("flush", AUTH_ERROR), answer("flushq", AUTH_ERROR), hit("get", b"v")],
         "-F: flush is refused")


def with_item_size(port):
    same(talk(port, store("set", b"k", bytes(1 << 20)), store("set", b"k", bytes(2 << 20))),
         [answer("set", cas=SOME), answer("set", TOO_LARGE)], "-I 2m: the limit of an item")


def ascii_only(port):
    with connect(port) as client:
        client.sendall(request("noop") + b"\r\nversion\r\n")
        check(client.recv(1 << 10).startswith(b"ERROR\r\n"), "-B ascii: packets are no commands")


for every in (literal_packets, headers, retrieval, storage, storage_with_cas, expiry, numbers,
              deletion, flushing, statistics, limits, order_and_pieces):
    with_server([], every)
with_server(["-C"], without_cas)
with_server(["-F"], without_flush)
with_server(["-I", "2m"], with_item_size)
with_server(["-B", "ascii"], ascii_only)
finish()
