#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""options.t - what memcached 1.6.18 refuses on its command line mcref refuses, and takes what is good.

Both are asked to listen on an address that this machine does not have: who gets that far has taken
all options. Nothing is sent anywhere.
"""
import getpass
import os
import re
import subprocess

from mcref import DEADLINE_S, MCREF, Server, check, finish

MEMCACHED = "/usr/bin/memcached"
NOWHERE = ("-l", "203.0.113.1", "-p", "1", "-u", getpass.getuser())  # for documents: RFC 5737
CANNOT_LISTEN = {MCREF: 69, MEMCACHED: 71}

# The option; good values; bad ones. None: the word without a value.
SIZE = (["0", "1", "4294967295"], [None, "", "-1", "x", "12x", "1.5", "18446744073709551616"])
VALUES = [
    ("-m", ["2", "64", "100000"], ["", "0", "1", "x"]),
    ("-I", ["512k", "1m", "1048576", "2M", "31m"],
     ["", "0", "x", "m", "1k", "1023", "1000000", "600k", "40m", "-1m", "1g"]),
    ("-c", ["64", "1024"], ["", "0", "-1", "x"]),
    ("-R", ["1", "100000"], ["", "0", "x"]),
    ("-t", ["1", "4", "64"], ["", "0", "-1", "x"]),
    ("-b", ["0", "1", "4096"], []),
    ("-B", ["auto", "ascii", "binary"], ["", "bogus", "AUTO"]),
    ("-a", ["700", "0", "777"], []),
    ("-D", [":", "|"], [""]),
    ("-f", ["1.01", "1.25", "2"], ["", "0", "1", "-1", "0.5", "x"]),
    ("-n", ["1", "48", "1024"], ["", "0", "x", "0.5"]),
    ("-N", ["1", "4"], ["", "0", "-1", "5", "x"]),
    ("-z", [], [""]),
    ("-o", ["modern,", "modern,no_modern"],
     ["bogus", ",", "modern,,modern", "hot_lru_pct=50", "warm_lru_pct=61",
      "no_lru_maintainer,temporary_ttl=9", "temporary_ttl=9,no_lru_maintainer",
      "hot_lru_pct=40,warm_lru_pct=41"]),
    ("-o hashpower", ["13", "16", "20"], [None, "", "0", "11", "12", "33", "-16", "x"]),
    *[(f"-t {threads} -o hashpower", [str(least)], [str(least - 1)])  # above the table of locks
      for threads, least in ((2, 12), (3, 12), (4, 13), (5, 14), (10, 14), (11, 15), (20, 15), (21, 16))],
    ("-o hash_algorithm", ["jenkins", "murmur3", "xxh3"], [None, "", "bogus", "XXH3"]),
    ("-o tail_repair_time", ["10", "3600"], [None, "", "0", "9", "-10", "x"]),
    ("-o idle_timeout", ["0", "1", "3600"], [None]),
    ("-o lru_crawler_sleep", ["0", "100", "1000000"], [None, "-1", "1000001"]),
    ("-o lru_crawler_tocrawl", ["0", "4294967295"], [None, "", "-1", "x", "12x"]),
    ("-o watcher_logbuf_size", *SIZE),
    ("-o worker_logbuf_size", ["48", "64", "1024", "524288"], SIZE[1] + ["0", "47", "524289", "4294967295"]),
    ("-n 30 -o worker_logbuf_size", ["30"], ["29"]),
    ("-o slab_sizes=100-200,worker_logbuf_size", ["48"], ["47"]),
    ("-o worker_logbuf_size=47,slab_sizes", ["100-200"], ["300-200"]),
    ("-o read_buf_mem_limit", *SIZE),
    ("-o resp_obj_mem_limit", [None, "1", "x"], []),
    ("-o ssl_wbuf_size", *SIZE),
    ("-o hot_lru_pct", ["1", "20", "40"], [None, "", "0", "-1", "79", "80", "100", "x"]),
    ("-o warm_lru_pct", ["1", "60"], [None, "", "0", "-1", "79", "80", "100", "x"]),
    ("-o hot_max_factor", ["0.1", "3"], [None, "", "0", "-1", "x"]),
    ("-o warm_max_factor", ["0.1", "3"], [None, "", "0", "-1", "x"]),
    ("-o temporary_ttl", ["0", "61"], [None]),
    ("-o slab_automove", [None, "0", "1", "2"], ["3", "-1", "12x"]),
    ("-o slab_automove_ratio", ["0.01", "0.8", "1"], [None, "", "0", "-1", "1.5", "2", "x"]),
    ("-o slab_automove_window", ["3", "30", "1800"], [None, "", "0", "2", "x"]),
    ("-o slab_automove_freeratio", ["0", "0.01", "1"], [None, "", "x", "12x"]),
    ("-o slab_chunk_max", ["1", "16", "512", "4096", "524288", "1048576"],
     [None, "", "3", "100", "1025", "1048577", "2097152", "x"]),  # memcached divides by 0
    ("-o slab_chunk_max=1024 -I", ["1024", "1k", "700k"], ["1000", "1500"]),
    ("-o slab_chunk_max=1048576 -I", ["1m", "2m"], ["700k", "1536k"]),
    ("-I", ["512k", "1m", "1536k", "2m"], ["1024", "700k", "1500k"]),
    *[(f"-o {word} -I", ["1m", "1536k", "2m"], ["512k", "1500k"])
      for word in ("no_modern", "no_chunked_items")],
    ("-o no_modern,slab_chunk_max=4096 -I", ["512k"], ["513k"]),
    ("-o slab_chunk_max=4096,no_modern -I", ["512k"], ["513k"]),
    ("-o slab_chunk_max=4096,no_chunked_items -I", ["1m"], ["512k"]),
    ("-o slab_sizes", ["100", "100-200-300", "96-120-400", "100-"],
     [None, "", "x", "1-9", "300-200", "100-108", "96-120-x", "100-600000"]),
    ("-o ssl_verify_mode", ["0"], [None, "", "4", "-1", "x"]),
    ("-o ssl_min_version", ["0", "1", "2", "3"], [None, "", "4", "-1", "x"]),
    ("-o ssl_keyformat", ["1", "2"], [None, "", "x"]),
    ("-o bogus", [], [None, "1"]),
]
SWITCHES = ("maxconns_fast", "no_maxconns_fast", "modern", "no_modern", "no_hashexpand", "lru_crawler",
            "no_lru_crawler", "lru_maintainer", "no_lru_maintainer", "track_sizes", "slab_reassign",
            "no_slab_reassign", "no_slab_automove", "no_chunked_items", "inline_ascii_resp",
            "no_inline_ascii_resp", "no_drop_privileges", "ssl_session_cache")


def words(option, value):
    *before, last = option.split(" ")
    if last.startswith("-"):
        return [*before, last] if value is None else [*before, last, value]
    return [*before, last if value is None else f"{last}={value}"]


def ask(program, option, value):
    """Whether the program takes this, and what it says."""
    done = subprocess.run([program, *NOWHERE, *words(option, value)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=DEADLINE_S)
    said = done.stderr.decode(errors="replace")
    return done.returncode == CANNOT_LISTEN[program] and "listen" in said, said


def wrong(option, value, good):
    """What is not as it should be."""
    found = []
    shown = " ".join(words(option, value))
    taken, said = ask(MCREF, option, value)
    message = said.strip().rpartition("mcref: ")[2]
    if taken != good:
        found.append(f"mcref {'takes' if taken else 'refuses'} {shown!r}: {said}")
    elif not good and not (re.split("[ ,]", option)[-1] in message and message.count("\n") == 0):
        found.append(f"mcref says of {shown!r}: {said}")
    if os.path.exists(MEMCACHED) and ask(MEMCACHED, option, value)[0] != good:
        found.append(f"memcached {'refuses' if good else 'takes'} {shown!r}")
    return found


for option, taken, refused in VALUES + [(f"-o {word}", [None], []) for word in SWITCHES]:
    troubles = [trouble for values, good in ((taken, True), (refused, False)) for value in values
                for trouble in wrong(option, value, good)]
    check(not troubles, f"{option}: {len(taken)} good values, {len(refused)} bad ones",
          "\n".join(troubles))

# Whether memcached takes -L depends on the machine: it refuses where the kernel has no large pages.
taken, said = ask(MCREF, "-L", None)
check(taken and "-L, --enable-largepages: accepted, but has no effect" in said, "-L: taken, and told", said)

with Server("-o", "hot_lru_pct=9,warm_lru_pct=70,hot_max_factor=0.5,slab_automove=2") as server:
    settings = server.ask(b"stats settings\r\n", b"END\r\n").decode()
    for shown in ("hot_lru_pct 9", "warm_lru_pct 70", "hot_max_factor 0.50", "slab_automove 2",
                  "slab_automove_ratio 0.80"):
        check(f"STAT {shown}\r\n" in settings, f"stats settings shows {shown}", settings)
finish()
