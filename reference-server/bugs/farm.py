#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""farm.py - does mctap notice every bug of mcref --list-bugs?

For each bug a server is started with it, and mctap plays the scenarios of the files in which its
rule is cited (--whole: all there are; --quick: only those that cite it). A bug is noticed when a
scenario that cites its rule fails as the level of the rule asks: of level must it fails the run.
The farm fails if a bug is not noticed, if the run does not end as it should, if a rule is broken by no
bug, or if a scenario fails on none. `make bugs` writes docs/bugs.tsv and docs/bugs.md; after a few bugs (names,
--sample) --write changes their rows only.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

import farm_page
from farm_data import Bug, Ledger, MCREF, MCTAP, ROOT
from farm_memccapable import memccapable

RUN_SECONDS = 200  # a run that takes longer hangs
NEWER = "1.6.45"   # what mcref says it is for rules that are newer than the version it answers

Result = collections.namedtuple("Result", "bug noticed citing trouble memccapable")


def load_bugs():
    listed = subprocess.run([MCREF, "--list-bugs"], capture_output=True, text=True, check=True)
    return [Bug(*line.split("\t")) for line in listed.stdout.splitlines()]


def failures(tap):
    """The scenarios that failed, by id, and whether the failure counts without --strict."""
    points = re.findall(r"^not ok \d+ - (\S+)(?: # (TODO))?", tap, re.MULTILINE)
    return {scenario: todo == "" for scenario, todo in points}


def play(bug, newer, selection):
    """One run: what failed, and what was wrong with the run itself."""
    version = f" --answer-version {NEWER}" if newer else ""
    template = f"{shlex.quote(MCREF)} --bug {bug.name}{version} -l 127.0.0.1 -p {{port}} {{options}}"
    command = [MCTAP, "run", "--spawn", template, *selection]
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace",
                             timeout=RUN_SECONDS, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return {}, f"hangs: no end after {RUN_SECONDS} s"
    if run.returncode not in (0, 1):
        told = (run.stderr or run.stdout).strip().splitlines()
        return failures(run.stdout), f"exit status {run.returncode}: {told[-1] if told else ''}"
    return failures(run.stdout), None


def judge(bug, ledger, arguments):
    """Plays what is to be played against one bug."""
    citing = ledger.citing(bug.rule)
    if not citing:
        return Result(bug, {}, [], "no scenario cites its rule", "")
    result = noticing(bug, ledger, citing, () if arguments.whole else
                      citing if arguments.quick else ledger.neighbours(bug.rule))
    # What a bug does to one item may be hidden by others that play at the same time, and what it does
    # for some milliseconds by a machine that is held up meanwhile.
    if complaint(result, ledger):
        result = noticing(bug, ledger, citing, citing)
    return result._replace(memccapable=memccapable(bug)) if arguments.compare else result


def noticing(bug, ledger, citing, chosen):
    """What the chosen scenarios (none: the whole suite) notice of the bug."""
    selection = [word for scenario in chosen for word in ("--only", scenario)]
    noticed, trouble = play(bug, ledger.is_newer(bug.rule), selection)
    return Result(bug, noticed, [one for one in noticed if one in citing], trouble, "")


def complaint(result, ledger):
    """Why a result is not good enough, or None."""
    if result.trouble:
        return result.trouble
    if not result.noticed:
        return "survives: no scenario notices it"
    if not result.citing:
        first = next(iter(result.noticed))
        return f"is noticed by no scenario that cites {result.bug.rule}, only by {first} ..."
    if ledger.level(result.bug.rule) == "must" and not any(result.noticed[one] for one in result.citing):
        return f"breaks {result.bug.rule}, a must, but only scenarios that do not gate notice it"
    return None


def wanted_bugs(bugs, arguments):
    known = {bug.name for bug in bugs}
    unknown = sorted(set(arguments.names) - known)
    if unknown:
        sys.exit(f"farm.py: no bug has the name {', '.join(unknown)}; mcref --list-bugs shows them")
    if arguments.sample:
        return bugs[::max(1, len(bugs) // arguments.sample)]
    return [bug for bug in bugs if not arguments.names or bug.name in arguments.names]


def run(bugs, ledger, arguments):
    """All results, in the order of the bugs; tells each that is bad as soon as it is known."""
    results = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        plays = {pool.submit(judge, bug, ledger, arguments): bug for bug in bugs}
        for play_ in concurrent.futures.as_completed(plays):
            result = results[plays[play_]] = play_.result()
            if complaint(result, ledger):
                print(f"{result.bug.name}: {complaint(result, ledger)}", flush=True)
    return [results[bug] for bug in bugs]


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the scenarios that cite the rule")
    parser.add_argument("--whole", action="store_true", help="the whole suite against every bug")
    parser.add_argument("--sample", type=int, metavar="N", help="about N of the bugs, always the same")
    parser.add_argument("--compare", action="store_true", help="let memccapable look, too")
    parser.add_argument("--write", action="store_true", help="bring docs/bugs.tsv and docs/bugs.md up to date")
    parser.add_argument("--jobs", type=int, default=32, help="bugs at once (32); they mostly wait")
    parser.add_argument("names", nargs="*", help="bugs; none: all")
    return parser.parse_args()


def main():
    arguments = options()
    ledger = Ledger()
    every = load_bugs()
    bugs = wanted_bugs(every, arguments)
    unruled = [f"{bug.name} breaks {bug.rule}" for bug in bugs if bug.rule not in ledger.rules]
    if unruled:
        sys.exit("farm.py: there is no such rule in the ledger: " + "; ".join(unruled))
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="farm-") as folder:  # some bugs keep their items in files
        os.environ["TMPDIR"] = folder
        results = run(bugs, ledger, arguments)
    seconds = time.monotonic() - begin
    bad = [result for result in results if complaint(result, ledger)]
    whole = not (arguments.names or arguments.sample)
    unbroken = ledger.unbroken(bugs) if whole else []
    for rule in unbroken:
        print(f"{rule}: a rule that no bug breaks; add one, or a reason to UNBREAKABLE in farm_data.py")
    unfailed = ledger.unfailed({one for result in results for one in result.noticed}) if whole else []
    for scenario in unfailed:
        print(f"{scenario}: a scenario that no bug makes fail; add one, or a reason to UNFAILING in farm_data.py")
    if arguments.write:
        played = ("the scenarios that cite it" if arguments.quick else "all scenarios" if arguments.whole
                  else "all scenarios of the files in which it is cited, or those that cite it by themselves where "
                  "the others hid it")
        farm_page.write(results, bad, ledger, every, played, arguments.compare)
    print(f"{len(results) - len(bad)} of {len(results)} bugs noticed by a scenario that cites their rule, "
          f"{len(bad)} not, in {seconds:.0f} s")
    if whole:
        print(f"{len(ledger.scenarios) - len(unfailed)} of {len(ledger.scenarios)} scenarios fail on a bug")
    return 1 if bad or unbroken or unfailed else 0


if __name__ == "__main__":
    sys.exit(main())
