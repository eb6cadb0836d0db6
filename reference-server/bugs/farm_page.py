# SPDX-License-Identifier: MIT
"""farm_page.py - the kill matrix of farm.py: docs/bugs.tsv for programs, docs/bugs.md to read.

Of bugs that were not played the rows stay as they are, and so does what memccapable noticed when
it was not asked; rows of bugs that are gone go."""
import csv
import os
import re

from farm_data import ROOT, UNBREAKABLE, UNFAILING

DOCS = os.environ.get("FARM_DOCS", os.path.join(ROOT, "docs"))
TSV = os.path.join(DOCS, "bugs.tsv")
PAGE = os.path.join(DOCS, "bugs.md")
COLUMNS = ("bug", "rule", "level", "noticed-by", "scenarios", "memccapable", "area")

HEAD = """# What the suite notices

`mcref --bug NAME` is the reference server with one deliberate defect. `make bugs` starts it with each of them and lets mctap play; this
page and [bugs.tsv](bugs.tsv) are what came of it. Do not edit them.

A bug is **noticed** when a scenario that cites the rule it breaks fails: if the rule is a *must*, so that the run fails; if it is
*observed* or *optional*, as a `TODO` point that fails the run with `--strict`. Played were {played}.

For comparison, memccapable of Debian's libmemcached-tools, the only other program that tests memcached servers and is still packaged,
meets the same bugs with its tests of the text and of the binary protocol (`-a` and `-b`).

"""


def read_tsv():
    """The rows that there are, by the names of their bugs."""
    if not os.path.exists(TSV):
        return {}
    with open(TSV, encoding="utf-8", newline="") as file:
        return {row["bug"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def write_tsv(rows):
    with open(TSV, "w", encoding="utf-8") as file:
        for row in [dict(zip(COLUMNS, COLUMNS)), *rows]:
            print(*(row[column] for column in COLUMNS), sep="\t", file=file)


def merged(results, bad, ledger, bugs, compared):
    """A row a bug, in the order of the bugs: the new ones, and the old ones of bugs not played."""
    rows = read_tsv()
    for result in results:
        bug = result.bug
        noticed = "" if result in bad else ",".join(result.citing)
        others = result.memccapable if compared else rows.get(bug.name, {}).get("memccapable", "")
        rows[bug.name] = dict(zip(COLUMNS, (bug.name, bug.rule, ledger.level(bug.rule), noticed,
                                            len(result.noticed), others, bug.area)))
    return [rows[bug.name] for bug in bugs if bug.name in rows]


def share(count, total):
    return f"{count} of {total}" if count < total else f"all {total}"


def areas_of(rows):
    return list(dict.fromkeys(row["area"] for row in rows))


def summary(rows):
    yield "| area | bugs | noticed | by memccapable |"
    yield "|---|---|---|---|"
    for area in [*areas_of(rows), None]:
        inside = [row for row in rows if area in (None, row["area"])]
        noticed = sum(row["noticed-by"] != "" for row in inside)
        others = sum(row["memccapable"] != "" for row in inside)
        name = f"[{area.replace('_', ' ')}](#{area.replace('_', '-')})" if area else "**all**"
        yield f"| {name} | {len(inside)} | {share(noticed, len(inside))} | {others} |"


def broken_rules(rows, ledger):
    broken = {row["rule"] for row in rows}
    yield "\n| level | rules | broken by a bug | that no test on the wire can show |\n|---|---|---|---|"
    for level in ("must", "observed", "optional"):
        rules = {rule: row for rule, row in ledger.rules.items() if row["level"] == level}
        untestable = sum("untestable" in row for row in rules.values())
        yield f"| {level} | {len(rules)} | {sum(rule in broken for rule in rules)} | {untestable} |"
    yield from (f"\n`{rule}` is broken by none, since {reason}." for rule, reason in sorted(UNBREAKABLE.items()))


def table(rows, sentences):
    yield "| bug | what the server does wrong | rule | level | scenarios | the first | memccapable |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        first = f"`{row['noticed-by'].split(',')[0]}`" if row["noticed-by"] else "**survives**"
        yield (f"| `{row['bug']}` | {sentences[row['bug']]} | `{row['rule']}` | {row['level']} "
               f"| {row['scenarios']} | {first} | {row['memccapable'] or '-'} |")


def failing(ledger, failed):
    """How many scenarios failed on a bug, and which on none."""
    idle = [one for one in ledger.scenarios if one not in failed]
    yield f"Of {len(ledger.scenarios)} scenarios {len(ledger.scenarios) - len(idle)} fail on a bug."
    for one in idle:
        yield f"\n`{one}` fails on none, since {UNFAILING.get(one, 'nobody has made one')}."


def said_before(pattern):
    """What the page said when all bugs were played, or None."""
    if not os.path.exists(PAGE):
        return None
    with open(PAGE, encoding="utf-8") as file:
        found = re.search(pattern, file.read(), re.MULTILINE | re.DOTALL)
    return found and found.group(1)


def write_page(rows, ledger, sentences, played, scenarios):
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(HEAD.format(played=played))
        print(*summary(rows), sep="\n", file=file)
        print(*broken_rules(rows, ledger), "", scenarios, sep="\n", file=file)
        for area in areas_of(rows):
            print(f"\n## {area.replace('_', ' ')}\n", file=file)
            print(*table([row for row in rows if row["area"] == area], sentences), sep="\n", file=file)


def write(results, bad, ledger, bugs, played, compared):
    """`bugs` are all that there are; results may be of some of them."""
    rows = merged(results, bad, ledger, bugs, compared)
    scenarios = "\n".join(failing(ledger, {one for result in results for one in result.noticed}))
    if len(results) < len(bugs):
        played = said_before(r"Played were ([^\n]*)\.$") or played
        scenarios = said_before(r"^(Of \d+ scenarios .*?)\n\n## ") or ""
    write_tsv(rows)
    write_page(rows, ledger, {bug.name: bug.sentence for bug in bugs}, played, scenarios)
