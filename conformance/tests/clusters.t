#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Clusters on servers that somebody else started: --weights and --placement, given targets as
members, one server under two addresses, and how a failure is repeated."""
import contextlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, SUITE, Points, mctap, refusing_address

points = Points()
POOL = ["--only", "story/pool"]
WAYS = ["python-memcached", "dalli", "libmemcached-consistent", "pymemcache", "memjs",
        "memcached-proxy", "twemproxy-modula"]


@contextlib.contextmanager
def server(count=1):
    """One mcref on so many addresses."""
    process = subprocess.Popen([MCREF, "-l", ",".join(["127.0.0.1:0"] * count)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield [process.stdout.readline().split("listening on ")[1].strip() for _ in range(count)]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def points_of(run):
    return {id.rsplit("/", 1)[1].split(" ")[0]: point for id, point in run.points.items()}


with server() as [a], server() as [b], server() as [c]:
    for way in WAYS:
        run = mctap("run", a, b, c, "--weights", "1,2,1", "--placement", way, *POOL)
        points.ok(run.code == 0 and len(run.points) == 4, f"given targets as {way} has it", run.text)
    run = mctap("run", a, b, *POOL)
    points.equal((run.code, len(run.points)), (0, 4), "two targets, of weight 1 each", run.text)
    run = mctap("run", a, b, c, "--only", "story/cluster", "--only", "story/clients")
    skipped = [point.directive for point in run.points.values() if point.skipped]
    points.ok(run.code == 0 and len(run.points) > len(skipped) > 0, "clusters with their own weights",
              run.text)
    points.ok(all("stops servers" in reason for reason in skipped),
              "given servers are not stopped", *skipped)

    run = mctap("run", a, *POOL)
    points.equal(run.code, 77, "one target is no cluster: all is skipped", run.text)
    points.says(run.text, "SKIP a cluster of 2 servers or more: give so many targets", "it says so")
    run = mctap("run", a, b, "--weights", "1,2,1", *POOL)
    points.equal(run.code, 2, "weights that are too many: exit code 2", run.text)
    points.says(run.err, "names 3 weights, but 2 targets are given", "it says so")
    with refusing_address() as nobody:
        run = mctap("run", a, nobody, *POOL)
    points.equal(run.code, 3, "a member that refuses: exit code 3", run.text)

with server(2) as [a, b]:
    run = mctap("run", a, b, "--weights", "3,1", "--placement", "memjs", *POOL)
    told = points_of(run)
    points.equal(run.code, 1, "one server under two addresses is no cluster", run.text)
    for name in ("every-key-is-on-the-server-where-the-client-puts-it-and-on-no-other",
                 "two-servers-hold-two-values-of-one-key"):
        points.ok(told[name].todo or told[name].failed, f"found by {name}", run.text)
    again = " ".join(told["two-servers-hold-two-values-of-one-key"].lines("reproduce"))
    points.says(again, f"--weights 3,1 --placement memjs.* {a} {b} --only", "the line repeats it all")

run = mctap("run", "--weights", "5,1,1,1,2", "--placement", "dalli", *POOL)
points.equal((run.code, len(run.points)), (0, 4), "five servers are started for five weights", run.text)
run = mctap("run", "--weights", "1,2", "--scenarios", SUITE, "--only",
            "language/clusters/via-and-where")
points.equal(run.code, 0, "a scenario that writes its members keeps them", run.text)

for value, said in (("1", "expects 2 to 64 numbers"), ("1,", "expects"), (",1", "expects"), ("1,,1", "expects"),
                    ("0,1", "from 1 to 1000"), ("1,1001", "expects"), ("1,-1", "expects"),
                    ("1,1x", "not \"1,1x\""), (",".join("1" * 65), "expects 2 to 64")):
    run = mctap("run", "--weights", value)
    points.equal(run.code, 2, f"--weights {value[:10]}: exit code 2")
    points.says(run.err, said, f"--weights {value[:10]}: it says why")
run = mctap("run", "--placement", "dali")
points.equal(run.code, 2, "an unknown placement: exit code 2")
points.says(run.err, 'did you mean "dalli"', "it names the nearest")
points.finish()
