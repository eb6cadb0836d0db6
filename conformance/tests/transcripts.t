#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The commands that the documents show answer as shown: README.md, docs/ and scenarios/README.md.

A transcript is a block of code with lines that begin with "$ "; the files that a document shows
are there when it is played. The lines below a command are what it prints, in their order; "…" stands
for any lines, and at the end of a line for the rest of it.
Ports, seconds, keys of a run, versions and the numbers of points may differ. A race is only started,
since its picture varies, and the run of the whole suite is compared by suite.t."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MCTAP, Points, free_port, memcached_start

points = Points()
ROOT = os.getcwd()
BLOCK = re.compile(r"^```\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "127.0.0.1:11211"
NUTCRACKER = f"nutcracker -s {free_port()} -c"  # without -s it takes port 22222 for its statistics
WHOLE_SUITE = "run --spawn 'memcached -u root -l 127.0.0.1 -p {port} {options}'"

# What differs from run to run; both sides are written so.
VARIES = [(r"127\.0\.0\.1:(\d+|PORT)", "ADDRESS"), (r"\b\d+\.\d+ s\b", "SECONDS"),
          (r"mctap-[0-9a-f]{8}-[0-9a-f]{4}-", "KEY-"), (r"mctap \d+\.\d+\.\d+", "mctap VERSION"),
          (r"^(not )?ok \d+ - ", r"\1ok N - "), (r"\s+", " ")]


def transcripts(text):
    """(command, lines shown) of every command in a document, in their order."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip().splitlines()
            yield command, shown


def alike(line):
    for pattern, name in VARIES:
        line = re.sub(pattern, name, line)
    return line.strip()


def matches(shown, line):
    shown, line = alike(shown), alike(line)
    return line.startswith(shown[:-1].strip()) if shown.endswith("…") else shown == line


def first_missing(shown, printed):
    """The first line shown that is not printed where it should be, or None."""
    at, skipping = 0, False
    for line in shown:
        if line.strip() == "…":
            skipping = True
            continue
        while skipping and at < len(printed) and not matches(line, printed[at]):
            at += 1
        if at == len(printed) or not matches(line, printed[at]):
            return line
        at, skipping = at + 1, False
    return None


def run(command, folder, address):
    """Exit code and lines of a command, played in a folder that looks like the project's."""
    words = re.sub(r"(?:build/)?mctap (?=\w)", "build/mctap ", command, count=1).replace(ADDRESS, address)
    done = subprocess.run(["bash", "-c", words.replace("nutcracker -c", NUTCRACKER)], cwd=folder, timeout=300,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="backslashreplace",
                          check=False)
    printed = done.stdout.replace(address, ADDRESS).replace(ROOT + "/", "").replace(NUTCRACKER, "nutcracker -c")
    return done.returncode, printed.splitlines()


def write_files(text, folder):
    """The files that a document shows: a line that names one, an empty line, a block of JSON."""
    for name, body in re.findall(r"^\d\. [^\n`]*`(\w+/[\w/.-]+\.json)`[^\n]*\n\n```json\n(.*?)^```$", text,
                                 re.MULTILINE | re.DOTALL):
        os.makedirs(f"{folder}/{os.path.dirname(name)}", exist_ok=True)
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(body)


def check(path, folder, address):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    write_files(text, folder)
    found = list(transcripts(text))
    for command, shown in found:
        if WHOLE_SUITE in command:
            continue
        code, printed = run(command, folder, address)
        if " race " in command:
            points.ok(code in (0, 1), f"{path}: {command}", f"exit code {code}", *printed)
            continue
        missing = first_missing(shown, printed)
        points.ok(missing is None, f"{path}: {command}", f"not printed: {missing}", "printed:",
                  *printed)
    return len(found)


if missing_programs := [name for name in ("memcached", "nutcracker") if not shutil.which(name)]:
    points.ok(not os.environ.get("CI"),
              f"transcripts # SKIP not installed: {' '.join(missing_programs)}")
    points.finish()

server, server_port = memcached_start()
server_address = f"127.0.0.1:{server_port}"
try:
    with tempfile.TemporaryDirectory() as place:
        os.mkdir(f"{place}/build")
        for name, program in (("mctap", MCTAP), ("mcref", MCREF)):
            os.symlink(os.path.abspath(program), f"{place}/build/{name}")
        for name in ("conformance", "reference-server", "scenarios", "docs"):
            os.symlink(f"{ROOT}/{name}", f"{place}/{name}")
        counts = [check(path, place, server_address)
                  for path in ["README.md", "scenarios/README.md", *sorted(glob.glob("docs/*.md"))]]
finally:
    server.terminate()
    server.wait(60)

points.ok(sum(counts) > 15, f"{sum(counts)} commands are shown")
points.equal(first_missing(["a", "…", "d"], ["a", "b", "d"]), None, "lines may be left out")
points.equal(first_missing(["a", "c"], ["a", "b", "c"]), "c", "can fail: a line was left out")
points.equal(first_missing(["sold 1"], ["sold 2"]), "sold 1", "can fail: another number")
points.equal(first_missing(["in 5.1 s"], ["in 12.0 s"]), None, "seconds may differ")
points.finish()
