#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Files of at most 500 lines, C functions of at most 60 (aims: 300 and 40). Names the longest."""
import json
import subprocess
import tempfile

import house

FILE_LINES, FUNCTION_LINES = 500, 60


def functions(path):
    """(lines, where) of each function in a C file, as ctags sees it."""
    run = subprocess.run(
        ["ctags", "--language-force=C", "--kinds-C=f", "--fields=+ne", "--output-format=json",
         "-f", "-", str(path)], check=True, capture_output=True, text=True, cwd=house.ROOT)
    tags = [json.loads(line) for line in run.stdout.splitlines()]
    return [(tag["end"] - tag["line"] + 1, f"{path}:{tag['line']}: {tag['name']}()")
            for tag in tags if "end" in tag]


def lengths(path):
    return house.text(path).count("\n")


def too_long(measured, limit):
    return [f"{where} has {lines} lines, the limit is {limit}"
            for lines, where in measured if lines > limit]


points = house.Points()
sizes = [(lengths(path), str(path)) for path in house.code_files()]
points.clean(f"no file is longer than {FILE_LINES} lines", too_long(sizes, FILE_LINES))
bodies = [body for path in house.files(".c", ".h") for body in functions(path)]
points.clean(f"no function is longer than {FUNCTION_LINES} lines", too_long(bodies, FUNCTION_LINES))
for kind, measured in (("files", sizes), ("functions", bodies)):
    longest = sorted(measured, reverse=True)[:3]
    print(f"# longest {kind}:", ", ".join(f"{where} {lines}" for lines, where in longest))

points.bites("a file of 501 lines", too_long([(501, "x.c")], FILE_LINES))
with tempfile.NamedTemporaryFile("w", suffix=".c") as sample:
    sample.write("static int long_one(int n)\n{\n" + "    n++;\n" * 60 + "    return n;\n}\n")
    sample.flush()
    points.bites("a function of 64 lines", too_long(functions(sample.name), FUNCTION_LINES))
points.finish()
