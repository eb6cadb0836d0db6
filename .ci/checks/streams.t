#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""What a test writes to stdout is its TAP: nothing that it starts may write there as well, for a word
in the middle of a line of TAP fails the test by chance."""
import ast
import re

import house

STARTS = {"run", "Popen", "call", "check_call"}  # of Python's subprocess
MERGES = re.compile(r"2>&1")
APART = re.compile(r"/dev/null 2>&1|\$\(.*2>&1|2>&1 *\|")  # thrown away, taken as a word, or piped


def shell(path, source):
    return [f"{path}:{number}: stderr goes into the TAP: {line.strip()[:80]}"
            for number, line in enumerate(source.split("\n"), 1)
            if MERGES.search(line) and not APART.search(line)]


def python(path, source):
    """A command without stdout= or capture_output= writes where the test writes."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"subprocess.{name}" for name in STARTS}:
            given = {keyword.arg for keyword in node.keywords}  # None: **options
            if not given & {"stdout", "capture_output", None}:
                found.append(f"{path}:{node.lineno}: a command shares stdout with the TAP: stdout= is not given")
    return found


def streams(path, source):
    return python(path, source) if "python3" in source.split("\n", 1)[0] else shell(path, source)


points = house.Points()
points.clean("no test lets others write into its TAP",
             [line for path in house.files(".t") for line in streams(path, house.text(path))])
sample = house.pathlib.Path("x.t")
points.bites("stderr merged into it", shell(sample, "exec java -jar x 2>&1\n"))
points.clean("a word may hold both", shell(sample, "told=$(java 2>&1)\njava >/dev/null 2>&1\njava 2>&1 | awk 1\n"))
points.bites("a command that shares stdout", python(sample, "subprocess.Popen(['x'], stdin=None)"))
points.clean("one that does not", python(sample, "subprocess.run(['x'], capture_output=True)"))
points.finish()
