#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""farm.py - plays the scenarios against mcref with each of its bugs: does mctap notice all of them?

`make bugs` plays the whole suite and writes docs/bugs.tsv and docs/bugs.md; with --quick only the
scenarios that cite the rule of the bug are played, and nothing is written. It fails if a bug
survives, is noticed by no scenario that cites its rule, crashes the server or hangs it.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MCREF = os.environ.get("FARM_MCREF", os.path.join(ROOT, "build", "mcref"))
MCTAP = os.environ.get("FARM_MCTAP", os.path.join(ROOT, "build", "mctap"))
RUN_SECONDS = 150  # a run that takes longer hangs
NEWER = "1.6.45"   # the version that mcref claims to be for rules newer than 1.6.18
OLDER = (1, 6, 18)

TAIL = ""

Bug = collections.namedtuple("Bug", "name area rule sentence")
Result = collections.namedtuple("Result", "bug noticed trouble memccapable")


def spawn_tail():
    """What a scenario's own start options take the place of."""
    told = subprocess.run([MCTAP, "help", "run"], capture_output=True, text=True, check=True).stdout
    return " {options}" if "{options}" in told else ""


def load_bugs():
    listed = subprocess.run([MCREF, "--list-bugs"], capture_output=True, text=True, check=True)
    return [Bug(*line.split("\t")) for line in listed.stdout.splitlines()]


def load_json(pattern):
    for path in sorted(glob.glob(os.path.join(ROOT, "scenarios", pattern), recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield os.path.relpath(path, os.path.join(ROOT, "scenarios")), json.load(file)


def load_rules():
    return {rule["id"]: rule for _, ledger in load_json("rules/*.json") for rule in ledger["rules"]}


def load_scenarios():
    """The rules of each scenario, by its id."""
    scenarios = {}
    for path, chapter in load_json("**/*.json"):
        for scenario in chapter.get("scenarios", ()) if isinstance(chapter, dict) else ():
            name = re.sub("[^a-z0-9]+", "-", scenario["name"].lower()).strip("-")
            scenarios[f"{path[:-len('.json')]}/{name}"] = scenario["rules"]
    return scenarios


def is_newer(rule):
    since = rule.get("since", "0")
    return tuple(int(part) for part in since.split(".")) > OLDER


def failures(tap):
    """The ids of the scenarios that failed, in the order of the report."""
    return re.findall(r"^not ok \d+ - (\S+)", tap, re.MULTILINE)


def play(bug, options, extra):
    """One run: the failures, and what was wrong with the run itself."""
    template = f"{MCREF} --bug {bug.name} {options}-l 127.0.0.1 -p {{port}}{TAIL}"
    command = [MCTAP, "run", "--spawn", template, *extra]
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace",
                             timeout=RUN_SECONDS, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return [], f"hangs: no end after {RUN_SECONDS} s"
    failed = failures(run.stdout)
    if run.returncode not in (0, 1):
        told = (run.stderr or run.stdout).strip().splitlines()
        return failed, f"exit status {run.returncode}: {told[-1] if told else ''}"
    return failed, None


def start(bug):
    server = subprocess.Popen([MCREF, "--bug", bug.name, "-l", "127.0.0.1", "-p", "0"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return server, int(server.stdout.readline().rsplit(":", 1)[1])


def memccapable(bug):
    """How many of its tests fail against this bug; "hangs" if it never ends; "" if all pass."""
    server, port = start(bug)
    told = ""
    for dialect in ("-a", "-b"):
        command = ["memccapable", "-h", "127.0.0.1", "-p", str(port), "-t", "1", dialect]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=40)
            if run.returncode != 0:
                told = "fails"
        except subprocess.TimeoutExpired:
            told = "fails"
        if told:
            break
    server.send_signal(signal.SIGTERM)
    server.wait()
    return told


def only(ids):
    return [word for scenario in ids for word in ("--only", scenario)]


def judge(bug, farm):
    """Plays what is to be played against one bug."""
    rule = farm.rules[bug.rule]
    citing = [scenario for scenario, rules in farm.scenarios.items() if bug.rule in rules]
    options = f"--answer-version {NEWER} " if is_newer(rule) else ""
    if not citing:
        return Result(bug, [], "no scenario cites its rule", "")
    extra = only(citing) if farm.quick else []
    noticed, trouble = play(bug, options, extra)
    return Result(bug, noticed, trouble, memccapable(bug) if farm.compare else "")


def complaint(result, farm):
    """Why a result is not good enough, or None."""
    if result.trouble:
        return result.trouble
    if not result.noticed:
        return "survives: no scenario notices it"
    if not any(result.bug.rule in farm.scenarios.get(scenario, ()) for scenario in result.noticed):
        return f"is noticed by no scenario that cites {result.bug.rule}, only by {result.noticed[0]} ..."
    return None


class Farm:
    def __init__(self, arguments):
        self.quick, self.compare = arguments.quick, arguments.compare
        self.rules, self.scenarios = load_rules(), load_scenarios()
        bugs = load_bugs()
        wanted = set(arguments.names)
        unknown = wanted - {bug.name for bug in bugs}
        if unknown:
            sys.exit(f"farm.py: no bug has the name {', '.join(sorted(unknown))}; mcref --list-bugs shows them")
        self.bugs = [bug for bug in bugs if not wanted or bug.name in wanted]
        unruled = [f"{bug.name}: {bug.rule}" for bug in self.bugs if bug.rule not in self.rules]
        if unruled:
            sys.exit("farm.py: the ledger has no such rule: " + "; ".join(unruled))

    def run(self, jobs):
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda bug: judge(bug, self), self.bugs))


def main():
    global TAIL
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the scenarios that cite the bug's rule")
    parser.add_argument("--compare", action="store_true", help="let memccapable look, too")
    parser.add_argument("--write", action="store_true", help="write docs/bugs.tsv and docs/bugs.md")
    parser.add_argument("--jobs", type=int, default=10, help="servers at once (10)")
    parser.add_argument("names", nargs="*", help="bugs; none: all")
    arguments = parser.parse_args()
    TAIL = spawn_tail()
    farm = Farm(arguments)
    begin = time.monotonic()
    results = farm.run(arguments.jobs)
    bad = [(result, complaint(result, farm)) for result in results if complaint(result, farm)]
    for result, why in bad:
        print(f"{result.bug.name}: {why}")
    print(f"{len(results) - len(bad)} of {len(results)} bugs noticed by a scenario that cites their rule, "
          f"{len(bad)} not, in {time.monotonic() - begin:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
