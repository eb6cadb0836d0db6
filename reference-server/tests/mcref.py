# SPDX-License-Identifier: MIT
"""Starts the real mcref for server.t and limits.t, talks to it over plain sockets, prints TAP.

The program is $MCREF (default build/mcref); ports are always picked by the kernel."""
import os
import re
import signal
import socket
import subprocess
import sys
import time

MCREF = os.path.abspath(os.environ.get("MCREF", "build/mcref"))
SANITIZED = b"__asan_init" in open(MCREF, "rb").read()
DEADLINE_S = 60

count = failures = 0


def check(passed, claim, detail=""):
    global count, failures
    count += 1
    print(f"{'' if passed else 'not '}ok {count} - {claim}", flush=True)
    if not passed:
        failures += 1
        print("# " + str(detail)[:1000].replace("\n", "\n# "))


def same(got, want, claim):
    check(got == want, claim, f"expected {want!r}\nreceived {got!r}")


class Server:
    """One mcref on a port of its own, stopped at the end of the with block."""

    def __init__(self, *options, where=("-l", "127.0.0.1", "-p", "0"), lines=1, **popen):
        self.process = subprocess.Popen([MCREF, *where, *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **popen)
        self.lines = [self.process.stdout.readline().decode().rstrip("\n") for _ in range(lines)]
        port = re.search(r":(\d+)$", self.lines[0])
        self.port = int(port.group(1)) if port else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.errors = self.process.communicate(timeout=DEADLINE_S)[1].decode()
        return self.process.returncode

    def connect(self, address="127.0.0.1"):
        client = socket.create_connection((address, self.port), timeout=DEADLINE_S)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(self, request, ends=b"\r\n"):
        with self.connect() as client:
            return ask(client, request, ends)

    def stats(self):
        lines = self.ask(b"stats\r\n", b"END\r\n").decode().split("\r\n")
        return dict(line.split(" ", 2)[1:] for line in lines if line.startswith("STAT "))

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def cpu_s(self):
        """The processor time it has used."""
        with open(f"/proc/{self.process.pid}/stat") as status:
            ticks = status.read().rsplit(")", 1)[1].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def ask(client, request, ends=b"\r\n"):
    """Sends a request and reads until the answer ends so (or the connection does)."""
    client.sendall(request)
    answer = b""
    while not answer.endswith(ends):
        more = client.recv(1 << 16)
        if not more:
            break
        answer += more
    return answer


def run(*options, **popen):
    """mcref that is expected to end by itself: exit code, stdout, stderr."""
    done = subprocess.run([MCREF, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=DEADLINE_S, **popen)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def on_free_port(start):
    """The server that start(port) makes; with another port if somebody else took that one first."""
    for _ in range(5):
        port = free_port()
        server = start(port)
        if server.lines[0]:
            break
        server.process.communicate(timeout=DEADLINE_S)
    return server, port


def until(condition):
    end = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def runs(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def finish():
    """The plan; the exit status of the script."""
    print(f"1..{count}")
    sys.exit(1 if failures else 0)
