#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mctap lint: what it says of files and folders, good ones and such that are none of ours."""

import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import SUITE, TESTS, Points, mctap

points = Points()


def lint(*files, scenarios=SUITE):
    return mctap("lint", "--scenarios", scenarios, *files)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def good():
    points.equal(lint().code, 0, "lint of good files: 0")
    points.says(lint(f"{SUITE}/language/steps.json").out.decode(), r"^\d+ scenarios, \d+ rules: no problems", "counts")
    one = lint(f"{TESTS}/catalog/another.json", scenarios=f"{TESTS}/catalog")
    points.says(one.out.decode(), "^1 scenario, ", "one is one")


def bad(folder):
    empty = lint(folder)
    points.equal(empty.code, 5, "lint of a folder without scenarios: 5", empty.text)
    points.says(empty.err, "no scenario is found", "and it says so")
    write(f"{folder}/bad.json", '{ "section": "x",\n  "abuot": "x" }\n')
    result = lint(f"{folder}/bad.json")
    points.equal(result.code, 2, "lint of a bad file: 2")
    points.says(result.err, r"bad\.json:2:3: .*abuot", "the place is named")
    played = mctap("run", "--scenarios", SUITE, "--file", f"{folder}/bad.json")
    points.equal(played.code, 2, "run of a bad file: 2")
    points.says(played.out.decode(), "Bail out! [0-9]+ problems in the files", "and it bails out")
    both = lint(folder, "--file", f"{SUITE}/small.json")
    points.says(both.err, r"bad\.json:2:3: ", "lint of a folder, and of --file")


def worse(folder):
    write(f"{folder}/worse.json",
          '{ "section": "x", "about": "x", "scenarios": [' + ",".join(["[]"] * 1100) + "] }")
    result = lint(f"{folder}/worse.json", f"{TESTS}/loader")
    points.equal(result.code, 2, "lint of more problems than anybody reads: 2", result.text[:500])
    points.says(result.err, r"\nthere are more than 1000 problems: mend these first\n1001 problems\n$",
                "the first thousand are told")


def no_folder_of_scenarios(folder):
    os.mkdir(f"{folder}/links")
    os.symlink(folder, f"{folder}/links/up")
    points.equal(lint(f"{folder}/links").code, 5, "links are not followed")
    os.mkdir(f"{folder}/many")
    for number in range(20001):
        write(f"{folder}/many/{number}", "")
    shutil.copy(f"{folder}/bad.json", f"{folder}/not-reached.json")
    much = lint(folder)
    points.equal(much.code, 2, "lint of what cannot be a folder of scenarios: 2", much.text[:500])
    points.says(much.err, r"^[^\n]*/many: more than 20000 files and folders [^\n]*\n1 problem\n$",
                "it is said, and nothing else")
    points.equal(mctap("run", "--scenarios", f"{folder}/many").code, 2, "run from there: 2")


good()
with tempfile.TemporaryDirectory() as scratch:
    bad(scratch)
    worse(scratch)
    no_folder_of_scenarios(scratch)
points.finish()
