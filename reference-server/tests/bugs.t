#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""bugs.t - mcref --bug: the list, wrong names, and that a bug is no crash.

Whether mctap notices every bug is what bugs/farm.py tells; here each server with a bug is talked to,
in all dialects and by several clients, and must end as a right one does."""
import collections
import concurrent.futures
import os
import re
import signal
import struct
import sys
import tempfile

from mcref import MCREF, Server, check, finish, run, same

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bugs"))
from farm_data import Bug, Ledger, ROOT, UNBREAKABLE  # noqa: E402

CLIENTS = 3
TALK = [
    b"set a 7 0 3\r\none\r\n" b"get a\r\n" b"gets a b a\r\n",
    b"add a 1 0 1\r\nx\r\n" b"append a 1 9 2\r\nxy\r\n" b"prepend a 1 9 0\r\n\r\n",
    b"replace b 1 0 2\r\nxx\r\n" b"cas a 1 0 2 1\r\nxy\r\n" b"set n 0 100 2\r\n99\r\n",
    b"incr n 1\r\n" b"decr n 99 noreply\r\n" b"touch n 10\r\n" b"gat 20 n a\r\n" b"GET a\r\n",
    b"set e 0 -1 0\r\n\r\n" b"set f 0 0 5\r\nabc\r\n\r\n" b"delete e\r\n" b"delete a noreply\r\n",
    b"set k 0 0 9000 noreply\r\n" + b"v" * 9000 + b"\r\n" b"get k\r\n" b"get " + b"k" * 251 + b"\r\n",
    b"ms m 3 T30 c\r\nxyz\r\n" b"mg m v t c k Oq\r\n" b"mg w N30 v\r\n" b"ma n v\r\n" b"md m q\r\n" b"mn\r\n",
    b"ms m S3\r\n" b"me m\r\n" b"set t 0 0 2000000\r\n" + b"x" * 2000000 + b"\r\n",
    b"stats\r\n" b"stats items\r\n" b"verbosity 0\r\n" b"flush_all 1\r\n" b"flush_all\r\n" b"version\r\n" b"set q 0 0 4\r\nab",
]


def packet(opcode, extras=b"", key=b"", value=b"", cas=0):
    return struct.pack(">BBHBBHIIQ", 0x80, opcode, len(key), len(extras), 0, 0,
                       len(extras) + len(key) + len(value), 0xbeef, cas) + extras + key + value


PACKETS = [
    packet(0x01, bytes(8), b"b", b"one") + packet(0x00, key=b"b") + packet(0x0d, key=b"no"),
    packet(0x02, bytes(8), b"b", b"two") + packet(0x0e, key=b"b", value=b"x"),
    packet(0x05, struct.pack(">QQI", 1, 5, 0), b"c") + packet(0x16, struct.pack(">QQI", 1, 5, 0), b"c"),
    packet(0x1d, struct.pack(">I", 9), b"b") + packet(0x1c, struct.pack(">I", 9), b"b"),
    packet(0x04, key=b"b") + packet(0x14, key=b"b") + packet(0x55) + packet(0x10) + packet(0x0b),
    packet(0x08) + packet(0x0a) + packet(0x07),
]


def talk(server):
    """Says everything, listens to what comes within a moment, and leaves."""
    clients = []
    for requests in [TALK] * CLIENTS + [PACKETS]:
        clients.append(server.connect())
        clients[-1].settimeout(0.005)
    for requests, client in zip([TALK] * CLIENTS + [PACKETS], clients):
        for request in requests:
            try:
                client.sendall(request)
                client.recv(1 << 20)
            except OSError:
                pass
    for client in clients:
        client.close()


def crash(name):
    """What was wrong with the end of a server with this bug."""
    with Server("-m", "8", "--bug", name) as server:
        talk(server)
        status = server.stop(signal.SIGTERM)
        return f"{name}: ended with {status}: {server.errors}" if status or server.errors else None


status, listed, _ = run("--list-bugs")
bugs = [line.split("\t") for line in listed.splitlines()]
names = [bug[0] for bug in bugs]
check(status == 0 and len(bugs) >= 150, f"--list-bugs shows at least 150 bugs ({len(bugs)})")
same([bug for bug in bugs if len(bug) != 4 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", bug[0])
      or not bug[3].endswith(".")], [], "each with name, area, rule and a sentence")
same(sorted({name for name in names if names.count(name) > 1}), [], "no name comes twice")
ledger = Ledger()
same([f"{bug[0]}: {bug[2]}" for bug in bugs if bug[2] not in ledger.rules], [],
     "every rule that a bug breaks stands in the ledger")
same(ledger.unbroken([Bug(*bug) for bug in bugs]), [],
     "every rule that a test can show is broken by a bug, or farm_data.py says why none can")
same(sorted(set(UNBREAKABLE) - set(ledger.rules)), [], "and says so of no rule that is gone")

with open(os.path.join(ROOT, "docs", "bugs.tsv"), encoding="utf-8") as table:
    rows = [line.split("\t")[:2] for line in table][1:]
listed_rows = [[bug[0], bug[2]] for bug in bugs]
apart = [f"docs/bugs.tsv has no row {name} of {rule}" for name, rule in listed_rows if [name, rule] not in rows]
apart += [f"docs/bugs.tsv has a row {name} of {rule}, mcref --list-bugs has not"
          for name, rule in rows if [name, rule] not in listed_rows]
apart += [f"docs/bugs.tsv has {count} rows {name}"
          for (name, _), count in collections.Counter(map(tuple, rows)).items() if count > 1]
check(not apart, "docs/bugs.tsv is of these bugs and rules",
      "\n".join(["run make bugs, or reference-server/bugs/farm.py --quick --write NAME", *apart]))

status, _, error = run("--bug", "cas-not-atomik")
same((status, "'cas-not-atomic'" in error), (64, True),
     "a wrong name is told, with the one that was meant")
status, _, error = run("--bug", "zzzzzzzzzzzz")
same((status, "did you mean" in error), (64, False), "nothing is guessed from nonsense")
status, _, error = run("--bug", names[0], "--bug", names[1])
same((status, "one bug at a time" in error), (64, True), "two bugs are refused")

with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(4) as pool:
    os.environ["TMPDIR"] = folder  # where some bugs keep their items
    ends = list(pool.map(crash, names))
same([end for end in ends if end], [], f"{os.path.basename(MCREF)} with any of the bugs serves and ends well")
finish()
