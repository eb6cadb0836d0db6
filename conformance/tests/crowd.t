#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A right server that takes connections slowly, from a short queue: it is judged by what it answers.

mcref behind a relay with a queue of one, which takes a connection every few hundredths of a second. The kernel
drops what finds the queue full; whether it does that is a matter of chance, so there are a few tries.
"""

import os
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, Points, mctap

TRIES = 5
PAUSE_S = 0.04
points = Points()


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            end.close()


def relay(listener, port):
    while True:
        time.sleep(PAUSE_S)
        client = listener.accept()[0]
        server = socket.create_connection(("127.0.0.1", port))
        for pair in ((client, server), (server, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def slowly(port):
    """The address of a relay to this port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    threading.Thread(target=relay, args=(listener, port), daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


mcref = subprocess.Popen([MCREF, "-l", "127.0.0.1", "-p", "0"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    address = slowly(int(mcref.stdout.readline().rsplit(":", 1)[1]))
    for _ in range(TRIES):
        run = mctap("run", address, "--only", "classic/storage", "--only", "classic/incr-decr", limit=300)
        if "played again" in run.text or run.failed():
            break
    points.equal(run.code, 0, "nothing fails", run.text)
    points.says(run.text, r"(?m)^# note: the target did not take connections as fast as they came",
                "a pass that came with fewer at once says so")
    points.says(run.text, r"(?m)^# the target did not take connections .* listen\(\)", "the report says what to do")
    points.says(run.err, r"(?m)^mctap: the target did not take connections", "so does stderr")
finally:
    mcref.terminate()
    mcref.wait(60)
points.finish()
