#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mctap race: no alarm on servers that are right, an alarm with a name, a picture and a scenario on
those that are not, and its messages. Every bug with twenty seeds, and a thousand quiet runs, are
conformance/bench/races (make race)."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MEMCACHED, Points, mctap, mctap_end, mctap_start, refusing_address

points = Points()
FOLDER = tempfile.TemporaryDirectory()
BUG = MCREF + " --bug {} -l 127.0.0.1 -p {{port}}"


def race(*arguments, save="race.json", **options):
    path = os.path.join(FOLDER.name, save)
    result = mctap("race", "--save", path, *arguments, **options)
    result.path = path
    points.streams.append(("race " + " ".join(arguments), result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: mctap race {' '.join(arguments)}", *result.left_behind, result.err)
    return result


def right_servers():
    for seed in "123":
        quiet = race("--seed", seed, "--ops", "6000", limit=120)
        points.ok(quiet.code == 0 and quiet.points[f"race/seed-{seed}"].passed,
                  f"mcref, seed {seed}: every reply has its place", quiet.text)
        points.says(quiet.text, r"# 6000 operations in 2 rounds, \d+ ms to judge them",
                    "rounds of 4000 operations")
    one = race("--seed", "4", "--ops", "1000", "--clients", "1", "--keys", "1", limit=120)
    points.equal(one.code, 0, "one client and one key")
    crowd = race("--seed", "4", "--ops", "8000", "--clients", "16", "--keys", "1", limit=120)
    points.equal(crowd.code, 0, "sixteen clients and one key", crowd.text)
    many = race("--seed", "5", "--ops", "4000", "--clients", "50", "--keys", "40", limit=120)
    points.equal(many.code, 0, "fifty clients and forty keys", many.text)
    reads = race("--seed", "6", "--ops", "500", "--mix", "gets=1", limit=120)
    points.equal(reads.code, 0, "a mix of one kind")
    if shutil.which("memcached"):
        real = race("--seed", "7", "--ops", "8000", "--spawn", MEMCACHED + " -t 4", limit=120)
        points.equal(real.code, 0, "memcached -t 4", real.text)


VALUES = "lost update|stale read|value out of order|vanished value|resurrected value"
WRONG_SERVERS = {  # bug: the mix that shows it, and what it may be called
    "cas-not-atomic": ("gets=5,cas=5,set=1", VALUES + "|cas refused without cause"),
    "incr-not-atomic": ("incr=5,get=2,set=1", VALUES + "|non-atomic incr"),
    "cas-unique-per-item": ("gets=4,cas=4,set=2,delete=2", VALUES + "|cas unique reused"),
    "stale-read": ("set=2,get=5,delete=1", VALUES),
    "replies-reordered": ("set=1,get=1,delete=1", "is no reply to the"),
}


def wrong_servers():
    for bug, (mix, called) in WRONG_SERVERS.items():
        found = race("--seed", "1", "--mix", mix, "--spawn", BUG.format(bug), save=bug + ".json",
                     limit=120)
        point = found.points["race/seed-1"]
        points.ok(found.code == 1 and point.failed, f"{bug}: found", found.text)
        points.says(point.field("message"), called, f"{bug}: called so")
        points.ok(any(f"race --seed 1 --mix {mix} --spawn" in line
                      for line in point.lines("reproduce")), f"{bug}: how to race again",
                  point.text)


def a_finding():
    """The picture and the scenario of one finding."""
    found = race("--seed", "1", "--mix", "gets=5,cas=5,set=1", "--spawn",
                 BUG.format("cas-not-atomic"), save="cas.json", limit=120)
    points.says(found.text, r"# [a-z -]+, from left to right in time:\n(# [A-H] +\|.*\n){2,}",
                "a picture of the few operations that matter")
    points.says(found.text, r"# [A-H] .*   <-- cannot be\n", "the wrong one is marked")
    points.says(found.text, r"# .*cas.json: the scenario (fails on this target, too|passes)",
                "the scenario is tried at once")
    points.equal(mctap("lint", found.path).code, 0, "it is one", found.text)
    bug = mctap("run", "--file", found.path, "--spawn", BUG.format("cas-not-atomic"), limit=120)
    points.equal(bug.code, 1, "it fails where the mistake is", bug.text)
    points.equal(mctap("run", "--file", found.path, limit=60).code, 0, "a right server passes it")
    again, saved = found.points["race/seed-1"].lines("reproduce")
    points.equal(saved.split(" --file ")[0],
                 f"{again.split(' race ')[0]} run --spawn {shlex.quote(BUG.format('cas-not-atomic'))}",
                 "how to play it: the same program, the same server")
    inside = mctap("race", "--seed", "1", "--mix", "gets=5,cas=5,set=1", "--save", FOLDER.name, "--spawn",
                   BUG.format("cas-not-atomic"), limit=120)
    points.ok(inside.code == 1 and os.path.exists(os.path.join(FOLDER.name, "race-1.json")),
              "a folder to save it in", inside.text)
    none = mctap("race", "--seed", "1", "--mix", "gets=5,cas=5,set=1", "--save", "none", "--spawn",
                 BUG.format("cas-not-atomic"), limit=120)
    points.ok(none.code == 1 and "scenario" not in none.text, "none: nothing is saved", none.text)
    nowhere = mctap("race", "--seed", "1", "--mix", "gets=5,cas=5,set=1", "--save", "/nowhere/x.json", "--spawn",
                    BUG.format("cas-not-atomic"), limit=120)
    points.says(nowhere.err, "cannot be saved as /nowhere/x.json: No such file", "it cannot be saved")
    points.equal(nowhere.code, 1, "and the race is still lost")


def no_memcached():
    """What is no memcached is no failed race: exit 3, and what came instead."""
    for greets, message in ((b"HTTP/1.1 400 Bad Request\r\n\r\n", "not with END.*HTTP/1.1 400"),
                            (b"220 mail ESMTP\r\n", "not with END.*220 mail ESMTP"),
                            (b"", "closes the connection instead of answering"),
                            (b"EN", "closes the connection instead of answering"),
                            (b"END\r\nEND\r\n", r"not with END.*END\\r\\nEND"),
                            (None, r"does not answer \"get\" within 300 ms")):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def answer():
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    if greets is None:
                        connection.recv(1000)
                    elif greets:
                        connection.sendall(greets)
            thread = threading.Thread(target=answer)
            thread.start()
            result = race("--timeout", "300" if greets is None else "20000", f"127.0.0.1:{listener.getsockname()[1]}")
            thread.join()
        points.equal(result.code, 3, f"{greets} is no memcached")
        points.says(result.err, message, "and it says what came")
    with refusing_address() as nobody:
        result = race(nobody)
    points.equal(result.code, 3, "nobody listens")
    points.says(result.err, f"no connection to {nobody}: Connection refused", "and it says so")


def given_targets():
    server = subprocess.Popen([MCREF, "-l", "127.0.0.1", "-p", "0"], stdout=subprocess.PIPE,
                              text=True)
    address = server.stdout.readline().split("listening on ")[1].strip()
    result = race("--seed", "1", "--ops", "5000", "--mix", "set=1,gets=1,cas=1", address, limit=120)
    points.equal(result.code, 0, "on a given target", result.text)
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"stats\r\nquit\r\n")
        stats = connection.makefile("rb").read().decode()
    points.says(stats, r"STAT curr_items 0\r", "no key is left there")
    server.terminate()
    server.wait(60)
    server.stdout.close()
    points.equal(race("127.0.0.1:1").code, 3, "nobody listens")
    no_memcached()
    gone = race("--spawn", "exit 7; : {port}")
    points.equal(gone.code, 3, "a server that does not start")
    process = mctap_start("race", "--ops", "1000000000")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    points.equal(mctap_end(process).code, 130, "interrupted")
    slow = race("--ops", "1000000000", "--run-timeout", "1", limit=120)
    points.equal(slow.code, 1, "the time is over")
    points.says(slow.text, "stopped after 1 s", "and it says so")


WRONG = [  # arguments, and what the message must name
    (["--clients", "0"], '--clients expects a number from 1 to 100, not "0"'),
    (["--keys", "x"], '--keys expects a number from 1 to 1000, not "x"'),
    (["--ops", "-1"], '--ops expects a number from 1 to 1000000000, not "-1"'),
    (["--seed", "1x"], '--seed expects a number below 2\\^64, not "1x"'),
    (["--mix", "sets=1"], '--mix knows no "sets"; did you mean "?set'),
    (["--mix", "set"], '--mix expects shares like .*, not "set"'),
    (["--mix", "set=101"], '--mix expects shares like .*, not "set=101"'),
    (["--mix", "append=1"], "--mix needs a share of set, add"),
    (["nonsense"], "nonsense"),
    (["--only", "x"], "--only has no meaning for mctap race"),
]


def wrong_options():
    for arguments, message in WRONG:
        result = mctap("race", *arguments)
        points.equal(result.code, 2, f"mctap race {' '.join(arguments)}: exit 2")
        points.says(result.err, message, "and the message helps")


right_servers()
wrong_servers()
a_finding()
given_targets()
wrong_options()
points.streams_are_tap()
points.finish()
