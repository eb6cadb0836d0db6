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


def is_timed(scenario):
    """Whether its verdict needs that the machine does something within a second."""
    return re.search("1[02]00 ms", scenario["why"]) or '"pause_ms"' in json.dumps(scenario)


def judge(scenario, point):
    """What is not as the scenario says: (claim, details) of each."""
    tags = scenario.get("tags", [])
    if "must-fail" in tags:
        said = f"{point.field('step')}: {point.field('message')}"
        wrong = [] if point.failed and point.todo == ("todo" in tags) else [("fails", point.text)]
        return wrong if re.fullmatch(scenario["why"], said) else wrong + [
            ("says where and why", f"expected /{scenario['why']}/", f"received {said}", point.text)]
    if "must-skip" in tags:
        skipped = re.search("^SKIP " + scenario["why"], point.directive)
        return [] if skipped else [("is skipped", f"SKIP {scenario['why']}", point.directive)]
    return [] if point.passed else [("passes", point.text)]


def play(ids, timeout_ms):
    """The points of these scenarios, of a run that is clean."""
    run = mctap("run", "--scenarios", SUITE, "--timeout", str(timeout_ms),
                *(word for id in ids for word in ("--only", id)))
    points.streams.append((f"language, {timeout_ms} ms", run.out))
    points.ok(not run.sanitized() and not run.left_behind, f"clean, {timeout_ms} ms", run.err,
              *run.left_behind)
    points.equal(run.code, int(any(one.failed and not one.todo for one in run.points.values())),
                 f"exit code, {timeout_ms} ms", run.err)
    points.equal(sorted(run.points), sorted(ids), f"every scenario is told, {timeout_ms} ms")
    return run.points


expected = dict(scenarios())
timed = [id for id, scenario in expected.items() if is_timed(scenario)]
told = play([id for id in expected if id not in timed], 20000)
for turn in range(5):  # a machine that is held up for a second really is late
    told.update(play(timed, 1000))
    timed = [id for id in timed if judge(expected[id], told[id])]
    if not timed:
        break
for id, scenario in expected.items():
    wrong = judge(scenario, told[id])
    points.ok(not wrong, f"{id}: {(scenario.get('tags') or ['passes'])[0]}",
              *(line for claim in wrong for line in claim))

slow = mctap("run", "--scenarios", SUITE, "--only", "language/steps/within-what-is-asked",
              "--timeout", "1300")
points.says(slow.text, "no complete reply within 1300 ms", "a --timeout that is longer counts")

note = told["language/steps/eventually-is-too-late"]
points.says(note.text, "a remark for the reader", "a note stands in the transcript")
difference = told["language/patterns/alternatives-of-which-none-comes"].lines("difference")
points.ok("one of    error: ERROR\\r\\n" in difference and "or        ok: OK\\r\\n" in difference,
          "every alternative is told", *difference)
difference = told["language/sessions/a-tally-that-does-not-add-up"].lines("difference")
points.equal(difference, ["one of    2 times, came 1 time: STORED\\r\\n",
                          "or        the rest, came 7 times: NOT_STORED\\r\\n"],
             "every row of a tally is told")
difference = told["language/sessions/a-tally-without-this-reply"].lines("difference")
points.ok("or        the rest: EXISTS\\r\\n" in difference, "also when a reply is none of them",
          *difference)
open_still = told["language/steps/closes-not"]
points.ok("received  END\\r\\n" in open_still.lines("difference"),
          "closes: what came is shown, though the connection stayed open", open_still.text)
points.equal(open_still.field("connection"), "still open, and the target had to close it",
             "and that it stayed open")
gates = told["language/steps/rule-of-a-step"]
points.says(gates.text, 'rule: "judge.observed"', "a step is judged by its own rule")

# The Python server offers touch and not gat.
less = mctap("run", "--scenarios", SUITE, "--only", "language/clusters/needs-*",
             hostile_servers.listen("honest"))
points.ok(less.points["language/clusters/needs-touch"].passed, "needs: offered, played")
points.says(less.points["language/clusters/needs-gat"].directive, "^SKIP gat: not offered",
            "needs: not offered, skipped")
points.streams_are_tap()
points.finish()
