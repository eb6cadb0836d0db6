# SPDX-License-Identifier: MIT
"""farm_page.py - the kill matrix of farm.py: docs/bugs.tsv for programs, docs/bugs.md to read."""
import os

from farm_data import ROOT

TSV = os.path.join(ROOT, "docs", "bugs.tsv")
PAGE = os.path.join(ROOT, "docs", "bugs.md")

HEAD = """# What the suite notices

`mcref --bug NAME` is the reference server with one deliberate defect. `make bugs` starts it with each of them and lets mctap play; this
page and [bugs.tsv](bugs.tsv) are what came of it. Do not edit them.

A bug is **noticed** when a scenario that cites the rule it breaks fails: if the rule is a *must*, so that the run fails; if it is
*observed* or *optional*, as a `TODO` point that fails the run with `--strict`. Played were {played}.

For comparison, memccapable of Debian's libmemcached-tools, the only other program that tests memcached servers and is still packaged,
meets the same bugs with its tests of the text and of the binary protocol (`-a` and `-b`).

"""


def write_tsv(results, bad, ledger):
    with open(TSV, "w", encoding="utf-8") as file:
        print("bug", "rule", "level", "noticed-by", "scenarios", "memccapable", "area", sep="\t", file=file)
        for result in results:
            noticed = "" if result in bad else ",".join(result.citing)
            print(result.bug.name, result.bug.rule, ledger.level(result.bug.rule), noticed,
                  len(result.noticed), result.memccapable, result.bug.area, sep="\t", file=file)


def share(count, total):
    return f"{count} of {total}" if count < total else f"all {total}"


def summary(results, bad):
    areas = list(dict.fromkeys(result.bug.area for result in results))
    yield "| area | bugs | noticed | by memccapable |"
    yield "|---|---|---|---|"
    for area in [*areas, None]:
        rows = [result for result in results if area in (None, result.bug.area)]
        noticed = sum(result not in bad for result in rows)
        others = sum(result.memccapable != "" for result in rows)
        name = f"[{area.replace('_', ' ')}](#{area.replace('_', '-')})" if area else "**all**"
        yield f"| {name} | {len(rows)} | {share(noticed, len(rows))} | {others} |"


def table(results, bad, ledger):
    yield "| bug | what the server does wrong | rule | level | scenarios | the first | memccapable |"
    yield "|---|---|---|---|---|---|---|"
    for result in results:
        first = "**survives**" if result in bad else f"`{result.citing[0]}`"
        yield (f"| `{result.bug.name}` | {result.bug.sentence} | `{result.bug.rule}` | {ledger.level(result.bug.rule)} "
               f"| {len(result.noticed)} | {first} | {result.memccapable or '-'} |")


def write_page(results, bad, ledger, unbreakable, played):
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(HEAD.format(played=played))
        print(*summary(results, bad), sep="\n", file=file)
        musts = [rule for rule, row in ledger.rules.items() if row["level"] == "must"]
        broken = {result.bug.rule for result in results}
        print(f"\nOf {len(musts)} must rules {sum(rule in broken for rule in musts)} are broken by a bug. The others: "
              f"those that no test on the wire can show (`mctap list --rules`)", end="", file=file)
        print(*(f"; `{rule}`, since {reason}" for rule, reason in sorted(unbreakable.items())), sep="",
              end=".\n", file=file)
        for area in dict.fromkeys(result.bug.area for result in results):
            print(f"\n## {area.replace('_', ' ')}\n", file=file)
            print(*table([result for result in results if result.bug.area == area], bad, ledger), sep="\n", file=file)


def write(results, bad, ledger, unbreakable, played):
    write_tsv(results, bad, ledger)
    write_page(results, bad, ledger, unbreakable, played)
