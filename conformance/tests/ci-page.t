#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs/ci.md's example for GitHub Actions gates as the page says, and our own workflow runs .ci/run.

The step that plays is run as Actions runs it, in a folder with a server called my-server: mcref, as
it is and with a bug. The steps that build are looked at only: that what they name is there."""

import os
import re
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MCTAP, Points

points = Points()
SERVER = f"""#!/bin/sh
exec {os.path.abspath(MCREF)} $BUG -l 127.0.0.1 -p "$2"
"""
BUG = "--bug replace-keeps-flags"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def job_of(text):
    (job,) = yaml.safe_load(text)["jobs"].values()
    return job


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def play(command, known, bug):
    """The step's exit status, whether its report was kept, the report's last line, and the list of
    known failures as it is then. Actions' `shell: bash` is written so."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/ci")
        os.mkdir(f"{folder}/bin")
        os.symlink(os.path.abspath(MCTAP), f"{folder}/bin/mctap")
        os.symlink(os.path.abspath("scenarios"), f"{folder}/scenarios")
        for name, text in (("my-server", SERVER), ("ci/known.tsv", known)):
            with open(f"{folder}/{name}", "w") as file:
                file.write(text)
        os.chmod(f"{folder}/my-server", 0o755)
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=300,
                              env=dict(os.environ, BUG=bug, PATH=f"{folder}/bin:{os.environ['PATH']}"))
        kept, known = read(f"{folder}/report.tap"), read(f"{folder}/ci/known.tsv")
    return done.returncode, kept == done.stdout.decode(), kept.rstrip().rpartition("\n")[2], known


page = re.search(r"^```yaml\n(.*?)^```$", read("docs/ci.md"), re.M | re.S)[1]
theirs = job_of(page)
points.equal(theirs["defaults"]["run"]["shell"], "bash", "docs/ci.md: its shell has pipefail")
points.equal(theirs["container"], "debian:12", "docs/ci.md: its container")
(gate,) = [command for command in commands(theirs) if command.startswith("mctap run ")]
built = "\n".join(commands(theirs))
points.ok("make -C mctap" in built and re.search(r"^install:", read("Makefile"), re.M), "docs/ci.md: it installs")
for name in re.findall(r"mctap/(\S+)", built):
    points.ok(os.path.exists(name), f"docs/ci.md: {name} is there")

*_, listed = play(gate.replace("--baseline", "--write-baseline"), "", BUG)
listed = listed.replace("\t\n", "\treplace forgets the new flags\n")
points.ok(listed.count("\n") > 3, "docs/ci.md: --write-baseline writes what fails", listed)
for claim, known, bug, status in (("a server that is right is green", "", "", 0),
                                  ("one with a bug is red", "", BUG, 1),
                                  ("one whose failures are known is green", listed, BUG, 0),
                                  ("and red when they are mended and still listed", listed, "", 1)):
    code, same, last, _ = play(gate, known, bug)
    points.equal(code, status, f"docs/ci.md: {claim}", last)
    points.ok(same and re.match(r"# \d+ passed", last), "and the report is kept", last)

ours = job_of(read(".github/workflows/ci.yml"))
points.equal((ours["container"], commands(ours)), ("debian:12", ["bash .ci/run"]),
             ".github/workflows/ci.yml runs .ci/run on Debian 12")
points.finish()
