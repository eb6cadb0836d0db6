#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mctap explore: the table of all orders, samples by a seed, the keys it leaves on a given target,
and its messages. What interleave, if and outcomes mean is tested by language.t."""

import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, SUITE, Points, mctap

points = Points()
ORDERS = "language/orders/"


def explore(*arguments):
    result = mctap("explore", "--scenarios", SUITE, *arguments)
    points.streams.append((" ".join(arguments), result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: mctap explore {' '.join(arguments)}", *result.left_behind, result.err)
    return result


def rows(result):
    """The rows of the table, without their numbers."""
    return re.findall(r"^# +\d+  (A.*)$", result.out.decode(), re.M)


def table():
    result = explore(ORDERS + "all-orders")
    points.equal(result.code, 0, "exit 0: every outcome is in as many orders as the scenario says")
    points.equal(len(rows(result)) + len(re.findall(r"^# +\d+  B ", result.text, re.M)), 2,
                 "a row an order", result.text)
    points.says(result.text, r"# +1  A get  B set  late 0, early 1  reads early, always\n",
                "turns, what is compared, and the outcomes")
    points.says(result.text, r"# reads late \(late == 1\): in 1 of 2 orders\n", "the counts")
    other = explore(ORDERS + "an-outcome-of-other-orders")
    points.equal(other.code, 1, "exit 1: in other orders than the scenario says")
    points.says(other.text, r"# late \(late == 1\): in 1 of 2 orders\nnot ok 1",
                "the table stands there as well")
    told = mctap("run", "--scenarios", SUITE, "--only", ORDERS + "an-outcome-of-other-orders")
    points.says(told.text, r"# +2  B set", "a run that fails by an outcome shows the table, too")
    where = mctap("run", "--scenarios", SUITE, "--only",
                  ORDERS + "a-reply-that-is-wrong-in-one-order")
    points.says(where.text, r"# order 2 of 2: B set, A get\n", "a run that fails says in which order")


def samples():
    many = ORDERS + "a-sample-of-many-orders"
    first, again = explore("--orders", "20", many), explore("--orders", "20", many)
    points.equal(len(rows(first)), 20, "--orders 20 of 2520")
    points.equal(rows(first), rows(again), "the same sample each time")
    other = explore("--orders", "20", "--seed", "2", many)
    points.ok(rows(first) != rows(other), "--seed 2 gives another")
    points.says(other.text, r"in 20 of 20 sampled orders \(of 2520; --seed 2\)", "and says so")
    points.says(explore(many).text, r"in 1000 of 1000 sampled orders", "explore plays 1000 if nothing is said")
    run = mctap("run", "--scenarios", SUITE, "--only", many)
    points.says(run.text, r"in 250 of 250 sampled orders", "run fewer")
    every = explore("--orders", "2520", many)
    points.equal(len(rows(every)), 0, "a table of more than 1000 rows is not written")
    points.says(every.text, r"in 2520 of 2520 orders\n", "all of them")


def leaves_nothing():
    server = subprocess.Popen([MCREF, "-l", "127.0.0.1", "-p", "0"], stdout=subprocess.PIPE,
                              text=True)
    address = server.stdout.readline().split("listening on ")[1].strip()
    points.equal(explore(ORDERS + "a-sample-that-says-otherwise", address).code, 1,
                 "on a given target")
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"stats\r\nquit\r\n")
        stats = connection.makefile("rb").read().decode()
    points.says(stats, r"STAT curr_items 0\r", "no key of any order is left there")
    server.terminate()
    points.equal(server.wait(60), 0, "the server lives to the end")
    server.stdout.close()


WRONG = [  # arguments, exit code, and what the message must name
    ([], 2, "expects the id of a scenario"),
    (["--orders", "0", "x"], 2, '--orders expects a number from 1 to 1000000, not "0"'),
    (["--seed", "-1", "x"], 2, '--seed expects a number below 2\\^64, not "-1"'),
    (["nothing"], 5, "nothing"),
    (["small"], 5, 'no scenario that "small" selects has an "interleave"'),
    ([ORDERS + "all-orders", "nonsense"], 2, "nonsense"),
    ([ORDERS + "all-orders", "127.0.0.1:1"], 3, "127.0.0.1:1"),
    (["--spawn", "x {port}", ORDERS + "all-orders", "127.0.0.1:1"], 2, "give no TARGET beside it"),
]

table()
samples()
leaves_nothing()
for arguments, code, message in WRONG:
    result = mctap("explore", "--scenarios", SUITE, *arguments)
    points.equal(result.code, code, f"mctap explore {' '.join(arguments)}: exit {code}")
    points.says(result.err, message, "and the message helps")
points.streams_are_tap()
points.finish()
