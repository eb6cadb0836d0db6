# SPDX-License-Identifier: MIT
"""The line protocol of docs/adapters.md, for adapters in Python: one request line in, one answer
line out. An adapter gives serve() a function that makes a client and a function for each call."""
import sys
import urllib.parse


def encode(word):
    """A word of an answer; text becomes UTF-8."""
    if isinstance(word, str):
        word = word.encode("utf-8", "surrogateescape")
    return urllib.parse.quote_from_bytes(word, safe="-._~")


def text(word):
    """A key as text; bytes that are not UTF-8 are kept."""
    return word.decode("utf-8", "surrogateescape")


def told(success):
    return "ok" if success else "no"


def value(got, unique=None):
    """The answer to get and gets."""
    if got is None:
        return "miss"
    return f"value {encode(got)}" + ("" if unique is None else f" {unique}")


def values(pairs):
    return " ".join(["values"] + [encode(word) for pair in pairs.items() for word in pair])


def number(got):
    return "miss" if got is None else f"number {got}"


def answer(calls, client, name, words):
    if name not in calls:
        return "unsupported"
    try:
        return calls[name](client, *words)
    except Exception as error:  # whatever a client throws is an answer
        return f"error {encode(f'{type(error).__name__}: {error}'[:200])}"


def serve(connect, calls):
    """Answers lines until the input ends. connect(list of (address, weight)) makes a client."""
    out, sys.stdout = sys.stdout, sys.stderr  # what a client prints must not become an answer
    client = None
    for line in sys.stdin:
        name, *words = line.rstrip("\n").split(" ")
        if name == "servers":
            places = [word.rsplit(":", 1) for word in words]
            client = connect([(address, int(weight)) for address, weight in places])
            reply = "ok"
        else:
            reply = answer(calls, client, name,
                           [urllib.parse.unquote_to_bytes(word) for word in words])
        print(reply, file=out, flush=True)
