#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How often a scenario is played that fails: again where the machine was slow, once where it only waited.

The servers here count plays by the stems of their keys, which are others in each play. What must not
be played again is given a few tries, since a machine with much to do really is late.
"""

import collections
import json
import os
import re
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import SUITE, Points, mctap

TRIES = 5
WAIT = {"wait_ms": 1}
points = Points()


class Stems:
    """A server of no items that notes whose keys it was asked for. Words in a key make it slow, drowsy (just
    beyond the margin) or mute, or say STORED to a get from the second fifth of a second on; or slow in
    its first play, and then right."""

    def __init__(self):
        self.seen, self.first, self.asked = set(), {}, collections.Counter()
        hostile_servers.SERVERS["stems"] = self.serve

    def serve(self, client):
        client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for line, answer in client.requests():
            self.seen.update(re.findall(rb"mctap-[0-9a-f]{8}-[0-9a-f]{4}", line))
            since = time.monotonic() - self.first.setdefault(line, time.monotonic())
            self.asked[line] += line.startswith(b"get") and (b"slow" in line or b"tired" in line)
            begins = b"first" in line and line == next(seen for seen in self.first if b"first" in seen)
            time.sleep(0.9 if b"slow" in line or begins else 0.6 if b"drowsy" in line else
                       0.1 if b"tired" in line else 0)
            if b"first" in line and not begins:
                answer = b"STORED\r\n"
            if b"mute" not in line:
                client.send(b"STORED\r\n" if b"later" in line and since > 0.2 else answer)


def plays(*steps, **fields):
    """One run, how often it played its one scenario, and the tries of its requests in each play."""
    stems = Stems()
    targets = [hostile_servers.listen("stems") for _ in range(2 if "cluster" in fields else 1)]
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/late.json", "w", encoding="ascii") as file:
            json.dump({"section": "The judge's own tests", "about": "x", "scenarios": [
                {"name": "late", "rules": ["judge.must"], "why": "x.", "steps": steps, **fields}]}, file)
        run = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/late.json", "--allow-destructive",
                    *targets, limit=60)
    return run, len(stems.seen), [tries for tries in stems.asked.values() if tries]


def once(claim, *steps, **fields):
    for _ in range(TRIES):
        run, count, _ = plays(*steps, **fields)
        if count <= 1:
            break
    points.equal((run.code, count), (1, 1), claim, run.text)


def again(claim, *steps, **fields):
    run, count, _ = plays(*steps, **fields)
    points.equal((run.code, count), (1, 4), claim, run.text)


def get(key="key", expect="STORED\r\n", **fields):
    return {"send": f"get {{{key}}}\r\n", "expect": expect, **fields}


again("a play that waits, is held up and fails is played three times more", WAIT, get("key:slow"))
again("so is one that is held up by the margin and no more", WAIT, get("key:drowsy"))
again("or that waits only for the right answer", get("key:slow", eventually_ms=20))
again("or that names the time", {"send": "get {key:slow} {now+100}\r\n", "expect": "STORED\r\n"})
again("or expects it", get("key:slow", expect="STORED {now}\r\n"))
once("one that says nothing about time is not", get("key:slow"))
run, count, _ = plays(WAIT, get("key:first"))
points.equal((run.code, count), (0, 2), "if it was late and passes then, it passes", run.text)
points.says(run.text, "note: it failed when it was held up for [0-9]+ ms, and was played again", "and says so")
once("nor one that is not held up", WAIT, get())
once("tries of eventually_ms are no delay", WAIT, get(eventually_ms=900))
again("but what holds them up is", WAIT, get(expect="END\r\n"), get("key:slow", eventually_ms=20))
run, _, tries = plays(get("key:tired", eventually_ms=500))
points.ok(all(2 <= count <= 6 for count in tries), "what tries take themselves counts: 500 ms are no more",
          *tries, run.text)
run, _, tries = plays(get("key:slow", eventually_ms=20))
points.equal(set(tries), {2}, "but one more try is made when the time is over", *tries, run.text)
again("tries of a crowd count as those of one", WAIT,
      get("key:later", eventually_ms=20000, **{"as": "c1..8"}), get("key:slow"))
members = {"placement": "python-memcached",
           "members": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]}
once("nor is a member that must not answer a delay", WAIT,
     {"on": "a", "send": "get {key:mute}\r\n", "fails": "timeout", "within_ms": 900},
     {"on": "b", **get()}, cluster=members)
points.finish()
