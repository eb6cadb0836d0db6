#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Plays suite/language on mcref: every feature of the language with a scenario that passes and a
twin that must fail, so that no check of the judge is one that cannot fail.

A scenario tagged must-fail fails where and how its `why` says, "STEP: MESSAGE" as a regular
expression; must-skip is skipped for that reason; todo does not gate. All others pass.
"""

import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_servers
from harness import SUITE, Points, mctap

points = Points()


def scenarios():
    """(id, scenario) of every file, with ids as scenarios/README.md defines them."""
    for path in sorted(glob.glob(f"{SUITE}/language/*.json")):
        chapter = path.removeprefix(SUITE + "/").removesuffix(".json")
        with open(path, encoding="ascii") as file:
            for scenario in json.load(file)["scenarios"]:
                name = re.sub("[^a-z0-9]+", "-", scenario["name"].lower()).strip("-")
                yield f"{chapter}/{name}", scenario


def judge(id, scenario, point):
    tags = scenario.get("tags", [])
    if "must-fail" in tags:
        points.ok(point.failed and point.todo == ("todo" in tags), f"{id}: fails", point.text)
        said = f"{point.field('step')}: {point.field('message')}"
        points.ok(re.fullmatch(scenario["why"], said), f"{id}: says where and why",
                  f"expected /{scenario['why']}/", f"received {said}", point.text)
    elif "must-skip" in tags:
        points.says(point.directive, "^SKIP " + scenario["why"], f"{id}: is skipped")
    else:
        points.ok(point.passed, f"{id}: passes", point.text)


run = mctap("run", "--scenarios", SUITE, "--only", "language", "--timeout", "1000")
points.streams.append(("language", run.out))
points.equal(run.code, 1, "exit code 1", run.err)
points.ok(not run.sanitized() and not run.left_behind, "clean", run.err, *run.left_behind)
expected = dict(scenarios())
points.equal(sorted(run.points), sorted(expected), "every scenario is told")
for id, scenario in expected.items():
    if id in run.points:
        judge(id, scenario, run.points[id])

slow = mctap("run", "--scenarios", SUITE, "--only", "language/steps/within-what-is-asked",
              "--timeout", "1300")
points.says(slow.text, "no complete reply within 1300 ms", "a --timeout that is longer counts")

note = run.points["language/steps/eventually-is-too-late"]
points.says(note.text, "a remark for the reader", "a note stands in the transcript")
difference = run.points["language/patterns/alternatives-of-which-none-comes"].lines("difference")
points.ok("one of    error: ERROR\\r\\n" in difference and "or        ok: OK\\r\\n" in difference,
          "every alternative is told", *difference)
difference = run.points["language/sessions/a-tally-that-does-not-add-up"].lines("difference")
points.equal(difference, ["one of    2 times, came 1 time: STORED\\r\\n",
                          "or        the rest, came 7 times: NOT_STORED\\r\\n"],
             "every row of a tally is told")
difference = run.points["language/sessions/a-tally-without-this-reply"].lines("difference")
points.ok("or        the rest: EXISTS\\r\\n" in difference, "also when a reply is none of them",
          *difference)
open_still = run.points["language/steps/closes-not"]
points.ok("received  END\\r\\n" in open_still.lines("difference"),
          "closes: what came is shown, though the connection stayed open", open_still.text)
points.equal(open_still.field("connection"), "still open, and the target had to close it",
             "and that it stayed open")
gates = run.points["language/steps/rule-of-a-step"]
points.says(gates.text, 'rule: "judge.observed"', "a step is judged by its own rule")

# The Python server offers touch and not gat.
less = mctap("run", "--scenarios", SUITE, "--only", "language/clusters/needs-*",
             hostile_servers.listen("honest"))
points.ok(less.points["language/clusters/needs-touch"].passed, "needs: offered, played")
points.says(less.points["language/clusters/needs-gat"].directive, "^SKIP gat: not offered",
            "needs: not offered, skipped")
points.streams_are_tap()
points.finish()
