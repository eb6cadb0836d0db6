#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The man pages, docs/man/, say what --help says, and mandoc and man can read them.

`conformance/tests/manual.t --write` makes the parts between lines of dashes anew; the rest of a
page is written by hand."""

import os
import re
import shutil
import subprocess
import sys
import textwrap

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, MCTAP, Points

PAGES = "docs/man"
PART = re.compile(r'(?<=^\.\\" ---- )(\w+) ----\n.*?(?=^\.\\" ----$)', re.MULTILINE | re.DOTALL)


def help_of(program, *words):
    return subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout


def roff(text):
    """Text as roff wants it, a sentence a line; a minus that somebody may type stays one."""
    text = re.sub(r"(?<![\w-])(-{1,2})(?=\w)", lambda found: r"\-" * len(found[1]), text.replace("\\", r"\e"))
    sentences = re.split(r"(?<=[.;:!?]) +(?=[A-Z])", text.strip())
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, 79, break_on_hyphens=False)]
    return re.sub(r"^(?=[.'])", r"\&", "\n".join(lines), flags=re.MULTILINE)


def items(lines, column):
    """(left, right) of the rows of a list in --help: what stands from `column` on is the right."""
    found = []
    for line in lines:
        left, right = line[:column].strip(), line[column:].strip()
        if len(line) > column and line[column - 1] != " ":  # too long for its column
            left, _, right = (part.strip() for part in line.partition(">" if ">" in line else "  "))
            left += ">" if ">" in line else ""
            left, right = (left + "]", right[1:].strip()) if right.startswith("]") else (left, right)
        if left:
            found.append([left, right])
        else:
            found[-1][1] += " " + right
    return found


def listed(rows):
    """A list of mdoc: (macros of the item, line, line ...)."""
    return [".Bl -tag -width Ds", *(line for item, *texts in rows for line in (f".It {item}", *texts)), ".El"]


# ---- mctap ----

def commands():
    """(command, usage, what it does) of each."""
    text = help_of(MCTAP).split("\n\n")[1]
    for command, what in re.findall(r"^  mctap (\w+) +(.*)$", text, re.MULTILINE):
        yield command, help_of(MCTAP, command).splitlines()[0].split(" ", 2)[2], what


def usage_macros(usage):
    """`--target ADDRESS [OPTIONS] [-- CLIENT...]` as lines of mdoc."""
    def macro(word):
        return "Fl " + (word[1:] if len(word) > 2 else r"\&-") if word.startswith("--") else f"Ar {word}"

    for part in re.findall(r"\[[^]]*\]|\S+", usage):
        words = " ".join(word if word == "..." else macro(word)
                         for word in part.strip("[]").replace("...", " ...").split())
        yield f".Op {words}" if part.startswith("[") else f".{words}"


def mctap_options():
    """Groups of options: {group: {(option, text): commands}} over all commands."""
    groups = {}
    for command, _, _ in commands():
        for block in help_of(MCTAP, command).split("\n\n"):
            head, *lines = block.splitlines()
            if head.endswith(":") and lines and lines[0].startswith("  --"):
                rows = groups.setdefault(head[:-1], {})
                for option, text in items(lines, 26):
                    rows.setdefault((option, text), []).append(command)
    return groups


def option_macros(option):
    word, _, argument = option.partition(" ")
    return f"Fl {word[1:]}" + (f' Ar "{argument}"' if argument else "")


def mctap_parts():
    text = help_of(MCTAP)
    groups, everywhere = mctap_options(), [command for command, _, _ in commands()]
    options = []
    for group, rows in groups.items():
        options += [f".Ss {group}"] + listed(
            (option_macros(option), roff(text), *([f".Bq {' , '.join(by)}"] if by != everywhere else []))
            for (option, text), by in rows.items())
    told = " ".join(text.split("Exit status: ")[1].split()).rstrip(".")
    return {
        "synopsis": [line for command, usage, _ in commands()
                     for line in (".Nm", f".Cm {command}", *usage_macros(usage))],
        "targets": [roff(" ".join(next(part for part in text.split("\n\n") if part.startswith("TARGET ")).split()))],
        "commands": listed((f"Cm {command}", roff(what)) for command, _, what in commands()),
        "options": options,
        "writers": listed((f"Cm {name}", roff(what)) for name, what in items(
            text.split("Report writers:\n")[1].split("\n\n")[0].splitlines(), 26)),
        "status": listed((code, roff(meaning)) for code, meaning in
                         (part.split(" ", 1) for part in told.split("; ")))}


# ---- mcref ----

def mcref_option(option):
    """`-p, --port=<num>` as macros of mdoc."""
    macros = []
    for name in option.split(", "):
        name, _, argument = name.partition("=")
        macros.append("Fl " + name[1:] + (" Ns = Ns Ar " + argument.strip("<>") if argument else ""))
    return " , ".join(macros)


def mcref_word(option):
    name, _, argument = option.partition("=")
    if argument.startswith("["):
        return f"Cm {name} Ns Op = Ns Ar {argument.strip('[]<>')}"
    return f"Cm {name}" + (f" Ns = Ns Ar {argument.strip('<>')}" if argument else "")


def mcref_parts():
    _, options, words, signals, status = help_of(MCREF).split("\n\n")
    codes = [line.split(None, 1) for line in status.splitlines()[1:]]
    return {
        "options": listed((mcref_option(option), roff(text)) for option, text in items(options.splitlines(), 27)),
        "words": listed((mcref_word(option), roff(text)) for option, text in items(words.splitlines()[1:], 27)),
        "signals": [roff(" ".join(signals.split()))],
        "status": listed((code, roff(meaning)) for code, meaning in codes)}


# ---- the pages ----

def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def made(page, parts):
    """The page with its parts as they should be."""
    return PART.sub(lambda found: f"{found[1]} ----\n" + "\n".join(parts[found[1]]) + "\n", page)


ALL = {"mctap.1": mctap_parts(), "mcref.1": mcref_parts()}
if sys.argv[1:] == ["--write"]:
    for name, parts in ALL.items():
        text = made(read(f"{PAGES}/{name}"), parts)
        with open(f"{PAGES}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    sys.exit(0)

points = Points()
for name, parts in ALL.items():
    path = f"{PAGES}/{name}"
    page = read(path)
    points.equal(sorted(match[1] for match in PART.finditer(page)), sorted(parts), f"{path} has all parts")
    points.ok(page == made(page, parts), f"{path} says what --help says",
              f"run {sys.argv[0]} --write")
    if not shutil.which("mandoc"):
        points.ok(not os.environ.get("CI"), f"{path} # SKIP mandoc is not installed")
        continue
    lint = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True).stdout
    points.equal([line for line in lint.splitlines() if "referenced manual not found" not in line], [],
                 f"{path}: mandoc -Tlint finds nothing but manuals that are not installed")
    shown = subprocess.run(["mandoc", "-Tascii", "-Owidth=100", path], capture_output=True, text=True).stdout
    shown = re.sub(".\b", "", shown)
    wanted = set(re.findall(r"(?<![\w-])--?\w[\w-]*", help_of(MCTAP, "run") if name == "mctap.1" else help_of(MCREF)))
    points.equal(sorted(wanted - set(re.findall(r"(?<![\w-])--?\w[\w-]*", shown))), [],
                 f"{path} can be read: all {len(wanted)} options of --help are there")
points.equal(made('.\\" ---- x ----\nold\n.\\" ----\n', {"x": ["new"]}),
             '.\\" ---- x ----\nnew\n.\\" ----\n', "a part that is old is made anew")
points.finish()
