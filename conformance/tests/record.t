#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""`mctap record`: traffic of real clients becomes scenarios that lint, replay green on memcached and
mcref, and red on a server with a bug; keys, cas uniques and times are general; every way to end."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MEMCACHED, Points, mctap, mctap_end, mctap_start, memcached_start

points = Points()
CLIENTS = "reference-server/tests/clients"
FOLDER = pathlib.Path(tempfile.mkdtemp())
BUGGY = MCREF + " -l 127.0.0.1 -p {port} --bug "


class Server:
    """Debian's memcached on a free port, empty."""

    def __enter__(self):
        self.process, port = memcached_start()
        self.address = f"127.0.0.1:{port}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def record(name, *arguments, limit=120):
    """Records; the Run and the file."""
    file = FOLDER / f"{name}.json"
    with Server() as server:
        run = mctap("record", "--target", server.address, "--out", str(file), *arguments,
                    limit=limit)
    points.ok(not run.left_behind and not run.sanitized() and run.code != "hangs",
              f"clean: record {name}", *run.left_behind, run.err)
    return run, file


def replays(name, file, bugs=()):
    lint = mctap("lint", str(file))
    points.equal(lint.code, 0, f"{name}: the file lints", lint.text)
    for server, spawn in (("memcached", MEMCACHED), ("mcref", MCREF + " -l 127.0.0.1 -p {port}")):
        run = mctap("run", "--strict", "--file", str(file), "--spawn", spawn, "--timeout",
                    "20000", limit=120)
        points.equal(run.code, 0, f"{name}: green on {server}", run.text)
    for bug in bugs:
        run = mctap("run", "--strict", "--file", str(file), "--spawn", BUGGY + bug,
                    "--timeout", "5000", limit=120)
        points.equal(run.code, 1, f"{name}: red on mcref with {bug}", run.text)


def real_clients():
    for name, command, bugs in (
            ("python-memcached", ["/usr/bin/python3", "-B", f"{CLIENTS}/python-memcache.py"],
             ["set-forgets-flags", "append-in-front", "get-stops-at-miss", "flush-ignored"]),
            ("shop", ["/usr/bin/python3", "-B", f"{CLIENTS}/python-memcache-shop.py"],
             ["cas-ignores-unique", "cas-unique-of-value"]),
            ("pylibmc", ["/usr/bin/python3", "-B", f"{CLIENTS}/python-pylibmc.py"],
             ["cas-reusable", "delete-keeps"]),
            ("pylibmc-binary", ["/usr/bin/python3", "-B", f"{CLIENTS}/python-pylibmc.py", "binary"],
             ["add-is-set"]),
            ("perl", ["perl", f"{CLIENTS}/perl-cache-memcached.pl"], ["replace-creates"]),
            ("perl-fast", ["perl", f"{CLIENTS}/perl-cache-memcached-fast.pl"], ["incr-keeps"]),
            ("memcached-tool", ["perl", "/usr/share/memcached/scripts/memcached-tool",
                                "{address}", "stats"], [])):
        run, file = record(name, "--name", f"traffic of {name}", "--", *command)
        points.equal(run.code, 0, f"{name}: exit 0", run.text)
        replays(name, file, bugs)


class Client:
    """A connection by hand, to a recording that is under way."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)

    def ask(self, request, end=b"\r\n"):
        self.socket.sendall(request)
        reply = b""
        while not reply.endswith(end):
            reply += self.socket.recv(65536)
        return reply

    def close(self):
        self.socket.close()


def by_hand(name, talk, *arguments, stop=None):
    """Records what talk(port) does; the Run, the file, and its first scenario."""
    file = FOLDER / f"{name}.json"
    with Server() as server:
        process = mctap_start("record", "--target", server.address, "--out", str(file), *arguments)
        line = process.stderr.readline().decode()
        talk(int(line.split("listening on 127.0.0.1:")[1].split(",")[0]))
        if stop:
            process.send_signal(stop)
        run = mctap_end(process, 60)
    points.ok(not run.left_behind and not run.sanitized() and run.code != "hangs",
              f"clean: record {name}", *run.left_behind, run.err)
    scenario = json.loads(file.read_text())["scenarios"][0] if file.exists() else {}
    return run, file, scenario


def general():
    """Keys, uniques, times, sessions, silence, strange bytes."""
    def talk(port):
        first, second = Client(port), Client(port)
        now = int(time.time())
        first.ask(b"set {a}b 0 %d 4\r\n{{x}\r\n" % (now + 1000))
        first.ask(b"gets {a}b\r\n", b"END\r\n")
        unique = second.ask(b"gets {a}b other\r\n", b"END\r\n").split()[4]
        first.ask(b"cas {a}b 5 0 3 %s\r\nnew\r\n" % unique)
        second.ask(b"cas {a}b 5 0 3 %s\r\nold\r\n" % unique)
        first.ask(b"set quiet 0 0 1 noreply\r\nx\r\nget quiet\r\n", b"END\r\n")
        first.ask(b"set " + b"k" * 200 + b" 0 0 6\r\n\x00\x01\x02\xff\r\n\r\n")
        first.ask(b"get " + b"k" * 200 + b"\r\n", b"END\r\n")
        first.socket.sendall(b"delete quiet noreply\r\n")
        second.ask(b"mg {a}b v c t k\r\n")
        second.ask(b"set long 0 0 300\r\n" + b"y" * 300 + b"\r\n")
        second.ask(b"incr quiet2 1\r\n")
        second.ask(b"touch {a}b 100\r\n")
        second.ask(b"set brief 0 1 1\r\nx\r\n")
        time.sleep(2.1)
        second.ask(b"get brief\r\n", b"END\r\n")
        first.socket.sendall(b"quit\r\n")
        first.socket.recv(10)
        second.close()
    run, file, scenario = by_hand("general", talk)
    points.equal(run.code, 0, "exit 0 when the last client has gone", run.text)
    text = file.read_text()
    points.says(text, r"set \S+ 0 \{now\+10\d\d\} 4", "an absolute exptime moves with the clock")
    for wanted, claim in (("{{{{x}}", "braces are doubled"),
                          ('"as": "c2"', "connections are sessions"),
                          ("=u64}", "cas uniques are captured"),
                          (" 5 0 3 {cas", "and sent back by name"),
                          ("cas2 == cas1", "equal ones stay equal"),
                          ('"length": 200', "a long key keeps its length"),
                          ('"hex": "000102ff0d0a"', "a binary value is hex"),
                          ('"repeat": "y", "count": 300', "a run of bytes is a repeat"),
                          ('"wait_ms"', "a pause is kept"), ('"needs": ["touch", "meta"]', "needs"),
                          ('"closes": true', "quit closes")):
        points.ok(wanted in text, claim, wanted, text)
    points.ok(b"kkkkkkkkkkkkkkkkkkkkkkk" not in file.read_bytes(), "no key stands as it was", text)
    silent = [step for step in scenario["steps"] if step.get("expect") == ""]
    points.equal(len(silent), 1, "noreply alone is silence", text)
    replays("general", file, ["cas-ignores-unique", "expiry-ignored", "value-stops-at-nul"])


def pipelined():
    """Requests that are sent while replies to earlier ones are under way."""
    def talk(port):
        client = Client(port)
        client.socket.sendall(b"".join(b"set p%d 0 0 3\r\nabc\r\n" % i for i in range(50)) + b"set last 0 0 3\r\n")
        client.socket.recv(10)
        client.socket.sendall(b"xyz\r\nget last\r\n")
        while not client.socket.recv(65536).endswith(b"END\r\n"):
            pass
        client.close()
    run, file, _ = by_hand("pipelined", talk)
    points.equal(run.code, 0, "pipelined: exit 0", run.text)
    replays("pipelined", file, ["get-no-end"])


def mute(words):
    """A target that answers one request and then nothing, and a client that waits: the Run, the
    file, the steps in it. A machine that is too slow to record the one request has more time."""
    for seconds in (1, 5, 25):
        file = FOLDER / f"mute-{seconds}-{len(words)}.json"
        with socket.create_server(("127.0.0.1", 0)) as target:
            target.settimeout(60)
            client = server = target  # until there are some
            process = mctap_start("record", "--target", "127.0.0.1:%d" % target.getsockname()[1],
                                  "--out", str(file), "--idle", str(seconds), *words)
            line = process.stderr.readline().decode()
            try:
                client = Client(int(line.split("listening on 127.0.0.1:")[1].split(",")[0]))
                client.socket.sendall(b"version\r\n")
                while not (server := target.accept()[0]).recv(99):
                    server.close()  # mctap asked whether anybody listens
                server.sendall(b"VERSION 1.6.18\r\n")
                client.socket.recv(99)
                client.socket.sendall(b"get k\r\n")
            except OSError as error:
                print(f"# within {seconds} s this machine did not get so far: {error}")
            run = mctap_end(process, 60)
            client.close()
            server.close()
        steps = len(json.loads(file.read_text())["scenarios"][0]["steps"]) if file.exists() else 0
        if steps > 0 or run.code == "hangs":
            break
    return run, file, steps


def endings():
    for name, number in (("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM)):
        kept = []

        def talk(port):
            kept.append(Client(port))
            kept[0].ask(b"set k 0 0 1\r\nx\r\n")
        run, file, scenario = by_hand(name, talk, stop=number)
        points.equal((run.code, len(scenario.get("steps", []))), (0, 1),
                     f"{name} ends a recording and the file is written", run.text)

    def half(port):
        client = Client(port)
        client.ask(b"set k 0 0 1\r\nx\r\n")
        client.socket.sendall(b"set k 0 0 10\r\nhalf")
        client.close()
    run, file, scenario = by_hand("half", half)
    points.equal((run.code, len(scenario["steps"])), (0, 1), "half a request is left out", run.text)
    points.says(run.err, "1 request or reply ended in the middle; left out", "and told")

    def gone(sent, target_closes=True):
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with silent:
            process = mctap_start("record", "--target", "127.0.0.1:%d" % silent.getsockname()[1],
                                  "--out", str(FOLDER / "gone.json"))
            line = process.stderr.readline().decode()
            client = Client(int(line.split("listening on 127.0.0.1:")[1].split(",")[0]))
            client.socket.sendall(sent)
            while not (server := silent.accept()[0]).recv(99):
                server.close()  # mctap asked whether anybody listens
            client.close()
            server.recv(99)
            if target_closes:
                server.close()
            run = mctap_end(process, 60)
            server.close()
            return run
    for sent, code, says in ((b"get k\r\n", 5, "1 time the client went before a reply came; left out"),
                             (b"set k 0 0 1 noreply\r\nx\r\n", 0, "1 connection, 1 step( |\n)")):
        run = gone(sent)
        points.equal(run.code, code, f"exit {code}: no reply came to {sent}", run.text)
        points.says(run.err, says, "and told")
    run = gone(b"set k 0 0 1 noreply\r\nx\r\n", target_closes=False)
    points.equal(run.code, 0, "exit 0: the target neither answers nor closes", run.text)
    points.says(run.err, "on 1 connection 127.0.0.1:[0-9]+ neither answered nor closed within 5000 ms", "and told")

    for words in ((), ("--", "sleep", "600")):
        run, file, steps = mute(words)
        points.equal((run.code, steps), (1, 1), f"exit 1: the target falls mute; the file is written {words}", run.text)
        points.says(run.err, "nothing travelled for [0-9]+ s on 1 open connection", "and told")
        points.equal(mctap("lint", str(file)).code, 0, "and the file lints", file.read_text())

    run, _ = record("failing", "--", "sh", "-c", "printf 'version\\r\\nquit\\r\\n' | "
                    "/usr/bin/python3 -c 'import socket, sys; s = socket.create_connection((\"127.0.0.1\", {port})); "
                    "s.sendall(sys.stdin.buffer.read()); s.recv(99)'; exit 9")
    points.equal(run.code, 1, "exit 1: the client failed; the file is written", run.text)
    run, file = record("nothing", "--", "true")
    points.equal((run.code, file.exists()), (5, False), "exit 5: nothing was recorded", run.text)
    run = mctap("record", "--target", "127.0.0.1:1", "--", "/usr/bin/python3", "-c",
                "import socket; socket.create_connection(('127.0.0.1', {port})).recv(1)")
    points.equal(run.code, 3, "exit 3: the target takes no connection", run.text)
    run, _ = record("unwritable", "--out", "/nonexistent/x.json", "--", "sh", "-c",
                    "printf 'version\\r\\n' | /usr/bin/python3 -c 'import socket; "
                    "s = socket.create_connection((\"127.0.0.1\", {port})); s.sendall(b\"version\\r\\n\"); s.recv(99)'")
    points.equal(run.code, 2, "exit 2: the file cannot be written", run.text)
    points.says(run.err, "cannot write /nonexistent/x.json", "told")


def command_line():
    for arguments, says in (((), "expects --target"),
                            (("--target", "nowhere"), '"nowhere" is not a target'),
                            (("--target", "127.0.0.1:1", "--listen", "here"), "--listen expects host:port")):
        run = mctap("record", *arguments)
        points.equal(run.code, 2, f"exit 2: {' '.join(arguments)}", run.text)
        points.says(run.err, says, f"told: {' '.join(arguments)}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        run = mctap("record", "--target", address, "--listen", address)
        ends = [(mctap("record", "--target", address, "--", *command), code, says)
                for command, code, says in ((["no-such-command"], 2, "cannot run no-such-command: No such"),
                                            (["false"], 1, "the client ended with status 1"),
                                            (["true"], 5, "nothing was recorded"))]
    points.equal(run.code, 3, "exit 3: the port to listen on is taken", run.text)
    points.says(run.err, "cannot listen on", "told")
    dead = mctap("record", "--target", "127.0.0.1:1", "--", "true")
    for run, code, says in ends + [(dead, 3, "no connection to 127.0.0.1:1")]:
        points.equal(run.code, code, f"exit {code}: {says}", run.text)
        points.says(run.err, says, "told")


real_clients()
general()
pipelined()
endings()
command_line()
points.finish()
