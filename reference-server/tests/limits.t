#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""limits.t - the real mcref under load: connections, memory, time, clients that are slow."""
import re
import resource
import sys
import time

from mcref import DEADLINE_S, SANITIZED, Server, ask, check, finish, same, until


def fill(server, items, size, prefix="key"):
    with server.connect() as client:
        value = b"v" * size
        requests = [f"set {prefix}{i:09} 0 0 {size}\r\n".encode() + value + b"\r\n"
                    for i in range(items)]
        answer = b""
        for at in range(0, items, 50):
            batch = requests[at:at + 50]
            client.sendall(b"".join(batch))
            part = b""
            while part.count(b"\r\n") < len(batch):
                part += client.recv(1 << 16)
            answer += part
        return answer.split(b"\r\n")[:-1]


def connection_limit():
    with Server("-c", "3") as server:
        clients = [server.connect() for _ in range(3)]
        answers = [ask(client, b"version\r\n") for client in clients]
        same(answers, [b"VERSION 1.6.18-mcref\r\n"] * 3, "-c 3 lets three in")
        with server.connect() as client:
            same(client.recv(100), b"ERROR Too many open connections\r\n", "the fourth is told")
            same(client.recv(100), b"", "and closed")
        clients.pop().close()
        check(until(lambda: server.ask(b"version\r\n") == b"VERSION 1.6.18-mcref\r\n"),
              "when one goes there is room again")
        for client in clients:
            client.close()
        check(until(lambda: int(server.stats().get("rejected_connections", 0)) >= 1),
              "rejected_connections counts")


def waiting_connections():
    with Server("-c", "2", "-o", "no_maxconns_fast") as server:
        first, second = server.connect(), server.connect()
        ask(first, b"version\r\n"), ask(second, b"version\r\n")
        with server.connect() as third:
            third.sendall(b"version\r\n")
            check(until(lambda: b"accepting_conns 0" in ask(first, b"stats\r\n", b"END\r\n")),
                  "no_maxconns_fast: above -c it stops accepting")
            third.settimeout(1.5)
            try:
                check(False, "the third waits", third.recv(100))
            except TimeoutError:
                check(True, "the third waits")
            second.close()
            third.settimeout(DEADLINE_S)
            same(third.recv(100), b"VERSION 1.6.18-mcref\r\n", "until there is room")
            stats = ask(first, b"stats\r\n", b"END\r\n")
            check(b"STAT listen_disabled_num 2\r\n" in stats
                  and b"STAT rejected_connections 0\r\n" in stats, "nobody is rejected", stats)
        first.close()


def longest_pause_s(busy, slow):
    """Talks for some seconds, both a little at a time; how long this script was held up at most."""
    pauses, born = [], time.monotonic()
    while time.monotonic() - born < 3.5:
        begun = time.monotonic()
        try:
            ask(busy, b"version\r\n")
            slow.sendall(b"v")
        except OSError:
            pass  # told by what follows
        time.sleep(0.2)
        pauses.append(time.monotonic() - begun)
    return max(pauses)


def idle_timeout():
    """Again if the script was held up so long that those who talk were idle as well."""
    with Server("-o", "idle_timeout=1") as server:
        for last in (False, False, False, False, True):
            with server.connect() as idle, server.connect() as busy, server.connect() as uploader, \
                    server.connect() as slow:
                kicks = int(server.stats().get("idle_kicks", 0))
                uploader.sendall(b"set k 0 0 5\r\nhe")
                if longest_pause_s(busy, slow) > 0.9 and not last:
                    continue
                same(idle.recv(100), b"", "idle_timeout=1 closes a silent client")
                same(ask(busy, b"version\r\n"), b"VERSION 1.6.18-mcref\r\n", "not one that talks")
                same(ask(slow, b"\r\n"), b"ERROR\r\n", "not one that sends a byte now and then")
                same(ask(uploader, b"llo\r\n"), b"STORED\r\n", "not in the middle of a value")
                check(b"STAT idle_kicks %d\r\n" % (kicks + 1) in ask(busy, b"stats\r\n", b"END\r\n"),
                      "idle_kicks counts")
                break


def fairness():
    with Server("-R", "1") as server:
        check(b"reqs_per_event 1\r\n" in server.ask(b"stats settings\r\n", b"END\r\n"), "-R 1")
        same(server.ask(b"mn\r\n" * 100 + b"get" + b" k" * 100 + b"\r\n", b"END\r\n"),
             b"MN\r\n" * 100 + b"END\r\n", "answers all the same")
        yields = int(server.stats()["conn_yields"])
        check(yields >= 199, "with a turn for others after every request and key", yields)


def ten_thousand():
    wanted = 10000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted + 100:
        check(True, f"10000 clients at once # SKIP the hard limit is {hard} open files")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted + 100, hard))
    with Server("-c", str(wanted + 10)) as server:
        before_kb = server.resident_kb()
        with server.connect() as one:
            ask(one, b"set k 0 0 5\r\nhello\r\n")
        clients = [server.connect() for _ in range(wanted)]
        for client in clients:
            client.sendall(b"get k\r\n")
        answers = {client.recv(100) for client in clients}
        same(answers, {b"VALUE k 0 5\r\nhello\r\nEND\r\n"}, "10000 clients at once are answered")
        same(server.stats()["curr_connections"], str(wanted + 1), "all are there")
        grown_kb = server.resident_kb() - before_kb
        check(SANITIZED or grown_kb < wanted * 2, "for less than 2 kB each", f"{grown_kb} kB")
        before_s = server.cpu_s()
        time.sleep(0.5)
        check(server.cpu_s() - before_s < 0.3, "and take no time while they are silent")
        slowest_s = 0
        for client in clients[::100]:
            begin = time.monotonic()
            ask(client, b"get k\r\n", b"END\r\n")
            slowest_s = max(slowest_s, time.monotonic() - begin)
        check(slowest_s < 20, "nor delay each other", f"{slowest_s:.3f} s")
        for client in clients:
            client.close()
        check(until(lambda: server.stats()["curr_connections"] == "1"), "all can go")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def without_descriptors():
    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (74, 74))

    with Server("-c", "10", preexec_fn=few_files) as server:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (14, 74))
        clients = [server.connect() for _ in range(9)]
        first = ask(clients[0], b"stats\r\n", b"END\r\n")
        check(until(lambda: b"accepting_conns 0" in ask(clients[0], b"stats\r\n", b"END\r\n")),
              "without a file descriptor left it stops accepting", first)
        for client in clients[1:5]:
            client.close()
        same(server.ask(b"version\r\n"), b"VERSION 1.6.18-mcref\r\n",
             "and goes on when there is one")


def memory():
    with Server("-m", "4", "-I", "1m") as server:
        before_kb = server.resident_kb()
        answers = fill(server, 2000, 10000)
        same(set(answers), {b"STORED"}, "-m 4 takes 20 megabytes of values")
        stats = server.stats()
        check(int(stats["evictions"]) > 1500, "by evicting", stats)
        check(int(stats["bytes"]) <= 4 << 20, "bytes stays within the limit", stats)
        grown_kb = server.resident_kb() - before_kb
        check(SANITIZED or grown_kb < 8 << 10, "and so does the process", f"{grown_kb} kB")
        same(server.ask(b"get key000000000\r\n"), b"END\r\n", "the oldest is gone")
        check(server.ask(b"get key000001999\r\n", b"END\r\n").startswith(b"VALUE "),
              "the newest is there")
    with Server("-m", "4", "-M") as server:
        answers = fill(server, 1000, 10000)
        same(set(answers), {b"STORED", b"SERVER_ERROR out of memory storing object"},
             "-M answers an error when memory is full")
        stats = server.stats()
        same((stats["evictions"], int(stats["store_no_memory"])),
             ("0", answers.count(b"SERVER_ERROR out of memory storing object")),
             "evicts nothing and counts")
        check(server.ask(b"get key000000000\r\n", b"END\r\n").startswith(b"VALUE "),
              "the oldest is still there")
        same(server.ask(b"set key000000000 0 0 100000\r\n" + b"v" * 100000
                        + b"\r\nget key000000000\r\n", b"END\r\n"),
             b"SERVER_ERROR out of memory storing object\r\nEND\r\n",
             "but not after a set that failed")
    with Server("-I", "2m") as server:
        same(server.ask(b"set k 0 0 1500000\r\n" + b"v" * 1500000 + b"\r\n"), b"STORED\r\n",
             "-I 2m takes more than a megabyte")
    with Server("-I", "1k", "-o", "slab_chunk_max=1024") as server:
        same(server.ask(b"set k 0 0 2000\r\n" + b"v" * 2000 + b"\r\nversion\r\n",
                        b"mcref\r\n"),
             b"SERVER_ERROR object too large for cache\r\nVERSION 1.6.18-mcref\r\n",
             "-I 1k refuses 2000 bytes and swallows them")


def refused_memory():
    if SANITIZED:
        check(True, "malloc refuses # SKIP a sanitizer aborts instead")
        return

    def little_memory():
        resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))

    with Server("-m", "4096", "-I", "1024m", preexec_fn=little_memory) as server:
        with server.connect() as client:
            client.sendall(b"set k 0 0 500000000\r\n")
            same(client.recv(100), b"SERVER_ERROR out of memory storing object\r\n",
                 "when malloc refuses, the client is told")
        same(server.ask(b"version\r\n"), b"VERSION 1.6.18-mcref\r\n", "and the server lives")


def expiry():
    """The times are the server's own, told right before and after each get."""
    with Server() as server, server.connect() as client:
        def ask_at(request):
            """The answer, and the seconds in which it can have been given."""
            told = ask(client, b"stats\r\n" + request + b"stats\r\nmn\r\n", b"MN\r\n")
            first, last = (int(time) for time in re.findall(rb"STAT time (\d+)\r\n", told))
            return told.split(b"END\r\n", 1)[1].split(b"STAT ", 1)[0], first, last

        for seconds in (1, 3):
            _, first, last = ask_at(b"set k 0 %d 1\r\nx\r\n" % seconds)
            answer, before, after = ask_at(b"get k\r\n")
            while answer != b"END\r\n" and before < last + seconds:
                time.sleep(0.02)
                answer, before, after = ask_at(b"get k\r\n")
            check(answer == b"END\r\n" and after >= first + seconds,
                  f"an item of {seconds} s is there until {seconds} s have passed, and not longer",
                  (first, last, before, after, answer))


def slow_clients():
    value = b"v" * 1000000
    with Server() as server:
        with server.connect() as slow, server.connect() as other, server.connect() as uploader:
            same(ask(slow, b"set large 0 0 1000000\r\n" + value + b"\r\n"), b"STORED\r\n",
                 "a megabyte is stored")
            before_kb = server.resident_kb()
            slow.sendall(b"get" + b" large" * 600 + b"\r\n")
            uploader.sendall(b"set upload 0 0 1000000\r\n" + value[:500000])
            slowest_s = 0
            for i in range(200):
                begin = time.monotonic()
                answer = ask(other, b"set k 0 0 1\r\nx\r\nget k\r\n", b"END\r\n")
                slowest_s = max(slowest_s, time.monotonic() - begin)
            same(answer, b"STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n",
                 "others are served beside a client that does not read 600 megabytes")
            check(slowest_s < 20, "without delay", f"{slowest_s:.3f} s")
            grown_kb = server.resident_kb() - before_kb
            check(grown_kb < 4096, "and without memory for them", f"{grown_kb} kB")
            same(ask(uploader, value[500000:] + b"\r\n"), b"STORED\r\n",
                 "and beside half an upload")
            length = 600 * (len("VALUE large 0 1000000\r\n") + 1000002) + len("END\r\n")
            got = 0
            while got < length:
                got += len(slow.recv(1 << 20))
            same(ask(slow, b"version\r\n"), b"VERSION 1.6.18-mcref\r\n",
                 "who reads at last gets all of it, and nothing more")
    with Server() as server:
        with server.connect() as client:
            for byte in b"set k 0 0 5\r\nhello\r\nget k\r\n":
                client.sendall(bytes([byte]))
            same(ask(client, b"", b"END\r\n"), b"STORED\r\nVALUE k 0 5\r\nhello\r\nEND\r\n",
                 "a client may send one byte at a time")
        keys = b" ".join(b"key%d" % i for i in range(50000))
        same(server.ask(b"get " + keys + b"\r\n", b"END\r\n"), b"END\r\n",
             "a get of 50000 keys is answered")


def idle_clients():
    with Server("-c", "1500") as server:
        before_kb = server.resident_kb()
        try:
            clients = [server.connect() for _ in range(500)]
        except OSError as error:
            check(True, f"500 idle clients # SKIP {error}")
            return
        for client in clients:
            ask(client, b"get nothing\r\n", b"END\r\n")
        grown = (server.resident_kb() - before_kb) * 1024 // len(clients)
        check(SANITIZED or grown < 1024, "an idle client costs less than 1 kB", f"{grown} bytes")
        for client in clients:
            client.sendall(b"get half a line")
        until(lambda: int(server.stats()["bytes_read"]) >= 500 * 28)
        grown = (server.resident_kb() - before_kb) * 1024 // len(clients)
        check(SANITIZED or grown < 2048, "one that sent half a line less than 2 kB",
              f"{grown} bytes")
        for client in clients:
            client.close()
        check(until(lambda: server.stats()["curr_connections"] == "1"), "and all can go")


connection_limit()
waiting_connections()
idle_timeout()
fairness()
ten_thousand()
if sys.platform == "linux":
    without_descriptors()
memory()
refused_memory()
expiry()
slow_clients()
idle_clients()
finish()
