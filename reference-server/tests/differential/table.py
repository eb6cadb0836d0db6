# SPDX-License-Identifier: MIT
"""Reads differences.tsv: where mcref does not answer as memcached 1.6.18 does, and why.

A row explains a different answer if all its patterns (of Python's re, dot matches line ends) match
completely: those of the two answers, and that of this request, or of this and any later or earlier
one. With "apart", what follows is not compared any more. Each row brings an example that differs by
it, and that differential.t always plays."""
import collections
import os
import re
import struct
import sys

import binary_packets as packets

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.tsv")
COLUMNS = ("why", "example", "pace", "where", "request", "memcached", "mcref", "then")
CHOICES = {"pace": ("step", "pipe", "any"), "where": ("this", "later", "earlier"), "then": ("same", "apart")}
BINARY = "binary: "  # begins the example of a row that is about the binary protocol
PATTERNS = ("request", "memcached", "mcref")

Row = collections.namedtuple("Row", ("line",) + COLUMNS)
Difference = collections.namedtuple("Difference",
                                    "dialect pace request earlier later memcached mcref")


def fail(line, problem):
    sys.exit(f"{PATH}:{line}: {problem}")


def read_row(line, text):
    fields = text.split("\t")
    if len(fields) != len(COLUMNS):
        fail(line, f"{len(fields)} fields with tabs between, expected {len(COLUMNS)}: "
                   f"{' '.join(COLUMNS)}")
    fields = dict(zip(COLUMNS, fields))
    for column, choices in CHOICES.items():
        if fields[column] not in choices:
            fail(line, f"{column} is {fields[column]!r}, expected one of {', '.join(choices)}")
    for column in PATTERNS:
        try:
            fields[column] = re.compile(fields[column].encode("latin-1"), re.S)
        except re.error as error:
            fail(line, f"{column}: {error}")
    return Row(line, **fields)


def read(path=PATH):
    with open(path, encoding="utf-8") as file:
        lines = enumerate(file.read().splitlines(), 1)
    return [read_row(number, text) for number, text in lines
            if text and not text.startswith(("#", "why\t"))]


def example(row, prefix):
    """Dialect and requests of a row's example. {k} is a key, {x*9} nine x, // parts requests; in
    binary: Python calls of binary_packets.py with the key k."""
    if row.example.startswith(BINARY):
        names = dict(vars(packets), k=prefix + b"k", struct=struct)
        return "binary", [eval(part, names)  # pylint: disable=eval-used
                          for part in row.example[len(BINARY):].split(" // ")]
    text = re.sub(r"\{(.)\*(\d+)\}", lambda match: match[1] * int(match[2]), row.example)
    text = text.replace("{k}", prefix.decode() + "k")
    return "text", [part.encode("latin-1").decode("unicode_escape").encode("latin-1")
                    for part in text.split(" // ")]


def explains(row, difference):
    binary = row.example.startswith(BINARY)
    if binary != (difference.dialect == "binary") or row.pace not in ("any", difference.pace):
        return False
    requests = [difference.request]
    if row.where != "this":
        requests += getattr(difference, row.where)
    return (any(row.request.fullmatch(request) for request in requests)
            and bool(row.memcached.fullmatch(difference.memcached))
            and bool(row.mcref.fullmatch(difference.mcref)))
