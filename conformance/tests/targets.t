#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""No false alarms on Debian's memcached by any way that leads to it: a Unix socket, TLS, a password in
text, and UDP; as a target that is given, and started by mctap. Nothing fails, neither a must nor an
observed rule. Chapters whose scenarios depend on the way are played here; `make versions` plays the
whole suite by every way."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Points, mctap_end, mctap_start, memcached_start

points = Points()
START = ["memcached", *(["-u", "root"] if os.geteuid() == 0 else [])]
GIVEN = ["classic/noreply", "meta/set", "stats/conns", "admin/watch/watch-*", "binary/packets", "tls",
         "unix", "udp"]
STARTED = ["limits", "meta/set", "auth/ascii", "tls", "unix", "udp"]
USER = ["--user", "mctap", "--password", "secret"]
NOT_UDP = "udp/datagrams/without-u-there-is-no-udp"  # its claim is about a server without -U


@contextlib.contextmanager
def memcached(*options, **where):
    """A server with these options, which listens when the block begins; its address."""
    process, port = memcached_start(*options, **where)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def start(only, *arguments):
    words = (word for id in only for word in ("--only", id))
    return mctap_start("run", "--strict", "--timeout", "20000", *words, *arguments)


def judge(name, process):
    run = mctap_end(process, 300)
    passed = sum(point.passed for point in run.points.values())
    points.equal(run.code, 0, f"{name}: exit code 0", run.err[-2000:])
    points.equal(run.failed(), [], f"{name}: nothing fails", run.text[-6000:])
    points.ok(passed > 50, f"{name}: {passed} scenarios pass")
    points.ok(not run.sanitized(), f"{name}: no memory error in mctap", run.err[-3000:])
    points.streams.append((name, run.out))


def start_given(stack, folder):
    """Yields a name and a run for each way, on a server that lives as long as the stack."""
    path, tls = f"{folder}/socket", f"ssl_chain_cert={folder}/certificate,ssl_key={folder}/key"

    def serve(*options):
        return stack.enter_context(memcached(*options))

    stack.enter_context(memcached(path=path))
    yield "given, UDP", start(GIVEN, serve("-U", "{port}"))
    yield "given, a Unix socket", start(GIVEN, f"unix:{path}")
    yield "given, TLS", start(GIVEN, "tls:" + serve("-Z", "-o", tls), "--ca", f"{folder}/certificate")
    yield "given, a password", start(GIVEN, serve("-Y", f"{folder}/users"), *USER)


def start_spawned():
    ip = [*START, "-l", "127.0.0.1", "-p", "{port}"]
    tls = "ssl_chain_cert={certificate},ssl_key={certificate_key}"
    for name, words, more in [
            ("UDP", [*ip, "-U", "{udp_port}"], ["--exclude", NOT_UDP]),
            ("a Unix socket", [*START, "-p", "{port}", "-s", "{socket}"], []),
            ("TLS", [*ip, "-Z", "-o", tls], []),
            ("a password", [*ip, "-Y", "{auth_file}"], USER)]:
        yield f"started, {name}", start(STARTED, *more, "--spawn", " ".join([*words, "{options}"]))


told = subprocess.run(["memcached", "-h"], capture_output=True, text=True).stdout if shutil.which(
    "memcached") else ""
if told.startswith("memcached 1.6.") and "ssl_chain_cert" in told:
    with tempfile.TemporaryDirectory(prefix="mctap-targets-", dir="/tmp") as work:
        with open(f"{work}/users", "w") as file:
            file.write("mctap:secret\n")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-keyout", f"{work}/key", "-out", f"{work}/certificate", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, capture_output=True)
        with contextlib.ExitStack() as servers:
            for way in [*start_given(servers, work), *start_spawned()]:
                judge(*way)
else:
    points.ok(not os.environ.get("CI"), "memcached 1.6 with TLS # SKIP apt install memcached")
points.streams_are_tap()
points.finish()
