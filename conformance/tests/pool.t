#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Servers that scenarios share one after another: how many are started, and that no verdict depends on it.

The command of --spawn writes a line for each start, so the starts can be counted.
"""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, SUITE, Points, mctap

SERVER = "conformance/tests/hostile_servers.py"
PROGRAM = f"exec {MCREF} -l 127.0.0.1 -p {{port}} $*"
points = Points()


def scenario(name, *steps, **fields):
    return {"name": name, "rules": ["judge.must"], "why": "it shows who plays where.",
            "steps": [{"send": send, "expect": expect} for send, expect in steps], **fields}


def play(scenarios, *options, program=PROGRAM):
    """The run, and how each server was started beside the one that most scenarios share. That one is
    the first, and starts twice: once to be probed, once to be played on."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/pool.json", "w", encoding="ascii") as file:
            json.dump({"section": "The judge's own tests", "about": "x", "scenarios": scenarios}, file)
        run = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/pool.json", *options,
                    "--spawn", f"set -- {{options}}; echo with $* >>'{folder}/starts'; {program}", limit=300)
        open(f"{folder}/starts", "a", encoding="ascii").close()
        with open(f"{folder}/starts", encoding="ascii") as starts:
            return run, sorted(line.strip() for line in starts.readlines()[2:])


def play_until_told(wanted, *arguments, **options):
    """The same. mctap looks for 300 ms whether a server has died, so a machine that is held up for longer
    has a few tries."""
    for _ in range(5):
        run, starts = play(*arguments, **options)
        if verdicts(run) == wanted:
            break
    return run, starts


def verdicts(run):
    return [point.passed for point in run.points.values()]


GET = ("get {key}\r\n", "END\r\n")
LEAVES = ("set left 0 0 1\r\na\r\n", "STORED\r\n")
FINDS_NOTHING = ("get left\r\n", "END\r\n")

# ---- who shares ----

mixed = [scenario("plain", GET),
         scenario("alone", GET, alone=True), scenario("alone as well", GET, alone=True),
         scenario("large", GET, options="-I 2m"), scenario("large as well", GET, options="-I 2m"),
         scenario("larger", GET, options="-I 3m"),
         scenario("long and alone", GET, alone=True)]
mixed[-1]["steps"].append({"wait_ms": 600})
OWN = ["with", "with", "with -I 2m", "with -I 3m"]
for options in ([], ["--jobs", "1"], ["--cut=bytes"]):
    run, starts = play(mixed, *options)
    points.equal(verdicts(run), [True] * 7, f"all pass {options}", run.text)
    points.equal(starts, OWN, f"equal options share a server, a long one has its own {options}")
points.equal(list(run.points), [f"pool/{s['name'].replace(' ', '-')}" for s in mixed],
             "told in the order of the file")
run, starts = play(mixed, "--fresh")
points.equal(starts, sorted(OWN + ["with", "with", "with -I 2m"]), "--fresh shares nothing")

cluster = {"placement": "python-memcached",
           "members": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]}
on_a = {"on": "a", "send": "get {key}\r\n", "expect": "END\r\n"}
whole = [scenario(name, cluster=cluster, steps=[on_a]) for name in ("one", "two")]
run, starts = play(whole)
points.equal((verdicts(run), len(starts)), ([True] * 2, 2), "clusters share their members", run.text)
whole.insert(0, scenario("stops", cluster=cluster, steps=[{"stop": "a"}, {"on": "b", **on_a, }]))
whole[0]["steps"][1]["on"] = "b"
run, starts = play(whole)
points.equal((verdicts(run), len(starts)), ([True] * 3, 4), "but not with one that stops them",
             run.text)

gone = scenario("goes on", cluster=cluster, steps=[on_a, {"stop": "a"}, on_a])
run, starts = play([gone])
points.says(run.points["pool/goes-on"].field("message"),
            r"no connection to 127\.0\.0\.1:\d+: [^:]*: it was killed by signal 9",
            "a member that refuses connections has its death told")

# ---- what others left does not decide ----

stained = [scenario("leaves", LEAVES, options="-I 2m"),
           scenario("finds", FINDS_NOTHING, options="-I 2m"),
           scenario("finds too", FINDS_NOTHING, options="-I 2m")]
for options in ([], ["--jobs", "1"]):
    run, starts = play(stained, *options)
    points.equal(verdicts(run), [True] * 3, f"what fails on a used server is played on a fresh one {options}",
                 run.text)
    points.equal(len(starts), 2, f"which is started once {options}", *starts)

wrong = scenario("is wrong", ("get {key}\r\n", "STORED\r\n"), alone=True)
run, starts = play([scenario("first", GET, alone=True), wrong, scenario("last", GET, alone=True)])
points.equal((run.code, verdicts(run)), (1, [True, False, True]), "what fails there as well has failed",
             run.text)
points.equal(len(starts), 3, "and leaves its server to nobody", *starts)

# ---- deaths ----

flush = scenario("flush", ("flush_all\r\n", "OK\r\n"), options="-v")
first, last = (scenario(name, GET, options="-v") for name in ("first", "last"))
run, starts = play_until_told([True, False, True], [first, flush, last], program=f"exec {SERVER} crashes_on_flush {{port}}")
points.equal((run.code, verdicts(run)), (3, [True, False, True]), "the one that kills its server is named",
             run.text)
points.says(run.points["pool/flush"].field("message"), "the target died of it: it was killed by signal 6",
            "with the death that it died")
points.equal(starts.count("with -v"), 3, "the others get a new one", *starts)

quits = scenario("quits", options="-v", steps=[{"send": "quit\r\n", "expect": "", "closes": True}])
run, starts = play_until_told([True, False, True], [first, quits, last], program=f"exec {SERVER} crashes_on_quit {{port}}")
points.equal((run.code, verdicts(run)), (3, [True, False, True]),
             "also where the connection has to end, and the server ends a little later", run.text)

# ---- servers that do not start ----

run, starts = play([scenario("x", GET, options="-X"), scenario("also x", GET, options="-X")],
                   program='test "$1" = -X && exit 64; ' + PROGRAM)
points.equal([point.directive for point in run.points.values()],
             ["SKIP the server does not know the options -X: it ended with exit status 64; "
              "it printed nothing"] * 2, "unknown options are told to all", run.text)
points.equal(len(starts), 1, "and tried once", *starts)

points.finish()
