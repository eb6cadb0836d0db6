#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs/ci.md's examples for GitHub and GitLab gate as the page says, and our own workflow runs .ci/run.

The line that plays is run as they run it, in a folder with a server called my-server: mcref, as it is
and with a bug. The steps that build are looked at only: that what they name is there."""

import collections
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MCTAP, Points

points = Points()
SERVER = f"""#!/bin/sh
exec '{os.path.abspath(MCREF)}' $BUG -l 127.0.0.1 -p "$2"
"""
BUG = "--bug replace-keeps-flags"
Played = collections.namedtuple("Played", "code out files")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def play(command, known, bug):
    """Exit status, stdout and files of a line, run as `shell: bash` of Actions and GitLab's runner do.
    Of its scenarios those are played that do not wait and that the bug concerns."""
    command = command.replace("mctap run", "mctap run --only 'classic/storage/replace-*' --only classic/retrieval", 1)
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
        files = {name: read(f"{folder}/{name}") for name in ("report.tap", "report.xml", "ci/known.tsv")
                 if os.path.exists(f"{folder}/{name}")}
    return Played(done.returncode, done.stdout.decode(), files)


github, gitlab = (yaml.safe_load(block) for block in
                  re.findall(r"^```yaml\n(.*?)^```$", read("docs/ci.md"), re.M | re.S))
(job,), (other,) = github["jobs"].values(), gitlab.values()
steps = [step["run"] for step in job["steps"] if "run" in step]
points.equal(job["defaults"]["run"]["shell"], "bash", "docs/ci.md: its shell has pipefail")
points.equal((job["container"], other["image"]), ("debian:12", "debian:12"), "docs/ci.md: on Debian 12")
(gate,), (gate_xml,) = ([line for line in lines if line.startswith("mctap run ")] for lines in (steps, other["script"]))
built = "\n".join(steps + other["script"])
points.ok("make -C mctap" in built and re.search(r"^install:", read("Makefile"), re.M), "docs/ci.md: it installs")
for name in sorted(set(re.findall(r"sh mctap/(\S+)", built))):
    points.ok(os.path.exists(name), f"docs/ci.md: {name} is there")
points.ok(gate.endswith("report.tap") and "report.tap" in str(job["steps"][-1]), "docs/ci.md: GitHub keeps the report")
points.ok(gate_xml.endswith(other["artifacts"]["reports"]["junit"]), "docs/ci.md: GitLab keeps the report")

listed = play(gate.replace("--baseline", "--write-baseline"), "", BUG).files["ci/known.tsv"]
listed = listed.replace("\t\n", "\treplace forgets the new flags\n")
failing = len([line for line in listed.splitlines() if not line.startswith("#")])
points.ok(failing > 1, "docs/ci.md: --write-baseline writes what fails", listed)
for claim, known, bug, status in (("a server that is right is green", "", "", 0),
                                  ("one with a bug is red", "", BUG, 1),
                                  ("one whose failures are known is green", listed, BUG, 0),
                                  ("and red when they are mended and still listed", listed, "", 1)):
    played = play(gate, known, bug)
    last = played.out.rstrip().rpartition("\n")[2]
    points.equal(played.code, status, f"docs/ci.md: {claim}", last)
    points.ok(played.files["report.tap"] == played.out and re.match(r"# \d+ passed", last), "and the report is kept", last)
for bug, status, failures in (("", 0, 0), (BUG, 1, failing)):
    played = play(gate_xml, "", bug)
    cases = list(xml.etree.ElementTree.fromstring(played.files["report.xml"]).iter("testcase"))
    told = [case for case in cases for child in case if child.tag == "failure" or child.get("type")]
    points.equal((played.code, len(told)), (status, failures), f"docs/ci.md: GitLab's report has {failures} failures")
    points.ok(len(cases) > 20, f"and {len(cases)} scenarios")

(ours,) = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"].values()
points.equal((ours["container"], [step["run"] for step in ours["steps"] if "run" in step]),
             ("debian:12", ["bash .ci/run"]), ".github/workflows/ci.yml runs .ci/run on Debian 12")
points.finish()
