#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""server.t - the real mcref as a program: starting, stopping, options, listeners, stats."""
import os
import re
import signal
import socket
import tempfile

from mcref import DEADLINE_S, Server, ask, check, finish, free_port, on_free_port, run, runs, same, until


def starting_and_stopping(folder):
    with Server() as server:
        check(re.fullmatch(r"mcref: listening on 127\.0\.0\.1:\d+", server.lines[0]),
              "-p 0 says which port it is", server.lines)
        same(server.ask(b"version\r\n"), b"VERSION 1.6.18-mcref\r\n", "and answers there")
        same(server.stop(signal.SIGTERM), 0, "SIGTERM stops it with exit code 0")
        same(server.errors, "", "and without a word")
    with Server() as server:
        with server.connect() as client:
            ask(client, b"version\r\n")
            same(server.stop(signal.SIGINT), 0, "SIGINT stops it, clients or not")
            same(client.recv(10), b"", "which are closed")
    pid_file = os.path.join(folder, "foreground.pid")
    with Server("-P", pid_file) as server:
        same(open(pid_file).read(), f"{server.process.pid}\n", "-P writes the process id")
        server.stop()
        check(not os.path.exists(pid_file), "and the file goes with the server")
    with Server() as server:
        client = server.connect()
        client.sendall(b"get a\r\n" * 100000)
        client.close()
        same(server.ask(b"version\r\n"), b"VERSION 1.6.18-mcref\r\n",
             "a client that hangs up in the middle of its answers does no harm")


def daemon(folder):
    """The line of every tutorial, with only the program's name changed."""
    pid_file = os.path.join(folder, "mcref.pid")
    for _ in range(5):  # somebody else may take the port first
        port = free_port()
        line = ["-d", "-m", "10", "-u", "root", "-l", "127.0.0.1", "-p", str(port), "-c", "256", "-P",
                pid_file]
        started = run(*line)
        if "Address already in use" not in started[2]:
            break
    same(started, (0, "", ""), "the daemon's starter returns with 0 and says nothing")
    pid = int(open(pid_file).read())
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S) as client:
        same(ask(client, b"set product_count 0 0 3 \r\n900\r\n"), b"STORED\r\n",
             "and the daemon answers at once")
        settings = ask(client, b"stats settings\r\n", b"END\r\n")
        check(b"STAT maxbytes 10485760\r\n" in settings and b"STAT maxconns 256\r\n" in settings,
              "with the settings asked for", settings)
    code, _, errors = run(*line)
    same(code, 69, "a second one on the same port is told to the caller: exit code 69")
    same(errors, f"mcref: cannot listen on 127.0.0.1:{port}: binding: Address already in use\n",
         "and says why")
    same(int(open(pid_file).read()), pid, "it leaves the pid file of the first alone")
    os.kill(pid, signal.SIGTERM)
    check(until(lambda: not os.path.exists(pid_file)), "SIGTERM removes the pid file")
    check(until(lambda: not runs(pid)), "and the daemon is gone")
    code, _, errors = run("-d", "-l", "127.0.0.1", "-p", "0", "-P", folder + "/no/such/folder/x")
    same(code, 73, "a pid file that cannot be written: exit code 73")
    check("cannot write" in errors and "No such file" in errors, "and says why", errors)


def bad_options():
    for options, word in ((["-z"], "unknown option '-z'"), (["-p", "x"], "got 'x'"),
                          (["-U", "x"], "got 'x'"), (["extra"], "got 'extra'"),
                          (["-o", "none_such"], "unknown word 'none_such'"),
                          (["-o", "idle_timeout"], "expected idle_timeout=<s>, got no value"),
                          (["-o", "maxconns_fast=1"], "expected no value, got '1'"),
                          (["-o", "idle_timeout=1,ext_path=/x"], "-o ext_path: mcref does not"),
                          (["-e", "/x"], "mcref does not have"), (["-R", "0"], "got '0'"),
                          (["-l", "nonsense:port"], "expected host, host:port"),
                          (["-l", "[::1"], "expected host, host:port")):
        code, out, errors = run(*options)
        check(code == 64 and out == "" and word in errors and errors.startswith("mcref: "),
              f"mcref {' '.join(options)}: exit code 64 and why", (code, out, errors))
    code, _, errors = run("-l", "no-such-host.invalid", "-p", "0",  # no name server may be there either
                          env=dict(os.environ, RES_OPTIONS="timeout:1 attempts:1"))
    check(code == 69 and "no-such-host.invalid" in errors, "a host that does not exist", errors)
    if os.geteuid() == 0:
        code, _, errors = run("-u", "no-such-user", "-p", "0")
        check(code == 67 and "no-such-user" in errors, "a user that does not exist", errors)
    with Server("-f", "1.25", "-o", "hashpower=20,modern") as server:
        same(server.ask(b"version\r\n"), b"VERSION 1.6.18-mcref\r\n",
             "options of memcached without a meaning here are taken")
        server.stop()
        check("-f, --slab-growth-factor: accepted, but has no effect" in server.errors
              and "-o hashpower: accepted" in server.errors, "with a note", server.errors)
    code, out, errors = run("--help")
    check(code == 0 and "--memory-limit=<num>" in out and "idle_timeout=<s>" in out and "Exit codes" in out and not errors,
          "--help", (code, out, errors))
    same(run("-V"), (0, "mcref 1.6.18-mcref\n", ""), "-V")


def listening(folder):
    with Server(where=("-l", "127.0.0.1", "--listen=127.0.0.2,127.0.0.3", "-p", "0"),
                lines=3) as server:
        ports = [int(line.rsplit(":", 1)[1]) for line in server.lines]
        answers = []
        for host, port in zip(("127.0.0.1", "127.0.0.2", "127.0.0.3"), ports):
            with socket.create_connection((host, port), timeout=DEADLINE_S) as client:
                answers.append(ask(client, b"version\r\n"))
        same(answers, [b"VERSION 1.6.18-mcref\r\n"] * 3, "three listeners, a line each")
    server, port = on_free_port(lambda port: Server(where=("-l", f"127.0.0.1:{port}", "-p", "1")))
    with server:
        same(server.lines, [f"mcref: listening on 127.0.0.1:{port}"], "-l with a port of its own")
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        with Server(where=("-l", "[::1]:0")) as server:
            check(server.lines[0].startswith("mcref: listening on [::1]:"), "IPv6", server.lines)
            with server.connect("::1") as client:
                same(ask(client, b"version\r\n"), b"VERSION 1.6.18-mcref\r\n", "and it answers")
    except OSError as error:
        check(True, f"IPv6 # SKIP {error}")
        check(True, "and it answers # SKIP")
    path = os.path.join(folder, "socket")
    with Server(where=("-s", path, "-a", "600")) as server:
        same(server.lines, [f"mcref: listening on {path}"], "a Unix socket")
        same(os.stat(path).st_mode & 0o777, 0o600, "-a sets its permissions")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            same(ask(client, b"version\r\n"), b"VERSION 1.6.18-mcref\r\n", "and it answers")
        code, _, errors = run("-s", path)
        check(code == 69 and "in use" in errors, "a path in use is not taken away", errors)
        server.stop()
        check(not os.path.exists(path), "the socket goes with the server")
    with Server(where=("-s", path)) as server:
        server.process.kill()
        server.process.wait()
    with Server(where=("-s", path)) as server:
        check(os.path.exists(path), "a socket left behind by a dead server is replaced")
    with open(path, "w"):
        code, _, errors = run("-s", path)
        check(code == 69 and "in use" in errors and os.path.exists(path),
              "a file that is no socket is left alone", errors)


def switches():
    with Server("-C") as server:
        same(server.ask(b"set k 0 0 1\r\nx\r\ngets k\r\ncas k 0 0 1 0\r\ny\r\n"
                        b"cas k 0 0 1 1\r\ny\r\ncas no 0 0 1 1\r\ny\r\n", b"NOT_FOUND\r\n"),
             b"STORED\r\nVALUE k 0 1 0\r\nx\r\nEND\r\nEXISTS\r\nEXISTS\r\nNOT_FOUND\r\n", "-C")
        same(server.ask(b"flush_all\r\nset k 0 0 1\r\nx\r\nget k\r\n", b"END\r\n"),
             b"OK\r\nSTORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n", "flush_all works without cas")
    with Server("-F") as server:
        same(server.ask(b"set k 0 0 1\r\nx\r\nflush_all\r\nget k\r\n", b"END\r\n"),
             b"STORED\r\nCLIENT_ERROR flush_all not allowed\r\nVALUE k 0 1\r\nx\r\nEND\r\n", "-F")
        same(server.stats()["cmd_flush"], "1", "and counts the try")
    with Server("-t", "7", "-b", "5", "-vv") as server:
        server.ask(b"verbosity x\r\n")
        stats = server.stats()
        same(stats["threads"], "7", "-t is shown")
        server.stop()
        check(re.search(r"^<\d+ verbosity x$", server.errors, re.M)
              and re.search(r"^>\d+ CLIENT_ERROR bad", server.errors, re.M),
              "-vv shows commands and answers", server.errors)
    with Server("-v") as server:
        with server.connect() as client:
            client.sendall(b"\x80" + b"\0" * 23)
            same(client.recv(100)[6:8], b"\0\4", "a bad binary request is told so")
        server.stop()
        check("closed: bad binary request" in server.errors, "-v says it, too", server.errors)


def statistics():
    with Server() as server:
        with server.connect() as client:
            ask(client, b"set k 0 0 1\r\nx\r\nget k\r\nget no\r\nincr no 1\r\ndelete no\r\n"
                        b"touch k 0\r\ncas k 0 0 1 99\r\nx\r\n", b"EXISTS\r\n")
            stats = server.stats()
            wanted = {"cmd_set": "2", "cmd_get": "2", "get_hits": "1", "get_misses": "1",
                      "incr_misses": "1", "delete_misses": "1", "cmd_touch": "1",
                      "touch_hits": "1", "cas_badval": "1", "curr_items": "1",
                      "total_items": "1", "curr_connections": "2", "version": "1.6.18-mcref",
                      "pid": str(server.process.pid), "limit_maxbytes": "67108864"}
            same({name: stats.get(name) for name in wanted}, wanted, "stats counts as named")
            before = int(server.stats()["bytes_read"])
            ask(client, b"get zzzz\r\n")
            same(int(server.stats()["bytes_read"]) - before, len("get zzzz\r\nstats\r\n"),
                 "bytes_read counts bytes")
            check(b"items:1:number 1\r\n" in ask(client, b"stats items\r\n", b"END\r\n"),
                  "stats items counts items")
            same(ask(client, b"stats reset\r\n"), b"RESET\r\n", "stats reset")
            stats = server.stats()
            same((stats["cmd_set"], stats["curr_items"]), ("0", "1"), "clears counters only")
            ask(client, b"flush_all\r\n")
            check(until(lambda: server.stats()["curr_items"] == "0"),
                  "what was flushed is swept away without being asked for")


with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path has 108 bytes at most
    starting_and_stopping(folder)
    daemon(folder)
    bad_options()
    listening(folder)
switches()
statistics()
finish()
