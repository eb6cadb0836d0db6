#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""sasl.t - who may use the real mcref when it was started with -S.

The points were compared with memcached 1.6.18 that had the same user in a Cyrus database."""
import os
import tempfile

import servers
from binary_packets import CLOSED, SOME, answer, connect, hit, request, store, talk
from mcref import check, finish, run, same

PROGRAM = os.environ.get("MCREF", "build/mcref")
INVALID, AUTH_ERROR, CONTINUE, UNKNOWN = 0x4, 0x20, 0x21, 0x81
RIGHT, WRONG = b"\0user\0secret", b"\0user\0secrets"
VERSION, NOOP, STARTS = request("version"), request("noop"), request("auth", b"PLAIN")


def auth(message, mechanism=b"PLAIN"):
    return request("auth", mechanism, b"", message)


def step(message):
    return request("step", b"PLAIN", b"", message)


VERSION_IS = answer("version", value=b"1.6.18-mcref")
LET_IN = answer("auth", value=b"Authenticated")
STEPPED_IN = answer("step", value=b"Authenticated")
REFUSED, STEP_REFUSED = answer("auth", AUTH_ERROR), answer("step", AUTH_ERROR)
MECHANISMS = answer("list_mechs", value=b"PLAIN")


def strangers(port):
    for name, packet in (("get", request("get", b"k")), ("set", store("set", b"k", b"v")),
                         ("noop", NOOP), ("quit", request("quit")), ("stat", request("stat")),
                         ("quitq", request("quitq")), (0x40, request(0x40, value=b"v"))):
        same(talk(port, VERSION, packet), [VERSION_IS, answer(name, AUTH_ERROR), CLOSED],
             f"{name} before authentication is refused, and closes; version is not")
    same(talk(port, request("get", b"k" * 251)), [answer("get", AUTH_ERROR), CLOSED],
         "before a bad key is looked at")
    same(talk(port, request("get", b"kk", body_bytes=1)), [answer("get", UNKNOWN), CLOSED],
         "but not before lengths that contradict each other")
    same(talk(port, request("list_mechs"), VERSION)[:2], [MECHANISMS, VERSION_IS],
         "the mechanisms may be asked for")
    with connect(port) as client:
        client.sendall(b"version\r\n")
        same(client.recv(10), b"", "a text client is cut off")


def right_and_wrong(port):
    same(talk(port, auth(RIGHT), NOOP, store("set", b"k", b"v"), request("get", b"k")),
         [LET_IN, answer("noop"), answer("set", cas=SOME), hit("get", b"v")],
         "user and password open the server")
    for name, message in (("a wrong password", WRONG), ("no password", b"\0user\0"),
                          ("no user", b"\0\0secret"), ("half a message", b"\0user"),
                          ("no NUL at all", b"user"), ("a NUL too many", RIGHT + b"\0"),
                          ("acting for another", b"root" + RIGHT),
                          ("a user who is not there", b"\0nobody\0secret"),
                          ("1024 bytes", RIGHT + b"x" * (1024 - len(RIGHT))),
                          ("1025 bytes", RIGHT + b"x" * (1025 - len(RIGHT))),
                          ("600,000 bytes", RIGHT + b"x" * 600000)):
        same(talk(port, auth(message), VERSION, auth(RIGHT), NOOP),
             [REFUSED, VERSION_IS, LET_IN, answer("noop")],
             f"{name}: refused, and there is another try")
    same(talk(port, auth(b"user" + RIGHT), NOOP), [LET_IN, answer("noop")], "acting for oneself")
    same(talk(port, auth(RIGHT, b"plain"), NOOP), [LET_IN, answer("noop")], "plain is PLAIN")
    for mechanism, status in ((b"FOO", AUTH_ERROR), (b"F" * 32, AUTH_ERROR), (b"F" * 33, INVALID)):
        for message in (RIGHT, b"x" * 5000):
            same(talk(port, auth(message, mechanism), VERSION)[:2],
                 [answer("auth", status), VERSION_IS],
                 f"a mechanism of {len(mechanism)} letters that is not known, {len(message)} bytes")
    for packet in (request("auth", b"", b"", RIGHT), request("auth", b"PLAIN", b"1234", RIGHT),
                   request("step", b"", b"", RIGHT), request("list_mechs", b"k")):
        same(talk(port, packet)[1:], [CLOSED], "a packet of the wrong shape closes")


def in_two_steps(port):
    same(talk(port, STARTS, step(RIGHT), NOOP),
         [answer("auth", CONTINUE), STEPPED_IN, answer("noop")], "first the name, then the message")
    same(talk(port, STARTS, step(WRONG), step(b""), step(b"x" * 5000), step(RIGHT), NOOP),
         [answer("auth", CONTINUE), STEP_REFUSED, STEP_REFUSED, STEP_REFUSED, STEPPED_IN,
          answer("noop")], "a wrong step can be taken again")
    same(talk(port, STARTS, auth(RIGHT), NOOP), [answer("auth", CONTINUE), LET_IN, answer("noop")],
         "instead of a step, another beginning")
    same(talk(port, step(RIGHT), VERSION, step(b"x" * 5000), auth(RIGHT), NOOP),
         [STEP_REFUSED, VERSION_IS, STEP_REFUSED, LET_IN, answer("noop")],
         "a step without a beginning is refused")


def losing_it_again(port):
    for name, packet, told in (("a wrong password", auth(WRONG), REFUSED),
                               ("a step", step(RIGHT), STEP_REFUSED),
                               ("a new beginning", STARTS, answer("auth", CONTINUE)),
                               ("asking for the mechanisms", request("list_mechs"), MECHANISMS)):
        same(talk(port, auth(RIGHT), NOOP, packet, NOOP),
             [LET_IN, answer("noop"), told, answer("noop", AUTH_ERROR), CLOSED],
             f"{name} takes the permission away")
    same(talk(port, auth(RIGHT), auth(RIGHT), NOOP), [LET_IN, LET_IN, answer("noop")],
         "saying it twice does not")


def counters(port):
    def read():
        lines = talk(port, auth(RIGHT), request("stat"))
        stats = {line.key: line.value for line in lines[1:]}
        return int(stats[b"auth_cmds"]), int(stats[b"auth_errors"])
    before = read()
    talk(port, auth(WRONG), STARTS, step(WRONG), step(RIGHT))
    after = read()
    same((after[0] - before[0], after[1] - before[1]), (4, 2),
         "tries and failures are counted; a beginning is neither")
    lines = {line.key: line.value for line in talk(port, auth(RIGHT), request("stat", b"settings"))}
    same((lines[b"auth_enabled_sasl"], lines[b"binding_protocol"]), (b"yes", b"binary"),
         "stat settings shows it")


def with_passwords(test):
    server, port = servers.start(PROGRAM, "-S", probe=servers.BINARY_VERSION)
    try:
        test(port)
    finally:
        same(servers.stop(server), None, f"{test.__name__}: the server ends well")


def changed_passwords(port):
    path = os.environ["MEMCACHED_SASL_PWDB"]
    with open(path, "w") as passwords:
        passwords.write("user:changed\n")
    same(talk(port, auth(RIGHT), auth(b"\0user\0changed"), NOOP), [REFUSED, LET_IN, answer("noop")],
         "a changed password counts at once")
    os.unlink(path)
    same(talk(port, auth(b"\0user\0changed"), VERSION)[:2], [REFUSED, VERSION_IS],
         "without the file nobody is let in")


def starting(folder):
    missing = os.path.join(folder, "missing")
    code, _, errors = run("-S", "-p", "0", env={})
    check(code == 64 and "MEMCACHED_SASL_PWDB" in errors and "user:password" in errors,
          "-S without MEMCACHED_SASL_PWDB: exit code 64 and what is missing", (code, errors))
    code, _, errors = run("-S", "-p", "0", env={"MEMCACHED_SASL_PWDB": missing})
    check(code == 64 and missing in errors and "No such file" in errors,
          "a file that is not there: exit code 64 and why", (code, errors))
    for protocol in ("ascii", "auto"):
        code, _, errors = run("-S", "-B", protocol, "-p", "0")
        check(code == 64 and "-B binary" in errors, f"-S with -B {protocol}: exit code 64 and why",
              (code, errors))
    code, _, errors = run("-B", "tls", "-p", "0")
    check(code == 64 and "got 'tls'" in errors, "-B with another word: exit code 64", (code, errors))


with tempfile.TemporaryDirectory() as temporary:
    os.environ["MEMCACHED_SASL_PWDB"] = os.path.join(temporary, "passwords")
    with open(os.environ["MEMCACHED_SASL_PWDB"], "w") as file:
        file.write("other:terces\nuser:secret\n")
    for every in (strangers, right_and_wrong, in_two_steps, losing_it_again, counters,
                  changed_passwords):
        with_passwords(every)
    with open(os.environ["MEMCACHED_SASL_PWDB"], "w") as file:
        file.write("user:secret\n")
    starting(temporary)
finish()
