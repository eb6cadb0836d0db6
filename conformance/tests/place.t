#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""`mctap place`: its lines, its words on mistakes, its exit codes. What it computes is compared with
real clients in test_placement.c."""
import json
import re
import shlex
import subprocess

import harness

points = harness.Points()


def place(*arguments, keys=b""):
    return subprocess.run([harness.MCTAP, "place", *arguments], input=keys, capture_output=True)


def lines(claim, arguments, wanted, keys=b""):
    run = place(*arguments, keys=keys)
    points.equal((run.returncode, run.stdout, run.stderr), (0, wanted, b""), claim)


def refuses(claim, arguments, pattern, keys=b""):
    run = place(*arguments, keys=keys)
    points.equal(run.returncode, 2, f"{claim}: exit code 2", run.stderr.decode())
    points.says(run.stderr.decode(), pattern, f"{claim}: it says so")


PYTHON = ["--algorithm", "python-memcached"]
ABC = PYTHON + ["--servers", "a:1,b:2,c:1"]

lines("a line a key", ABC + ["foo", "k1", "key1"], b"foo\t2\tc\nk1\t1\tb\nkey1\t0\ta\n")
lines("keys from standard input", ABC, b"foo\t2\tc\nk1\t1\tb\n", b"foo\nk1\n")
lines("the last one needs no newline", ABC, b"foo\t2\tc\nk1\t1\tb\n", b"foo\nk1")
lines("a dash stands for standard input", ABC + ["k1", "-"], b"k1\t1\tb\nfoo\t2\tc\n", b"foo\n")
none = place(*ABC)
points.equal((none.returncode, none.stdout, none.stderr), (5, b"", b"mctap: no key came on standard input\n"),
             "no keys: 5, and it says so")
lines("bytes are kept as they are", ABC, b"\xff\xfe\t0\ta\n", b"\xff\xfe\n")
lines("a key that begins with a dash", ABC + ["--", "-1"], b"-1\t1\tb\n")
lines("names with ports, weights behind", PYTHON + ["--servers", "10.0.0.1:11211:1,[::1]:11211=3", "foo"],
      b"foo\t1\t[::1]:11211\n")
lines("a member that is down is gone round", ABC + ["--down", "c", "foo"], b"foo\t1\tb\n")
lines("the client gives up", ABC + ["--down", "a,b,c", "foo"], b"foo\t-1\tnone\n")
lines("weights that are not counted", ["--algorithm", "memjs", "--servers", "a:9,b:1", "a"], b"a\t1\tb\n")

listed = place("--algorithm", "list")
points.equal(listed.returncode, 0, "the algorithms are listed")
names = [line.split()[0] for line in listed.stdout.decode().splitlines()]
points.ok(len(names) >= 16 and "dalli" in names, "a line each", listed.stdout.decode())
for name in names:
    run = place("--algorithm", name, "--servers", "a:1,b:2,c:1", "foo")
    points.ok(run.returncode == 0 and run.stdout[:4] == b"foo\t", f"{name} places a key", run.stderr)


def indexes(algorithm, servers):
    """Where a hundred keys go."""
    run = place("--algorithm", algorithm, "--servers", servers, *(f"key-{i}" for i in range(100)))
    return [line.split()[1] for line in run.stdout.decode().splitlines()]


for line in listed.stdout.decode().splitlines():
    name = line.split()[0]
    told = re.search("; the servers' (names count|order counts, not their names)\\.$", line)[1]
    moved = indexes(name, "a,b,c") != indexes(name, "z,y,x")
    points.equal(told.startswith("names"), moved, f"{name}: {told}")

refuses("no algorithm", ["--servers", "a", "foo"], "expects --algorithm NAME; .*list names them")
refuses("no servers", PYTHON + ["foo"], "expects --servers LIST, such as")
refuses("an unknown algorithm", ["--algorithm", "dali", "--servers", "a", "foo"], 'did you mean "dalli"')
refuses("a list that cannot be read", PYTHON + ["--servers", "a:x", "foo"], '"a:x" ends with no weight')
refuses("a member that is not there", ABC + ["--down", "d", "foo"], 'names of --servers.*not "d"')
refuses("an empty key", ABC + [""], "1 to 250 bytes, but one of 0 came")
refuses("an empty line", ABC, "1 to 250 bytes, but one of 0 came", b"\n")
refuses("a key of 251 bytes", ABC + ["k" * 251], "1 to 250 bytes, but one of 251 came")
refuses("a key with a space", ABC + ["foo", "a b"], 'cannot hold the key "a b": byte 2 is a space')
refuses("a key with a tab", ABC, "byte 2 is a control character", b"a\tb\n")
refuses("an option of run", ABC + ["--strict", "foo"], "--strict")
schema = json.load(open("scenarios/scenario.schema.json"))["definitions"]["placement"]
points.equal(schema["enum"], names, "the schema knows them all")
figures = subprocess.run(["conformance/tests/placement/figures", "--check", "docs/placements.md"],
                         capture_output=True, text=True)
points.equal((figures.returncode, figures.stdout), (0, ""), "docs/placements.md has today's figures",
             figures.stderr)
document = open("docs/placements.md").read()
sessions = re.findall(r"^\$ mctap place (.*)\n((?:(?!\$|```).*\n)+)", document, re.M)
for arguments, wanted in sessions:
    lines(f"the page shows what comes: {arguments}", shlex.split(arguments),
          wanted.replace("    ", "\t").encode())
points.equal(len(sessions), 2, "and the page shows two sessions")
missing = [name for name in names if f"| `{name}` | " not in document]
points.equal(missing, [], "and tells of every algorithm")
points.finish()
