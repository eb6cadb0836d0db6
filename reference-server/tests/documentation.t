#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""documentation.t - the tables in docs/ say what the tables of the code say.

`reference-server/tests/documentation.t --write` makes docs/commands.md anew. The test wants its rows
to be exact, and its figures to be within a tenth of what they are now."""
import difflib
import glob
import os
import re
import subprocess
import sys

ROOM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
DOCS = os.path.join(ROOM, "..", "docs")
PAGE = os.path.join(DOCS, "commands.md")


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


def cells(name):
    """The rows of the tables in docs/NAME, as lists of cells."""
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in read(os.path.join(DOCS, name)).splitlines() if line.startswith("| ")]


def opcodes():
    """What docs/opcodes.md says of an opcode and binary/commands.def does not, or the other way."""
    def lengths(text):
        most = sum(map(int, re.findall(r"\((\d+)\)", text)))
        return (0 if "none, or" in text else most), most

    told, wanted = set(), set()
    for numbers, name, extras, key, value, *_ in cells("opcodes.md")[1:]:
        for i, number in enumerate(numbers.split(", ")):
            told.add((number, name + "q" * i, *lengths(extras), key not in ("", "may be"), value != ""))
    for row in rows("binary/commands.def"):
        number, name, least, most, takes, *_ = [part.strip(' "') for part in row.split(",")]
        takes = takes.split(" | ")
        wanted.add((number[2:], name, int(least), int(most), "KEY" in takes,
                    "VALUE" in takes or "MESSAGE" in takes))
    return sorted(map(str, told ^ wanted))


def meta_flags():
    """Flags whose letter or first version differs between docs/meta-flags.md and meta/flags.def."""
    told = {(letter, min(re.findall(r"1\.\d+\.\d+", " ".join(versions)), key=as_version))
            for flags, _, *versions in cells("meta-flags.md")[1:] for letter in re.findall("`(.)`", flags)}
    wanted = set(re.findall(r"^META_FLAG\('(.)'.*?\"(1\.\d+\.\d+)\"", read(os.path.join(ROOM, "meta/flags.def")),
                            re.M))
    return sorted(map(str, told ^ wanted))


def as_version(text):
    return [int(part) for part in text.split(".")]


def unused_options():
    """Options without effect, or refused, that the last table of docs/differences.md does not have."""
    table = read(os.path.join(DOCS, "differences.md")).split("## Options of memcached")[1]
    told = [word.split()[-1].split("=")[0].rstrip(".").removesuffix("_")
            for line in table.splitlines() if line.startswith("| ")
            for word in re.findall("`([^`]*)`", line.split(" | ")[0])]
    options = [(letter, text) for letter, text in re.findall(
        r"^OPTION\('(\w)', (.*?\"\))$", read(os.path.join(ROOM, "start/options.def")), re.M | re.S)]
    words = [(word, text) for word, text in re.findall(
        r'^SUBOPTION\("(\w+)", (.*?"\))$', read(os.path.join(ROOM, "start/suboptions.def")), re.M | re.S)]
    assert len(options) > 20 and len(words) > 40
    idle = re.compile("no effect(?!, as in memcached)|refused:")
    return ([f"-{letter}" for letter, text in options if idle.search(text) and f"-{letter}" not in told]
            + [word for word, text in words if idle.search(text)
               and not any(word.startswith(name) or word.removeprefix("no_").startswith(name) for name in told)])


def unnamed_files():
    """Sources that README.md does not name."""
    manual = read(os.path.join(ROOM, "README.md"))
    return [name for name in SOURCES if name.endswith(".c") and f"`{name}`" not in manual]


def unknown_names():
    """Functions, members and constants that README.md names and no source has."""
    sources = "".join(read(path) for pattern in ("*.[ch]", "*/*.[ch]", "*/*.def", "*/*.py", "fuzz/run", "tests/*.t")
                      for path in glob.glob(os.path.join(ROOM, pattern)))
    text = re.sub(r"^```.*?^```", "", read(os.path.join(ROOM, "README.md")), flags=re.M | re.S)
    named = {word for code in re.findall("`([^`]*)`", text) for word in re.findall(r"\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b", code)}
    return sorted(name for name in named if not re.search(rf"\b{name}\b", sources))


def examples():
    """What the compiler says of the two examples in README.md: a command, and a seam that is used."""
    echo, seam, *_ = re.findall(r"^```c\n(.*?)^```$", read(os.path.join(ROOM, "README.md")), re.M | re.S)
    function, use = seam.split("\n\n")
    source = "\n".join([
        '#include "classic/commands.h"', '#include "server/server.h"', '#include "net/reply.h"',
        "#include <string.h>", "void classic_echo(struct connection *connection, struct request *request);",
        echo.split("\n", 1)[1], function, "static void use(struct server *there) {",
        use.replace("server.store", "there->store"), "}", "void (*used)(struct server *) = use;"])
    done = subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                           "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-I" + os.path.join(ROOM, ".."),
                           "-I" + ROOM, "-x", "c", "-"], input=source, capture_output=True, text=True)
    return done.stderr.splitlines() or (["the compiler failed"] if done.returncode else [])


def main():
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page())
        return 0
    told = read(PAGE)
    stale = list(difflib.unified_diff(without_figures(told).splitlines(), without_figures(page()).splitlines(),
                                      "as it is", "as it should be", lineterm="", n=0))
    checks = [("docs/commands.md has every command of the tables", stale, "run documentation.t --write: "),
              ("and its figures are right within a tenth", [figures_are_near(told)], "run documentation.t --write: "),
              ("docs/opcodes.md has every opcode, its extras, key and value", opcodes(), "only in one of the two: "),
              ("docs/meta-flags.md has every flag and its first version", meta_flags(), "only in one of the two: "),
              ("docs/differences.md has every option without effect", unused_options(), "missing: "),
              ("README.md names every source", unnamed_files(), "missing: "),
              ("what README.md names in the code is there", unknown_names(), "not there: "),
              ("the examples in README.md compile", examples(), "")]
    for number, (claim, troubles, hint) in enumerate(checks, 1):
        troubles = [trouble for trouble in troubles if trouble]
        print(f"{'not ' if troubles else ''}ok {number} - {claim}")
        for trouble in troubles:
            print(f"# {hint}{trouble}")
    print(f"1..{len(checks)}")
    return 1 if any(any(troubles) for _, troubles, _ in checks) else 0


sys.exit(main())
