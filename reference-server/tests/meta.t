#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""meta.t - the meta commands, byte for byte: what mcref answers, and what memcached 1.6.18 does.

Every case is played three times: to mcref in one piece, to mcref byte by byte, and to memcached
1.6.18 if that is installed. The last proves that the cases describe the real thing."""
import shutil
import socket
import subprocess
import sys
import time

import meta_changing
import meta_reading
import meta_uniques
import servers
from mcref import DEADLINE_S, MCREF, check, finish, same

MEMCACHED = shutil.which("memcached")
SHARED = [("mg", meta_reading.META_GET), ("flags", meta_reading.FLAGS),
          ("base64", meta_reading.BASE64), ("me mn", meta_reading.DEBUG),
          ("ms", meta_changing.META_SET), ("md", meta_changing.META_DELETE),
          ("ma", meta_changing.META_ARITHMETIC)]
OWN = [("unique", meta_uniques.UNIQUES), ("newer", meta_uniques.NEWER)]
END = b"EN knobody Oend\r\n"
CLEAN = b"md k q\r\nmd j q\r\nmd foo q\r\n"


class Server:
    """A server under test and one connection to it."""

    def __init__(self, program):
        self.process, self.port = servers.start(program)
        self.client = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.process.kill()
        self.process.wait()

    def ask(self, request, bytewise=False):
        """The answer to the request, up to that of one more command that nobody else sends."""
        request += b"mg nobody k Oend\r\n"
        for piece in ([request[i:i + 1] for i in range(len(request))] if bytewise else [request]):
            self.client.sendall(piece)
        answer = b""
        while not answer.endswith(END):
            more = self.client.recv(1 << 16)
            if not more:
                return answer + b"(closed)"
            answer += more
        return answer[:-len(END)]


def ask_anew(program, request, bytewise=False):
    with Server(program) as server:
        return server.ask(request, bytewise)


def wanted(case, program):
    return case[3] if program == MEMCACHED and len(case) > 3 else case[2]


def ask_until(wanted, ask):
    """The answer; of a few tries if it is another one, for the clock may move while it is asked."""
    for _ in range(5):
        answer = ask()
        if answer in wanted:
            break
    return answer


def play_all(program, name):
    """Asks again, a fresh server, if the answer is wrong: the clock may have moved."""
    with Server(program) as shared:
        for chapter, cases in SHARED:
            for case in cases:
                answer = shared.ask(case[1])
                shared.ask(CLEAN)
                if answer != wanted(case, program):
                    answer = ask_until([wanted(case, program)], lambda: ask_anew(program, case[1]))
                same(answer, wanted(case, program), f"{name}: {chapter}: {case[0]}")
    for chapter, cases in OWN:
        for case in cases:
            answer = ask_until([wanted(case, program)], lambda: ask_anew(program, case[1]))
            same(answer, wanted(case, program), f"{name}: {chapter}: {case[0]}")


def play_bytewise():
    with Server(MCREF) as server:
        for chapter, cases in SHARED:
            wrong = []
            for case in cases:
                if len(case[1]) > 10000:
                    continue
                answer = server.ask(case[1], bytewise=True)
                server.ask(CLEAN)
                if answer != case[2]:
                    answer = ask_until([case[2]], lambda: ask_anew(MCREF, case[1], bytewise=True))
                if answer != case[2]:
                    wrong.append((case[0], answer))
            same(wrong, [], f"{chapter}: the same if it comes byte by byte")


def one_second(ask):
    """What depends on time passing: access times and the end of an item that N made."""
    begun = time.monotonic()
    ask(b"ms k 1\r\nx\r\nmg j N2 T2\r\n")
    time.sleep(2.1)
    age = ask(b"mg k l h\r\n")
    ages = [b"HD l%d h0\r\n" % s for s in range(2, 2 + int(time.monotonic() - begun))]
    check(age in ages, "l is the time since the last access", age)
    same(ask_until([b"HD l0\r\n"], lambda: ask(b"mg k l\r\n")), b"HD l0\r\n", "which was just now")
    same(ask(b"mg j\r\n"), b"EN\r\n", "an item made by N ends with its time")


def debug_line(ask):
    lines = [b"HD\r\nME k exp=%d la=0 cas=%d fetch=no cls=1 size=60\r\n" % (exp, cas)
             for exp in (99, 100) for cas in range(1, 6)]
    line = ask_until(lines, lambda: ask(b"ms k 5 T100\r\nhello\r\nme k\r\n"))
    check(line in lines, "me of an item", line)
    ask(b"ms Zm9v 1 b\r\nx\r\n")
    ask(b"get k\r\n")
    line = ask(b"me k\r\n")
    check(b" fetch=yes " in line, "me after a get", line)
    for request in (b"me Zm9v b\r\n", b"me foo\r\n", b"me foo more words\r\n"):
        line = ask(request)
        check(line.startswith(b"ME Zm9v exp=-1 la="), f"{request!r} shows base64", line)


def counters(ask):
    """stats counts the meta commands under the names of the classic ones; cmd_meta is for me. Two
    of the misses are the ends of the requests, see Server.ask."""
    def stats():
        lines = ask(b"stats\r\n").decode().split("\r\n")
        return {line.split(" ")[1]: line.split(" ")[2] for line in lines if line.startswith("STAT")}

    before = stats()
    ask(b"ms k 1\r\n5\r\nmg k\r\nmg k T30\r\nmg j\r\nmg j T30\r\nmg n N30\r\nma k\r\nma k MD\r\n"
        b"ma j\r\nma j MD\r\nma j N0\r\nmd k I\r\nmd k C1\r\nmd k\r\nmd k\r\nme k\r\n")
    after = stats()
    grown = {name: int(after[name]) - int(before[name]) for name in (
        "cmd_get", "cmd_set", "cmd_touch", "cmd_meta", "get_hits", "get_misses", "touch_hits",
        "touch_misses", "incr_hits", "incr_misses", "decr_hits", "decr_misses", "delete_hits",
        "delete_misses")}
    same(grown, {"cmd_get": 6, "cmd_set": 1, "cmd_touch": 1, "cmd_meta": 1, "get_hits": 2,
                 "get_misses": 4, "touch_hits": 1, "touch_misses": 0, "incr_hits": 1,
                 "incr_misses": 1, "decr_hits": 1, "decr_misses": 1, "delete_hits": 1,
                 "delete_misses": 2}, "what the meta commands count")


def main():
    for part in (one_second, debug_line, counters):
        with Server(MCREF) as server:
            part(server.ask)
    play_all(MCREF, "mcref")
    play_bytewise()
    version = MEMCACHED and subprocess.run([MEMCACHED, "--version"], stdout=subprocess.PIPE,
                                           check=True).stdout.decode().strip()
    if version == "memcached 1.6.18":
        with Server(MEMCACHED) as server:
            counters(server.ask)
        play_all(MEMCACHED, version)
    else:
        check(True, f"memcached 1.6.18 # SKIP installed: {version}")
    finish()


if __name__ == "__main__":
    sys.exit(main())
