#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Every header compiles alone, and twice in one file. build/command says with which flags."""
import re
import shlex
import subprocess

import house


def compiler():
    """The compile command of `make`, less what writes dependency files."""
    words = shlex.split(house.built("build/command").read_text())
    return words[:words.index("-MMD")]


def complaints(includes, room="."):
    run = subprocess.run([*compiler(), f"-I{room}", "-fsyntax-only", "-x", "c", "-"],
                         input="".join(f'#include "{name}"\n' for name in includes)
                         + "extern int something;\n",
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         cwd=house.ROOT, check=False)
    errors = [line for line in run.stdout.splitlines() if re.search(r"error:", line)]
    return (errors[:5] or ["the compiler failed silently"]) if run.returncode else []


points = house.Points()
headers = house.files(".h")
points.clean(f"each of {len(headers)} headers compiles alone and twice",
             [line for path in headers for line in complaints([path, path], path.parts[0])])
points.bites("a header that is not there", complaints(["reports/no-such-header.h"]))
points.finish()
