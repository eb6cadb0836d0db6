#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a document names exists, scenarios and files: README.md, docs/ and the manuals of the rooms."""

import csv
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCTAP, Points, mctap

points = Points()
listed = mctap("list")
known = {line.split()[0] for line in listed.out.decode().splitlines()}
chapters = sorted({id.split("/")[0] for id in known})
ID = re.compile(r"(?<![\w/.-])(?:%s)/[a-z0-9_-]+/[a-z0-9-]+(?![\w/.-])" % "|".join(chapters))


LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
SOURCE = re.compile(r"`([a-z][a-z/_-]*/[a-z0-9_-]+\.(?:c|h|def|py|t)|scenarios/[a-z0-9/_-]+\.(?:json|tsv))`")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def unknown_in(text):
    return sorted(set(ID.findall(text)) - known)


def missing_files(path, text):
    """Sources that the document names, as `store/item.h`, or files of scenarios, and that are not there."""
    places = [os.path.dirname(path), ".", "reference-server", "conformance", "reports"]
    return [name for name in sorted(set(SOURCE.findall(text)))
            if not any(os.path.exists(os.path.join(place, name)) for place in places)]


def anchors_of(path):
    """The anchors of a document's headings, as GitHub makes them."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall(r"^#+ +(.*)$", CODE.sub("", file.read()), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path, text):
    """The relative links of the document at path that lead nowhere."""
    broken = []
    for target, anchor in LINK.findall(CODE.sub("", text)):
        if ":" in target:
            continue
        there = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        if not os.path.exists(there):
            broken.append(target)
        elif anchor and there.endswith(".md") and anchor not in anchors_of(there):
            broken.append(target + anchor)
    return broken


points.ok(len(known) > 100, f"{len(known)} scenarios are listed")
for path in sorted({"README.md", *glob.glob("docs/*.md"), *glob.glob("*/README.md")}):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    points.equal(unknown_in(text), [], f"{path}: the scenarios it names exist")
    points.equal(broken_links(path, text), [], f"{path}: its links lead somewhere")
    points.equal(missing_files(path, text), [], f"{path}: the sources it names are there")

def mapped(text):
    """The sources in the tables of "The folders": a heading or the first name of a cell says the folder."""
    found = []
    part = text.split("\n## The folders\n")[1].split("\n## ")[0]
    for section in part.split("\n### ")[1:]:
        heading, *rows = section.splitlines()
        for row in rows:
            names = re.findall(r"`([\w/]+\.(?:c|def))`", row.split(" | ")[0])
            folder = (re.match(r"(\w+/), [^/]*$", heading) or [None, ""])[1]
            for name in names:
                folder = name[:name.rindex("/") + 1] if "/" in name else folder
                found.append(folder + os.path.basename(name))
    return found


with open("conformance/README.md", encoding="utf-8") as file:
    manual = file.read()
there = sorted(path.removeprefix("conformance/") for suffix in ("c", "def") for depth in ("*", "*/*")
               for path in glob.glob(f"conformance/{depth}.{suffix}")
               if path.split("/")[1] not in ("tests", "bench", "main.c"))
points.equal(sorted(mapped(manual)), there, "conformance/README.md: its map names every source once",
             f"only there {set(there) - set(mapped(manual))}", f"only told {set(mapped(manual)) - set(there)}")
points.equal(mapped("\n## The folders\n\n### run/, x\n| `a.c` `b.c` |\n### x/, y/\n| `x/a.c` `b.def` |\n"),
             ["run/a.c", "run/b.c", "x/a.c", "x/b.def"], "the map is read by folders")

build = os.path.dirname(MCTAP)
with tempfile.TemporaryDirectory() as root:
    made = subprocess.run(["make", "-o", "programs", f"BUILD={build}", f"DESTDIR={root}", "PREFIX=/usr", "install"],
                          capture_output=True, text=True)
    points.equal(made.returncode, 0, "make install", made.stdout, made.stderr)
    installed = sorted(glob.glob(f"{root}/**/*.md", recursive=True))
    points.ok(len(installed) > 10, f"{len(installed)} documents are installed")
    for path in installed:
        with open(path, encoding="utf-8") as file:
            points.equal(broken_links(path, file.read()), [],
                         f"{path[len(root):]}: its links lead somewhere")

with open("docs/README.md", encoding="utf-8") as file:
    index = {target.split("/")[0] for target, _ in LINK.findall(file.read())}
points.equal(sorted(set(os.listdir("docs")) - index - {"README.md"}), [],
             "docs/README.md names every document of the folder")

with open("docs/real-bugs.md", encoding="utf-8") as file:
    rows = [line for line in file if line.startswith("| [")]
nobody = [row for row in rows if not ID.search(row.rsplit("|", 2)[1])]
points.ok(len(rows) > 90, f"docs/real-bugs.md has {len(rows)} rows")
points.equal(nobody, [], "docs/real-bugs.md: every row names a scenario")

# README.md's numbers of bugs are near those of the table that `make bugs` writes.
with open("docs/bugs.tsv", encoding="utf-8") as file:
    bugs = list(csv.DictReader(file, delimiter="\t"))
with open("README.md", encoding="utf-8") as file:
    readme = file.read()
more_than = int(re.search(r"more than (\d+) deliberate defects", readme)[1])
points.ok(more_than < len(bugs) <= more_than + 100, f"README.md: more than {more_than} bugs",
          f"docs/bugs.tsv has {len(bugs)}")
with open("conformance/client/checks.def", encoding="utf-8") as file:
    checks = len(re.findall("^CHECK", file.read(), re.MULTILINE))
points.equal(int(re.search(r"in (\d+) checks", readme)[1]), checks, "README.md: checks of clients")
some = int(re.search(r"memccapable of libmemcached-tools notices some (\d+)", readme)[1])
others = sum(bug["memccapable"] != "" for bug in bugs)
points.ok(abs(some - others) <= 5, f"README.md: memccapable notices some {some}",
          f"docs/bugs.tsv has {others}")

points.equal(unknown_in("`classic/storage/no-such-scenario`"), ["classic/storage/no-such-scenario"],
             "can fail: a scenario that is not there")
points.equal(broken_links("README.md", "[a](docs/no-such.md), [b](README.md#no-such), [c](LICENSE)"),
             ["docs/no-such.md", "README.md#no-such"], "can fail: links that lead nowhere")
points.equal(missing_files("README.md", "`store/item.h`, `store/no-such.c`, `scenarios/rules/no-such.json`"),
             ["scenarios/rules/no-such.json", "store/no-such.c"], "can fail: files that are not there")
points.finish()
