#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""auth.t - the real mcref with -Y: what is answered before and after authentication."""
import os
import signal
import tempfile

from mcref import Server, ask, check, finish, run, same, until

UNAUTHENTICATED = b"CLIENT_ERROR unauthenticated\r\n"
BAD_FORMAT = b"CLIENT_ERROR bad authentication token format\r\n"
FAILURE = b"CLIENT_ERROR authentication failure\r\n"
TOO_LONG = b"CLIENT_ERROR auth token too long\r\n"


def token(text, line=b"set x 0 0 %d\r\n"):
    return line % len(text) + text + b"\r\n"


GOOD = token(b"alice secret")
# What a new client sends, and all that it is answered (before the barrier of `play`).
TALKS = [
    ("user and password", GOOD + b"get x\r\n", b"STORED\r\nEND\r\n"),
    ("flags and exptime of any form", b"set k abc xyz 12\r\nalice secret\r\n", b"STORED\r\n"),
    ("a sixth word", b"set x 0 0 12 noreply\r\nalice secret\r\n", b"STORED\r\n"),
    ("a line that ends with \\n", b"set x 0 0 12\nalice secret\r\n", b"STORED\r\n"),
    ("the second user, with a space in the password", token(b"bob pass word"), b"STORED\r\n"),
    ("a wrong password, then the right one", token(b"alice wrong") + GOOD, FAILURE + b"STORED\r\n"),
    ("an unknown user", token(b"eve secret"), FAILURE),
    ("half of the password", token(b"alice secr"), FAILURE),
    ("the password of another", token(b"alice pass word"), FAILURE),
    ("a colon instead of the space", token(b"alice:secret"), BAD_FORMAT),
    ("one word", token(b"alice"), BAD_FORMAT),
    ("no password", token(b"alice "), BAD_FORMAT),
    ("no user", token(b" secret"), BAD_FORMAT),
    ("nothing", token(b""), BAD_FORMAT),
    ("data that do not end with \\r\\n", b"set x 0 0 12\r\nalice secretXX",
     b"CLIENT_ERROR bad command line termination\r\n"),
    ("get", b"get a\r\n", UNAUTHENTICATED),
    ("version, mn, an empty line", b"version\r\nmn\r\n\r\n", UNAUTHENTICATED * 3),
    ("quit", b"quit\r\n", UNAUTHENTICATED),
    ("a meta set", b"ms x 1\r\n", UNAUTHENTICATED),
    ("shutdown", b"shutdown\r\n", UNAUTHENTICATED),
    ("add", b"add x 0 0 12\r\n", UNAUTHENTICATED),
    ("SET", b"SET x 0 0 12\r\n", UNAUTHENTICATED),
    ("a set without a length", b"set x 0 0\r\n", UNAUTHENTICATED),
    ("a set whose length is no number", b"set x 0 0 12abc\r\n", UNAUTHENTICATED),
    ("a set with a negative length", b"set x 0 0 -1\r\n", UNAUTHENTICATED),
    ("HTTP", b"GET / HTTP/1.0\r\n", UNAUTHENTICATED),
]
CLOSING = [
    ("a token of 16001 bytes", b"set x 0 0 16001\r\n", TOO_LONG),
    ("one of 4294967295", b"set x 0 0 4294967295\r\n", TOO_LONG),
    ("2049 bytes without a line end", b"x" * 2049, b""),
]


def play(server):
    for claim, request, wanted in TALKS:
        with server.connect() as client:
            inside = wanted.endswith((b"STORED\r\n", b"END\r\n"))
            barrier = (b"mn\r\n", b"MN\r\n" if inside else UNAUTHENTICATED)
            client.sendall(request)
            got = b""
            while len(got) < len(wanted):
                more = client.recv(4096)
                if not more:
                    break
                got += more
            same(got + ask(client, *barrier), wanted + barrier[1], claim)
    for claim, request, wanted in CLOSING:
        with server.connect() as client:
            same(ask(client, request, b"<never>"), wanted, claim + " closes")
    for cut in range(1, len(GOOD)):
        with server.connect() as client:
            client.sendall(GOOD[:cut])
            if ask(client, GOOD[cut:]) != b"STORED\r\n":
                check(False, "it may be cut anywhere", f"after {cut} bytes")
    with server.connect() as client:
        client.sendall(b"\x80" + b"\0" * 23)
        same(ask(client, b"\r\n"), UNAUTHENTICATED, "a binary request is a line like others")


def state(server):
    with server.connect() as client:
        same(ask(client, GOOD + token(b"again and again"), b"STORED\r\nSTORED\r\n"),
             b"STORED\r\nSTORED\r\n", "the second set is a set")
        same(ask(client, b"get x\r\n", b"END\r\n"), b"VALUE x 0 15\r\nagain and again\r\nEND\r\n",
             "and stores")
        same(server.ask(b"get x\r\n"), UNAUTHENTICATED, "another connection is not authenticated")
        lines = ask(client, b"stats\r\n", b"END\r\n").decode().split("\r\n")
        stats = dict(line.split(" ")[1:3] for line in lines if line.startswith("STAT "))
        failures = sum(wanted.count(FAILURE) for _, _, wanted in TALKS)
        same(int(stats["auth_errors"]), failures, "auth_errors counts")
        same(int(stats["cmd_set"]), 1, "only the real set is counted as one")
        settings = ask(client, b"stats settings\r\n", b"END\r\n")
        check(b"auth_enabled_ascii /" in settings and b"binding_protocol ascii" in settings,
              "stats settings shows the file", settings)


def reloading(server, path):
    with server.connect() as client:
        ask(client, GOOD)
        write(path, "alice:changed\n")
        server.process.send_signal(signal.SIGHUP)
        check(until(lambda: server.ask(token(b"alice changed")) == b"STORED\r\n"),
              "SIGHUP reads the file again")
        same(server.ask(GOOD), FAILURE, "the old password is gone")
        same(ask(client, b"mn\r\n"), b"MN\r\n", "who is in stays in")
        write(path, "nonsense\n")
        server.process.send_signal(signal.SIGHUP)
        same(server.ask(token(b"alice changed")), b"STORED\r\n", "a bad file changes nothing")
        server.stop()
        check("not reloaded" in server.errors and "line 1" in server.errors, "and is reported",
              server.errors)


def starting(path):
    for content, reason in (("", "empty file"), ("a:b\nbad\n", "line 2")):
        write(path, content)
        code, _, errors = run("-Y", path, "-p", "0", "-l", "127.0.0.1")
        check(code == 66 and reason in errors and path in errors, f"refused: {reason}", errors)
    code, _, errors = run("-Y", path + ".none", "-p", "0")
    check(code == 66 and "No such file" in errors, "a file that is not there", errors)
    for options in (("-B", "binary"), ("-B", "auto"), ("-U", "-1")):
        code, _, errors = run("-Y", path, *options)
        check(code == 64, f"-Y beside {' '.join(options)} is refused", errors)


def write(path, content):
    with open(path, "w") as file:
        file.write(content)


with tempfile.TemporaryDirectory() as folder:
    users = os.path.join(folder, "users")
    write(users, "alice:secret\nbob:pass word\n")
    with Server("-Y", users) as main_server:
        play(main_server)
        state(main_server)
        reloading(main_server, users)
    starting(users)
finish()
