#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""differential.t - mcref and Debian's memcached 1.6.18 answer the same, or differential/differences.tsv
tells why not.

Both get the same random scripts (differential/generator.py), in step and as a pipeline. A
difference that no row explains fails, and so does a row whose example shows no difference.
DIFFERENTIAL_SCRIPTS=5000 plays more of them, DIFFERENTIAL_SEED=2 others."""
import collections
import os
import random
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "differential"))
import generator  # pylint: disable=wrong-import-position
import player  # pylint: disable=wrong-import-position
import servers  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position
from mcref import MCREF, check, finish, same  # pylint: disable=wrong-import-position

MEMCACHED = shutil.which("memcached")
SCRIPTS = int(os.environ.get("DIFFERENTIAL_SCRIPTS", "500"))
SEED = os.environ.get("DIFFERENTIAL_SEED", "1")
TURNS = 20  # of an example: LRU and crawler threads of memcached can hide a difference
SHOWN = int(os.environ.get("SHOWN", "10"))  # unexplained differences that are shown of a dialect


def differences(ports, dialect, requests, pace, cuts):
    """Where the answers of the two are not the same, in the order of the requests."""
    one, other = (player.play(port, dialect, requests, pace, random.Random(cuts))
                  for port in ports)
    whole = [player.fill_in(request, 1) for request in requests] + [b"(end)"]
    for at in range(max(len(one), len(other))):
        answers = [said[at] if at < len(said) else player.LOST for said in (one, other)]
        if answers[0] != answers[1]:
            yield table.Difference(dialect, pace, whole[at], whole[:at], whole[at + 1:], *answers)


def explain(rows, found):
    """The rows that explain, and the first difference that none does (or None). What comes after
    a row that lets the two grow apart is not looked at."""
    used = []
    for difference in found:
        row = next((row for row in rows if table.explains(row, difference)), None)
        if row is None:
            return used, difference
        used.append(row)
        if row.then == "apart":
            break
    return used, None


def brief(data):
    """The bytes, with long runs of one written as {x*250}."""
    return re.sub(r"(.)\1{19,}", lambda run: f"{{{run[1]}*{len(run[0])}}}", repr(data)[1:])


def show(number, dialect, difference):
    return (f"script {number} ({dialect}, {difference.pace})\n"
            f"  request   {brief(difference.request)}\n"
            f"  memcached {brief(difference.memcached)}\n"
            f"  mcref     {brief(difference.mcref)}")


def play_script(ports, rows, number, pace):
    """Again with other keys if something is unexplained: the second may have changed between the
    two servers. Theirs do not begin at the same moment, so it waits for another one."""
    tries = [(0.5 + turn / 10, b"%05x" % (0xA0000 + 0x10000 * turn + number)) for turn in range(4)]
    for pause_s, prefix in [(0, b"%05d" % number)] + tries:
        time.sleep(pause_s)
        dialect, requests = generator.script(SEED, number, prefix)
        cuts = f"{SEED}/{number}/{pace}"
        used, unexplained = explain(rows, differences(ports, dialect, requests, pace, cuts))
        if unexplained is None:
            break
    return dialect, used, unexplained


def play_scripts(ports, rows):
    wrong, used = collections.defaultdict(list), collections.Counter()
    for number in range(SCRIPTS):
        for pace in player.PACES:
            dialect, explained, unexplained = play_script(ports, rows, number, pace)
            used.update(row.line for row in explained)
            if unexplained:
                wrong[dialect].append(show(number, dialect, unexplained))
    for dialect in generator.DIALECTS:
        check(not wrong[dialect], f"{dialect}: no unexplained difference in random scripts",
              f"{len(wrong[dialect])} unexplained; mend mcref or add a row to {table.PATH}")
        for text in wrong[dialect][:SHOWN]:
            print("# " + text.replace("\n", "\n# "))
    for row in rows:
        print(f"# {used[row.line]:5} differences by line {row.line}: {row.why}")


def play_examples(ports, rows):
    """Every row's example differs, by this row, and by nothing that is unexplained."""
    for row in rows:
        pace = "step" if row.pace == "any" else row.pace
        for turn in range(TURNS):
            dialect, requests = table.example(row, b"e%d_%d" % (row.line, turn))
            cuts = f"{row.line}/{turn}"
            used, unexplained = explain(rows, differences(ports, dialect, requests, pace, cuts))
            if row in used and unexplained is None:
                break
        claim = f"line {row.line} still differs: {row.why}"
        if unexplained:
            check(False, claim, show(row.example, dialect, unexplained))
        else:
            check(row in used, claim, f"stale: {table.PATH}:{row.line}: explained by "
                                      f"{[other.line for other in used]}")


def can_fail(ports):
    """Without its table, the comparison sees the first row's difference."""
    dialect, requests = table.example(table.read()[0], b"red")
    found = list(differences(ports, dialect, requests, "step", 0))
    check(explain([], found)[1] is not None, "a difference that no row explains is seen", found)


def main():
    version = MEMCACHED and subprocess.run([MEMCACHED, "--version"], stdout=subprocess.PIPE,
                                           check=True).stdout.decode().strip()
    if version != "memcached 1.6.18":
        print(f"1..0 # SKIP needs memcached 1.6.18, installed: {version}")
        return
    rows = table.read()
    programs = [servers.start(program, "-m", "64") for program in (MEMCACHED, MCREF)]
    ports = [port for _, port in programs]
    try:
        play_scripts(ports, rows)
        play_examples(ports, rows)
        can_fail(ports)
    finally:
        ended = [servers.stop(server) for server, _ in programs]
    same(ended, [None, None], "both servers are well at the end")
    finish()


if __name__ == "__main__":
    main()
