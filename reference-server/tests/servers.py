# SPDX-License-Identifier: MIT
"""Starts memcached-like servers on free ports of 127.0.0.1 and stops them by their process id."""
import getpass
import signal
import socket
import subprocess
import sys
import time

READY_WITHIN_S = STOP_WITHIN_S = 60

# Requests that every server answers, authenticated or not, and how the answers begin.
TEXT_VERSION = (b"version\r\n", b"VERSION ")
BINARY_VERSION = (b"\x80\x0b" + bytes(22), b"\x81\x0b")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, probe):
    """Whether something on the port answers the probe."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as client:
            client.sendall(probe[0])
            return client.recv(64).startswith(probe[1])
    except OSError:
        return False


def start(program, *options, before=(), probe=TEXT_VERSION):
    """A server that answers the probe, and its port; `before` holds words to put before the
    command.

    The free port may be lost to another process between being found and being used; then the
    server exits and the next port is tried.
    """
    for _ in range(5):
        port = free_port()
        server = subprocess.Popen(
            [*before, program, "-l", "127.0.0.1", "-p", str(port), "-u", getpass.getuser(),
             *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        give_up = time.monotonic() + READY_WITHIN_S
        while server.poll() is None and time.monotonic() < give_up:
            if answers(port, probe) and server.poll() is None:
                return server, port
            time.sleep(0.01)
        server.kill()
        server.wait()
    sys.exit(f"{program} does not answer on a port of 127.0.0.1")


def stop(server):
    """Asks the server to end; says what was wrong with that, or nothing."""
    server.send_signal(signal.SIGTERM)
    try:
        status = server.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
        return f"did not stop within {STOP_WITHIN_S} s of SIGTERM"
    return f"ended with status {status}" if status else None
