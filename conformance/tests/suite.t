#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The whole suite in scenarios/ against mcref and against Debian's memcached: every point is
told, nothing fails, neither a must nor an observed rule. $ASAN_MCREF (or build/asan/mcref, when
it exists) is played as well."""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MEMCACHED, Points, mctap

points = Points()
SPAWNED = "'{program}' -l 127.0.0.1 -p {{port}} {{options}}"
ASAN_MCREF = os.environ.get("ASAN_MCREF", "build/asan/mcref")


def play(name, spawn, planned, *more):
    run = mctap("run", "--strict", "--timeout", "20000", "--spawn", spawn, *more, limit=600)
    counts = [line for line in run.out.decode().splitlines() if line.startswith("# ")][-1:]
    points.equal(run.code, 0, f"{name}: exit code 0", run.err)
    points.equal(run.failed(), [], f"{name}: nothing fails", run.text)
    points.equal(len(run.points), planned, f"{name}: all {planned} points are told")
    points.equal([point.directive for point in run.points.values() if point.skipped and
                  not re.match("SKIP (since|until) memcached", point.directive)], [],
                 f"{name}: nothing is skipped but claims about other versions")
    points.ok(not run.left_behind, f"{name}: every server is stopped", *run.left_behind)
    points.ok(not run.sanitized(), f"{name}: no memory error in mctap", run.err)
    points.streams.append((name, run.out))
    print(f"# {name}: {run.seconds:.2f} s, {' '.join(counts)}")
    return run.out.decode()


def compare_with_readme(told, out):
    """README.md shows this run; its numbers are those of memcached 1.6.18."""
    if told != "memcached 1.6.18":
        return
    with open("README.md", encoding="utf-8") as file:
        readme = file.read()
    for line in (r"^1\.\.\d+$", r"^ok \d+ - \S+$", r"^# \d+ passed, \d+ failed, \d+ skipped"):
        last = re.findall(line, out, re.M)[-1]
        points.ok(last in readme, f'README.md, "A session": {last}', "this line is expected there")


linted = mctap("lint")
points.equal(linted.code, 0, "the suite has no problems", linted.text)
listed = mctap("list").out.decode().splitlines()
points.ok(len(listed) > 100, f"the suite has {len(listed)} scenarios")
newer = mctap("list", "--tag", "newer").out.decode().splitlines()

programs = {os.path.realpath(MCREF): "mcref"}
if os.path.exists(ASAN_MCREF):
    programs[os.path.realpath(ASAN_MCREF)] = "mcref with ASan and UBSan"
for program, name in programs.items():
    play(name, SPAWNED.format(program=program), len(listed))
    play(f"{name}, what is newer than the version it tells", SPAWNED.format(program=program),
         len(newer), "--as", "1.6.45", "--tag", "newer")

if shutil.which("memcached"):
    told = subprocess.run(["memcached", "-V"], capture_output=True, text=True).stdout.strip()
    if re.search(r" 1\.6\.\d+", told):
        compare_with_readme(told, play(told, MEMCACHED, len(listed)))
    else:
        points.ok(True, f"memcached 1.6 # SKIP {told} is installed")
elif os.environ.get("CI"):
    points.ok(False, "memcached is installed under CI")
else:
    points.ok(True, "memcached # SKIP not installed: apt install memcached")

points.streams_are_tap()
points.finish()
