#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""scenarios/*.schema.json and the loader agree: each file is valid, and both know the same fields and words.

What the loader knows it says itself: a field or word that nobody has is refused with all that are known."""

import glob
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from harness import SUITE, Points, mctap

points = Points()
NOBODY = "zzzz"  # no field, and not near one, so that all are told


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def resolve(node, definitions):
    """Puts definitions in the place of references: a validator that looks none up is twice as fast."""
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(child, dict) and "$ref" in child:
            node[key] = definitions[child["$ref"].rsplit("/", 1)[1]]
        elif isinstance(child, (dict, list)):
            resolve(child, definitions)


def validator(path):
    schema = read(path)
    Draft7Validator.check_schema(schema)
    resolve(schema, schema.get("definitions", {}))
    return Draft7Validator(schema)


def problem_of(validate, document):
    """What is wrong with a document and where, or None."""
    worst = best_match(validate.iter_errors(document))
    return worst and f"{worst.json_path}: {worst.message}"


def files_are_valid(scenarios, rules):
    documents = {path: read(path) for folder in ("scenarios", SUITE)
                 for path in sorted(glob.glob(f"{folder}/**/*.json", recursive=True))}
    kinds = {"scenarios": scenarios, "rules": rules}
    for kind, validate in kinds.items():
        chosen = {path: document for path, document in documents.items() if kind in document}
        wrong = [f"{path}: {problem}" for path, document in chosen.items()
                 if (problem := problem_of(validate, document))]
        points.equal(wrong, [], f"{len(chosen)} files of {kind} are valid", *wrong)
    listed = {line.split()[0].rsplit("/", 1)[0] for line in mctap("list").out.decode().splitlines()}
    left_out = [one for one in sorted(listed) if "scenarios" not in documents.get(f"scenarios/{one}.json", {})]
    points.ok(listed and not left_out, "and no file that mctap list tells of is left out", *left_out)


def misspelt_is_refused(scenarios):
    document = read(f"{SUITE}/small.json")
    points.equal(problem_of(scenarios, document), None, "a good file is valid")
    document["scenarios"] = document["scenarios"][:1]
    first = document["scenarios"][0]
    first["steps"][0]["exepct"] = ""
    points.says(str(problem_of(scenarios, document)), r"^\$\.scenarios\[0\]\.steps\[0\].*exepct",
                "a misspelt field is refused, and the place is named")
    del first["steps"][0]["exepct"], first["why"]
    points.says(str(problem_of(scenarios, document)), "'why' is a required property", "and a missing one")


def lint(*scenarios, **fields):
    """What mctap lint says of scenarios, each as its fields beside name, rules and why."""
    common = {"name": "a", "rules": ["errors.unknown"], "why": "x"}
    document = {"section": "x", "about": "x", **fields, "scenarios": [{**common, **one} for one in scenarios]}
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/probe.json", "w", encoding="ascii") as file:
            json.dump(document, file)
        return mctap("lint", f"{folder}/probe.json").err


def lint_step(**step):
    return lint({"steps": [step]})


def known(said, what):
    """The words that a refusal lists; if none does, what was said instead."""
    lists = re.findall(rf"{what}.*; known: (.*)", said)
    return set(re.findall('"(.*?)"', lists[0])) if lists else {said}


def agree(schema, loader, claim):
    points.equal(sorted(schema), sorted(loader), claim, "only in the schema:", *sorted(schema - loader),
                 "only in the loader:", *sorted(loader - schema))


def objects_agree(root, definitions):
    nobody = {NOBODY: 1}

    def same(said, what, *schemas):
        fields = set().union(*(schema["properties"] for schema in schemas))
        agree(fields, known(said, f'unknown field "{NOBODY}" in {what}'), f"fields of {what}")

    scenario, cluster = definitions["scenario"], definitions["cluster"]
    same(lint(**nobody), "a file of scenarios", root)
    same(lint(nobody), "a scenario", scenario)
    same(lint({"cluster": nobody}), "a cluster", cluster)
    same(lint({"cluster": {"members": [nobody]}}), "a member", cluster["properties"]["members"]["items"])
    orders = {"outcomes": {"x": nobody}, "steps": [{"interleave": {"A": [{"send": "x"}]}}]}
    same(lint(orders), "an outcome", scenario["properties"]["outcomes"]["additionalProperties"])
    same(lint_step(expect={"any_of": {}, **nobody}), "a choice of replies", definitions["pattern"]["oneOf"][1])
    for part, what in (("hex", "a hex part"), ("repeat", "a repeat part"), ("base64", "a base64 part"),
                       ("key", "a key part"), ("packets", "packets"), ("frame", "a frame")):
        side = "expect" if part == "packets" else "send"
        same(lint_step(**{side: {part: "get", **nobody}}), what, definitions[f"{part}Part"])
    sides = [known(lint_step(**{side: {"opcode": "get", **nobody}}), f"in a {what} packet")
             for side, what in (("send", "request"), ("expect", "reply"))]
    agree(set(definitions["packet"]["properties"]), sides[0] | sides[1], "fields of a packet")
    extras = [known(lint_step(send={"opcode": opcode, "extras": nobody}), "has no extra")
              for opcode in ("set", "increment", "verbosity")]
    agree(set(definitions["packetExtras"]["oneOf"][0]["properties"]), set().union(*extras), "extras")


def steps_agree(definitions):
    """Each verb with every field there is: those that go with it are the properties of its schema."""
    every = known(lint_step(**{NOBODY: 1}), "in a step")
    verbs = re.search("a step needs a verb, one of: ([a-z_, ]*[a-z_])", lint({"steps": [{}]}))[1].split(", ")
    loader = {}
    for verb in verbs:
        fields = every - set(verbs) | {"expect"}
        said = lint_step(**{verb: None, **{field: None for field in fields}})
        refused = re.findall('the field "(.*?)" does not go with', said)
        loader[verb] = fields - set(refused) | {verb}
        if verb not in ("send", "expect"):
            loader[verb] -= {"expect"}
    loader["send"] |= loader.pop("expect")
    schemas = {("send" if "send" in schema["properties"] else schema["required"][0]): schema["properties"]
               for schema in definitions["step"]["oneOf"]}
    agree(set(schemas), set(loader), "verbs")
    for verb, fields in loader.items():
        agree(set(schemas.get(verb, ())), fields, f"fields of a step with {verb}")
    barred = {field for field in loader["send"]
              if "cannot stand inside" in lint_step(together=[{"send": "x", field: None}])}
    agree(set(definitions["sendStep"]["properties"]), loader["send"] - barred, "fields inside together")


def words_agree(definitions):
    def same(said, what, schema):
        agree(set(schema["enum"]), known(said, f'{what} "{NOBODY}"'), f"words: {what}")

    packet = {"opcode": "get", "status": NOBODY}
    exchange = definitions["exchange"]["properties"]
    same(lint({"needs": [NOBODY]}), "unknown capability", definitions["scenario"]["properties"]["needs"]["items"])
    with open("conformance/language/capabilities.def", encoding="ascii") as file:
        core = re.findall(r"^CORE\((\w+)", file.read(), re.MULTILINE)
    taken = [word for word in core if "unknown capability" not in lint({"needs": [word]})]
    points.ok(core and not taken, "words of CORE rows are not written in needs", *taken)
    points.says(lint({"needs": ["cas"]}), '"cas"; it is not written: what the scenario sends tells', "and it is told why")
    same(lint({"over": NOBODY}), "unknown transport", definitions["over"])
    same(lint({"cluster": {"placement": NOBODY}}), "unknown placement", definitions["placement"])
    same(lint_step(send="x", fails=NOBODY), 'a step "fails" by', exchange["fails"])
    same(lint_step(send={"opcode": NOBODY}), "unknown opcode", definitions["opcode"]["oneOf"][2])
    same(lint_step(expect=packet), "unknown status", definitions["packet"]["properties"]["status"]["oneOf"][1])


def lint_rules(*rules, **fields):
    """What mctap lint says of a file of rules, each as its fields beside id, level and text."""
    common = {"id": "a.b", "level": "must", "text": "x"}
    document = {"section": "x", **fields, "rules": [{**common, **one} for one in rules]}
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(f"{root}/rules")
        with open(f"{root}/rules/probe.json", "w", encoding="ascii") as file:
            json.dump(document, file)
        return mctap("lint", "--scenarios", root).err


def rules_agree(root):
    rule = root["properties"]["rules"]["items"]
    agree(set(root["properties"]), known(lint_rules(**{NOBODY: 1}), "in a file of rules"), "fields of a file of rules")
    agree(set(rule["properties"]), known(lint_rules({NOBODY: 1}), "in a rule"), "fields of a rule")
    agree(set(rule["properties"]["level"]["enum"]), known(lint_rules({"level": NOBODY}), "unknown level"), "levels")


def patterns_agree(schema, lint_one, field, words):
    """The words that the pattern of a string takes are those that the loader takes; the first is a good one."""
    def problems(word):
        return len(lint_one({field: word}).splitlines())

    taken = {word for word in words if Draft7Validator(schema).is_valid(word)}
    best = problems(words[0])
    agree(taken, {word for word in words if problems(word) == best}, f"which {field} is taken")
    points.ok(set() < taken < set(words), f"and some {field} is refused", *taken)


VERSIONS = ("1.6.0", "1", "1.6", "1.6.0.1", "1.6.0.1.2", "99.0", "12345.0", "123456.0", "", "1.", ".1", "1..6", "1.6.0x", "v1.6")
IDS = ("a.b", "a", "a.b.c", "a..b", "a.", ".a", "a-1.b_2", "A.b", "a b.c", "")

scenarios, rules = validator("scenarios/scenario.schema.json"), validator("scenarios/rules.schema.json")
files_are_valid(scenarios, rules)
misspelt_is_refused(scenarios)
objects_agree(scenarios.schema, scenarios.schema["definitions"])
steps_agree(scenarios.schema["definitions"])
words_agree(scenarios.schema["definitions"])
rules_agree(rules.schema)
rule = rules.schema["properties"]["rules"]["items"]["properties"]
patterns_agree(scenarios.schema["definitions"]["version"], lint, "since", VERSIONS)
patterns_agree(rule["since"], lint_rules, "since", VERSIONS)
patterns_agree(rule["until"], lint_rules, "until", VERSIONS)
patterns_agree(rule["id"], lint_rules, "id", IDS)
points.finish()
