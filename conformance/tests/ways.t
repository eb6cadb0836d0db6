#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The ways to a target that the user gives: a Unix socket, TLS, UDP, a password in text and by SASL.
What the target lacks is told once and skipped; a wrong password or certificate ends the run."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, SUITE, Points, mctap

points = Points()
folder = tempfile.mkdtemp(prefix="mctap-ways-")


@contextlib.contextmanager
def server(*options):
    """mcref with these options on a free port, which is yielded."""
    command = [MCREF, "-l", "127.0.0.1", "-p", "0", *options]
    environment = dict(os.environ, MEMCACHED_SASL_PWDB=f"{folder}/users")
    process = subprocess.Popen(command, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        line = process.stdout.readline()
        yield (re.findall(r":(\d+)", line) or [""])[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


def play(name, *arguments, only="language/sessions"):
    run = mctap("run", "--scenarios", SUITE, "--only", only, "--exclude", "language/sessions/a-*",
                *arguments)
    points.streams.append((name, run.out))
    points.ok(not run.sanitized(), f"{name}: no memory error", run.err)
    return run


def must_pass(name, *arguments, only="language/patterns/alternatives-of-which-one-comes"):
    run = play(name, *arguments, only=only)
    points.equal(run.code, 0, f"{name}: passes", run.text)


with open(f"{folder}/users", "w") as file:
    file.write("mctap:secret\n")
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
                f"{folder}/key", "-out", f"{folder}/certificate", "-subj", "/CN=127.0.0.1",
                "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
TLS = ("-Z", "-o", f"ssl_chain_cert={folder}/certificate,ssl_key={folder}/key")
ONE = "language/bytes/key-is-the-same-all-through-a-play"
PACKETS = "language/packets/packets-as-fields"

with server(*TLS) as port:
    must_pass("TLS", f"tls:127.0.0.1:{port}", "--ca", f"{folder}/certificate", only=ONE)
    must_pass("TLS, insecure", f"tls:127.0.0.1:{port}", "--insecure", only=ONE)
    run = play("TLS, unknown authority", f"tls:127.0.0.1:{port}", only=ONE)
    points.equal(run.code, 3, "a certificate that nobody signed ends the run with 3", run.text)
    points.says(run.err, "certificate", "and the message says so")
with server(*TLS[:-1], TLS[-1] + f",ssl_verify_mode=2,ssl_ca_cert={folder}/certificate") as port:
    arguments = (f"tls:127.0.0.1:{port}", "--ca", f"{folder}/certificate")
    must_pass("TLS with a certificate of the client", *arguments, "--cert",
              f"{folder}/certificate", "--cert-key", f"{folder}/key", only=ONE)
    run = play("TLS without one", *arguments, only=ONE)
    points.equal(run.code, 3, "without a certificate of the client the run ends with 3", run.text)

with server("-Y", f"{folder}/users") as port:
    user = (f"127.0.0.1:{port}", "--user", "mctap", "--password")
    must_pass("a password in text", *user, "secret", only=ONE)
    run = play("a wrong password in text", *user, "wrong", only=ONE)
    points.equal(run.code, 3, "a wrong password ends the run with 3", run.text)
    points.says(run.err, "does not accept the user", "and the message says so")
    points.equal(play("no password", user[0], only=ONE).code != 0, True, "without one it fails")
with server("-S") as port:
    user = (f"127.0.0.1:{port}", "--user", "mctap", "--password")
    run = play("SASL", *user, "secret", only=PACKETS)
    points.equal((run.code, run.err), (0, ""), "SASL: passes, and its keys are gone", run.text)
    run = play("SASL and lines", *user, "secret", only=ONE)
    points.equal(run.code, 77, "lines are skipped on a target that answers packets only", run.text)
    points.says(run.text, "SKIP text: not offered", "with the reason")
    run = play("SASL with a wrong password", *user, "wrong", only=PACKETS)
    points.equal(run.code, 3, "a wrong password ends the run with 3", run.text)

with server("-U", "-1") as port:
    run = play("options on a given target", f"127.0.0.1:{port}", only="language/start/tls")
    points.says(run.text, "SKIP needs a server started with -Z.*only with --spawn",
                "options are skipped on a given target")
run = play("no {options}", "--spawn", f"'{MCREF}' -l 127.0.0.1 -p {{port}}",
           only="language/start/a-unix-socket")
points.says(run.text, "SKIP needs a server started with -s.*write .options. into --spawn",
            "options are skipped when the command has no place for them")
run = play("no UDP", "--spawn", f"'{MCREF}' -l 127.0.0.1 -p {{port}}",
           only="language/start/datagrams")
points.says(run.text, "SKIP udp: not offered", "datagrams are skipped on a server without UDP")
must_pass("UDP by a hole of the command", "--spawn",
          f"'{MCREF}' -l 127.0.0.1 -p {{port}} -U {{udp_port}}", only="language/start/datagrams")
for udp in ("-U {udp_port}", "-U{port}", "--udp-port={udp_port}"):
    run = mctap("run", "--strict", "--spawn", f"'{MCREF}' -l 127.0.0.1 -p {{port}} {udp} {{options}}",
                "--only", "udp/datagrams/without-u-there-is-no-udp",
                "--only", "udp/datagrams/gets-and-cas-over-udp", "--only", "auth/ascii/*")
    points.ok(run.code == 0 and " 0 skipped" in run.text,
              f"{udp} beside {{options}} is for those that send datagrams", run.text)
must_pass("a Unix socket by a hole of the command", "--spawn",
          f"'{MCREF}' -p {{port}} -s {{socket}}", only=ONE)
for wrong in (["--user", "a"], ["--password", "a"]):
    run = mctap("run", "127.0.0.1:1", *wrong)
    points.ok(run.code == 2 and "go together" in run.err, f"{wrong[0]} alone is wrong", run.text)

for name in os.listdir(folder):
    os.unlink(f"{folder}/{name}")
os.rmdir(folder)
points.streams_are_tap()
points.finish()
