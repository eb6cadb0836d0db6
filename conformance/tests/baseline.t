#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Baselines: known failures with a reason each. The four cases of failing and being listed, how a
line goes out of date, what is wrong with a file, and `--write-baseline`."""

import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import SUITE, TESTS, Points, mctap

points = Points()
folder = tempfile.TemporaryDirectory()
FILE = folder.name + "/known.tsv"
MUST, OBSERVED, OPTIONAL = (f"small/{level}-fails" for level in ("must", "observed", "optional"))
SEEN = "step 1: END\\r\\n"


def write(*lines):
    with open(FILE, "w") as file:
        file.write("".join("\t".join(line) + "\n" for line in lines))


def text():
    with open(FILE) as file:
        return file.read()


def run(*arguments):
    result = mctap("run", "--scenarios", SUITE, *arguments)
    points.streams.append((" ".join(arguments), result.out))
    points.ok(not result.sanitized() and not result.left_behind, "clean: " + " ".join(arguments),
              result.err)
    return result


def judged(*arguments):
    return run("--baseline", FILE, *arguments)


def line(id=MUST, seen=SEEN, until="-", reason="misses are not told yet"):
    return id, seen, until, reason


def four_cases():
    write(line())
    known = judged("--tag", "failing", "--tag", "core")
    points.equal(known.code, 0, "fails and is listed: exit 0")
    points.equal(known.points[MUST].directive, "TODO known: misses are not told yet", "the reason is told")
    points.says(known.text, r"# 4 passed, 0 failed, 1 known, 2 todo, 0 skipped", "the counts")
    write(line(OBSERVED))
    points.equal(judged("--tag", "failing").code, 1, "fails and is not listed: exit 1")
    write(line(), line("small/get-misses"))
    stale = judged("--tag", "failing", "--tag", "core")
    points.equal(stale.code, 1, "passes and is listed: exit 1")
    points.says(stale.points["small/get-misses"].field("message"),
                f"it passes, but {FILE}:2 lists it as a known failure: take the line out", "and says so")
    write(line())
    points.equal(judged("--tag", "core").code, 0, "passes and is not listed: exit 0")
    write(line("small/of-the-future"))
    points.equal(judged("--tag", "future", "--tag", "core").code, 0, "a line of a skipped scenario waits")


def strict():
    write(line(), line(OBSERVED), line(OPTIONAL))
    points.equal(judged("--tag", "failing", "--strict").code, 0, "--strict: listed is known")
    write(line(), line(OBSERVED))
    points.equal(judged("--tag", "failing", "--strict").code, 1, "--strict: not listed gates")


def another_failure():
    write(line(seen="step 1: ERROR\\r\\n"))
    other = judged("--only", MUST)
    points.equal(other.code, 1, "fails otherwise than the line says: exit 1")
    points.equal(other.points[MUST].field("baseline"), f'it fails otherwise than {FILE}:1 says: '
                 '"step 1: END\\r\\n", not "step 1: ERROR\\r\\n"', "and says how")
    write(line(OBSERVED, seen="step 2: END\\r\\n"))
    points.equal(judged("--only", OBSERVED).code, 1, "also of a rule that does not gate by itself")
    write(line(seen="*"))
    points.equal(judged("--only", MUST).code, 0, "*: however it fails")


def sometimes():
    write(line(seen="~"), line("small/get-misses", seen="~"))
    either = judged("--only", MUST, "--only", "small/get-misses")
    points.equal(either.code, 0, "~: fails or passes", either.text)
    run("--only", MUST, "--only", "small/get-misses", "--write-baseline", FILE)
    points.ok("small/get-misses\t~" in text(), "~: the line stays", text())


def last_day():
    write(line(until="2999-12-31"))
    points.equal(judged("--only", MUST).code, 0, "before the last day: exit 0")
    write(line(until="2020-02-29"))
    late = judged("--only", MUST)
    points.equal(late.code, 1, "after the last day: exit 1")
    points.equal(late.points[MUST].field("baseline"),
                 f"{FILE}:1 excused it until 2020-02-29 (misses are not told yet)", "and says so")


def wrong_files():
    for lines, message in [
            ([line("small/must-fials")], ':1:1: no scenario is "small/must-fials"; did you mean "small/must-fails"'),
            ([line("nothing/near")], ':1:1: no scenario is "nothing/near": take the line out'),
            ([("# remark",), line(reason=" ")], f":2:1: no reason: say in the last column why {MUST} fails"),
            ([line(seen="")], "the second column, how it fails, is empty"),
            ([line(until="tomorrow")], '"tomorrow" is no day: expected YYYY-MM-DD'),
            ([line(until="2026-13-01")], '"2026-13-01" is no day'),
            ([line()[:3]], "3 columns: expected four"),
            ([line() + ("more",)], "5 columns: expected four"),
            ([line(), line()], f":2:1: {MUST} is listed before, in line 1"),
            ([line(reason="x" * 5000)], "the line is longer than")]:
        write(*lines)
        wrong = judged("--only", MUST)
        points.equal(wrong.code, 2, f"{message}: exit 2", wrong.text)
        points.ok(message in wrong.err and FILE in wrong.err, "and says so", wrong.err)
    os.unlink(FILE)
    missing = judged("--only", MUST)
    points.equal(missing.code, 2, "no such file: exit 2")
    points.says(missing.err, "the baseline cannot be read: No such file", "and says so")


def writing():
    result = run("--tag", "failing", "--tag", "core", "--write-baseline", FILE)
    points.equal(result.code, 1, "--write-baseline judges as without it")
    rows = [row.split("\t") for row in text().splitlines() if not row.startswith("#")]
    points.equal(rows, [[id, SEEN, "-", ""] for id in (MUST, OBSERVED, OPTIONAL)], "what fails is written")
    points.equal(judged("--only", MUST).code, 2, "and is no baseline before the reasons are filled in")
    with open(FILE, "w") as file:
        file.write("# kept\n" + "\n".join("\t".join(row[:3] + ["because"]) for row in rows) + "\n")
    points.equal(judged("--tag", "failing", "--strict").code, 0, "with reasons it is one")
    write(("# kept",), line(), line("small/get-misses"), line("small/set-stores", reason="elsewhere"),
          line(OBSERVED, seen="step 9: OLD", until="2999-01-01", reason="mine"))
    run("--tag", "failing", "--only", "small/get-misses", "--only", "small/*-fails", "--write-baseline", FILE)
    points.ok("small/set-stores\t" in text(), "lines of scenarios that were not played stay", text())
    points.ok(text().startswith("# kept\n") and "\t".join(line()) in text(), "reasons and remarks stay")
    points.ok("\t".join((OBSERVED, SEEN, "2999-01-01", "mine")) in text(), "how it fails is renewed", text())
    run("--tag", "core", "--write-baseline", FILE)
    points.ok("get-misses" not in text() and "set-stores" not in text(), "lines of what passes go", text())
    unwritable = run("--only", MUST, "--write-baseline", folder.name + "/no/file")
    points.equal(unwritable.code, 2, "a file that cannot be written: exit 2")
    points.says(unwritable.err, "cannot be written: No such file", "and says so")


def deaths():
    for name, tag in ("crashes", "core"), ("crashes_on_flush", "flush"):
        spawn = ("--spawn", f"{TESTS}/hostile_servers.py {name} {{port}}", "--tag", tag)
        for _ in range(5):  # mctap looks for 300 ms whether a server has died: a machine may be held up
            write(("# none",))
            died = run(*spawn, "--write-baseline", FILE)
            lines = text().splitlines()
            write(*[(row if row[0] == "#" else row + "it dies",) for row in lines])
            known = judged(*spawn)
            if (died.code, known.code) == (3, 0):
                break
        points.equal(died.code, 3, f"a server that {name}: exit 3", died.text)
        points.equal(known.code, 0, "a death that is listed is known: exit 0", known.text, text())


def linting():
    suite = folder.name + "/suite"
    shutil.copytree(SUITE, suite)
    os.mkdir(suite + "/baselines")
    with open(suite + "/baselines/server.tsv", "w") as file:
        file.write("\t".join(line()) + "\n")
    points.equal(mctap("lint", "--scenarios", suite).code, 0, "lint: a good baseline")
    with open(suite + "/baselines/server.tsv", "w") as file:
        file.write("\t".join(line("small/renamed")) + "\n")
    renamed = mctap("lint", "--scenarios", suite)
    points.equal(renamed.code, 2, "lint: a baseline that names no scenario")
    points.says(renamed.err, r'baselines/server.tsv:1:1: no scenario is "small/renamed"', "and says so")


four_cases()
strict()
another_failure()
sometimes()
last_day()
wrong_files()
writing()
deaths()
linting()
points.streams_are_tap()
folder.cleanup()
points.finish()
