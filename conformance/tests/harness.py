# SPDX-License-Identifier: MIT
"""What the .t scripts of this folder share: TAP points, runs of mctap, and what a run left behind.

A run of mctap is a Run: exit code, stdout, stderr, seconds, and the points of its TAP by scenario
id. The programs come from $MCTAP and $MCREF (build/mctap, build/mcref), as the Makefile sets them.
Scripts run at the top level.
"""

import contextlib
import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

MCTAP = os.environ.get("MCTAP", "build/mctap")
MCREF = os.environ.get("MCREF", "build/mcref")
MEMCACHED = "memcached -u root -l 127.0.0.1 -p {port} {options}"
TESTS = "conformance/tests"
SUITE = f"{TESTS}/suite"

os.environ.pop("http_proxy", None)
os.environ.setdefault("LSAN_OPTIONS", "exitcode=23")


def free_port():
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def refusing_address():
    """An address that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def listens(family, address):
    try:
        with socket.socket(family) as knock:
            knock.connect(address)
        return True
    except OSError:
        return False


def memcached_start(*options, path=None):
    """Debian's memcached, listening on a free port of 127.0.0.1, or at a path: (process, port).
    Another process may take the port first; then it ends at once, and the next one is tried.
    {port} in the options is the port."""
    for _ in range(5):
        port = free_port()
        where = ["-s", path] if path else ["-l", "127.0.0.1", "-p", str(port)]
        filled = (str(option).replace("{port}", str(port)) for option in options)
        process = subprocess.Popen(["memcached", "-u", getpass.getuser(), *where, *filled],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            ready = listens(socket.AF_UNIX, path) if path else listens(socket.AF_INET, ("127.0.0.1", port))
            if ready and process.poll() is None:
                return process, port
            time.sleep(0.01)
        process.kill()
        process.wait()
    sys.exit("Bail out! memcached does not start")


class Points:
    """TAP on stdout; the plan comes last. show() adds what a failed point needs."""

    def __init__(self):
        self.count = self.failures = 0
        self.streams = []  # (claim, stdout of mctap), judged by streams_are_tap()

    def ok(self, passed, claim, *details):
        self.count += 1
        self.failures += not passed
        print(f"{'' if passed else 'not '}ok {self.count} - {claim}", flush=True)
        if not passed:
            for detail in details:
                for line in str(detail).splitlines() or [""]:
                    print(f"#   {line}"[:300])
        return passed

    def equal(self, got, wanted, claim, *details):
        return self.ok(got == wanted, claim, f"expected {wanted!r}", f"received {got!r}", *details)

    def says(self, text, pattern, claim):
        """The text matches the regular expression."""
        return self.ok(re.search(pattern, text), claim, f"expected /{pattern}/", "received", text)

    def streams_are_tap(self):
        """One run of Perl's TAP::Parser over every stream that was kept."""
        with tempfile.TemporaryDirectory() as folder:
            for number, (_, stream) in enumerate(self.streams):
                with open(f"{folder}/{number:04}", "wb") as file:
                    file.write(stream)
            told = subprocess.run(["perl", "-e", PARSE, folder], capture_output=True, text=True)
        problems = [self.streams[int(n)][0] + ": " + problem for n, problem in
                    (line.split(" ", 1) for line in told.stdout.splitlines())]
        self.ok(told.returncode == 0 and not problems,
                f"all {len(self.streams)} streams on stdout are TAP and nothing else",
                *problems, told.stderr)

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(self.failures != 0)


PARSE = r"""
use TAP::Parser;
for my $file (glob "$ARGV[0]/*") {
    my $parser = TAP::Parser->new({ exec => ["cat", $file], version => 13 });
    while (my $line = $parser->next) {
        print 0 + substr($file, -4), " stray: ", $line->raw, "\n" if $line->is_unknown;
    }
    print 0 + substr($file, -4), " $_\n" for grep { !/^No plan|Bail/ } $parser->parse_errors;
}
"""


class Point:
    """One line of the TAP, with the text of its diagnostics."""

    def __init__(self, ok, directive, text):
        self.passed = ok and not directive.startswith("SKIP")
        self.skipped = directive.startswith("SKIP")
        self.todo = directive.startswith("TODO")
        self.failed = not ok
        self.directive, self.text = directive, text

    def field(self, name):
        """A scalar of the diagnostics, such as message or step."""
        found = re.search(rf"^  {name}: (.*)$", self.text, re.M)
        value = found.group(1) if found else ""
        if value[:1] == '"':
            value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        return value.replace("''", "'")[1:-1] if value[:1] == "'" else value


    def lines(self, name):
        """The lines of a block of the diagnostics, such as difference or reproduce."""
        found = re.search(rf"^  {name}: \|\n((?:    .*\n)+)", self.text, re.M)
        return [line[4:] for line in found.group(1).splitlines()] if found else []


class Run:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds
        self.left_behind = []
        self.points = {}  # by id; with two targets by "id on target"
        lines = re.compile(r"^(not )?ok \d+ - (\S+(?: on \S+)?)(?: # (.*))?\n((?:  .*\n)*)", re.M)
        for found in lines.finditer(out.decode("utf-8", "backslashreplace")):
            self.points[found[2]] = Point(not found[1], found[3] or "", found[4])

    @property
    def text(self):
        return self.out.decode("utf-8", "backslashreplace") + "---- stderr\n" + self.err

    def failed(self):
        return sorted(id for id, point in self.points.items() if point.failed)

    def sanitized(self):
        return "Sanitizer" in self.err or "runtime error" in self.err


def processes_with(mark):
    """Command lines of all living processes whose environment holds the mark."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                if mark.encode() in environ.read():
                    with open(f"/proc/{pid}/cmdline", "rb") as line:
                        found.append(pid + " " + line.read().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def processes_left(mark, patience=30):
    """The same, but what was killed a moment ago may take its time to go."""
    end = time.monotonic() + patience
    while (found := processes_with(mark)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def mctap_start(*arguments, env=None):
    """mctap under way; .mark finds what it started. End it with mctap_end()."""
    mark = "MCTAP_TEST=" + uuid.uuid4().hex
    process = subprocess.Popen([MCTAP, *arguments], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, **(env or {}), "MCTAP_TEST": mark[11:]})
    process.mark, process.begin = mark, time.monotonic()
    return process


def mctap_end(process, limit=120):
    """Waits; a run beyond the limit is a hang: it is ended by SIGABRT and has the code "hangs"."""
    try:
        out, err = process.communicate(timeout=limit)
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        out, err = process.communicate()
        code = "hangs"
    run = Run(code, out, err.decode("utf-8", "backslashreplace"),
              time.monotonic() - process.begin)
    run.left_behind = processes_left(process.mark)
    return run


def mctap(*arguments, env=None, limit=120):
    return mctap_end(mctap_start(*arguments, env=env), limit)
