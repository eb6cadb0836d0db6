#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""documentation.t - docs/commands.md says what the tables of the code say.

`reference-server/tests/documentation.t --write` makes the file anew. The test wants its rows to be
exact, and its figures to be within a tenth of what they are now."""
import glob
import os
import re
import sys

ROOM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAGE = os.path.join(ROOM, "..", "docs", "commands.md")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


SOURCES = {os.path.relpath(path, ROOM): read(path)
           for pattern in ("*.[ch]", "*/*.[ch]")
           for path in sorted(glob.glob(os.path.join(ROOM, pattern)))
           if os.path.relpath(path, ROOM).split("/")[0] not in ("tests", "fuzz", "bench", "bugs")}


def functions():
    """Name, file and lines of every function; definitions begin at the left margin and end with }."""
    for name, text in SOURCES.items():
        for match in re.finditer(r"^\w[^;{}]*?\b(\w+)\([^;{}]*\) \{\n.*?^\}\n", text, re.M | re.S):
            yield match.group(1), name, match.group(0).count("\n")


def figures():
    longest = max(functions(), key=lambda function: function[2])
    lines = {name: text.count("\n") for name, text in SOURCES.items()}
    largest = max(lines, key=lines.get)
    return [("files", len(SOURCES), ""), ("lines", sum(lines.values()), ""),
            ("functions", len(list(functions())), ""),
            ("lines of the largest file", lines[largest], f"`{largest}`"),
            ("lines of the longest function", longest[2], f"`{longest[0]}` in `{longest[1]}`")]


def rows(table):
    return re.findall(r"^COMMAND\((.*)\)$", read(os.path.join(ROOM, table)), re.M)


def home(handler, files):
    return f"`{files.get(handler, 'by a macro: ' + handler)}`"


def page():
    files = {name: file for name, file, _ in functions()}
    text = ["# The commands of mcref", "",
            "Made from `classic/commands.def` and `binary/commands.def` of the reference server by",
            "`reference-server/tests/documentation.t --write`. \"Section\" is that of memcached's",
            "protocol.txt; \"since\" the first memcached release with the command.", "",
            "## Text protocol", "", "| command | since | section | file |", "|---|---|---|---|"]
    for row in rows("classic/commands.def"):
        word, handler, _, _, since, section = [part.strip(' "') for part in row.split(",", 5)]
        text.append(f"| `{word}` | {since} | {section} | {home(handler, files)} |")
    text += ["", "## Binary protocol", "", "| opcode | command | since | file |", "|---|---|---|---|"]
    for row in rows("binary/commands.def"):
        opcode, name, *_, handler, since = [part.strip(' "') for part in row.split(",")]
        text.append(f"| {opcode} | {name} | {since} | {home(handler, files)} |")
    text += ["", "## Figures of the structure", "", "| | | |", "|---|---|---|"]
    text += [f"| {name} | {number} | {note} |" for name, number, note in figures()]
    return "\n".join(text) + "\n"


def without_figures(text):
    return text.split("## Figures")[0]


def figures_are_near(text):
    for name, number, _ in figures():
        told = re.search(rf"^\| {name} \| (\d+) \|", text, re.M)
        if not told or abs(int(told.group(1)) - number) * 10 > number:
            return f"{name}: {number}, the page says {told and told.group(1)}"
    return None


def main():
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page())
        return 0
    told = read(PAGE)
    stale = [line for line in without_figures(page()).splitlines() if line not in told.splitlines()]
    exact = without_figures(told) == without_figures(page())
    print(f"{'' if exact else 'not '}ok 1 - docs/commands.md has every command of the tables")
    wrong = figures_are_near(told)
    print(f"{'not ' if wrong else ''}ok 2 - and its figures are right within a tenth\n1..2")
    for line in stale + [wrong or ""]:
        if line:
            print(f"# run documentation.t --write; missing: {line}")
    return 0 if exact and not wrong else 1


sys.exit(main())
