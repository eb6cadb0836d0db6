#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What ends by a signal ends soon, says so with its exit code, and leaves nothing behind.

Each command starts a process that makes a file first, so that the signal comes when it is under way.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import MCREF, MCTAP, SUITE, Points, free_port, mctap_end, mctap_start

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also when these tests run under nohup
points = Points()
SERVER = f"exec {MCREF} -l 127.0.0.1 -p {{port}}"
SLEEPS = "sleep 600; true"  # a shell with a child
ORDERS = "language/orders/a-sample-of-many-orders"


def commands(sign):
    """(name, arguments); those that talk to a target do it for longer than the test waits."""
    spawn = ["--spawn", f"echo >{sign}; {SERVER}"]
    return [("run", ["run", "--scenarios", SUITE, "--timeout", "600000", "--spawn",
                     f"echo >{sign}; exec conformance/tests/hostile_servers.py mute {{port}}"]),
            ("race", ["race", "--ops", "100000000", "--save", "none", *spawn]),
            ("explore", ["explore", "--scenarios", SUITE, "--orders", "1000000", "--seed", "7", *spawn, ORDERS]),
            ("client", ["client", "--timeout", "600000", "--", "sh", "-c", f"echo >{sign}; {SLEEPS}"]),
            ("proxy", ["proxy", "--timeout", "600000", "--", "sh", "-c", f"echo >{sign}; {SLEEPS}"])]


def given_proxy(sign):
    """A proxy that runs already, accepts and never answers."""
    def mute(client):
        open(sign, "w", encoding="ascii").close()
        for _ in client.requests():
            pass
    hostile_servers.SERVERS["signs"] = mute
    return ["proxy", "--timeout", "600000", "--servers", "1", "--ports", str(free_port()),
            "--target", hostile_servers.listen("signs")]


def wait_for(path, process):
    while not os.path.exists(path) and process.poll() is None:
        time.sleep(0.01)


def end_by(number, name, arguments, sign):
    process = mctap_start(*arguments)
    wait_for(sign, process)
    process.send_signal(number)
    result = mctap_end(process, 60)
    claim = f"{name} by {signal.Signals(number).name}"
    points.equal(result.code, 130, f"{claim}: 130", result.text[-2000:])
    points.ok(not result.left_behind, f"{claim}: leaves nothing behind", *result.left_behind)
    points.ok(not result.sanitized(), f"{claim}: no memory error", result.err)
    points.streams.append((claim, result.out))


def stays():
    """nohup: the terminal may go."""
    with tempfile.TemporaryDirectory() as folder:
        sign = f"{folder}/sign"
        command = [MCTAP, "run", "--scenarios", SUITE, "--only", "small/set-stores", "--spawn",
                   f"echo >{sign}; sleep 0.3; {SERVER}"]
        process = subprocess.Popen(["nohup", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        wait_for(sign, process)
        process.send_signal(signal.SIGHUP)
        told = process.communicate(timeout=60)[0].decode()
        points.equal(process.returncode, 0, "a run with nohup stays when the terminal goes", told)


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in commands(f"{folder}/$$"):
            sign = f"{folder}/{name}"
            end_by(number, name, [word.replace(f"{folder}/$$", sign) for word in arguments], sign)
    with tempfile.TemporaryDirectory() as folder:
        end_by(number, "a given proxy", given_proxy(f"{folder}/sign"), f"{folder}/sign")
stays()
points.streams_are_tap()
points.finish()
