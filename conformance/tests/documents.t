#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every scenario that a document names exists: README.md, docs/ and the manuals of the rooms."""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Points, mctap

points = Points()
listed = mctap("list")
known = {line.split()[0] for line in listed.out.decode().splitlines()}
chapters = sorted({id.split("/")[0] for id in known})
ID = re.compile(r"(?<![\w/.-])(?:%s)/[a-z0-9_-]+/[a-z0-9-]+(?![\w/.-])" % "|".join(chapters))


def unknown_in(text):
    return sorted(set(ID.findall(text)) - known)


points.ok(len(known) > 100, f"{len(known)} scenarios are listed")
for path in sorted(["README.md", *glob.glob("docs/*.md"), *glob.glob("*/README.md")]):
    with open(path, encoding="utf-8") as file:
        points.equal(unknown_in(file.read()), [], f"{path}: the scenarios it names exist")

with open("docs/real-bugs.md", encoding="utf-8") as file:
    rows = [line for line in file if line.startswith("| [")]
nobody = [row for row in rows if not ID.search(row.rsplit("|", 2)[1])]
points.ok(len(rows) > 90, f"docs/real-bugs.md has {len(rows)} rows")
points.equal(nobody, [], "docs/real-bugs.md: every row names a scenario")
points.equal(unknown_in("`classic/storage/no-such-scenario`"), ["classic/storage/no-such-scenario"],
             "can fail: a scenario that is not there")
points.finish()
