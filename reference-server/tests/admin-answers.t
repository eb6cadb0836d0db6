#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""admin-answers.t - what mcref answers to commands that administer, word for word.

The table is asked of Debian's memcached 1.6.18 as well, where that is installed: a row with a
third column says what is different there. What the commands bring about is in admin.t."""
import shutil
import subprocess

import servers
from mcref import Server, ask, check, finish, same

ANSWERS = """
lru                              | ERROR
lru tune                         | ERROR
lru tune 10 25 0.1 2.0           | OK
lru tune 10 25 0.1               | ERROR
lru tune x 25 0.1 2.0            | ERROR
lru tune 10 x 0.1 2.0            | ERROR
lru tune 10 25 x 2.0             | ERROR
lru tune 10 25 0.1x 2.0          | ERROR
lru tune -1 25 0.1 2.0           | ERROR
lru tune 50 40 0.1 2.0           | ERROR hot and warm pcts must not exceed 80
lru tune 40 40 0.1 2.0           | OK
lru tune 4294967295 1 0.1 2.0    | ERROR hot and warm pcts must not exceed 80 | OK
lru tune 10 25 0 2.0             | ERROR hot/warm age factors must be greater than 0
lru tune 10 25 0.1 -1            | ERROR hot/warm age factors must be greater than 0
lru tune 10 25 1e-1 2 foo bar    | OK
lru tune 10 25 0.1 2.0 noreply   |
lru mode                         | ERROR
lru mode flat                    | OK
lru mode flat x y                | OK
lru mode flat noreply            |
lru mode foo                     | ERROR
lru mode segmented               | ERROR | OK
lru temp_ttl                     | ERROR
lru temp_ttl x                   | ERROR
lru temp_ttl -1                  | OK
lru temp_ttl -1 noreply          |
lru temp_ttl 10                  | ERROR | OK
lru foo                          | ERROR
lru foo bar                      | ERROR
lru noreply                      |
slabs                            | ERROR
slabs reassign                   | ERROR
slabs reassign 1                 | ERROR
slabs reassign 1 2 3             | ERROR
slabs reassign 1 2 noreply       | ERROR
slabs reassign 1 1               | SAME src and dst class are identical
slabs reassign -1 -1             | SAME src and dst class are identical
slabs reassign 1 2               | NOSPARE source class has no spare pages
slabs reassign 0 1               | NOSPARE source class has no spare pages
slabs reassign 1 0               | NOSPARE source class has no spare pages
slabs reassign 39 1              | NOSPARE source class has no spare pages
slabs reassign x 2               | CLIENT_ERROR bad command line format
slabs reassign 1 x               | CLIENT_ERROR bad command line format
slabs reassign -1 2              | BADCLASS invalid src or dst class id
slabs reassign -2 1              | BADCLASS invalid src or dst class id
slabs reassign 1 -1              | BADCLASS invalid src or dst class id
slabs reassign 64 1              | BADCLASS invalid src or dst class id
slabs reassign 1 64              | BADCLASS invalid src or dst class id
slabs automove                   | ERROR
slabs automove 0                 | OK
slabs automove 1                 | OK
slabs automove 2                 | OK
slabs automove 3                 | ERROR
slabs automove x                 | CLIENT_ERROR bad command line format
slabs automove -1                | CLIENT_ERROR bad command line format
slabs automove 1 2 3             | OK
slabs automove 1 noreply         |
slabs automove x noreply         |
slabs automove ratio             | ERROR
slabs automove ratio x           | ERROR
slabs automove ratio 0.9         | OK
slabs automove ratio 0.9 noreply |
slabs automove window 10         | CLIENT_ERROR bad command line format
slabs foo                        | ERROR
slabs foo 1 2                    | ERROR
cache_memlimit                   | ERROR
cache_memlimit 7                 | MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m
cache_memlimit 8                 | OK
cache_memlimit 1000000000        | OK
cache_memlimit 1000000001        | MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes
cache_memlimit x                 | ERROR
cache_memlimit -1                | ERROR
cache_memlimit 1.5               | ERROR
cache_memlimit 4294967296        | MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m
cache_memlimit 64 1 2            | ERROR
cache_memlimit 64 foo            | OK
cache_memlimit 7 noreply         |
cache_memlimit 64 noreply        |
verbosity                        | ERROR
verbosity x                      | CLIENT_ERROR bad command line format
verbosity -1                     | CLIENT_ERROR bad command line format
verbosity 0 1 2                  | ERROR
verbosity 0 foo                  | OK
verbosity 0 noreply              |
verbosity 0                      | OK
shutdown                         | ERROR: shutdown not enabled
shutdown graceful                | ERROR: shutdown not enabled
shutdown foo                     | ERROR: shutdown not enabled
lru_crawler                      | ERROR
lru_crawler foo                  | ERROR
lru_crawler foo all              | ERROR
lru_crawler enable               | ERROR failed to start lru crawler thread
lru_crawler enable x             | ERROR
lru_crawler sleep                | ERROR
lru_crawler sleep 0              | OK
lru_crawler sleep 1000000        | OK
lru_crawler sleep 1000001        | CLIENT_ERROR sleep must be one second or less
lru_crawler sleep x              | CLIENT_ERROR bad command line format
lru_crawler sleep -1             | CLIENT_ERROR bad command line format
lru_crawler sleep 100 noreply    | ERROR
lru_crawler sleep 100            | OK
lru_crawler tocrawl              | ERROR
lru_crawler tocrawl x            | CLIENT_ERROR bad command line format
lru_crawler tocrawl -1           | CLIENT_ERROR bad command line format
lru_crawler tocrawl 4294967296   | OK
lru_crawler tocrawl 0            | OK
lru_crawler crawl                | ERROR
lru_crawler crawl 1 2            | ERROR
lru_crawler crawl 0              | BADCLASS invalid class id
lru_crawler crawl 64             | BADCLASS invalid class id
lru_crawler crawl x              | BADCLASS invalid class id
lru_crawler crawl 1,x            | BADCLASS invalid class id
lru_crawler crawl ,              | NOTSTARTED no items to crawl
lru_crawler crawl hash           | ERROR an unknown error happened
lru_crawler metadump             | ERROR
lru_crawler metadump all x       | ERROR
lru_crawler metadump 0           | BADCLASS invalid class id
lru_crawler metadump 64          | BADCLASS invalid class id
lru_crawler metadump x           | BADCLASS invalid class id
lru_crawler metadump 2           | END
lru_crawler mgdump               | ERROR
lru_crawler mgdump 64            | BADCLASS invalid class id | ERROR
lru_crawler mgdump 2             | EN | ERROR
stats foo                        | ERROR
stats sizes_enable               | ERROR | STAT sizes_status enabled
stats sizes_disable              | ERROR | STAT sizes_status disabled
stats sizes                      | STAT sizes_status disabled~END
stats reset                      | RESET
stats reset foo                  | RESET
stats detail                     | CLIENT_ERROR usage: stats detail on/off/dump
stats detail x                   | CLIENT_ERROR usage: stats detail on/off/dump
stats detail on                  | OK
stats detail dump                | END
stats detail off foo             | OK
stats cachedump                  | CLIENT_ERROR bad command line
stats cachedump 1                | CLIENT_ERROR bad command line
stats cachedump x 0              | CLIENT_ERROR bad command line format
stats cachedump 1 x              | CLIENT_ERROR bad command line format
stats cachedump -1 0             | CLIENT_ERROR bad command line format
stats cachedump 64 0             | CLIENT_ERROR Illegal slab id
stats cachedump 63 0             | END
watch foo                        | ERROR
watch fetchers foo               | ERROR
watch noreply                    |
debugtime 1                      | CLIENT_ERROR debugtime needs mcref --clock manual | ERROR
lru_crawler disable              | OK
lru_crawler disable              | OK
lru_crawler crawl all            | CLIENT_ERROR lru crawler disabled
lru_crawler metadump all         | CLIENT_ERROR lru crawler disabled
lru_crawler enable               | OK
lru_crawler metadump ,           | NOTSTARTED no items to crawl
"""


def rows():
    """Request, mcref's answer, memcached's answer; ~ is a line end, / between words a bar."""
    for line in ANSWERS.strip().splitlines():
        columns = [column.strip() for column in line.split(" |")]
        answers = [column.replace("on/off/dump", "on|off|dump").replace("~", "\r\n") + "\r\n"
                   if column else "" for column in columns[1:]]
        yield columns[0], answers[0], answers[-1]


def answer(connect, request):
    """The whole answer: what comes before that of a mn sent after it."""
    with connect() as client:
        first = b""
        if "dump" in request:  # memcached swallows a byte of what is sent while it dumps
            first = ask(client, request.encode() + b"\r\n")
        else:
            client.sendall(request.encode() + b"\r\n")
        return (first + ask(client, b"mn\r\n", b"MN\r\n"))[:-4].decode()


def answers():
    with Server() as server:
        for request, want, _ in rows():
            same(answer(server.connect, request), want, request)
    version = shutil.which("memcached") and subprocess.run(
        ["memcached", "-V"], stdout=subprocess.PIPE, check=True).stdout.split()[1]
    if version != b"1.6.18":
        check(True, "the answers of memcached # SKIP memcached 1.6.18 is not installed")
        return
    process, port = servers.start("memcached")
    try:
        other = Server.__new__(Server)
        other.port = port
        differences = [(request, want, got) for request, _, want in rows()
                       for got in [answer(other.connect, request)] if got != want]
        same(differences, [], f"memcached 1.6.18 gives the {len(list(rows()))} answers of the table")
    finally:
        servers.stop(process)


answers()
finish()
