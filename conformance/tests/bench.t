#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""bench/suite measures: a part of the suite, once, to see that each row has its figure."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MCTAP, Points

points = Points()
ROWS = {"whole suite": r" s", "longest wait in it": r" s", "CPU of mctap": r" s", "CPU of the servers": r" s",
        "peak memory": r" MB", "replies checked a second": ""}


def suite(*arguments, **environment):
    given = {"MCTAP": MCTAP, "MCREF": MCREF, "BENCH_ROUNDS": "1", "BENCH_REPLIES": "2000", "BENCH_ONLY": "classic/incr-decr"}
    return subprocess.run(["conformance/bench/suite", *arguments], env={**os.environ, **given, **environment},
                          capture_output=True, text=True)


plain = suite()
points.equal(plain.returncode, 0, "it measures", plain.stdout, plain.stderr)
for row, unit in ROWS.items():
    points.says(plain.stdout, rf"(?m)^{row} +[0-9.]+{unit} +[0-9.]+{unit}$", f"{row}: of mcref and of memcached")
alone = suite("--markdown", MEMCACHED="/nonexistent")
points.says(alone.stdout, r"(?m)^\| whole suite +\| +[0-9.]+ s \|$", "without a memcached mcref alone, as Markdown")
broken = suite(MCREF=f"{MCREF} --bug incr-keeps", MEMCACHED="/nonexistent")
points.ok(broken.returncode == 1 and "suite: mctap ended with 1 on mcref" in broken.stderr,
          "a run that fails is no figure", broken.stdout, broken.stderr)
points.finish()
