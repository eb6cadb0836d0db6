#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""`mctap proxy`: a right proxy passes every check, each check goes red on a proxy that breaks it, a
proxy that does not start or dies is told, and nutcracker gets the verdicts of docs/clients.md."""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import TESTS, Points, free_port, mctap

points = Points()
PROXY = [f"{TESTS}/proxy/proxy-with-defects", "{port}", "{servers}"]
NUTCRACKER = ["--", "nutcracker", "-s", str(free_port()), "-c", "{config}"]  # -s: it listens at 22222 otherwise
MARK = "made-by-" + uuid.uuid4().hex  # in the configurations of this run: others may run beside it
COMMANDS = ("get gets set add replace append prepend cas incr decr delete touch gat version"
            " verbosity flush_all stats mg ms md ma mn").split()

# What each defect must turn red, behind "proxy."; other checks may go red with it.
DEFECTS = {
    "reads-elsewhere": ["landing.stable"],
    "places-by-length": ["landing.expected", "landing.known"],
    "ignores-weights": ["landing.weights", "landing.expected"],
    **{f"refuses-{word}": [f"command.{word}"] for word in COMMANDS},
    "answers-quit": ["command.quit"],
    "adds-space": ["bytes.request"],
    "refuses-trailing-space": ["bytes.trailing-space"],
    "value-ends-at-nul": ["bytes.value"],
    "refuses-empty": ["bytes.empty"],
    "cuts-large": ["bytes.large"],
    "flags-16-bit": ["bytes.flags"],
    "answers-noreply": ["bytes.noreply"],
    "drops-pipelined": ["bytes.pipelined"],
    "whole-reads": ["bytes.one-byte"],
    "unique-as-double": ["bytes.cas-unique"],
    "keys-at-most-200": ["bytes.key-longest"],
    "cuts-keys": ["bytes.key-too-long"],
    "mget-asks-all": ["mget.split"],
    "mget-loses-one": ["mget.split"],
    "mget-by-server": ["mget.order"],
    "garbage-is-end": ["client.garbage"],
    "dies-when-left": ["client.leaves"],
    "garbage-is-value": ["server.garbage"],
    "cut-is-value": ["server.cut"],
    "no-timeout": ["server.hung"],
    "one-lock": ["server.hung-others"],
    "keeps-connection-after-timeout": ["server.late"],
    "down-is-ok": ["down.told"],
    "one-down-all-down": ["down.others"],
    "mget-all-or-nothing": ["down.mget"],
    "never-reconnects": ["down.rejoins"],
}


def run(*arguments, limit=300):
    for _ in range(5):  # another process may take a port before the proxy does
        result = mctap("proxy", "--weights", "1,2,1", *arguments, limit=limit)
        if "Address already in use" not in result.text:
            break
    shown = " ".join(arguments)
    points.streams.append((shown, result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: {shown}", *result.left_behind, result.err)
    return result


@contextlib.contextmanager
def marked_config():
    """A template that bears the mark, and a function that finds what was made of it and is left."""
    def left():
        return [str(path) for path in pathlib.Path("/tmp").glob("mctap-proxy-*") if MARK in text_of(path)]

    with tempfile.NamedTemporaryFile("w", suffix=".yml") as template:
        template.write(f"# {MARK}\n" + pathlib.Path("conformance/examples/nutcracker.yml").read_text())
        template.flush()
        yield template.name, left


def text_of(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""  # of another run, which has just removed it


def right_proxy():
    result = run("--expect", "python-memcached", "--strict", "--", *PROXY)
    points.equal(result.code, 0, "a right proxy passes every check, also with --strict",
                 result.text)
    points.ok(all(point.passed for point in result.points.values()) and len(result.points) > 40,
              "none is skipped", result.text)
    return set(result.points)


def defects(ids):
    reddened = set()
    for defect, names in DEFECTS.items():
        wanted = {f"proxy.{name}" for name in names}
        only = [word for id in sorted(wanted) for word in ("--only", id)]
        result = run("--expect", "python-memcached", "--timeout", "8000", "--strict", *only, "--", *PROXY, defect)
        points.equal((result.code, set(result.failed())), (1, wanted), f"noticed: {defect}",
                     result.text)
        reddened |= wanted
    points.equal(sorted(ids - reddened), [], "every check was seen red")


def proxies_that_fail():
    for words, says in ((["/nonexistent/proxy"], "No such file or directory"),
                        (["sh", "-c", "echo no licence; exit 4"],
                         "it ended with exit status 4; its last words: no licence"),
                        ([*PROXY, "refuses-set"], "set was answered|No such|SERVER|ERROR")):
        result = run("--only", "proxy.landing", "--", *words)
        points.ok(result.code in (1, 3), f"exit 3 or 1: {words[-1]}", result.text)
        points.says(result.text, says, f"told: {words[-1]}")
    for arguments, says in (
            (("--",), "expected either --target"),
            (("--target", "127.0.0.1:1", "--", "x"), "expected either --target"),
            (("--target", "127.0.0.1:1"), "needs --ports"),
            (("--target", "127.0.0.1:1", "--ports", "1,2"), "--ports expects 3 ports"),
            (("--config", "/nonexistent.yml", "--", "x"), "cannot read /nonexistent.yml")):
        result = mctap("proxy", "--weights", "1,2,1", *arguments)
        points.equal(result.code, 2, f"exit 2: {' '.join(arguments)}", result.text)
        points.says(result.err, says, f"told: {' '.join(arguments)}")
    with marked_config() as (config, left):
        result = run("--only", "proxy.landing", "--config", config, "--", "sh", "-c", "head -n 1 {config}; exit 4")
        points.says(result.text, f"exit status 4; its last words:.*{MARK}", "a proxy has its configuration")
        points.equal(left(), [], "a proxy that fails leaves no configuration file behind")


def nutcracker():
    if not shutil.which("nutcracker"):
        points.ok(True, "nutcracker # SKIP it is not installed")
        return
    with marked_config() as (config, left):
        result = run("--expect", "twemproxy-modula-crc32", "--config", config, *NUTCRACKER)
        points.equal(left(), [], "nor does one that works")
    points.equal(result.code, 0, "nutcracker keeps every rule that gates", result.text)
    lacks = {f"proxy.command.{word}" for word in
             "gat verbosity flush_all stats mg ms md ma mn".split()}
    points.equal(set(result.failed()), lacks | {"proxy.mget.order", "proxy.down.mget"},
                 "what it lacks is named, and nothing else", result.text)


defects(right_proxy())
proxies_that_fail()
nutcracker()
points.streams_are_tap()
points.finish()
