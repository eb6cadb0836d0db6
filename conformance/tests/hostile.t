#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mctap against the servers of hostile_servers.py: it never hangs, crashes or takes their word.

Each case checks the exit code, the time, which scenarios failed and what a student reads about
them; the end checks that stdout was TAP every time and that no process was left behind.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import SUITE, Points, free_port, listens, mctap, refusing_address

SERVER = "conformance/tests/hostile_servers.py"
CORE = ["get-misses", "set-stores", "noreply-is-silent", "delete-of-nothing"]
# The time-out for servers whose silence is waited out; those that also answer have more of it.
# For the others it never runs out, however slow the machine is.
WAITED_MS = {"mute": 400, "only_errors": 400, "answers_once": 400, "late": 400,
             "never_reads": 2000, "never_closes": 2000}
PATIENT_MS, LIMIT_S = 20000, 90
TRIES = 5

points = Points()


def case(name, server=None, spawn=None, tags=("core",), options=(), code=0, fails=(), says="",
         hint="", one_by_one=False, timed=False):
    """A row: how to run, and what must come of it. `says` is looked for in the messages of the
    failed points, or on stderr when nothing was played. A case is timed if something must come of it
    within a moment: mctap waits 400 ms for such an answer, 300 ms for a process to be seen dead, 400 ms for
    it to end well. A machine that is held up for longer is late indeed, so it has a few tries."""
    target = [hostile_servers.listen(server, one_by_one=one_by_one)] if server else []
    target += ["--spawn", spawn] if spawn else []
    timeout_ms = 2000 if one_by_one else WAITED_MS.get(server, PATIENT_MS)
    arguments = ["run", "--scenarios", SUITE, "--timeout", str(timeout_ms), *options, *target]
    for tag in tags:
        arguments += ["--tag", tag]
    timed = timed or one_by_one or server in WAITED_MS
    return name, code, sorted(f"small/{id}" for id in fails), says, hint, arguments, TRIES if timed else 1


CASES = [
    case("a command that never listens", spawn=f"{SERVER} never_listens {{port}}", code=3,
         options=["--start-timeout", "2"],
         says="did not start: it runs but does not accept connections"),
    case("an honest server", "honest"),
    case("a greeting is taken off", "greets"),
    case("a greeting of two lines, and no `version`", "greets_in_two_lines"),
    case("a greeting that ends with LF, and no `version`", "greets_with_line_feed"),
    case("answers byte by byte", "crawls"),
    case("a server without `version`", "knows_no_version"),
    case("one connection at a time, --jobs 1", "honest", options=["--jobs", "1"],
         fails=["delete-of-nothing"], code=1, one_by_one=True,
         says="no complete reply within 2000 ms", hint="serve another connection first"),
    case("accepts and never answers", "mute", code=3,
         says='answers neither "version" nor "get" as a memcached does: no complete reply'),
    case("answers ERROR to everything", "only_errors", code=3,
         says=r'answers neither "version" nor "get".* is answered with ERROR\\r\\n'),
    case("closes after accept", "closes", code=3, says="closed the connection before the reply"),
    case("answers only the first request", "answers_once", code=1, fails=CORE,
         says="no reply to a further command within 400 ms: no byte came"),
    case("answers twice", "twice", code=1, fails=CORE, says="bytes came that no request asked for",
         hint="an earlier request was answered twice"),
    case("answers late", "late", code=1, fails=CORE,
         says="no complete reply within 400 ms: no byte came"),
    case("sends without end", "floods", code=1, fails=["set-stores", "noreply-is-silent"],
         says="bytes came that no request asked for|a reply came where none may come"),
    case("sends lines without end", "floods_lines", tags=["core", "counters"], code=1,
         fails=["stats-ends"], says="the target sends without end: 16"),
    case("sends TAP and escape sequences", "poisons", code=1, fails=CORE,
         says="the reply differs from byte|a reply came where none may come"),
    case("closes in the middle of a reply", "closes_in_the_middle", code=1, fails=CORE,
         says="closed the connection before the reply was whole: (no byte|[0-9]+ bytes) came"),
    case("resets", "resets", code=1, fails=CORE, says="before the reply was whole: no byte came"),
    case("resets while it is sent to", "resets_early", tags=["large-later", "first"], code=1,
         fails=["a-large-value-whose-answer-is-read-later"],
         says="before the reply was whole: no byte came"),
    case("does not read", "never_reads", tags=["large", "first"], code=1, fails=["a-large-value"],
         says="the target does not read: [0-9]+ bytes of the request are stuck"),
    case("does not close", "never_closes", tags=["closing", "first"], code=1,
         fails=["quit-closes"], says="the target must close the connection and did not within"),
    case("a command that does not exist", spawn="/nonexistent/server {port}", code=3,
         says="did not start: it ended with exit status 127.*not found"),
    case("a command with exec before it", spawn=f"exec {SERVER} honest {{port}}"),
    case("a command that ends at once", spawn="echo no such option >&2; exit 4 {port}", code=3,
         says="did not start: it ended with exit status 4; its last words: no such option"),
    case("a command that is killed at once", spawn="echo {port}; kill -9 $$", code=3,
         says="did not start: it was killed by signal 9"),
    case("dies when it is asked first", spawn=f"{SERVER} crashes_on_close {{port}}", code=3, timed=True,
         says="died when it was first asked: it was killed by signal 6"),
    case("crashes on one command", spawn=f"{SERVER} crashes {{port}}", code=3, timed=True,
         fails=["delete-of-nothing"],
         says=r"died of it: it was killed by signal 6 \(\w+\); its last words: \*\*\* stack"),
    case("crashes on one command, --jobs 1", spawn=f"{SERVER} crashes {{port}}", code=3, timed=True,
         options=["--jobs", "1"], fails=["delete-of-nothing"], says="died of it"),
    case("crashes where it should close", spawn=f"{SERVER} crashes_on_quit {{port}}", code=3, timed=True,
         tags=["core", "closing"], fails=["quit-closes"], says="died of it"),
    case("crashes on a server of its own", spawn=f"{SERVER} crashes_on_flush {{port}}", code=3, timed=True,
         tags=["flush", "first"], fails=["flush-all-empties-the-server"], says="died of it"),
    case("crashes behind its answer", spawn=f"{SERVER} crashes_at_last {{port}}", code=3, timed=True,
         fails=["delete-of-nothing"], says="died of it"),
    case("goes to the background", spawn=f"{SERVER} honest {{port}} & exit 0", code=3,
         says="did not start: it ended with exit status 0 before it listened: the command must stay"),
    case("does not heed SIGTERM", spawn=f"trap '' TERM; {SERVER} honest {{port}}"),
    case("leaves a child that does not", spawn=f"(trap '' TERM; {SERVER} honest {{port}}) & wait"),
    case("ends with a bad status", spawn=f"trap 'exit 1' TERM; {SERVER} honest {{port}} & wait",
         code=3, timed=True, says="1 of the servers that were started did not end well"),
]


SLOW = ("answers only the first request", "answers late")
DEATH = "crashes on one command"
ENDINGS = ("a command that does not exist", "a command that ends at once")


def judge(run, name, code, fails, says, hint):
    details = run.text.splitlines()[:40]
    points.equal(run.code, code, f"{name}: exit code {code}", *details)
    points.ok(run.seconds < LIMIT_S, f"{name}: ends in time", f"{run.seconds:.1f} s")
    points.equal(run.failed(), fails, f"{name}: names exactly what failed", *details)
    if says:
        messages = [run.points[id].field("message") for id in fails] or [run.err]
        points.says("\n".join(messages), says, f"{name}: says so")
    if hint:
        points.says("\n".join(run.points[id].field("hint") for id in fails), hint,
                    f"{name}: gives a hint")
    points.equal("if the server is right but slow" in run.err, name in SLOW,
                 f"{name}: says what helps against a slow server, and only then", run.err)
    if name == DEATH:
        points.says(run.text, r"\n# the server died \d times?, and what was under way .* by signal 6",
                    f"{name}: the report tells of the death")
    if name in ENDINGS:
        points.ok("end well" not in run.err, f"{name}: is told once", run.err)
    points.ok(all(0x20 <= byte < 0x7f or byte == 0x0a for byte in run.out),
              f"{name}: prints nothing but printable ASCII")
    points.ok(not run.left_behind, f"{name}: leaves no process behind", *run.left_behind)
    points.ok(not run.sanitized(), f"{name}: no memory error", run.err)
    points.streams.append((name, run.out))


def as_wanted(run, code, fails, says):
    messages = [run.points[id].field("message") for id in run.failed()] or [run.err]
    return (run.code, run.failed()) == (code, fails) and re.search(says, "\n".join(messages))


def play(row):
    _, code, fails, says, _, arguments, tries = row
    for _ in range(tries):
        run = mctap(*arguments, limit=LIMIT_S)
        if as_wanted(run, code, fails, says):
            break
    return run


# Cases wait for deadlines most of the time, so several run at once.
with ThreadPoolExecutor(4) as pool:
    for row, run in zip(CASES, pool.map(play, CASES)):
        judge(run, *row[:5])

with refusing_address() as nobody:
    run = mctap("run", "--scenarios", SUITE, nobody)
judge(run, "refuses connections", 3, [], "no connection to 127.0.0.1:[0-9]+: ", "")

# The queue of connections is full: the kernel takes no more, and nobody answers the client.
with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    run = mctap("run", "--scenarios", SUITE, "--timeout", "400",
                "127.0.0.1:%d" % full.getsockname()[1])
    for one in waiting:
        one.close()
judge(run, "does not accept", 3, [], "no connection to 127.0.0.1:[0-9]+: nothing within 400 ms", "")

# Given targets cannot be started again: what killed it is told.
with tempfile.TemporaryFile() as log:
    while True:  # another process may take the port first
        port = free_port()
        server = subprocess.Popen([SERVER, "crashes", str(port)], stdout=subprocess.DEVNULL, stderr=log)
        while server.poll() is None and not listens(socket.AF_INET, ("127.0.0.1", port)):
            time.sleep(0.01)
        if server.poll() is None:
            break
    run = mctap("run", "--scenarios", SUITE, "--jobs", "1", "--tag", "core", f"127.0.0.1:{port}")
    server.wait(60)
judge(run, "a given target that dies", 3, [],
      '^mctap: 127.0.0.1:[0-9]+ died when it was asked "(delete|incr)"; started with --spawn it would', "")

# Whatever a step waits for, it waits for no more when the target sends without end.
FLOODED = {"floods": [{"send": "set {key} 0 0 1\r\na\r\n", "expect": "STORED\r\n", "eventually_ms": 20},
                      {"send": "set {key} 0 0 1\r\na\r\n", "closes": True}],
           "floods_instead_of_reading": [{"send": ["set {key} 0 0 16000000\r\n",
                                                   {"repeat": "x", "count": 16000000}, "\r\n"]}]}
with tempfile.TemporaryDirectory() as folder:
    for server, steps in FLOODED.items():
        with open(f"{folder}/flood.json", "w", encoding="ascii") as file:
            json.dump({"section": "The judge's own tests", "about": "x", "scenarios": [
                {"name": f"{i}", "rules": ["judge.must"], "why": "x.", "steps": [step, {"send": "get {key}\r\n", "expect": "END\r\n"}][:2 - ("closes" in step)]}
                for i, step in enumerate(steps)]}, file)
        run = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/flood.json", "--timeout", "20000",
                    hostile_servers.listen(server), limit=60)
        messages = [point.field("message") for point in run.points.values()]
        points.ok(len(messages) == len(steps) and all("the target sends without end: " in one for one in messages),
                  f"{server}: what is waited for meanwhile is told of it", run.text)

# One target hangs up when its keys are gone, while the other still has to delete its own, and does not.
for _ in range(TRIES):  # a machine that is held up for longer than the time-out is late indeed
    run = mctap("run", "--scenarios", SUITE, "--timeout", "1500", "--tag", "core",
                hostile_servers.listen("closes_when_cleaned"), keeper := hostile_servers.listen("deletes_one_key"))
    left = re.findall(r"key.* of this run may be left on (\S+):", run.err)
    if left == [keeper]:
        break
points.equal(left, [keeper],
             "keys that are left on one target are told, whatever the others do", run.err)

# What a target lacks as a whole is told once, and not by every scenario that needs it.
run = mctap("run", hostile_servers.listen("knows_get_and_set"), "--timeout", "20000",
            "--only", "classic/incr-decr", "--only", "classic/touch", "--only", "classic/flush_all")
lacks = re.findall(r"^# not offered: (\w+)", run.text, re.M)
points.ok(lacks[0] == "touch" and "incr" in lacks and len(lacks) >= 9,
          "a server of get and set: what it lacks is listed", run.text[:2000])
skips = [point.directive for point in run.points.values() if point.skipped]
incr = [skip for skip in skips if skip.startswith("SKIP incr: not offered, as classic/incr-decr/")]
points.ok(len(incr) > 20 and "SKIP touch: not offered" in skips, "its scenarios are skipped", *skips)
tellers = {skip.split(" as ")[1].split(" ")[0] for skip in skips if re.search("SKIP (incr|decr): .* as ", skip)}
points.ok(len(tellers) == 2 and {id for id in run.failed() if "/incr-decr/" in id} == tellers,
          "but one of each command, which fails", run.failed())

# Also a command whose neighbour is there: incr without decr, append without prepend.
run = mctap("run", hostile_servers.listen("counts_up_and_appends"), "--timeout", "20000",
            "--only", "classic/incr-decr/*decr*", "--only", "classic/storage/*prepend*")
lacks = re.findall(r"^# not offered: (\w+)", run.text, re.M)
points.equal([word for word in ("append", "prepend", "incr", "decr") if word in lacks], ["prepend", "decr"],
             "what it has is not listed with what it lacks", *lacks)
for word in ("decr", "prepend"):
    tellers = {point.directive.split(" as ")[1].split(" ")[0] for point in run.points.values()
               if f"SKIP {word}: not offered, as " in (point.directive or "")}
    points.ok(len(tellers) == 1 and tellers < set(run.failed()), f"{word} is told by one scenario, which fails",
              *tellers, run.text)

# A word that is no command is answered in words of the server's own, which may name it.
LACKED = {"touch", "meta", "version", "incr", "delete"}
for server, why in (("names_what_it_does_not_know", "it names what it does not know"),
                    ("takes_a_segment_for_a_request", "it answers one request a segment")):
    for _ in range(TRIES):
        run = mctap("run", hostile_servers.listen(server), "--timeout", "2000", "--only",
                    "classic/incr-decr", "--only", "classic/delete", "--only", "classic/administration")
        lacks = re.findall(r"^# not offered: (\w+)", run.text, re.M)
        if LACKED <= set(lacks):
            break
    points.ok(LACKED <= set(lacks), f"{why}: what it lacks is listed", run.text[:2000])
    points.ok("(does not tell its version)" in run.text, f"{why}: that is no version",
              run.text[:300])

# A server of lines alone cannot hold a key that no line can carry, so none is left there.
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/nul.json", "w", encoding="ascii") as file:
        json.dump({"section": "The judge's own tests", "about": "x", "scenarios": [
            {"name": "nul", "rules": ["judge.must"], "why": "x.", "steps": [
                {"send": ["get {key}", {"hex": "00"}, "x\r\n"], "expect": "END\r\n"}]}]}, file)
    run = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/nul.json", hostile_servers.listen("honest"))
    points.equal((run.code, run.err), (0, ""), "a key with a NUL on a server without meta commands: nothing is left",
                 run.text)

points.streams_are_tap()
points.finish()
