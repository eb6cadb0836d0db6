#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""admin.t - what the commands that administer bring about: settings, limits, time, counts, dumps."""
import re
import shutil
import subprocess
import time

from mcref import SANITIZED, Server, ask, check, finish, same, until


def stat(server, kind, name):
    found = re.search(rb"STAT %s (.*)\r\n" % name.encode(),
                      server.ask(b"stats %s\r\n" % kind.encode(), b"END\r\n"))
    return found.group(1).decode() if found else None


def settings_follow():
    with Server("-D", "/") as server:
        for line in ("lru tune 10 25 0.5 1.5", "slabs automove 2", "slabs automove ratio 0.7",
                     "lru_crawler sleep 7", "lru_crawler tocrawl 9", "cache_memlimit 100",
                     "verbosity 5", "lru_crawler disable", "stats detail off"):
            same(server.ask(line.encode() + b"\r\n"), b"OK\r\n", line)
        wanted = dict(hot_lru_pct="10", warm_lru_pct="25", hot_max_factor="0.50",
                      warm_max_factor="1.50", slab_automove="2", slab_automove_ratio="0.70",
                      lru_crawler_sleep="7", lru_crawler_tocrawl="9", maxbytes="104857600",
                      verbosity="2", lru_crawler="no", detail_enabled="no", stat_key_prefix="/")
        same({name: stat(server, "settings", name) for name in wanted}, wanted,
             "stats settings shows it all")
        same(stat(server, "", "limit_maxbytes"), "104857600", "and stats the memory limit")


def memory_limit():
    with Server("-m", "64") as server:
        with server.connect() as client:
            value = b"v" * 100000
            for i in range(300):
                ask(client, b"set key%d 0 0 100000\r\n%b\r\n" % (i, value))
        before = int(server.stats()["bytes"])
        check(before > 29000000, "30 megabytes are stored", before)
        same(server.ask(b"cache_memlimit 8\r\n"), b"OK\r\n", "cache_memlimit 8")
        check(until(lambda: int(server.stats()["bytes"]) <= 8 << 20), "evicts what is above it")
        same(server.ask(b"get key0\r\n"), b"END\r\n", "the oldest first")
        check(server.ask(b"get key299\r\n", b"END\r\n").startswith(b"VALUE "), "the newest stay")
        evictions = int(server.stats()["evictions"])
        server.ask(b"cache_memlimit 16\r\n")
        server.ask(b"set more 0 0 100000\r\n" + value + b"\r\n")
        same(int(server.stats()["evictions"]), evictions, "above it again nothing is evicted")
    with Server("-m", "64", "-M") as server:
        server.ask(b"set key 0 0 1000000\r\n" + b"v" * 1000000 + b"\r\n")
        for i in range(12):
            server.ask(b"set key%d 0 0 1000000\r\n%b\r\n" % (i, b"v" * 1000000))
        server.ask(b"cache_memlimit 8\r\n")
        same(server.ask(b"set more 0 0 1\r\nx\r\n"),
             b"SERVER_ERROR out of memory storing object\r\n", "with -M a lower limit evicts nothing")
        same(server.stats()["evictions"], "0", "really nothing")


def shutting_down():
    for line in (b"shutdown\r\n", b"shutdown graceful\r\n"):
        with Server("-A") as server:
            same(stat(server, "settings", "shutdown_command"), "yes", "-A is shown")
            same(server.ask(b"shutdown foo\r\n"), b"CLIENT_ERROR invalid shutdown mode\r\n", "a bad one")
            same(server.ask(b"shutdown graceful x\r\n"), b"CLIENT_ERROR invalid shutdown mode\r\n",
                 "too much")
            with server.connect() as other:
                ask(other, b"version\r\n")
                same(server.ask(line + b"version\r\n", b"mcref\r\n"), b"", f"-A: {line.decode().strip()} closes the connection")
                same(server.process.wait(60), 0, "and the process ends with 0")
                same(other.recv(10), b"", "other clients are closed")


def manual_clock():
    with Server("--clock", "manual") as server:
        start = int(server.stats()["time"])
        server.ask(b"set month 0 2592000 1\r\nx\r\nset ever 0 0 1\r\nx\r\n", b"STORED\r\nSTORED\r\n")
        time.sleep(1.1)
        same(server.stats()["uptime"], "0", "a manual clock stands still")
        same(server.ask(b"debugtime 2591999\r\n"), b"OK\r\n", "debugtime: 30 days less a second")
        same(server.ask(b"get month\r\n", b"END\r\n"), b"VALUE month 0 1\r\nx\r\nEND\r\n", "it is there")
        same(server.ask(b"debugtime 1\r\nget month\r\n", b"END\r\n"), b"OK\r\nEND\r\n",
             "a second later it is gone, in the same pipeline")
        same(int(server.stats()["time"]) - start, 2592000, "time has moved")
        check(until(lambda: server.stats()["curr_items"] == "1"), "and the crawler removed the item")
        same(server.ask(b"debugtime -2592000\r\ndebugtime -5\r\n", b"OK\r\nOK\r\n"),
             b"OK\r\nOK\r\n", "back")
        same(server.stats()["uptime"], "0", "not before the start")
        same(server.ask(b"debugtime 100\r\nset a 0 0 1\r\nx\r\nflush_all\r\nset b 0 0 1\r\nx\r\n"
                        b"debugtime -50\r\nset c 0 0 1\r\nx\r\nget a b c\r\n", b"END\r\n"),
             b"OK\r\nSTORED\r\nOK\r\nSTORED\r\nOK\r\nSTORED\r\n"
             b"VALUE b 0 1\r\nx\r\nVALUE c 0 1\r\nx\r\nEND\r\n", "back behind a flush it flushes no more")
        server.ask(b"debugtime -10\r\n")
        same(server.ask(b"mg b l\r\n"), b"HD l0\r\n",
             "used in what is now the future: 0 seconds ago")
        server.ask(b"debugtime -10\r\n")
        check(b" la=0 " in server.ask(b"me b\r\n"), "the same in the answer of me")
        server.ask(b"debugtime -10\r\n")
        same(stat(server, "items", "items:1:age"), "0", "and in items:1:age")
        server.ask(b"debugtime 40\r\n")
        same(stat(server, "items", "items:1:age"), "20", "which counts again behind its last use")
        server.ask(b"debugtime -2592000\r\n")
        for line in (b"debugtime x\r\n", b"debugtime\r\n"):
            same(server.ask(line), b"ERROR\r\n", line.decode().strip())
        same(server.ask(b"debugtime r\r\n"), b"OK\r\n", "debugtime r")
        check(until(lambda: server.stats()["uptime"] != "0"), "lets it run")
        server.ask(b"debugtime p\r\n")
        now = server.stats()["uptime"]
        time.sleep(1.1)
        same(server.stats()["uptime"], now, "debugtime p stops it")
        last = str(2**32 - 1 - 2)
        same(server.ask(b"set k 0 100 1\r\nx\r\ndebugtime %d\r\nget k\r\n" % 2**32, b"END\r\n"),
             b"STORED\r\nOK\r\nEND\r\n", "moved on to its end")
        same(server.stats()["uptime"], last, "the clock stands there")
        server.ask(b"debugtime r\r\n")
        time.sleep(1.1)
        same(server.stats()["uptime"], last, "it does not begin anew when it runs")
        same(server.ask(b"debugtime -100\r\nset k 0 90 1\r\nx\r\nget k\r\n", b"END\r\n"),
             b"OK\r\nSTORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n", "it can be moved back, and serves")


def honest_counts():
    with Server() as server:
        server.ask(b"set a 0 -1 1\r\nx\r\nset b 0 0 1\r\nx\r\n", b"STORED\r\nSTORED\r\n")
        stats = server.stats()
        same((stats["curr_items"], stats["total_items"]), ("1", "2"),
             "what is stored with a negative exptime is never counted")
        server.ask(b"set c 0 1 1\r\nx\r\n")
        server.ask(b"touch b -1\r\n")
        check(until(lambda: server.stats()["curr_items"] == "0"), "nor what has expired, soon after")
        stats = server.stats()
        same((stats["bytes"], stats["crawler_reclaimed"], stats["reclaimed"]), ("0", "2", "0"),
             "bytes, crawler_reclaimed, reclaimed")
        server.ask(b"lru_crawler disable\r\nset c 0 1 1\r\nx\r\n", b"STORED\r\n")
        time.sleep(2.2)
        same(server.stats()["curr_items"], "1", "without the crawler it stays")
        server.ask(b"lru_crawler enable\r\n")
        same(server.ask(b"lru_crawler crawl 1\r\n"), b"OK\r\n", "a crawl")
        check(until(lambda: server.stats()["curr_items"] == "0"), "removes it")


def statistics():
    with Server() as server:
        same(server.ask(b"stats items\r\nstats slabs\r\n", b"malloced 0\r\nEND\r\n"),
             b"END\r\nSTAT active_slabs 0\r\nSTAT total_malloced 0\r\nEND\r\n", "empty: no class")
        server.ask(b"set a 0 0 3\r\nabc\r\nget a\r\n", b"END\r\n")
        used = server.stats()["bytes"]
        same((stat(server, "items", "items:1:number"), stat(server, "items", "items:1:mem_requested")),
             ("1", used), "stats items")
        slabs = {name: stat(server, "slabs", name) for name in
                 ("1:used_chunks", "1:chunk_size", "1:total_pages", "1:get_hits", "active_slabs")}
        same(int(slabs["1:used_chunks"]) * int(slabs["1:chunk_size"]), int(used),
             "used_chunks of chunk_size bytes are the bytes used")
        same((slabs["1:total_pages"], slabs["1:get_hits"], slabs["active_slabs"]), ("1", "1", "1"),
             "stats slabs")
        same(int(stat(server, "", "read_buf_bytes")), 16384 * int(stat(server, "", "read_buf_count")),
             "read_buf_bytes")
    with Server("-o", "track_sizes") as server:
        same(server.ask(b"stats sizes\r\n"), b"END\r\n", "-o track_sizes: nothing yet")
        server.ask(b"set a 0 0 3\r\nabc\r\nset b 0 0 3\r\nabc\r\nset c 0 0 200\r\n" + b"x" * 200 +
                   b"\r\n", b"STORED\r\nSTORED\r\nSTORED\r\n")
        same(server.ask(b"stats sizes\r\nversion\r\n", b"mcref\r\n"),
             b"STAT 64 2\r\nSTAT 256 1\r\nEND\r\nVERSION 1.6.18-mcref\r\n", "two small, one larger")
        server.ask(b"delete a\r\n")
        same(server.ask(b"stats sizes\r\n", b"END\r\n"), b"STAT 64 1\r\nSTAT 256 1\r\nEND\r\n",
             "a deleted one less")


def connections():
    with Server() as server, server.connect() as client, server.connect() as other:
        ask(other, b"version\r\n")
        other.sendall(b"set k 0 0 10\r\nabc")
        check(until(lambda: b":state conn_nread\r\n" in ask(client, b"stats conns\r\n", b"END\r\n")),
              "stats conns: half a value is seen")
        text = ask(client, b"stats conns\r\n", b"END\r\n").decode().replace("\r\n", "\n")
        check(re.search(rf"STAT (\d+):addr tcp:127\.0\.0\.1:{server.port}\n"
                        r"STAT \1:state conn_listening\n", text), "stats conns: the listener", text)
        for socket, state in ((client, "conn_parse_cmd"), (other, "conn_nread")):
            check(re.search(rf"STAT (\d+):addr tcp:127\.0\.0\.1:{socket.getsockname()[1]}\n"
                            rf"STAT \1:listen_addr tcp:127\.0\.0\.1:{server.port}\n"
                            rf"STAT \1:state {state}\n"
                            r"STAT \1:secs_since_last_cmd \d+\n", text), f"a client: {state}", text)
        at = [text.index(f":addr tcp:127.0.0.1:{socket.getsockname()[1]}\n")
              for socket in (client, other)]
        check(at == sorted(at), "who came first is shown first", at)


def prefixes():
    with Server("-D", ":") as server:
        server.ask(b"set a:1 0 0 1\r\nx\r\nset a:2 0 0 1\r\nx\r\nset b 0 0 1\r\nx\r\n"
                   b"set c:1 0 0 1\r\nx\r\nget a:1 a:3 b c:1\r\ngat 0 a:2\r\ndelete a:2\r\n"
                   b"delete a:9\r\nmg a:1 v\r\ntouch a:1 0\r\nincr a:1 1\r\n", b"value\r\n")
        same(sorted(server.ask(b"stats detail dump\r\n", b"END\r\n").split(b"\r\n")[:-1]),
             [b"END", b"PREFIX a get 3 hit 2 set 2 del 2", b"PREFIX c get 1 hit 1 set 1 del 0"],
             "stats detail counts by prefix")
        server.ask(b"stats detail off\r\nget a:1\r\n", b"END\r\n")
        check(b"PREFIX a get 3 " in server.ask(b"stats detail dump\r\n", b"END\r\n"), "off: not any more")
        same(server.ask(b"stats reset\r\nstats detail dump\r\n", b"END\r\n"), b"RESET\r\nEND\r\n",
             "stats reset forgets")


def dumps():
    with Server() as server:
        now = int(server.stats()["time"])
        server.ask(b"set a,b 5 0 3\r\nabc\r\nset c 0 100 3\r\nabc\r\nget c\r\nset d 0 1 1\r\nx\r\n"
                   b"ms Zm9v 2 b\r\nhi\r\n", b"HD\r\n")
        stored = int(server.stats()["time"])
        time.sleep(1.2)
        dump = server.ask(b"lru_crawler metadump all\r\n", b"END\r\n").decode()
        found = re.findall(r"key=(\S+) exp=(-?\d+) la=(\d+) cas=(\d+) fetch=(yes|no) cls=1 size=(\d+)\n",
                           dump)
        same(sorted(row[0] for row in found), ["a%2Cb", "c", "foo"], "metadump: all but the expired")
        same(dump, "".join("key=%s exp=%s la=%s cas=%s fetch=%s cls=1 size=%s\n" % row
                           for row in found) + "END\r\n", "and nothing else")
        facts = {row[0]: row for row in found}
        same((facts["a%2Cb"][1], facts["a%2Cb"][4], facts["c"][4]), ("-1", "no", "yes"), "exp, fetch")
        check(now + 99 <= int(facts["c"][1]) <= stored + 101, "exp is a Unix time", facts)
        for which in ("1", "hash", "3,1"):
            same(len(server.ask(f"lru_crawler metadump {which}\r\n".encode(), b"END\r\n").split(b"\n")),
                 5, f"metadump {which}")
        same(sorted(server.ask(b"lru_crawler mgdump all\r\n", b"EN\r\n").split(b"\r\n")[:-1]),
             [b"EN", b"mg Zm9v b", b"mg a,b", b"mg c"], "mgdump")
        same(sorted(server.ask(b"stats cachedump 1 0\r\n", b"END\r\n").split(b"\r\n"))[1:3],
             [b"END", b"ITEM a,b [3 b; 0 s]"], "stats cachedump")
        same(server.ask(b"stats cachedump 1 1\r\n", b"END\r\n").count(b"ITEM"), 1, "with a limit")
        for word in (b"metadump", b"mgdump"):
            same(server.ask(b"version\r\nlru_crawler " + word + b" all\r\n", word + b"\r\n"),
                 b"VERSION 1.6.18-mcref\r\nERROR cannot pipeline other commands before " + word +
                 b"\r\n", f"{word.decode()} cannot follow others")
    with Server("--clock", "manual") as server:
        server.ask(b"lru_crawler sleep 1000000\r\nset d 0 10 1\r\nx\r\ndebugtime 20\r\n",
                   b"STORED\r\nOK\r\n")
        same(server.ask(b"lru_crawler metadump all\r\n"), b"END\r\n", "what is over is not dumped")
        same(server.stats()["curr_items"], "1", "though the crawler has not come yet")
    with Server("-X") as server:
        for line, want in ((b"stats cachedump 1 0", b"CLIENT_ERROR stats cachedump not allowed"),
                           (b"lru_crawler metadump all", b"ERROR metadump not allowed"),
                           (b"lru_crawler mgdump all", b"ERROR key dump not allowed")):
            same(server.ask(line + b"\r\n"), want + b"\r\n", f"-X: {line.decode()}")


def dumps_that_end_anywhere():
    """A dump rests after some turns. Each item more makes it a turn longer, so one ends just there."""
    with Server("-R", "1", "-o", "track_sizes") as server:
        ends = []
        for number in range(12):
            server.ask(b"set key%d 0 0 1\r\nx\r\n" % number)
            for request in (b"lru_crawler metadump all\r\n", b"stats sizes\r\n"):
                with server.connect() as client:
                    ask(client, request, b"END\r\n")
                    try:
                        ends.append(ask(client, b"version\r\n"))
                    except TimeoutError:
                        ends.append(b"nothing after %d items" % (number + 1))
        same(set(ends), {b"VERSION 1.6.18-mcref\r\n"}, "after a dump of any length the client is heard")


def large_dump():
    """A dump whose reader is slow, of a table that grows meanwhile, and others who want answers."""
    count = 20000 if SANITIZED else 100000
    with Server("-m", "1024") as server, server.connect() as client, server.connect() as slow:

        def fill(first, last):
            for at in range(first, last, 500):
                client.sendall(b"".join(b"set key%07d 0 0 1 noreply\r\nx\r\n" % i
                                        for i in range(at, at + 500)))
            ask(client, b"mn\r\n")

        fill(0, count)
        before_kb = server.resident_kb()
        before_yields = int(server.stats()["conn_yields"])
        slow.sendall(b"lru_crawler metadump all\r\nversion\r\n")
        check(until(lambda: int(server.stats()["conn_yields"]) > before_yields),
              "a dump lets others have their turn")
        time.sleep(0.2)
        begun = time.monotonic()
        ask(client, b"get key0000001\r\n", b"END\r\n")
        check(time.monotonic() - begun < 20, "while a dump waits others are served")
        check(SANITIZED or server.resident_kb() - before_kb < 4096, "and it takes no memory")
        fill(count, 3 * count)
        dump = ask(slow, b"", b"mcref\r\n")
        keys = re.findall(rb"^key=key(\d+) exp", dump, re.M)
        check(len(set(keys)) == len(keys), "no key comes twice, though the table has grown")
        check(set(b"%07d" % i for i in range(count)) <= set(keys), "every key that was there comes")
        same(dump[-27:], b"END\r\nVERSION 1.6.18-mcref\r\n", "then END, and the next answer")


def tool():
    path = "/usr/share/memcached/scripts/memcached-tool"
    if not shutil.which(path):
        check(True, "memcached-tool # SKIP it is not installed")
        return
    with Server() as server:
        server.ask(b"set a 7 0 3\r\nabc\r\nset b%c 0 0 1\r\nx\r\n", b"STORED\r\nSTORED\r\n")

        def run(mode):
            done = subprocess.run([path, f"127.0.0.1:{server.port}", mode], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60, check=True)
            return done.stdout.decode(), done.stderr.decode()

        check(re.search(r"^  1 +4B +\d+s +1 +2 +yes +0 +0 +0$", run("display")[0], re.M),
              "memcached-tool display", run("display"))
        check(re.search(r"^ +curr_items +2\r?$", run("stats")[0], re.M), "stats", run("stats"))
        check(re.search(r"^ +maxbytes +67108864\r?$", run("settings")[0], re.M), "settings")
        same(sorted(re.findall(r"add \S+ \d+ \d+ \d+\r\n\w+\r\n", run("dump")[0])),
             ["add a 7 0 3\r\nabc\r\n", "add b%c 0 0 1\r\nx\r\n"], "dump")
        same(sorted(line.split()[0] for line in run("keys")[0].split("\n") if line),
             ["key=a", "key=b%25c"], "keys")


settings_follow()
memory_limit()
shutting_down()
manual_clock()
honest_counts()
statistics()
connections()
prefixes()
dumps()
dumps_that_end_anywhere()
large_dump()
tool()
finish()
