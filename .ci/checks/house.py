# SPDX-License-Identifier: MIT
"""What the checks of the house share: which files there are, and TAP points.

A check is a function that takes a file (or its text) and returns a list of complaints. Each
script runs it on the whole tree and, to show that it can fail, on a bad sample.
"""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED_DIRS = {".git", "build", "node_modules", "__pycache__"}
CODE_SUFFIXES = (".c", ".h", ".def", ".py", ".t", ".sh", ".pl", ".rb", ".php")


def files(*suffixes):
    """All files of the project with one of the suffixes (all of them without any), sorted."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - SKIPPED_DIRS)
        for name in sorted(names):
            if not suffixes or name.endswith(suffixes):
                found.append(pathlib.Path(folder, name).relative_to(ROOT))
    return found


def text(path):
    """The text of a file named from the top level; bytes that are not UTF-8 are kept apart."""
    return (ROOT / path).read_text(encoding="utf-8", errors="surrogateescape")


def code_files():
    """Everything a person programs in, also scripts without a suffix (by their #! line)."""
    found = set(files(*CODE_SUFFIXES)) | {pathlib.Path("Makefile")}
    found.update(path for path in files() if not path.suffix and text(path).startswith("#!"))
    return sorted(found)


def built(path):
    """A file that `make` leaves behind; ends the script with advice if it is not there."""
    if not (ROOT / path).exists():
        print(f"Bail out! {path} is not there: run make first")
        sys.exit(1)
    return ROOT / path


class Points:
    """Counts and prints TAP points; finish() prints the plan and ends the script."""

    def __init__(self):
        self.count = self.failures = 0

    def point(self, passed, claim, details=()):
        self.count += 1
        self.failures += not passed
        print(f"{'' if passed else 'not '}ok {self.count} - {claim}")
        for detail in details:
            for line in str(detail).splitlines():
                print(f"# {line}")

    def clean(self, claim, complaints):
        """Passes without complaints, else shows them."""
        self.point(not complaints, claim, complaints)

    def bites(self, claim, complaints):
        """Passes if a bad sample was complained about."""
        self.point(bool(complaints), f"can fail: {claim}")

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failures else 0)
