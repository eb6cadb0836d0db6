#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""What the text of the sources may hold: no tabs (but in the Makefile), no blanks at line ends, a
newline at the end, a licence line, no notes to oneself, no C functions that invite overruns."""
import re

import house

# A word in brackets is spelled so that this file does not hold it.
NOTES = re.compile(r"(?<!# )\bTODO[:(]|\bFIX[M]E\b|\bXX[X]\b|(?i:\bfor [n]ow\b|\bst[u]bs?\b)")
BANNED = re.compile(r"\b(strtok|v?sprintf|ato[ifl]l?|s?scanf|strcpy|strcat|gets|system)\s*\(")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def numbered(path, source, pattern, message):
    return [f"{path}:{number}: {message}: {line.strip()[:80]}"
            for number, line in enumerate(source.split("\n"), 1) if pattern.search(line)]


def whitespace(path, source):
    found = numbered(path, source, re.compile(r"[ \t\r]+$"), "blanks at the end")
    if path.name != "Makefile":
        found += numbered(path, source, re.compile(r"\t"), "a tab")
    if source and not source.endswith("\n"):
        found.append(f"{path}: no newline at the end")
    if source.endswith("\n\n"):
        found.append(f"{path}: empty lines at the end")
    return found


def licence(path, source):
    if any("SPDX-License-Identifier: MIT" in line for line in source.split("\n")[:3]):
        return []
    return [f"{path}: no SPDX-License-Identifier: MIT in the first three lines"]


def notes(path, source):
    return numbered(path, source, NOTES, "a note to oneself")


def banned(path, source):
    """Comments and strings are blanked first, keeping their newlines for the line numbers."""
    bare = COMMENT_OR_STRING.sub(lambda match: "\n" * match.group(0).count("\n"), source)
    return numbered(path, bare, BANNED, "a banned function")


def over(paths, check):
    return [line for path in paths for line in check(path, house.text(path))]


points = house.Points()
code = house.code_files()
prose = house.files(".md")
scenarios = [path for path in house.files(".json") if "tests" not in path.parts]
points.clean("whitespace is in order", over(sorted({*code, *prose, *scenarios}), whitespace))
points.clean("every source names its licence", over(code, licence))
points.clean("nobody left a note to oneself", over(sorted({*code, *prose}), notes))
points.clean("no banned C function is called", over(house.files(".c", ".h", ".def"), banned))

sample = house.pathlib.Path("x.c")
for name, bad in (("a tab", "\tint x;\n"), ("a blank at the end", "int x; \n"),
                  ("no newline at the end", "int x;"), ("an empty line at the end", "int x;\n\n")):
    points.bites(name, whitespace(sample, bad))
points.bites("no licence line", licence(sample, "int x;\n"))
points.bites("a note to oneself", notes(sample, "/* TO" + "DO: later */\n"))
points.clean("a TAP directive is no note", notes(sample, "not ok 1 - x # TO" + "DO observed\n"))
points.bites("strcpy", banned(sample, "/* fine: gets( */\nstrcpy(a, b);\n"))
points.clean("a word in a comment or string is no call",
             banned(sample, '/* strcpy(a) */ puts("gets(k)"); cache_gets(k);\n'))
points.finish()
