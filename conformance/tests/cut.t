#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Replays with other cuts: a server that reads as it must passes each of them; one that takes what
one read brings for one request, and no more, fails those, and the step says which cut it was."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import MCREF, Points, mctap

points = Points()
ONE_READ = r"""
import socket, sys, threading
items = {}

def answer(request):
    line, _, rest = request.partition(b"\r\n")
    words = line.split(b" ")
    if words[0] == b"set" and rest:
        items[words[1]] = rest.partition(b"\r\n")[0]
        return b"STORED\r\n"
    if words[0] == b"get" and len(words) > 1:
        value = items.get(words[1])
        found = b"VALUE %s 0 %d\r\n%s\r\n" % (words[1], len(value), value) if value else b""
        return found + b"END\r\n"
    return b"VERSION 1.6.18\r\n" if line == b"version" else b"ERROR\r\n"

def serve(connection):
    while request := connection.recv(100000):
        connection.sendall(answer(request))

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=100)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
SCENARIO = r"""{ "section": "S", "about": "x", "scenarios": [
  { "name": "one", "rules": ["a.one"], "why": "w", "steps": [
    { "send": "set {key} 0 0 3\r\none\r\n", "expect": "STORED\r\n" },
    { "send": "get {key}\r\n", "expect": "VALUE {key} 0 3\r\none\r\nEND\r\n" } ] },
  { "name": "two", "rules": ["a.one"], "tags": ["one-write"], "why": "w", "steps": [
    { "send": "set {key} 0 0 3\r\ntwo\r\n", "expect": "STORED\r\n" } ] },
  { "name": "three", "rules": ["a.one"], "tags": ["one-by-one"], "why": "w", "steps": [
    { "send": "version\r\n", "expect": "VERSION {text}\r\n" },
    { "send": "get {key}\r\n", "expect": "END\r\n" } ] },
  { "name": "four", "rules": ["a.one"], "why": "w", "steps": [
    { "send": "version\r\n", "expect": { "any_of": { "told": "VERSION {text}\r\n" } } },
    { "send": "version\r\n", "expect": { "any_of": { "told": "VERSION {text}\r\n" } } },
    { "check": "told == 2" } ] },
  { "name": "five", "rules": ["a.one"], "why": "w", "steps": [
    { "send": "set {key} 0 0 4\r\nfive\r\n", "expect": "STORED\r\n", "cut": [3, 8] } ] } ] }"""
RULES = '{ "section": "S", "rules": [{ "id": "a.one", "level": "must", "text": "one." }] }'
SAYS = {"each": "step [12], requests cut behind byte [0-9]+", "bytes": "step [12], sent byte by byte",
        "joined": "step [12], requests joined", "random:7": "step [12], requests cut by seed 7"}

with tempfile.TemporaryDirectory() as folder:
    os.makedirs(f"{folder}/s/rules")
    for name, text in (("s/rules/r.json", RULES), ("s/f.json", SCENARIO), ("server.py", ONE_READ)):
        with open(f"{folder}/{name}", "w") as file:
            file.write(text)

    def run(spawn, *arguments, timeout="20000"):
        ran = mctap("run", "--scenarios", f"{folder}/s", "--timeout", timeout, "--spawn", spawn, *arguments)
        points.ok(not ran.sanitized(), f"{arguments}: no memory error", ran.err)
        return ran

    simple, good = f"'{sys.executable}' '{folder}/server.py' {{port}}", f"'{MCREF}' -l 127.0.0.1 -p {{port}}"
    points.equal(run(simple, "--only", "f", "--exclude", "f/five").code, 0, "uncut, the simple server passes")
    for how, says in SAYS.items():
        points.equal(run(good, "--cut", how).code, 0, f"{how}: mcref passes")
        for _ in range(5):  # silence is waited out; and a server that is held up reads two pieces as one
            ran = run(simple, "--cut", how, timeout="1500")
            passed = {id for id, point in ran.points.items() if point.passed and id != "f/four"}
            if passed == ({"f/two", "f/three"} if how == "joined" else {"f/two"}):
                break
        points.ok(ran.code == 1 and ran.points["f/one"].failed, f"{how}: the simple server fails", ran.text)
        points.says(ran.points["f/one"].field("step"), says, f"{how}: and the step says how it was cut")
        points.ok(ran.points["f/two"].passed, f"{how}: a claim about one write is left as it is", ran.text)
        points.ok(not ran.points["f/five"].passed, f"{how}: cuts of a step stay", ran.text)
        points.equal(ran.points["f/three"].passed, how == "joined",
                     f"{how}: what goes one by one is cut, but not joined", ran.text)

    stored = []

    def notes(client):
        for line, answer in client.requests():
            stored.extend([line] if b"-key 0 0 " in line else [])
            client.send(answer)

    hostile_servers.SERVERS["notes"] = notes
    target = hostile_servers.listen("notes")
    for id, value, plays in (("f/one", "one\r\n", "for each offset"), ("f/five", "five\r\n", "once")):
        stored.clear()
        ran = mctap("run", "--scenarios", f"{folder}/s", "--cut", "each", "--only", id, target)
        points.equal(ran.code, 0, f"each: an honest server passes {id}", ran.text)
        offsets = len(stored[0] + value.encode()) - 1
        points.equal(len(stored), offsets if id == "f/one" else 1,
                     f"each: {id} is played {plays}", *stored)

for wrong in ("", "half", "random:", "random:x"):
    ran = mctap("run", "--cut", wrong, "127.0.0.1:1")
    points.ok(ran.code == 2 and "--cut expects" in ran.err, f"--cut '{wrong}': 2", ran.text)
many = ("classic/storage", "classic/cas", "binary/storage", "binary/get", "meta/get")
for _ in range(3):  # items may expire on a machine that is held up between two requests
    ran = mctap("run", "--cut", "joined", "--timeout", "20000", *(word for id in many for word in ("--only", id)))
    if ran.code == 0:
        break
points.equal(ran.code, 0, "joined: whole chapters pass on mcref", ran.text[-3000:])
points.finish()
