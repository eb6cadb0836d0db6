# SPDX-License-Identifier: MIT
"""farm_memccapable.py - does memccapable of libmemcached-tools notice a bug? For comparison."""
import shutil
import signal
import subprocess
import threading

from farm_data import MCREF

PROGRAM = shutil.which("memccapable")
SECONDS = 60  # a run against a right server takes 3 s


def start(bug):
    server = subprocess.Popen([MCREF, "--bug", bug.name, "-l", "127.0.0.1", "-p", "0"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return server, server.stdout.readline().strip().rsplit(":", 1)[1]


def fails(port, dialect):
    """Runs its tests of one dialect up to the first that fails."""
    tests = subprocess.Popen([PROGRAM, "-h", "127.0.0.1", "-p", port, "-t", "1", dialect],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace")
    watchdog = threading.Timer(SECONDS, tests.kill)
    watchdog.start()
    failed = any("FAIL" in line for line in tests.stdout)
    if failed:
        tests.kill()
    status = tests.wait()
    watchdog.cancel()
    return failed or status != 0


def memccapable(bug):
    """"text", "binary", "text and binary" or "", as its tests of these fail."""
    if PROGRAM is None:
        return "not installed"
    server, port = start(bug)
    noticed = [name for name, dialect in (("text", "-a"), ("binary", "-b")) if fails(port, dialect)]
    server.send_signal(signal.SIGTERM)
    server.wait()
    server.stdout.close()
    return " and ".join(noticed)
