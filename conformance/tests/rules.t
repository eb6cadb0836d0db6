#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mctap rules, profiles and levels: what is covered, what is not, and which part of the suite a
profile plays. Each fault that the coverage can have is made once."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Points, mctap

points = Points()
RULES = """{ "section": "S", "document": "d.txt", "rules": [
  { "id": "a.one", "level": "must", "text": "one." }, { "id": "a.two", "level": "must", "text": "two." },
  { "id": "a.wire", "level": "must", "text": "t.", "untestable": "no bytes" },
  { "id": "b.three", "level": "observed", "text": "three." } ] }"""
STEP = '"why": "w", "steps": [{ "send": "version\\r\\n", "expect": "VERSION {text}\\r\\n" }]'
PACKET = '"why": "w", "steps": [{ "send": { "opcode": "noop" }, "expect": { "opcode": "noop" } }]'
SCENARIOS = f"""{{ "section": "S", "about": "x", "scenarios": [
  {{ "name": "one", "rules": ["a.one"], {STEP} }}, {{ "name": "two", "rules": ["a.two"], {STEP} }},
  {{ "name": "three", "rules": ["b.three"], {PACKET} }} ] }}"""
HEAD = "bug\trule\tlevel\tnoticed-by\n"
GOOD = HEAD + "x\ta.one\tmust\tf/one\ny\ta.two\tmust\tf/two,f/one\n"


def write(folder, files):
    for name, text in files.items():
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        with open(f"{folder}/{name}", "w") as file:
            file.write(text)


with tempfile.TemporaryDirectory() as folder:
    write(folder, {"s/rules/r.json": RULES, "s/f.json": SCENARIOS})

    def rules(bugs, *arguments):
        write(folder, {"bugs.tsv": bugs})
        return mctap("rules", "--scenarios", f"{folder}/s", "--bugs", f"{folder}/bugs.tsv", *arguments)

    good = rules(GOOD)
    points.equal(good.code, 0, "every rule is covered: 0", good.text)
    points.says(good.text, r"(?m)^a\.one +must +1 +1 +1$", "a rule: its scenarios, bugs, those noticed")
    points.says(good.text, r"(?m)^a\.wire +must +0 +0 +0  untestable$", "an untestable rule says so")
    points.says(good.text, r"# must +3 rules: 2 with scenarios, 1 untestable; 2 broken by 2 bugs, 2 of",
                "the sums of a level")
    one = rules(GOOD, "a.two")
    points.says(one.text, r"scenario    f/two\n    bug         y, noticed by f/two, f/one",
                "a rule that is named shows its scenarios and bugs")
    points.ok("a.one  " not in one.text, "and no other rule")
    for words in (("nope",), ("a.two", "nope"), ("a.tw",)):
        unknown = rules(GOOD, *words)
        points.equal((unknown.code, unknown.out), (5, b""), f"a word that means no rule: 5, and no table: {words}")
        points.says(unknown.err, f'no rule has the id "{words[-1]}", or begins with it and a dot', "it is named")
    survives = rules(GOOD + "z\tb.three\tobserved\t\n")
    points.ok(survives.code == 1 and "a bug survives" in survives.text, "a bug survives: 1", survives.text)
    unbroken = rules(HEAD + "x\ta.one\tmust\tf/one\n")
    points.ok(unbroken.code == 1 and f"no bug in {folder}/bugs.tsv breaks it" in unbroken.text,
              "a must rule that no bug breaks: 1", unbroken.text)
    for tree, table in (("src/scenarios", "src/docs"), ("share/mctap/scenarios", "share/doc/mctap/docs")):
        write(folder, {f"{tree}/rules/r.json": RULES, f"{tree}/f.json": SCENARIOS, f"{table}/bugs.tsv": HEAD})
        found = mctap("rules", "--scenarios", f"{folder}/{tree}")
        points.says(found.text, rf"no bug in .*/{table}/bugs.tsv breaks it", f"beside {tree} the table is found")
    nothing = rules(GOOD, "c")
    points.ok(nothing.code == 5 and 'has the id "c"' in nothing.err, "an unknown rule: 5", nothing.text)
    for text, name in (("", "an empty table"), ("bug\trule\n", "a table without a column"),
                       (HEAD + "x\n", "a line without cells")):
        points.equal(rules(text).code, 2, f"{name}: 2")
    bare = mctap("rules", "--scenarios", f"{folder}/s")
    points.ok(bare.code == 0 and "# bugs      not asked: there is no table; --bugs FILE names one" in bare.text
              and "# bugs" not in good.text, "without a table of bugs it says so", bare.text)
    missing = mctap("rules", "--scenarios", f"{folder}/s", "--bugs", f"{folder}/none.tsv")
    points.ok(missing.code == 2 and "none.tsv" in missing.err, "no table: 2", missing.text)
    write(folder, {"s/rules/r.json": RULES.replace(', "untestable": "no bytes"', "")})
    unused = mctap("rules", "--scenarios", f"{folder}/s")
    points.ok(unused.code == 1 and "no scenario" in unused.text, "a rule without scenario: 1", unused.text)
    points.equal(mctap("lint", "--scenarios", f"{folder}/s").code, 2, "lint refuses it, too: 2")

    profiles = {"text": '{ "about": "x", "lacks": ["binary"] }', "one": '{ "about": "x", "only": ["f/one"] }',
                "rest": '{ "about": "x", "exclude": ["f/one"] }', "old": '{ "about": "x", "as": "1.0.0" }',
                "bad": '{ "about": "x", "lacks": ["binarry"] }', "field": '{ "about": "x", "onyl": [] }',
                "none": '{ "about": "x", "only": ["nothing"] }'}
    write(folder, {f"s/profiles/{name}.json": text for name, text in profiles.items()})

    def run(*arguments):
        ran = mctap("run", "--scenarios", f"{folder}/s", *arguments)
        points.streams.append((" ".join(arguments), ran.out))
        return ran

    text = run("--profile", "text")
    points.ok(text.code == 0 and text.points["f/three"].directive == "SKIP binary: not in the profile text",
              "what a profile lacks is skipped", text.text)
    points.equal(sorted(run("--profile", "one").points), ["f/one"], "a profile selects")
    points.equal(sorted(run("--profile", "rest").points), ["f/three", "f/two"], "and excludes")
    points.equal(run("--profile", "one", "--only", "f/two").code, 5, "--only must hold as well: 5")
    for name, says in (("oen", 'did you mean "one"'), ("bad", 'unknown capability "binarry"'),
                       ("field", 'did you mean "only"'), ("../f", "there is no profile")):
        wrong = mctap("run", "--scenarios", f"{folder}/s", "--profile", name)
        points.ok(wrong.code == 2 and says in wrong.err, f"profile {name}: 2", wrong.text)
    known = mctap("run", "--scenarios", f"{folder}/s", "--profile", "zzzzzzzz").err
    points.says(known, "known: " + ", ".join(f'"{name}"' for name in sorted(profiles)), "all are told, sorted")
    points.equal(run("--profile", "none").code, 5, "a profile of nothing: 5")
    points.equal(sorted(run("--level", "must").points), ["f/one", "f/two"], "--level must")
    points.equal(len(run("--level", "observed").points), 3, "--level observed has must, too")
    points.equal(mctap("run", "--level", "most").code, 2, "an unknown level: 2")

suite = mctap("rules")
points.equal(suite.code, 0, "the suite: every rule has a scenario, every must rule a bug, no bug survives",
             *(line for line in suite.text.splitlines() if " no " in line or "survives" in line))
listed = os.listdir("scenarios/profiles")
for name in sorted(listed):
    lists = mctap("list", "--profile", name.removesuffix(".json"))
    points.ok(lists.code == 0 and len(lists.out.splitlines()) > 100, f"profile {name} selects", lists.err)
points.streams_are_tap()
points.finish()
