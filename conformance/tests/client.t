#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""`mctap client`: a right client passes every check, each check goes red on a client that breaks it,
an adapter that hangs, dies or babbles is told and never stalls the run, and real clients get the
verdicts of docs/clients.md where no clock has a part in them."""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

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
    "incr-is-get-and-set": ["wire.one-step"],
    "noreply-not-said": ["wire.noreply"],
    "mget-asks-all": ["wire.mget"],
    "mget-loses-one": ["wire.mget"],
    "mget-one-by-one": ["wire.mget-once"],
    "line-at-most-2048": ["wire.mget-many"],
    "mset-stores-ten": ["wire.mset"],
    "numbers-are-made": ["value.text"],
    "letters-as-length": ["value.utf8"],
    "mget-looks-for-END": ["value.mget"],
    "keeps-a-copy": ["value.fresh"],
    "counter-as-double": ["value.counter"],
    "add-forgets-exptime": ["time.sent"],
    "month-as-it-is": ["time.month"],
    "clock-time-added": ["time.absolute"],
    "negative-is-for-ever": ["time.negative"],
    "value-ends-at-line-end": ["value.bytes"],
    "empty-is-miss": ["value.empty"],
    "one-recv-a-value": ["value.large"],
    "any-reply-is-ok": ["value.too-large", "reply.not-stored", "reply.server-error",
                        "reply.error", "cas.exists"],
    "miss-is-empty-value": ["reply.not-found"],
    "delete-always-ok": ["reply.delete-missing"],
    "error-is-zero": ["reply.non-numeric"],
    "error-is-miss": ["reply.get-error-told"],
    "mset-stops": ["reply.mset-refused"],
    "meta-get-ignores-opaque": ["reply.opaque"],
    "silence-is-ok": ["reply.hung-set"],
    "number-from-one-recv": ["reply.split-number"],
    "mget-from-one-recv": ["reply.split-mget"],
    "mget-error-stays": ["reply.mget-error"],
    "letters-counted": ["key.too-long-utf8"],
    "case-is-lost": ["key.case"],
    "checks-keys-of-get-and-set-alone": ["key.every-call"],
    "one-down-no-mget": ["down.mget"],
    "next-when-down": ["down.expected"],
    "any-line-is-a-value": ["reply.get-error", "reply.garbage"],
    "does-not-compare-keys": ["reply.other-key"],
    "closed-is-ok": ["reply.closed"],
    "cut-is-hit": ["reply.cut"],
    "never-reconnects": ["reply.recovers", "reply.idle", "down.rejoins"],
    "no-timeout": ["reply.hung"],
    "keeps-connection-after-timeout": ["reply.late"],
    "one-recv-a-reply": ["reply.one-byte", "reply.split"],
    "cas-is-set": ["cas.sent", "cas.exists", "cas.not-found"],
    "keeps-first-unique": ["cas.again"],
    "unique-as-double": ["cas.64-bits"],
    "meta-cas-as-double": ["cas.64-bits"],
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


def start(*arguments, defect=None, limit=120):
    return mctap("client", *arguments, "--", ADAPTER, *([defect] if defect else []), limit=limit)


def clean(result, *arguments, defect=None):
    points.streams.append((f"{defect} {' '.join(arguments)}", result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: {' '.join(arguments)} {defect or ''}", *result.left_behind, result.err)
    return result


def run(*arguments, defect=None, limit=120):
    return clean(start(*arguments, defect=defect, limit=limit), *arguments, defect=defect)


def right_client():
    result = run("--weights", "1,2,1", "--expect", "python-memcached", "--strict")
    points.equal(result.code, 0, "a right client passes every check, also with --strict",
                 result.text)
    skipped = [id for id, point in result.points.items() if not point.passed]
    points.equal(skipped, ["client.reply.opaque"], "none is skipped but the one for opaques",
                 result.text)
    opaque = run("--only", "client.reply.opaque", "--strict", defect="meta-get")
    points.ok(opaque.code == 0 and not opaque.failed(), "a right client with opaques passes that",
              opaque.text)
    points.says(result.text, "# note: it looks like python-memcached", "its placement is named")
    return set(result.points)


def wanted_of(defect):
    return {f"client.{name}" for name in DEFECTS[defect]}


def only(defect):
    chosen = [word for id in sorted(wanted_of(defect)) for word in ("--only", id)]
    return ["--weights", "1,2,1", "--expect", "python-memcached", "--timeout", "8000", "--strict",
            *chosen]


def defects(ids):
    """Each by itself; two at a time, since most of a run is waiting."""
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda defect: start(*only(defect), defect=defect), DEFECTS))
    for defect, result in zip(DEFECTS, results):
        clean(result, *only(defect), defect=defect)
        points.equal(set(result.failed()), wanted_of(defect), f"noticed: {defect}", result.text)
        points.equal(result.code, 1, f"exit 1: {defect}")
        points.ok(all(point.field("message") for point in result.points.values() if point.failed),
                  f"explained: {defect}", result.text)
    reddened = set().union(*(wanted_of(defect) for defect in DEFECTS))
    points.equal(sorted(ids - reddened), [], "every check was seen red")


def right_in_their_way():
    """What looks wrong at first sight: another server takes the value, a set is an ms."""
    for way, id in (("goes-round-closed", "client.reply.closed"), ("meta-set", "client.wire.noreply")):
        result = run("--weights", "1,2,1", "--only", id, defect=way)
        points.equal((result.code, result.failed()), (0, []), f"no alarm: {way}", result.text)


def told_with_the_other_side():
    result = run("--only", "client.landing.stable", "--only", "client.wire.grammar",
                 defect="no-line-end-behind-values")
    points.equal(result.failed(), ["client.landing.stable", "client.wire.grammar"],
                 "a request without its end is noticed", result.text)
    points.says(result.points["client.landing.stable"].field("message"),
                "a server got .* bytes and waits for the rest", "and what the server waits for is told")
    result = run("--only", "client.value.empty", defect="stored-is-no")
    points.says(result.points["client.value.empty"].field("message"), "the last reply was .*STORED",
                "a success told as a failure stands beside the reply")
    result = run("--only", "client.reply.not-found", "--only", "client.reply.delete-missing",
                 defect="adapter-chatters-in-touch")
    points.equal(result.failed(), ["client.reply.not-found"],
                 "a line too many spoils its own check alone", result.text)


def equal_weights():
    result = run("--weights", "1,2,1", "--only", "client.landing.known", defect="ignores-weights")
    points.says(result.text, "it looks like python-memcached with equal weights",
                "a placement without its weights is recognised")


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
            ("perl-cache-memcached.pl fast", ["key.control", "key.empty", "key.every-call", "key.line-end",
                                              "key.newline-last", "key.space", "key.too-long",
                                              "key.too-long-utf8"])):
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
    right_in_their_way()
    told_with_the_other_side()
    equal_weights()
    observed()
    adapters_that_fail()
    command_line()
    real_clients()
    points.streams_are_tap()
    points.finish()


main()
