# SPDX-License-Identifier: MIT
"""farm_data.py - the programs, the bugs, and the ledger of rules and scenarios, for farm.py."""
import collections
import glob
import json
import os
import re

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MCREF = os.environ.get("FARM_MCREF", os.path.join(ROOT, "build", "mcref"))
MCTAP = os.environ.get("FARM_MCTAP", os.path.join(ROOT, "build", "mctap"))
VERSION = (1, 6, 18)  # what mcref answers, if it is not told to answer another

Bug = collections.namedtuple("Bug", "name area rule sentence")

# Rules that no bug of one server can break, and why.
UNBREAKABLE = {}

# Scenarios that no bug makes fail, and why.
UNFAILING = {}


def load(pattern):
    for path in sorted(glob.glob(os.path.join(ROOT, "scenarios", pattern), recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield os.path.relpath(path, os.path.join(ROOT, "scenarios")), json.load(file)


def number(version):
    return tuple(int(part) for part in version.split("."))


class Ledger:
    """The rules by their ids, and which scenarios cite them."""

    def __init__(self):
        self.rules = {rule["id"]: rule for _, file in load("rules/*.json") for rule in file["rules"]}
        self.scenarios = {}
        for path, chapter in load("**/*.json"):
            for scenario in chapter.get("scenarios", ()) if isinstance(chapter, dict) else ():
                name = re.sub("[^a-z0-9]+", "-", scenario["name"].lower()).strip("-")
                self.scenarios[f"{path[:-len('.json')]}/{name}"] = scenario

    def level(self, rule):
        return self.rules[rule]["level"]

    def is_newer(self, rule):
        """Whether mcref must say that it is newer for the rule to hold."""
        return number(self.rules[rule].get("since", "0")) > VERSION

    def citing(self, rule):
        return [one for one, scenario in self.scenarios.items() if rule in scenario["rules"]]

    def neighbours(self, rule):
        """Those that cite the rule, and the others of their files that need no server alone."""
        citing = self.citing(rule)
        files = {one.rsplit("/", 1)[0] for one in citing}
        return [one for one, scenario in self.scenarios.items()
                if one in citing or (one.rsplit("/", 1)[0] in files and
                                     not {"alone", "options", "cluster"} & set(scenario))]

    def unfailed(self, failed):
        """The scenarios that are not among those that failed, and ought to be."""
        return [one for one in self.scenarios if one not in failed and one not in UNFAILING]

    def unbroken(self, bugs):
        """The rules, of any level, that a test on the wire can show and that no bug breaks."""
        broken = {bug.rule for bug in bugs} | set(UNBREAKABLE)
        return [one for one, rule in self.rules.items() if "untestable" not in rule and one not in broken]
