# SPDX-License-Identifier: MIT
"""Makes request scripts for differential.t: sensible requests, and what people mistype.

The same seed and number always make the same script; only its keys begin with `prefix`, so that
scripts do not meet each other's items. Nothing here waits for time to pass: an exptime is over,
or far away."""
import base64
import random
import struct

import binary_packets as packets

DIALECTS = ("classic", "meta", "mixed", "binary")
NUMBERS = (b"0", b"1", b"5", b"10", b"99", b"00", b"007", b"4294967295", b"4294967296", b"-1", b"x",
           b"18446744073709551615", b"18446744073709551616", b"1x", b"+1", b"")
EXPTIMES = (b"0", b"0", b"0", b"100", b"2592000", b"2592001", b"-1", b"2147483647", b"x", b"-x",
            b"99999999999")
VALUES = (b"", b"1", b"9", b"10", b"99", b"a", b"12a", b"abc", b"18446744073709551615", b"x" * 30,
          b"18446744073709551616", b"in\r\nside", b"\0\xff", b"00009", b"-1", b"20   ")
MIXED_CASE = (b"GET", b"Set", b"foo", b"gett", b"", b" ", b"mg", b"ms", b"MN", b"set", b"\0", b"me")
UNIQUE = b"{unique}"  # what the server showed last in this script


class Maker:
    def __init__(self, rng, prefix):
        self.rng, self.prefix = rng, prefix

    def key(self):
        if self.rng.random() < 0.03:
            return self.prefix + b"l" * (self.rng.choice((250, 250, 251)) - len(self.prefix))
        return self.prefix + self.rng.choice((b"k0", b"k0", b"k0", b"k1", b"k2"))

    def value(self):
        return self.rng.choice(VALUES)

    def large(self):
        """A large value, well-formed: in pieces, a refused one may be one line too long or not."""
        length = self.rng.choice((1000, 5000, 20000, 60000))
        head = self.rng.choice((b"set %s 7 0 %d\r\n", b"add %s 7 0 %d\r\n", b"append %s 7 0 %d\r\n",
                                b"ms %s %d c\r\n"))
        return head % (self.prefix + b"k0", length) + b"v" * length + b"\r\n"

    def number(self):
        if self.rng.random() < 0.7:
            return b"%d" % self.rng.randrange(30)
        return self.rng.choice(NUMBERS)

    def often(self, *words):
        """The first word, or rarely another."""
        return words[0] if self.rng.random() < 0.8 else self.rng.choice(words)

    def noreply(self):
        return self.often([], [b"noreply"], [b"norepl"], [b"noreply", b"x"])

    def line(self, words):
        end = self.often(b"\r\n", b"\n", b" \r\n")
        if self.rng.random() < 0.03:
            words = words[:-1]
        return self.often(b" ", b"  ").join(words) + end

    def block(self, value):
        """Value and line end: rarely one too long, or with another line end."""
        return value + self.often(*[b"\r\n"] * 12, b"x\r\n", b"xyz\r\n", b"\n\n")

    def classic(self):
        return self.rng.choice((self.storage, self.storage, self.retrieval, self.retrieval,
                                self.change, self.change, self.other, self.large))()

    def storage(self):
        name = self.rng.choice((b"set", b"set", b"add", b"replace", b"append", b"prepend", b"cas"))
        value = self.value()
        length = self.often(b"%d" % len(value), b"%d" % len(value), b"-1", b"x")
        words = [name, self.key(), self.number(), self.rng.choice(EXPTIMES), length]
        if name == b"cas":
            words.append(self.rng.choice((UNIQUE, UNIQUE, b"1", b"x")))
        return self.line(words + self.noreply()) + self.block(value)

    def retrieval(self):
        name = self.rng.choice((b"get", b"gets", b"gat", b"gats"))
        words = [name] + ([self.rng.choice(EXPTIMES)] if name.startswith(b"gat") else [])
        return self.line(words + [self.key() for _ in range(self.rng.choice((1, 1, 1, 2, 3, 9)))])

    def change(self):
        name = self.rng.choice((b"incr", b"decr", b"touch", b"delete"))
        words = [name, self.key()]
        if name in (b"incr", b"decr"):
            words.append(self.number())
        elif name == b"touch":
            words.append(self.rng.choice(EXPTIMES))
        else:
            words += self.often([], [b"0"], [b"1"], [b"-1"], [b"x"])
        return self.line(words + self.noreply())

    def other(self):
        return self.line(self.rng.choice((
            [b"verbosity", b"1"], [b"verbosity"], [b"mn"], [b"flush_all"], [b"flush_all", b"x"],
            [b"flush_all", b"noreply"], [b"flush_all", b"0"], [b"flush_all", b"-1"],
            [self.rng.choice(MIXED_CASE), self.key()], [self.rng.choice(MIXED_CASE)])))

    def meta(self):
        name, letters = self.rng.choice((
            (b"mg", b"bcfhklqstuvNRTOPL"), (b"mg", b"cfhkstvv"), (b"ms", b"bckqCFIMTOPL"),
            (b"ms", b"cFT"), (b"md", b"bkqCIOTPL"), (b"ma", b"bckqtvCDJMNTOPL"), (b"ma", b"vtc"),
            (b"me", b""), (b"mn", b"")))
        if name in (b"me", b"mn"):
            return self.line([name] + ([self.key()] if name == b"me" else []))
        flags = [self.flag(name, letter) for letter in self.rng.sample(
            letters, self.rng.randrange(min(6, len(letters))))]
        if self.rng.random() < 0.04:
            flags.append(self.rng.choice((b"!", b"\x80", b"vv", b"v", b"9")))
        key = self.key()
        if b"b" in flags:
            key = self.often(base64.b64encode(key), base64.b64encode(key), key, b"=", b"abc")
        if name != b"ms":
            return self.line([name, key, *flags])
        value = self.value()
        length = self.often(*[b"%d" % len(value)] * 6, b"x")
        return self.line([name, key, length, *flags]) + self.block(value)

    def flag(self, name, letter):
        pick = self.rng.choice
        modes = (b"E", b"A", b"P", b"R", b"S", b"add", b"x", b"")
        if name == b"ma":
            modes = (b"I", b"+", b"incr", b"D", b"-", b"decr", b"x", b"")
        token = {"C": (UNIQUE, UNIQUE, b"1", b"x"), "D": NUMBERS, "J": NUMBERS, "M": modes,
                 "F": (b"0", b"7", b"4294967295", b"x"), "O": (b"a", b"opaque", b"o" * 31, b""),
                 "N": (b"0", b"100", b"x"), "R": (b"0", b"30", b"200"), "P": (b"", b"p"),
                 "T": (b"0", b"100", b"2592000", b"x", b""), "L": (b"", b"l")}
        return bytes([letter]) + pick(token.get(chr(letter), (b"",)))

    def mixed(self):
        return self.classic() if self.rng.random() < 0.5 else self.meta()

    def binary(self):
        pick, quiet = self.rng.choice, self.often("", "q")
        cas = self.often(0, UNIQUE, 1)
        exptime = pick((0, 0, 100, 2592000, 2592001, 2147483647, 0xFFFFFFFF))
        kind = pick(("store", "store", "join", "get", "get", "count", "delete", "touch", "other"))
        if kind == "store":
            name = pick(("set", "set", "add", "replace"))
            extras = struct.pack(">II", pick((0, 1, 0xFFFFFFFF)), exptime)
            return self.packet(name + quiet, self.key(), extras, self.value(), cas)
        if kind == "join":
            return self.packet(pick(("append", "prepend")) + quiet, self.key(), b"", self.value(),
                               cas)
        if kind == "get":
            return self.packet(pick(("get", "getk")) + quiet, self.key())
        if kind == "count":
            extras = struct.pack(">QQI", pick((0, 1, 7, 2**64 - 1)), pick((0, 5, 2**64 - 1)),
                                 exptime)
            return self.packet(pick(("increment", "decrement")) + quiet, self.key(), extras, cas=cas)
        if kind == "delete":
            return self.packet("delete" + quiet, self.key(), cas=cas)
        if kind == "touch":
            name = pick(("touch", "gat" + quiet, "gatk" + quiet))
            return self.packet(name, self.key(), struct.pack(">I", exptime))
        return pick((lambda: self.packet("noop"), lambda: self.packet("flush" + quiet),
                     lambda: self.packet(pick((0x1B, 0x3D, 0x99, 0xFF))),
                     lambda: self.packet("flush", extras=bytes(4))))()

    def packet(self, name, key=b"", extras=b"", value=b"", cas=0):
        """A packet with the key below 251 bytes, since a longer one ends the connection."""
        key = key[:250]
        if cas == UNIQUE:
            return lambda unique: packets.request(name, key, extras, value, unique)
        return packets.request(name, key, extras, value, cas)


def script(seed, number, prefix):
    """The script's dialect and its requests: bytes, or functions that want the last unique."""
    rng = random.Random(f"{seed}/{number}")
    dialect = DIALECTS[number % len(DIALECTS)]
    maker = Maker(rng, prefix)
    return dialect, [getattr(maker, dialect)() for _ in range(rng.randrange(4, 14))]
