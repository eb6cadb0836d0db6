#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""--jobs N: so many scenarios ask the target at once; those that only wait take no place.

The server here counts the connections that were open at once, and the requests that it had under way.
"""

import json
import os
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import SUITE, Points, mctap

points = Points()
GET = {"send": "get {key}\r\n", "expect": "END\r\n"}


class Counter:
    """The most that were open, or asked, at the same time."""

    def __init__(self):
        self.lock, self.now, self.most = threading.Lock(), {}, {}
        hostile_servers.SERVERS["counts"] = self.serve

    def add(self, what, one):
        with self.lock:
            self.now[what] = self.now.get(what, 0) + one
            self.most[what] = max(self.now[what], self.most.get(what, 0))

    def serve(self, client):
        self.add("open", 1)
        for line, answer in client.requests():
            if line.startswith(b"get"):
                self.add("asked", 1)
                time.sleep(0.02)
                self.add("asked", -1)
            client.send(answer)
        self.add("open", -1)


def play(jobs, count, *steps):
    counter = Counter()
    scenarios = [{"name": f"number {number}", "rules": ["judge.must"], "why": "x.", "steps": steps}
                 for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/jobs.json", "w", encoding="ascii") as file:
            json.dump({"section": "The judge's own tests", "about": "x", "scenarios": scenarios}, file)
        run = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/jobs.json", "--jobs", str(jobs),
                    hostile_servers.listen("counts"), limit=120)
    points.equal((run.code, len(run.points)), (0, count), f"--jobs {jobs}: {count} pass", run.text)
    return run, counter.most


# A connection that mctap has closed may be known to the server a little later, so what is asked is counted.
run, most = play(3, 30, GET)
points.ok(most["asked"] <= 3, "no more are asked at once than there are jobs", most)
run, most = play(3, 30, GET, {"wait_ms": 6000}, GET)
points.ok(most["open"] > 20, "those that wait do not keep others from starting", most)
run, most = play(3, 120, GET, {"wait_ms": 1000}, GET)
points.ok(most["open"] < 100, "but not all at once: they keep their connections", most)
run, most = play(1, 4, GET, {"wait_ms": 300}, GET)
points.equal(most["asked"], 1, "--jobs 1: nothing overlaps", most)
points.ok(run.seconds >= 1.2, "not even a wait", run.seconds)

points.finish()
