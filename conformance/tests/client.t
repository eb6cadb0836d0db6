#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""`mctap client`: a right client passes every check, each check goes red on a client that breaks it,
an adapter that hangs, dies or babbles is told and never stalls the run, and real clients get the
verdicts of docs/clients.md where no clock has a part in them."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import TESTS, Points, mctap

points = Points()
ADAPTER = f"{TESTS}/client/adapter-with-defects"
EXAMPLES = "conformance/examples"

# What each defect must turn red, behind "client."; other checks may go red with it.
DEFECTS = {
    "reads-elsewhere": ["landing.stable"],
    "places-by-length": ["landing.expected", "landing.known"],
    "ignores-weights": ["landing.weights", "landing.expected"],
    "negative-flags": ["wire.grammar"],
    "extra-space": ["wire.spaces"],
    "bare-lf": ["wire.line-ends"],
    "noreply-not-said": ["wire.noreply"],
    "mget-asks-all": ["wire.mget"],
    "mget-loses-one": ["wire.mget"],
    "mget-one-by-one": ["wire.mget-once"],
    "value-ends-at-line-end": ["value.bytes"],
    "empty-is-miss": ["value.empty"],
    "one-recv-a-value": ["value.large"],
    "any-reply-is-ok": ["value.too-large", "reply.not-stored", "reply.server-error",
                        "reply.error", "cas.exists"],
    "miss-is-empty-value": ["reply.not-found"],
    "delete-always-ok": ["reply.delete-missing"],
    "error-is-zero": ["reply.non-numeric"],
    "any-line-is-a-value": ["reply.get-error", "reply.garbage"],
    "does-not-compare-keys": ["reply.other-key"],
    "closed-is-ok": ["reply.closed"],
    "cut-is-hit": ["reply.cut"],
    "never-reconnects": ["reply.recovers", "down.rejoins"],
    "no-timeout": ["reply.hung"],
    "keeps-connection-after-timeout": ["reply.late"],
    "one-recv-a-reply": ["reply.one-byte", "reply.split"],
    "cas-is-set": ["cas.sent", "cas.exists", "cas.not-found"],
    "keeps-first-unique": ["cas.again"],
    "unique-as-double": ["cas.64-bits"],
    "cas-without-gets-is-set": ["cas.without-gets"],
    "keys-at-most-200": ["key.longest"],
    "no-key-check": ["key.too-long", "key.space", "key.line-end", "key.control", "key.empty"],
    "newline-passes": ["key.newline-last"],
    "ascii-only": ["key.utf8"],
    "down-is-ok": ["down.told"],
    "one-down-all-down": ["down.others"],
    "no-failover": ["down.moves"],
    "keeps-old-items": ["down.stale"],
}


def run(*arguments, defect=None, limit=120):
    result = mctap("client", *arguments, "--", ADAPTER, *([defect] if defect else []), limit=limit)
    points.streams.append((f"{defect} {' '.join(arguments)}", result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: {' '.join(arguments)} {defect or ''}", *result.left_behind, result.err)
    return result


def right_client():
    result = run("--weights", "1,2,1", "--expect", "python-memcached", "--strict")
    points.equal(result.code, 0, "a right client passes every check, also with --strict",
                 result.text)
    points.ok(all(point.passed for point in result.points.values()) and len(result.points) > 40,
              "none is skipped", result.text)
    points.says(result.text, "# note: it looks like python-memcached", "its placement is named")
    return set(result.points)


def defects(ids):
    reddened = set()
    for defect, names in DEFECTS.items():
        wanted = {f"client.{name}" for name in names}
        only = [word for id in sorted(wanted) for word in ("--only", id)]
        result = run("--weights", "1,2,1", "--expect", "python-memcached", "--timeout", "8000",
                     "--strict", *only, defect=defect)
        points.equal(set(result.failed()), wanted, f"noticed: {defect}", result.text)
        points.equal(result.code, 1, f"exit 1: {defect}")
        points.ok(all(point.field("message") for point in result.points.values() if point.failed),
                  f"explained: {defect}", result.text)
        reddened |= wanted
    points.equal(sorted(ids - reddened), [], "every check was seen red")


def observed():
    result = run("--only", "client.wire.spaces", defect="extra-space")
    point = result.points["client.wire.spaces"]
    points.equal((result.code, point.directive),
                 (0, "TODO observed of clients, the protocol does not ask for it"),
                 "a check that only tells says so", result.text)


def adapters_that_fail():
    for defect, says in (("adapter-hangs", "it did not answer within 0.5 s"),
                         ("adapter-dies", "it ended with exit status 7; its last words: out of cheese"),
                         ("adapter-talks-nonsense", "which is no line of the protocol"),
                         ("adapter-chatters", "no line of the protocol")):
        patience = "500" if defect == "adapter-hangs" else "20000"
        result = run("--timeout", patience, defect=defect)
        points.equal(result.code, 3, f"exit 3: {defect}", result.text)
        points.says(result.text, f"Bail out! .*{says}", f"told: {defect}")
        points.ok(result.seconds < 60, f"in time: {defect}")
    result = mctap("client", "--", "/nonexistent/adapter")
    points.equal(result.code, 3, "exit 3: an adapter that is not there", result.text)
    points.says(result.err, "No such file or directory", "told: an adapter that is not there")


def command_line():
    for arguments, says in (
            ((), "expected the command of an adapter behind --"),
            (("--servers", "0", "--", ADAPTER), "--servers expects a number from 1 to 26"),
            (("--servers", "2x", "--", ADAPTER), "--servers expects a number from 1 to 26"),
            (("--servers", "3", "--weights", "1,2", "--", ADAPTER), "fewer weights than there are servers"),
            (("--servers", "3", "--weights", "1,2,1,1", "--", ADAPTER), "more weights than there are servers"),
            (("--weights", "1,,1", "--", ADAPTER), "--weights expects"),
            (("--expect", "python-memcache", "--", ADAPTER), "did you mean .python-memcached."),
            (("--rejoin", "soon", "--", ADAPTER), "--rejoin expects a number"),
            (("--jobs", "2", "--", ADAPTER), "has no meaning for mctap client")):
        result = mctap("client", *arguments)
        points.equal(result.code, 2, f"exit 2: {' '.join(arguments[:4])}", result.text)
        points.says(result.err, says, f"told: {' '.join(arguments[:4])}")
    result = mctap("client", "--only", "client.cas.send", "--", ADAPTER)
    points.equal(result.code, 5, "exit 5: no such check")
    points.says(result.err, r"did you mean client\.cas\.sent\?", "the one that was meant is named")
    result = run("--servers", "1", "--only", "client.down")
    points.equal(result.code, 77, "exit 77: everything was skipped", result.text)
    result = run("--run-timeout", "1", defect="adapter-hangs", limit=90)
    points.ok(result.code in (1, 3) and result.seconds < 60, "--run-timeout ends a run", result.text)


def real_clients():
    """The facts that the shop's lesson rests on, and the placements."""
    timeless = ["--only", "client.landing", "--only", "client.wire", "--only", "client.cas",
                "--only", "client.key"]
    for adapter, red in (
            ("python-memcached.py", ["cas.sent", "cas.exists", "cas.not-found", "cas.again",
                                     "cas.without-gets", "wire.spaces", "key.newline-last"]),
            ("python-memcached.py cache_cas", ["cas.without-gets", "wire.spaces",
                                               "key.newline-last"]),
            ("perl-cache-memcached.pl fast", ["key.control", "key.empty", "key.line-end",
                                              "key.newline-last", "key.space", "key.too-long"])):
        result = mctap("client", "--weights", "1,2,1", *timeless, "--", *f"{EXAMPLES}/{adapter}".split(),
                       limit=120)
        points.streams.append((adapter, result.out))
        points.equal(result.failed(), sorted(f"client.{name}" for name in red),
                     f"{adapter}: red where it is wrong, and nowhere else", result.text)
    message = result.points["client.key.line-end"].field("message")
    points.ok(re.search("became a command of its own", message), "an injected command is named",
              message)


def main():
    defects(right_client())
    observed()
    adapters_that_fail()
    command_line()
    real_clients()
    points.streams_are_tap()
    points.finish()


main()
