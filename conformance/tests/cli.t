#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The command line of mctap: exit codes, messages of wrong options, selection, targets, guards,
and interruption. What a scenario means is tested by language.t, servers that misbehave by
hostile.t."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import (MCREF, MCTAP, MEMCACHED, SUITE, Points, mctap, mctap_end, mctap_start,
                     processes_with)

points = Points()


def run(*arguments, **options):
    result = mctap("run", "--scenarios", SUITE, *arguments, **options)
    points.streams.append((" ".join(("run",) + arguments), result.out))
    points.ok(not result.left_behind and not result.sanitized() and result.code != "hangs",
              f"clean: mctap run {' '.join(arguments)}", *result.left_behind, result.err)
    return result


def short_folder():
    """For sockets, whose paths have 108 bytes at most: that of TMPDIR may be longer."""
    return tempfile.TemporaryDirectory(dir="/tmp")


class Server:
    """mcref on a free port or a Unix socket; .address as mctap takes it."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([MCREF, *arguments], stdout=subprocess.PIPE, text=True)
        where = self.process.stdout.readline().split("listening on ")[1].strip()
        self.address = "unix:" + arguments[1] if arguments[0] == "-s" else where

    def ask(self, request):
        host, port = self.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(request + b"quit\r\n")
            return connection.makefile("rb").read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        points.equal(self.process.wait(60), 0, f"mcref on {self.address} lives to the end")
        self.process.stdout.close()


def until_told(process, word):
    """What mctap has written when the word has come, or when it has ended."""
    head = b""
    while word not in head and (line := process.stdout.readline()):
        head += line
    return head


def exit_codes():
    points.equal(run("--tag", "core").code, 0, "exit 0: as expected")
    points.equal(run("--tag", "lenient").code, 0, "exit 0: only observed and optional rules fail")
    points.equal(run("--tag", "failing").code, 1, "exit 1: a must fails")
    points.equal(run("127.0.0.1:1", "127.0.0.1:1").code, 2, "exit 2: a target twice")
    points.equal(run("nonsense").code, 2, "exit 2: a target that is none")
    points.equal(run("127.0.0.1:1").code, 3, "exit 3: nobody listens")
    points.equal(run("--only", "nothing").code, 5, "exit 5: nothing is selected")
    points.equal(run("--tag", "future").code, 77, "exit 77: everything is skipped")
    slow = run("--tag", "waiting", "--run-timeout", "1")
    points.equal(slow.code, 1, "exit 1: the time of the run is over")
    points.says(slow.err, r"stopped after 1 s \(--run-timeout\)", "--run-timeout says so")
    points.says(slow.points["small/a-wait"].field("message"), "not judged: .*--run-timeout",
                "what was not judged is told")


WRONG = [  # arguments, and what the message must name
    ([], r"expected a command: run, .* or help"),
    (["--jobs", "2"], "expected a command before the options"),
    (["walk"], '"walk" is not a command; expected run, .* or help'),
    (["rnu"], '"rnu" is not a command; did you mean run'),
    (["run", "--bogus"], r"unknown option --bogus \(mctap run --help shows all\)"),
    (["run", "--onyl", "x"], "unknown option --onyl; did you mean --only"),
    (["run", "--strict=1"], "--strict takes no value"),
    (["run", "127.0.0.1:1", "--bogus"], "unknown option --bogus"),
    (["run", "-x"], r"unknown option -x \(mctap run --help shows all\)"),
    (["run", "--jobs"], "--jobs expects a value"),
    (["run", "--jobs", "0"], '--jobs expects a number from 1 to [0-9]+, not "0"'),
    (["run", "--jobs", "many"], '--jobs expects a number from 1 to [0-9]+, not "many"'),
    (["run", "--jobs", "-1"], '--jobs expects a number .* not "-1"'),
    (["run", "--timeout", "5s"], '--timeout expects a number .* not "5s"'),
    (["run", "--timeout", "99999999999999999999"], "--timeout expects a number from 1 to"),
    (["run", "--run-timeout", ""], '--run-timeout expects a number .* not ""'),
    (["run", "--tap", "12"], '--tap expects 13 or 14, not "12"'),
    (["run", "--as", "newest"], '--as expects a version like 1.6.45, not "newest"'),
    (["run", "--report", "html5"], 'no report is called "html5"'),
    (["run", "--spawn", "memcached"], r"--spawn expects a command with \{port\}"),
    (["run", "--spawn", "x {port}", "127.0.0.1:1"], "give no TARGET beside it"),
    (["run", "--fresh", "127.0.0.1:1"], "--fresh starts servers: give --spawn, and no TARGET"),
    (["list", "--jobs", "2"], "--jobs has no meaning for mctap list"),
    (["lint", "--strict"], "--strict has no meaning for mctap lint"),
    (["show", "--scenarios", SUITE], "mctap show expects the id of a scenario"),
]
WRONG_TARGETS = ["localhost", "localhost:", "localhost:0", "localhost:65536", "localhost:x", ":1",
                 "::1:11211", "[]:11211", "unix:", "unix:" + "x" * 200, "a/b:80", "u@h:80", "a?b:1",
                 "a b:80", "a#b:80", "x" * 254 + ":80"]


def wrong_options():
    for arguments, message in WRONG:
        result = mctap(*arguments)
        named = " ".join(arguments)
        points.ok(result.code == 2 and not result.out and not result.sanitized(),
                  f"mctap {named}: exit 2 and nothing on stdout", result.text)
        points.says(result.err, message, f"mctap {named}: the message helps")
    for target in WRONG_TARGETS:
        result = run(target)
        points.equal(result.code, 2, f"target {target[:20]}: exit 2")
        points.says(result.err, r"expected (host:port|unix:/path)|longer than", "and says why")


def ids(*arguments):
    listed = mctap("list", "--scenarios", SUITE, *arguments)
    return [line.split()[0] for line in listed.out.decode().splitlines()]


def selection():
    everything = ids()
    small = [id for id in everything if id.startswith("small/")]
    core = ["small/get-misses", "small/set-stores", "small/noreply-is-silent",
            "small/delete-of-nothing"]
    points.ok(len(small) >= 15 and len(everything) > len(small), "list shows all", everything)
    points.equal(ids("--only", "small/get-misses"), ["small/get-misses"], "--only an id")
    points.equal(ids("--only", "small"), small, "--only the beginning of an id")
    points.equal(ids("--only", "smal"), [], "--only: a beginning ends at a slash")
    nothing = mctap("list", "--scenarios", SUITE, "--level", "must", "--only", "small/optional-fails")
    points.says(nothing.err, 'id "small/optional-fails", level up to must',
                "a level that leaves nothing is named")
    points.equal(ids("--only", "*/*-fails"), [f"small/{level}-fails" for level in
                                            ("must", "observed", "optional")], "--only a glob")
    points.equal(ids("--tag", "core"), core, "--tag")
    points.equal(ids("--tag", "core", "--tag", "closing"), core + ["small/quit-closes"],
                 "--tag twice: either")
    points.equal(ids("--tag", "core", "--exclude", "small/set-stores"),
                 [id for id in core if id != "small/set-stores"], "--exclude")
    points.equal(ids("--tag", "core", "--only", "small/quit-closes"), [], "--tag and --only: both")
    points.equal(ids("--file", f"{SUITE}/small.json"), small, "--file")
    points.equal(ids("--only", "small/"), small, "--only a chapter with its slash")
    points.equal(list(run("--tag", "core", "--exclude", "*/set-*").points),
                 [id for id in core if "set-" not in id], "run plays the same, in the same order")


# What matches nothing is told, also beside what matches: arguments, and what is said.
UNMATCHED = [
    (["--only", "small/get-misses", "--only", "small/get-mises"],
     'no scenario matches "small/get-mises"; did you mean "small/get-misses"'),
    (["--only", "set-stor"], 'no scenario matches "set-stor"; did you mean "small/set-stores"'),
    (["--only", "smal/"], 'no scenario matches "smal/"; did you mean "small"'),
    (["--only", "*/nothing-*"], r'no scenario matches "\*/nothing-\*", .* up to a slash, .*; "mctap list" shows all'),
    (["--only", "small", "--exclude", "large"], 'no scenario matches "large"'),
    (["--tag", "core", "--tag", "croe"], 'no scenario has the tag "croe"; did you mean "core"'),
    (["--tag", "core", "--only", "small/quit-closes"],
     'none goes with all of this: id "small/quit-closes", tag "core"'),
    (["--only", "judge.optional"], 'matches "judge.optional": it is a rule .*cite it:\n'
                                   '  small/optional-fails'),
]


def unmatched():
    for arguments, message in UNMATCHED:
        named = " ".join(arguments)
        for command in ("list", "show", "run"):
            result = mctap(command, "--scenarios", SUITE, *arguments)
            points.equal(result.code, 5, f"{command} {named}: exit 5")
            points.says(result.err, message, f"{command} {named}: names it")
            points.equal(result.out.startswith(b"TAP version 13\n"), command == "run",
                         f"{command} {named}: only a run reports")
        points.ok(b"\nBail out! no scenario " in result.out, f"{named}: the report bails out",
                  result.text)
    rules = mctap("list", "--scenarios", SUITE, "--rules", "--tag", "lenient").out.decode()
    points.equal([line.split()[:3] for line in rules.splitlines()],
                 [["judge.observed", "observed", "1"], ["judge.optional", "optional", "1"]],
                 "list --rules --tag: the rules of those scenarios")


def other_commands():
    shown = mctap("show", "--scenarios", SUITE, "small/set-stores")
    points.ok(shown.code == 0 and b'"set {key} 7 0 3\\r\\none\\r\\n"' in shown.out,
              "show writes the bytes as scenarios do", shown.text)
    ways = re.findall(r"^( +)over +(\w+)$", mctap("show", "--scenarios", SUITE, "language/start/datagrams").out.decode(), re.M)
    points.equal(ways, [("  ", "udp"), ("      ", "tcp")], "and which way a scenario goes, or a step that goes another")
    points.equal(mctap("show", "--scenarios", SUITE, "none/such").code, 5, "show of nothing: 5")
    points.equal(ids("--file", f"{SUITE}/language"),
                 [id for id in ids() if id.startswith("language/")], "--file of a folder")
    rules = mctap("list", "--scenarios", SUITE, "--rules").out.decode()
    points.says(rules, r"judge\.observed +observed +[0-9]+  a claim", "list --rules")
    points.says(mctap("--version").out.decode(), r"^mctap \d+\.\d+\.\d+\n$", "--version")
    points.says(mctap("run", "--help").out.decode(), r"--allow-destructive", "--help")
    help_text = mctap("--help").out.decode()
    points.equal(mctap("help").out.decode(), help_text, "mctap help: the same")
    list_help = mctap("help", "list").out.decode()
    points.says(list_help, r"mctap list .*\n(.*\n)*.*--rules", "mctap help list: its options")
    points.ok("--jobs" not in list_help, "and no others")
    points.equal(mctap("list", "--help").out.decode(), list_help, "mctap list --help: the same")
    for command, servers in (("place", "NAME:WEIGHT or"), ("client", "how many"), ("proxy", "how many")):
        shown = mctap("help", command).out.decode()
        points.equal(re.findall(r"--servers +\w+ +(\S+ \S+)", shown), [servers],
                     f"mctap help {command}: --servers as that command takes it")
    points.says(mctap("help", "lisst").err, "did you mean list", "mctap help of no command")
    points.says(help_text, r"Report writers:\n  tap +TAP 13 or 14", "--help lists the writers")
    for code in ("0", "1", "2", "3", "5", "77", "130"):
        points.says(help_text, rf"\b{code} ", f"--help explains exit code {code}")


def ipv6_target():
    """Containers often have no IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        points.ok(True, f"[::1] # SKIP {error}")
        return
    with Server("-l", "[::1]", "-p", "0") as server:
        points.says(server.address, r"^\[::1\]:\d+$", "mcref listens on IPv6")
        points.equal(run("--tag", "core", server.address).code, 0, "[::1]")
        broken = run("--only", "small/must-fails", server.address)
        points.says(broken.text, r"nc -w1 ::1 \d+", "nc takes IPv6 without brackets")


def ways_to_a_target():
    with short_folder() as folder, Server("-s", f"{folder}/socket") as server:
        points.equal(run("--tag", "core", server.address).code, 0, "a Unix socket")
    ipv6_target()
    with Server("-l", "127.0.0.1", "-p", "0") as one, Server("-l", "127.0.0.1", "-p", "0") as two:
        for word in ("http_proxy", "ALL_PROXY"):
            result = run("--tag", "core", one.address, env={word: "http://127.0.0.1:1"})
            points.equal(result.code, 0, f"{word} is not for us")
        localhost = run("--tag", "first", "localhost:" + one.address.split(":")[1])
        points.equal(localhost.code, 0, "a name")
        both = run("--tag", "core", one.address, two.address)
        points.equal(both.code, 0, "two targets")
        points.equal(len(both.points), 8, "every scenario plays on each of two targets")
        points.ok(f"small/get-misses on {two.address}" in both.points, "the target is told")
        one_down = run("--tag", "core", one.address, "127.0.0.1:1")
        points.equal(one_down.code, 3, "one of two targets is unreachable")
        cluster = run("--tag", "cluster", one.address, two.address)
        points.equal(cluster.code, 77, "a cluster of three does not play on two")
    points.equal(run("--tag", "core", "--spawn", MEMCACHED).code, 0, "--spawn memcached")
    points.equal(run("--tag", "core", "--spawn", "cd /tmp && exec " + MEMCACHED).code, 0,
                 "--spawn a line of shell")


def reproduce(point):
    """The lines of printf and nc, and of mctap, that stand below a failure."""
    lines = point.lines("reproduce")
    return [line for line in lines if "| nc " in line], [line for line in lines if "| nc " not in line]


def repeated(line, id):
    """The shell runs the line, and the same scenario fails alone."""
    told = subprocess.run(line, shell=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    points.ok(told.returncode == 1 and re.findall(r"^(?:not )?ok \d+ - (\S+)", told.stdout, re.M)
              == [id], f"repeats: {line[-90:]}", line, told.stdout, told.stderr)


def reproduction():
    id = "small/must-fails"
    with Server("-l", "127.0.0.1", "-p", "0") as server:
        broken = run("--tag", "failing", "--tag", "flush", "--allow-destructive", "--jobs", "2",
                     "--timeout", "700", "--strict", "--file", f"{SUITE}/small.json",
                     server.address)
        pipes, lines = reproduce(broken.points[id])
        points.equal(lines, [f"{MCTAP} run --scenarios {SUITE} --allow-destructive --jobs 2 "
                             f"--timeout 700 --strict --file {SUITE}/small.json {server.address} "
                             f"--only {id}"], "what decides the verdict is repeated")
        repeated(lines[0], id)
        repeated(reproduce(broken.points["small/observed-fails"])[1][0], "small/observed-fails")
        points.equal(len(pipes), 1, "one session: a line of printf and nc")
        said = subprocess.run(pipes[0].split(" | ")[0], shell=True, capture_output=True).stdout
        points.equal(server.ask(said), b"END\r\n", "which repeats what was received")
        if shutil.which("nc"):  # Debian's would wait for ever for the server to close
            points.equal(subprocess.run(["timeout", "30", "sh", "-c", pipes[0]], capture_output=True).returncode, 0,
                         "typed into a shell it comes back")
        for other in ("sessions/a-tally-that-does-not-add-up", "steps/wait-is-too-short",
                      "steps/cut-into-bytes-and-too-early", "steps/eventually-is-too-late",
                      "steps/half-close-in-the-middle"):
            other = "language/" + other
            pipes, lines = reproduce(run("--only", other, server.address).points[other])
            points.equal((len(pipes), len(lines)), (0, 1), f"{other}: no pipe repeats it")
    for spawn in (f"{MCREF} -l 127.0.0.1 -p {{port}}", f"sh -c 'exec \"$0\" -p {{port}}' '{MCREF}'"):
        pipes, lines = reproduce(run("--only", id, "--spawn", spawn).points[id])
        repeated(lines[0], id)
        points.says(pipes[0], "nc -w1 127.0.0.1 PORT  # your server, started afresh on PORT$",
                    "a server of mctap is gone: PORT stands for another")
    three = [Server("-l", "127.0.0.1", "-p", "0") for _ in range(4)]
    id = "language/clusters/where-on-another-member"
    lines = reproduce(run("--only", id, "--allow-destructive",
                          *[server.address for server in three]).points[id])[1]
    points.ok(all(server.address in lines[0] for server in three[:2]), "a cluster names its members",
              *lines)
    repeated(lines[0], id)
    for server in three:
        server.__exit__()


def clusters():
    three = [Server("-l", "127.0.0.1", "-p", "0") for _ in range(3)]
    addresses = [server.address for server in three]
    result = run("--tag", "cluster", *addresses)
    points.ok(result.points["small/a-cluster-of-three"].passed, "a cluster on three given targets",
              result.text)
    points.says(result.points["small/a-cluster-whose-member-dies"].directive,
                "SKIP .*only with servers that mctap starts", "given members are never stopped")
    points.says(three[2].ask(b"get foo\r\n").decode(), "VALUE foo 0 3", "the third holds the key")
    again = run("--tag", "cluster", *addresses)
    points.says(again.points["small/a-cluster-of-three"].directive, "SKIP .*destroy items",
                "a cluster is not played on targets that hold items")
    for server in three:
        server.__exit__()
    points.equal(run("--tag", "cluster").code, 0, "clusters on servers of mctap's own")


def destruction():
    with Server("-l", "127.0.0.1", "-p", "0") as server:
        points.ok(run("--tag", "flush", server.address).points[
            "small/flush-all-empties-the-server"].passed, "an empty target may be flushed")
        server.ask(b"set precious 0 0 4\r\ngold\r\n")
        guarded = run("--tag", "flush", "--tag", "core", server.address)
        points.says(guarded.points["small/flush-all-empties-the-server"].directive,
                    "SKIP would destroy items, .*--allow-destructive", "items guard a target")
        points.equal(guarded.code, 0, "the rest is played")
        points.says(server.ask(b"get precious\r\n").decode(), "gold", "and the items are there")
        allowed = run("--tag", "flush", "--allow-destructive", server.address)
        points.ok(allowed.points["small/flush-all-empties-the-server"].passed,
                  "--allow-destructive plays it")
        points.equal(server.ask(b"get precious\r\n"), b"END\r\n", "and the items are gone")


def cleaning():
    """A run leaves a target that goes on living as it was."""
    def items(server):
        return re.search(rb"curr_items (\d+)", server.ask(b"stats\r\n"))[1]

    with Server("-l", "127.0.0.1", "-p", "0") as server:
        server.ask(b"set precious 0 0 4\r\ngold\r\n")
        first = run("--only", "small", "--only", "language/sessions", "--exclude", "small/a-wait",
                    server.address)
        points.ok(len(first.points) > 20 and first.failed(), "passed and failed scenarios are played")
        points.equal((items(server), first.err), (b"1", ""), "their keys are gone, others stay")
        points.says(server.ask(b"get precious\r\n").decode(), "gold", "with their values")
        server.ask(b"delete precious\r\n")
        for _ in range(2):
            flush = run("--tag", "flush", "--tag", "core", server.address)
            points.equal((len(flush.failed()), sum(point.skipped for point in flush.points.values())),
                         (0, 0), "a second run finds an empty target, too", flush.text)
        named = mctap("run", "--only", "meta/debug/me-takes-a-key-in-base64", "--as", "1.6.18", server.address)
        points.equal((named.code, items(server)), (0, b"0"), "a key sent as base64 is gone, too", named.text)
        odd = ("binary/packets/keys-hold-any-bytes", "classic/keys/a-nul-byte-in-a-key-is-part-of-it",
               "meta/base64/a-key-behind-b-may-hold-any-bytes")
        named = mctap("run", *(word for id in odd for word in ("--only", id)), server.address)
        points.equal((named.code, named.err, items(server)), (0, "", b"0"),
                     "keys of any bytes are gone, too", named.text)
        process = mctap_start("run", "--scenarios", SUITE, "--tag", "waiting", "--tag", "core",
                              server.address)
        until_told(process, b"ok 4")
        points.ok(items(server) != b"0", "while it is played, there are keys")
        process.send_signal(signal.SIGINT)
        mctap_end(process)
        points.equal(items(server), b"0", "a run that is interrupted takes its keys away")


def telling():
    lenient = run("--tag", "lenient")
    points.ok(all(point.todo and point.failed for point in lenient.points.values()),
              "observed and optional failures are TODO", lenient.text)
    strict = run("--tag", "lenient", "--strict")
    points.equal(strict.code, 1, "--strict: they gate")
    points.ok(not any(point.todo for point in strict.points.values()), "--strict: no TODO")
    points.says(run("--tag", "core").out.decode(), r"\ATAP version 13\n1\.\.4\n", "TAP 13")
    fourteen = mctap("run", "--scenarios", SUITE, "--tag", "core", "--tap", "14")
    points.says(fourteen.out.decode(), r"\ATAP version 14\n1\.\.4\n", "--tap 14")
    quiet = run("--tag", "core")
    points.equal(quiet.err, "", "stderr is silent when all is well and no terminal looks on")


def interruption():
    for number, code, said in ((signal.SIGINT, 130, "interrupted"),
                               (signal.SIGTERM, 130, "terminated by a signal")):
        process = mctap_start("run", "--scenarios", SUITE, "--tag", "waiting", "--tag", "core")
        head = until_told(process, b"ok 4")  # all but the wait: the run is under way
        process.send_signal(number)
        result = mctap_end(process)
        points.equal(result.code, code, f"{number.name}: exit code {code}", result.text)
        points.says(result.err, f"^mctap: {said}", f"{number.name}: says so")
        points.says((head + result.out).decode(), f"not ok 5 .*\n(.*\n)*.*not judged: {said}",
                    f"{number.name}: what was not judged is told")
        points.ok(result.seconds < 50, f"{number.name}: does not wait for the scenarios")
        points.ok(not result.left_behind, f"{number.name}: stops its servers", *result.left_behind)
        points.ok(not result.sanitized(), f"{number.name}: frees everything", result.err)
        points.streams.append((number.name, head + result.out))
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, never answers
        process = mctap_start("run", "--scenarios", SUITE, "127.0.0.1:%d" % mute.getsockname()[1])
        connection = mute.accept()[0]
        connection.recv(100)
        process.send_signal(signal.SIGINT)
        result = mctap_end(process)
        connection.close()
    points.ok(result.code == 130 and not result.sanitized(), "SIGINT while the target is probed",
              result.text)
    process = mctap_start("run", "--scenarios", SUITE, "--spawn", "sleep 60.{port}")
    while len(processes_with(process.mark)) < 2:  # mctap, and what it started
        assert process.poll() is None, "mctap ended before its server was there"
    process.send_signal(signal.SIGINT)
    result = mctap_end(process)
    points.ok(result.code == 130 and not result.sanitized() and not result.left_behind,
              "SIGINT while a server starts", result.text, *result.left_behind)


def early_ends():
    """A report that says why, whatever happens before the plan."""
    with short_folder() as folder:
        nowhere = f"unix:{folder}/nowhere"
        for arguments, reason in ((("127.0.0.1:1",), "no connection to 127.0.0.1:1: Connection refused"),
                                  ((nowhere,), f"no connection to {nowhere}: No such file or directory"),
                                  (("nonsense",), '"nonsense" is not a target; expected'),
                                  (("--spawn", "exit 4; {port}"), 'the server "exit 4; {port}" did not')):
            result = run(*arguments)
            points.equal(result.out.decode().splitlines()[0], "TAP version 13", "a report begins")
            points.says(result.out.decode(), "\nBail out! " + re.escape(reason), "and bails out")
            points.says(result.err, "^mctap: " + re.escape(reason), "stderr says the same")


def lateness():
    """An item has ended when mctap, held up, asks for it at last: that is not the server's fault."""
    with Server("-l", "127.0.0.1", "-p", "0") as server:
        for _ in range(5):  # this script may be late as well
            process = mctap_start("run", "--scenarios", SUITE, "--tag", "lifetime", server.address)
            while not (stored := re.search(rb"STAT bytes [5-9][0-9]{3}\r", server.ask(b"stats\r\n"))):
                if process.poll() is not None:
                    break
            if stored:
                break
            mctap_end(process)
        process.send_signal(signal.SIGSTOP)
        time.sleep(4.1)  # the life of the item
        process.send_signal(signal.SIGCONT)
        result = mctap_end(process)
        points.equal(result.code, 0, "a play that was late is played again", result.text)


def moved():
    """An installed tree may stand anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/bin")
        shutil.copy(MCTAP, f"{folder}/bin/mctap")
        shutil.copytree(SUITE, f"{folder}/share/mctap/scenarios")
        listed = subprocess.run([f"{folder}/bin/mctap", "list"], capture_output=True, text=True,
                                cwd=folder)
        points.says(listed.stdout, "^language/bytes/", "the scenarios of a moved tree are found")


def lost_output():
    """A report that nobody gets is no success; a closed stdout is no connection's descriptor."""
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            lost = subprocess.run([MCTAP, "list", "--scenarios", SUITE], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        points.equal(lost.returncode, 2, "output that cannot be written: 2")
        points.says(lost.stderr, "mctap: the output could not be written: ", "and why")
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, never answers
        command = ["sh", "-c", 'exec "$@" >&-', "sh", MCTAP, "run", "--scenarios", SUITE,
                   "127.0.0.1:%d" % mute.getsockname()[1]]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        connection = mute.accept()[0]
        connection.recv(100)
        stdout = f"/proc/{process.pid}/fd/1"
        if os.path.exists("/proc/self/fd/1"):
            points.equal(os.readlink(stdout), "/dev/null", "a closed stdout leads nowhere")
        connection.close()
        process.send_signal(signal.SIGINT)
        process.communicate()


for chapter in (exit_codes, wrong_options, selection, unmatched, other_commands, ways_to_a_target,
                reproduction, clusters, destruction, cleaning, telling, early_ends, lateness, moved,
                lost_output, interruption):
    chapter()
points.streams_are_tap()
points.finish()
