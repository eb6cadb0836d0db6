#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Feeds every stream in tests/golden/ to the harnesses that people use, and its twin in XML to a parser.

prove (Perl's TAP::Parser), tappy and npm's tap-parser must count the same points, exit as
expected and read the same diagnostics, above all when the target is hostile. tap-parser is
looked for in build/node_modules: `npm install --prefix build --no-save tap-parser@18`.
A missing consumer is a failed point under CI and a skipped one elsewhere.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

try:
    import more_itertools  # tappy reads no YAML without it (noqa: F401)
    import yaml
    from tap.parser import Parser
except ImportError as missing:
    if os.environ.get("CI"):
        sys.exit(f"consumers.t: {missing}; install tappy, python3-yaml, python3-more-itertools")
    print(f"1..0 # SKIP {missing}; install tappy, python3-yaml, python3-more-itertools")
    sys.exit(0)

GOLDEN = "reports/tests/golden"
TAP_PARSER = "build/node_modules/.bin/tap-parser"

# stream: points that are (passed, failed, todo, skipped), exit status of (prove, tappy, tap-parser)
STREAMS = {
    "passed":   ((2, 0, 0, 1), (0, 0, 0)),
    "failed":   ((1, 1, 0, 1), (1, 1, 1)),
    "shapes":   ((0, 8, 0, 0), (1, 1, 1)),
    "others":   ((0, 4, 0, 0), (1, 1, 1)),
    "todo":     ((1, 0, 3, 1), (0, 0, 0)),
    "tap14":    ((1, 0, 3, 1), (None, 0, 0)),  # prove knows versions up to 13
    "long":     ((0, 1, 0, 0), (1, 1, 1)),
    "hostile":  ((28, 14, 14, 28), (1, 1, 1)),
    "bail-out": ((1, 1, 0, 0), (255, 1, 1)),
    "nothing":  ((0, 0, 0, 0), (0, 0, 0)),
    "unplanned": ((0, 0, 0, 0), (255, 1, 1)),
    "foreign":  ((1, 0, 0, 1), (0, 0, 0)),
}

# What prove's own parser sees, as JSON: each point's kind and diagnostics, and errors.
PROVE_PARSER = r"""
use TAP::Parser; use JSON::PP;
my $parser = TAP::Parser->new({ exec => ["cat", $ARGV[0]] });
my (@points, @stray, $bail);
while (my $line = $parser->next) {
    push @points, {
        name => $line->description,
        kind => $line->has_todo ? "todo" : $line->has_skip ? "skipped"
              : $line->is_ok ? "passed" : "failed",
    } if $line->is_test;
    $points[-1]{data} = $line->data if $line->is_yaml;
    push @stray, $line->raw if $line->is_unknown || $line->is_pragma;
    $bail = $line->explanation if $line->is_bailout;
}
print JSON::PP->new->canonical->encode(
    { points => \@points, stray => [@stray, $parser->parse_errors], bail => $bail });
"""

points = 0
failures = 0


def check(passed, claim, *evidence):
    global points, failures
    points += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {points} - {claim}")
    for line in [] if passed else evidence:
        print("# " + repr(line)[:2000])


def skip(claim, reason):
    global points
    points += 1
    print(f"ok {points} - {claim} # SKIP {reason}")


def run(*command, feed=None):
    with open(feed or os.devnull, "rb") as stdin:
        return subprocess.run(command, stdin=stdin, capture_output=True, text=True, timeout=300,
                              env=dict(os.environ, LC_ALL="C", HARNESS_OPTIONS=""))


def prove(path):
    """Seen by TAP::Parser; the exit status is that of prove itself."""
    output = json.loads(run("perl", "-e", PROVE_PARSER, path).stdout)
    cut_short = output["bail"] is not None  # then the plan is not kept, or not there: prove says so
    stray = [line for line in output["stray"]
             if not (cut_short and line.startswith(("Bad plan", "No plan found")))]
    seen = [(point["kind"], point["name"], point.get("data")) for point in output["points"]]
    return seen, stray, output["bail"], run("prove", "--norc", "--exec", "cat", path).returncode


def tappy(path):
    """Seen by tappy's parser; its YAML is read by PyYAML, from the raw block."""
    seen, stray, bail = [], [], None
    for line in Parser().parse_file(path):
        if line.category == "test":
            kind = ("todo" if line.todo else "skipped" if line.skip
                    else "passed" if line.ok else "failed")
            seen.append((kind, line.description, line.yaml_block))
        elif line.category == "unknown":
            stray.append("a line that is not TAP")
        elif line.category == "bail":
            bail = line.reason
    return seen, stray, bail, run("tappy", path).returncode


def tap_parser(path):
    """Seen by npm's tap-parser: its events, as JSON."""
    done = run(TAP_PARSER, "--json", "--strict", feed=path)
    seen, stray, bail = [], [], None
    for event, value, *_ in (e if len(e) > 1 else (e[0], None) for e in json.loads(done.stdout)):
        if event == "assert":
            kind = ("todo" if value.get("todo") else "skipped" if value.get("skip")
                    else "passed" if value["ok"] else "failed")
            seen.append((kind, value["name"], value.get("diag")))
        elif event in ("extra", "child", "pragma"):
            stray.append(value)
        elif event == "bailout":
            bail = value
    return seen, stray, bail, done.returncode


def trimmed(data):
    """Diagnostics without what readers do differently: the newline that ends a block."""
    return {key: str(value).rstrip("\n") for key, value in data.items()} if data else None


def counts(seen):
    found = [kind for kind, _, _ in seen]
    return tuple(found.count(kind) for kind in ("passed", "failed", "todo", "skipped"))


def plain(name):
    """A name less what readers treat differently: dashes before it, the quoting of backslashes."""
    return re.sub(r"\\+", r"\\", name).lstrip("- ").rstrip()


def written(path):
    """Name and diagnostics (or None) of each point, as they stand in the file."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    found = re.findall(r"^(?:not )?ok \d+ - (.*?)(?: # (?:SKIP|TODO) .*)?\n"
                       r"(?:  ---\n((?:  .*\n)*?)  \.\.\.\n)?", text, re.M)
    return [(plain(name), trimmed(yaml.safe_load(block)) if block else None)
            for name, block in found]


def check_stream(name, consumer, available, expected_counts, expected_exit):
    path = f"{GOLDEN}/{name}.tap"
    label = f"{name}: {consumer.__name__}"
    if not available:
        reason = f"{consumer.__name__} is not installed"
        return check(False, label, reason) if os.environ.get("CI") else skip(label, reason)
    try:
        seen, stray, bail, status = consumer(path)
        told = written(path)
        read = [(plain(point), trimmed(diagnostics)) for _, point, diagnostics in seen]
        wrong = [pair for pair in zip(read, told) if pair[0] != pair[1]]
    except (yaml.YAMLError, ValueError) as error:
        return check(False, f"{label} can read the stream", str(error))
    check(counts(seen) == expected_counts, f"{label} counts every point as what it is",
          expected_counts, counts(seen))
    check(not stray, f"{label} finds no stray line", *stray)
    check((bail is not None) == (name in ("bail-out", "unplanned")),
          f"{label} stops when it should", bail)
    check(status == expected_exit, f"{label} exits with {expected_exit}", status)
    check(len(read) == len(told) and not wrong, f"{label} reads every name and diagnostic",
          *wrong[:2])


# What may stand in what, and which attributes it has: all that readers of JUnit's XML agree on.
ELEMENTS = {"testsuites": (["testsuite"], []), "testsuite": (["properties", "testcase", "system-out"], ["name"]),
            "properties": (["property"], []), "property": ([], ["name", "value"]),
            "testcase": (["failure", "error", "skipped", "system-out"], ["classname", "name", "file", "line", "time"]),
            "failure": ([], ["message", "type"]), "error": ([], ["message", "type"]),
            "skipped": ([], ["message", "type"]), "system-out": ([], [])}


def junit_kind(testcase):
    outcomes = [child for child in testcase if child.tag != "system-out"]
    if len(outcomes) > 1:
        return "more than one outcome"
    if not outcomes:
        return "passed"
    excused = outcomes[0].get("message", "").startswith(("known: ", "does not gate: "))
    return {"skipped": "todo" if excused else "skipped"}.get(outcomes[0].tag, "failed")


def check_xml(name, expected_counts):
    """The XML of a stream has the same verdicts, and nothing that a target sent becomes an element."""
    try:
        root = xml.etree.ElementTree.parse(f"{GOLDEN}/{name}.xml").getroot()
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        return check(False, f"{name}.xml can be read", str(error))
    strange = [f"{parent.tag}: {child.tag} {child.attrib}" for parent in root.iter() for child in parent
               if child.tag not in ELEMENTS[parent.tag][0] or set(child.attrib) - set(ELEMENTS[child.tag][1])]
    cases = list(root.iter("testcase"))
    early = [case for case in cases if case.get("name") == "the run ended early"]
    kinds = [junit_kind(case) for case in cases if case not in early]
    check(tuple(kinds.count(kind) for kind in ("passed", "failed", "todo", "skipped")) == expected_counts
          and len(kinds) == sum(expected_counts), f"{name}.xml has every verdict as what it is", kinds)
    check(len(early) == (name in ("bail-out", "unplanned")) and all(case.find("error") is not None for case in early),
          f"{name}.xml tells a run that ended early", early)
    return check(root.tag == "testsuites" and not strange, f"{name}.xml has no element that does not belong there",
                 *strange)


def main():
    consumers = [(prove, shutil.which("prove")), (tappy, shutil.which("tappy")),
                 (tap_parser, os.access(TAP_PARSER, os.X_OK))]
    golden = sorted(name[:-4] for name in os.listdir(GOLDEN) if name.endswith(".tap"))
    check(golden == sorted(STREAMS), "every golden stream has its counts here", golden)
    for name, (expected_counts, exits) in STREAMS.items():
        for (consumer, available), expected_exit in zip(consumers, exits):
            if expected_exit is not None:
                check_stream(name, consumer, available, expected_counts, expected_exit)
        check_xml(name, expected_counts)
    print(f"1..{points}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
