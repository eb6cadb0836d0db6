# SPDX-License-Identifier: MIT
"""What the fuzzers begin with: the requests of the scenarios, and the words of the protocols.

Everything that a scenario sends is an input, once request by request and once as a whole, so that
a new scenario helps the fuzzers too. Where there may be no scenario yet the tables give a request
of each kind: one for each row of classic/commands.def, meta/flags.def and binary/commands.def.
"""
import hashlib
import itertools
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = ROOT / "reference-server"
MOST_BYTES = 4096  # of an input
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?[^}]*\}")
META_LINE = re.compile(rb"^m[gsdaen]\b", re.MULTILINE)
META_COMMANDS = (b"mg k", b"mg l", b"ms k 3", b"md k", b"ma n", b"me k", b"mn")
META_TOKENS = {"O": b"opaque", "M": b"S", "P": b"p", "L": b"l"}
UDP_FRAME = bytes((0, 7, 0, 0, 0, 1, 0, 0))
TEXT_WORDS = (b"noreply", b"\r\n", b" ", b"-1", b"0", b"18446744073709551615", b"4294967295",
              b"2147483648", b"reset", b"items", b"sizes", b"slabs", b"settings", b"conns",
              b"detail on", b"detail dump", b"cachedump 1 0", b"crawl all", b"metadump all",
              b"mgdump hash", b"fetchers", b"guest secret", b"PLAIN", b"mutations", b"deletions", b"k", b"n", b"l")


def filled(text):
    """A text with {key} and the like filled: k for the key, its name for another, else 1."""
    def value(match):
        word, name = match.groups()
        return (name or "k") if word == "key" else "1"
    return PLACEHOLDER.sub(value, text).encode("ascii", "surrogateescape")


def sent(parts):
    """The bytes of one "send"; None for a part this does not know."""
    whole = b""
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, str):
            whole += filled(part)
        elif "hex" in part:
            whole += bytes.fromhex(part["hex"])
        elif "repeat" in part:
            whole += filled(part["repeat"]) * min(part["count"], MOST_BYTES)
        elif "length" in part:
            whole += b"k" * min(part["length"], MOST_BYTES)
        else:
            return None
    return whole


def requests(node):
    """Everything that is sent anywhere below a piece of a scenario, in its order."""
    if isinstance(node, list):
        for child in node:
            yield from requests(child)
    elif isinstance(node, dict):
        for name, child in node.items():
            if name != "send":
                yield from requests(child)
            elif (request := sent(child)) is not None:
                yield request


def scenario_inputs():
    for path in sorted((ROOT / "scenarios").rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for scenario in document.get("scenarios", []):
            single = list(requests(scenario))
            yield from single
            yield b"".join(single)


def rows(table, macro):
    """The words between the brackets of each row, split at commas."""
    source = (SERVER / table).read_text(encoding="utf-8")
    for match in re.finditer(rf"^{macro}\((.*)\)$", source, re.MULTILINE):
        yield [word.strip().strip("\"'") for word in match.group(1).split(",")]


def line_inputs():
    for word, *_ in rows("classic/commands.def", "COMMAND"):
        yield word.encode() + b" k 0 0 1\r\nx\r\n"
        for argument in TEXT_WORDS:
            yield word.encode() + b" " + argument + b"\r\nget k\r\n"


def meta_inputs():
    for command in META_COMMANDS:
        for letter, reader, *_ in rows("meta/flags.def", "META_FLAG"):
            token = META_TOKENS.get(letter, b"" if reader == "NULL" else b"30")
            line = command + b" " + letter.encode() + token + b" v q\r\n"
            yield line + (b"one\r\nmn\r\n" if command.startswith(b"ms") else b"mn\r\n")


def binary_inputs():
    for opcode, _, least, most, takes, *_ in rows("binary/commands.def", "COMMAND"):
        names = (b"k", b"l") if "KEY" in takes else (b"",)
        value = b"12" if "VALUE" in takes or "MESSAGE" in takes else b""
        for extras, key in itertools.product({int(least), int(most)}, names):
            body = bytes(extras) + key + value
            yield (bytes((0x80, int(opcode, 16))) + len(key).to_bytes(2, "big")
                   + bytes((extras, 0, 0, 0)) + len(body).to_bytes(4, "big") + b"same"
                   + bytes(8) + body)


def auth_inputs():
    """What a text client says on a server with -Y: tokens right, wrong and odd, then a request."""
    for token in (b"guest secret", b"guest secre", b"guest", b" ", b""):
        yield b"set x 0 0 %d\r\n%s\r\nget l\r\n" % (len(token), token)
    yield b"get l\r\nset x 0 0 12\r\nguest secretxxset x 0 0 16001\r\n"


def sasl_packet(opcode, mechanism, message):
    body = mechanism + message
    return (bytes((0x80, opcode)) + len(mechanism).to_bytes(2, "big") + bytes(4)
            + len(body).to_bytes(4, "big") + bytes(12) + body)


def sasl_inputs():
    """The same in packets: all at once, step by step, another mechanism; then a get of key l."""
    get = bytes.fromhex("80000001000000000000000100000000") + bytes(8) + b"l"
    listing, right = sasl_packet(0x20, b"", b""), b"\0guest\0secret"
    for message in (right, b"guest" + right, b"other" + right, right[:-1], right + b"\0", b"\0\0"):
        yield listing + sasl_packet(0x21, b"PLAIN", message) + get
        yield sasl_packet(0x21, b"plain", b"") + sasl_packet(0x22, b"PLAIN", message) + get
    yield sasl_packet(0x21, b"CRAM-MD5", right) + sasl_packet(0x22, b"PLAIN", right) + get
    yield sasl_packet(0x21, b"PLAIN", b"x" * 1025) + get


def inputs():
    """For each fuzzer its first inputs."""
    sends = list(scenario_inputs())
    text = [data for data in sends if not data.startswith(b"\x80")]
    binary = [data for data in sends if data.startswith(b"\x80")] + list(binary_inputs())
    meta = [data for data in text if META_LINE.search(data)] + list(meta_inputs())
    packets = [data + other for data in binary[:1] for other in binary]
    sasl = list(sasl_inputs())
    frames = [UDP_FRAME[:length] for length in range(1, len(UDP_FRAME) + 1)]
    return {"classic": text + list(line_inputs()), "meta": meta, "binary": binary + packets,
            "auth": list(auth_inputs()) + text[::20], "sasl": sasl + binary,
            "udp": frames + [UDP_FRAME + data for data in text + meta + binary]}


def dictionary():
    """Lines of a libFuzzer dictionary: the words of the text protocol, the heads of packets."""
    words = [row[0].encode() for row in rows("classic/commands.def", "COMMAND")]
    words += [b" " + row[0].encode() for row in rows("meta/flags.def", "META_FLAG")]
    words += [bytes((0x80, int(row[0], 16))) for row in rows("binary/commands.def", "COMMAND")]
    words += TEXT_WORDS
    return ['"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in words]


def write(folder):
    """Adds the first inputs to FOLDER/corpus/<fuzzer>/, where others may be, and writes
    FOLDER/words."""
    for fuzzer, datas in inputs().items():
        place = folder / "corpus" / fuzzer
        place.mkdir(parents=True, exist_ok=True)
        for data in datas:
            if 0 < len(data) <= MOST_BYTES:
                (place / hashlib.sha1(data).hexdigest()).write_bytes(data)
    (folder / "words").write_text("\n".join(dictionary()) + "\n", encoding="ascii")
