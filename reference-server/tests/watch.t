#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""watch.t - the log lines of mcref: each stream, and watchers that do not read."""
import re
import time

from mcref import SANITIZED, Server, ask, check, finish, same, until


def watch(server, *streams):
    client = server.connect()
    same(ask(client, b"watch " + " ".join(streams).encode() + b"\r\n"), b"OK\r\n",
         "watch " + " ".join(streams))
    return client


def lines(client, count):
    text = b""
    while text.count(b"\n") < count:
        text += client.recv(1 << 16)
    return [re.sub(r"^ts=\d+\.\d{6} gid=\d+ ", "", line)
            for line in re.sub(r"cfd=\d+", "cfd=N", text.decode()).split("\n")[:-1]]


def lines_of_ports(client, ports):
    """A line for each of them that opens, one that closes. Clients of before may close meanwhile."""
    seen = []
    while len(seen) < 2 * len(ports):
        seen += [line for line in lines(client, 1) if any(f"rport={port} " in line for port in ports)]
    return seen


WATCHED = (
    ("get a,b", "type=item_get key=a%2Cb status=not_found clsid=0 cfd=N size=0"),
    ("set a,b 0 100 3~abc", "type=item_get key=a%2Cb status=not_found clsid=0 cfd=N size=0",
     "type=item_store key=a%2Cb status=stored cmd=set ttl=100 clsid=1 cfd=N size=3"),
    ("touch a,b 20", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=3"),
    ("add a,b 0 0 1~x", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=3",
     "type=item_store key=a%2Cb status=not_stored cmd=add ttl=0 clsid=1 cfd=N size=1"),
    ("append a,b 0 0 1~x", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=3",
     "type=item_store key=a%2Cb status=stored cmd=append ttl=0 clsid=1 cfd=N size=4"),
    ("cas a,b 0 0 1 1000~x", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=4",
     "type=item_store key=a%2Cb status=exists cmd=cas ttl=0 clsid=1 cfd=N size=1"),
    ("incr a,b 1", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=4"),
    ("delete a,b", "type=item_get key=a%2Cb status=found clsid=1 cfd=N size=4"),
    ("delete a,b", "type=item_get key=a%2Cb status=not_found clsid=0 cfd=N size=0"),
    ("ms f 1 T50~x", "type=item_get key=f status=not_found clsid=0 cfd=N size=0",
     "type=item_store key=f status=stored cmd=set ttl=50 clsid=1 cfd=N size=1"),
)


def watch_lines(connect, watcher):
    """What a watcher of fetchers and mutations sees of each request of WATCHED."""
    seen = []
    with connect() as client:
        for request, *want in WATCHED:
            ask(client, request.replace("~", "\r\n").encode() + b"\r\n")
            seen.append((request, *lines(watcher, len(want))))
    return seen


def watching():
    with Server() as server:
        watcher = watch(server, "fetchers", "mutations")
        same(watch_lines(server.connect, watcher), list(WATCHED), "the lines of fetchers, mutations")
        with server.connect() as client:
            ask(client, b"set big 0 0 2000000\r\n" + b"x" * 2000000 + b"\r\n")
        same(lines(watcher, 2)[1], "type=item_store key=big status=too_large cmd=set ttl=0 clsid=0 "
             "cfd=N size=2000000", "a refused value")
        watcher.sendall(b"get x\r\nquit\r\n")
        server.ask(b"get y\r\n")
        same(lines(watcher, 1), ["type=item_get key=y status=not_found clsid=0 cfd=N size=0"],
             "a watcher is not answered")
        same(server.stats()["log_watchers"], "1", "log_watchers")
        watcher.close()
        check(until(lambda: server.stats()["log_watchers"] == "0"), "and it is gone")
        watcher = watch(server, "deletions")
        with server.connect() as client:
            ask(client, b"set a 0 0 2\r\nxx\r\ndelete a\r\ndelete a\r\nms a 1\r\nx\r\nmd a\r\n",
                b"HD\r\nHD\r\n")
        same(lines(watcher, 2), ["type=deleted key=a cmd=delete clsid=1 size=2",
                                 "type=deleted key=a cmd=md clsid=1 size=1"], "deletions")
        other = watch(server, "fetchers")
        with server.connect() as client:
            ask(client, b"set b 0 0 1\r\nx\r\ndelete b\r\n", b"DELETED\r\n")
        same((len(lines(other, 2)), lines(watcher, 1)),
             (2, ["type=deleted key=b cmd=delete clsid=1 size=1"]), "two watchers, two streams")
        other.close()
        watcher.close()
        watcher = watch(server, "connevents")
        ports = []
        with server.connect() as client:
            ports.append(client.getsockname()[1])
            ask(client, b"version\r\n")
        with server.connect() as client:
            ports.append(client.getsockname()[1])
            client.sendall(b"x" * 5000)
            client.recv(1)
        head, tail = "rip=127.0.0.1 rport=", " transport=tcp"
        seen = lines_of_ports(watcher, ports)
        same(seen[:2], [f"type=conn_new {head}{ports[0]}{tail} cfd=N",
                        f"type=conn_close {head}{ports[0]}{tail} reason=normal cfd=N"], "connevents")
        check("reason=error" in seen[3], "a bad line is an error", seen)
        watcher.close()
        watchers = [watch(server) for _ in range(20)]
        same(server.ask(b"watch\r\n"), b"WATCHER_TOO_MANY log watcher limit reached\r\n", "the 21st")
        for watcher in watchers:
            watcher.close()
        same(server.ask(b"version\r\nwatch\r\n", b"watch\r\n"), b"VERSION 1.6.18-mcref\r\n"
             b"ERROR cannot pipeline other commands before watch\r\n", "watch cannot follow others")
    with Server("-o", "idle_timeout=1") as server:
        watcher = watch(server, "fetchers")
        time.sleep(3.2)
        same(server.stats()["log_watchers"], "1", "a watcher is never idle")
    with Server("-W") as server:
        same(server.ask(b"watch\r\n"), b"CLIENT_ERROR watch commands not allowed\r\n", "-W")
    with Server("-m", "2", "-I", "1m") as server:
        watcher = watch(server, "evictions")
        with server.connect() as client:
            for i in range(4):
                ask(client, b"set key%d 0 0 700000\r\n%b\r\n" % (i, b"x" * 700000))
        line = lines(watcher, 1)[0]  # la tells how many seconds ago key0 was used
        check(re.fullmatch(r"type=eviction key=key0 fetch=no ttl=-1 la=\d+ clsid=1 size=700000", line),
              "evictions", line)
    with Server("-m", "2", "-I", "1m", "--clock", "manual") as server:
        watcher = watch(server, "evictions")
        with server.connect() as client:
            ask(client, b"debugtime 100\r\n", b"OK\r\n")
            for i, move in enumerate((-50, 0, 60, 0)):
                ask(client, b"set key%d 0 0 700000\r\n%b\r\n" % (i, b"x" * 700000))
                ask(client, b"debugtime %d\r\n" % move, b"OK\r\n")
        same([re.search(r"key=key\d .*la=\d+", line).group() for line in lines(watcher, 2)],
             ["key=key0 fetch=no ttl=-1 la=0", "key=key1 fetch=no ttl=-1 la=60"],
             "la= counts from the last use, and is 0 where the clock was moved back")


def slow_watcher():
    with Server() as server:
        watcher = watch(server, "fetchers")
        before_kb = server.resident_kb()
        with server.connect() as client:
            request = b"get " + b" ".join(b"key%05d" % i for i in range(200)) + b"\r\n"
            for _ in range(300 if SANITIZED else 1000):
                ask(client, request, b"END\r\n")
        stats = server.stats()
        check(int(stats["log_watcher_skipped"]) > 1000, "a watcher that does not read misses lines",
              stats)
        same(int(stats["log_worker_written"]),
             int(stats["log_watcher_sent"]) + int(stats["log_watcher_skipped"]), "every line is counted")
        check(SANITIZED or server.resident_kb() - before_kb < 2048, "memory is bounded")
        read = b""
        while read.count(b"type=item_get") < int(stats["log_watcher_sent"]):
            read += watcher.recv(1 << 20)
        server.ask(b"get last\r\n")
        while b" key=last " not in read:
            read += watcher.recv(1 << 20)
        told = sum(int(n) for n in re.findall(rb"^skipped=(\d+)$", read, re.M))
        same(told, int(stats["log_watcher_skipped"]), "and is told how many")
        same(read.count(b"type=item_get"), int(stats["log_watcher_sent"]) + 1, "the rest has come")


watching()
slow_watcher()
finish()
