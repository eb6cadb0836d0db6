#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A right server that takes connections slowly, from a short queue: it is judged by what it answers.

mcref behind a relay with a queue of one, which takes a connection every few hundredths of a second. The kernel
drops what finds the queue full; whether it does that is a matter of chance, so there are a few tries.
`crowd.t PORT BACKEND N` is a relay from PORT that takes N connections and then none.
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


def relay(listener, port, most):
    for _ in range(most):
        time.sleep(PAUSE_S)
        client = listener.accept()[0]
        server = socket.create_connection(("127.0.0.1", port))
        for pair in ((client, server), (server, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def short_queue(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1)
    return listener


if len(sys.argv) > 1:
    port, backend, most = map(int, sys.argv[1:])
    listener = short_queue(port)
    relay(listener, backend, most)
    threading.Event().wait()

mcref = subprocess.Popen([MCREF, "-l", "127.0.0.1", "-p", "0"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    port = int(mcref.stdout.readline().rsplit(":", 1)[1])
    listener = short_queue(0)
    threading.Thread(target=relay, args=(listener, port, sys.maxsize), daemon=True).start()
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    for _ in range(TRIES):
        run = mctap("run", address, "--only", "classic/storage", "--only", "classic/incr-decr", limit=300)
        if "played again" in run.text or run.failed():
            break
    points.equal(run.code, 0, "nothing fails", run.text)
    points.says(run.text, r"(?m)^# note: the target did not take connections as fast as they came",
                "a pass that came with fewer at once says so")
    points.says(run.text, r"(?m)^# the target did not take connections .* listen\(\)", "the report says what to do")
    points.says(run.err, r"(?m)^mctap: the target did not take connections", "so does stderr")
    run = mctap("run", "--spawn", f"{sys.executable} {__file__} {{port}} {port} 30", "--only", "classic/storage",
                "--only", "classic/incr-decr", "--timeout", "1000", limit=300)
    points.ok(len(run.failed()) > 10 and run.seconds < 60, "when nothing is taken any more that is found out soon",
              f"{len(run.failed())} failed in {run.seconds:.1f} s", run.text)
finally:
    mcref.terminate()
    mcref.wait(60)
points.finish()
