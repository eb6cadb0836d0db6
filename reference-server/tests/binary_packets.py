# SPDX-License-Identifier: MIT
"""Packets of the binary protocol: makes requests, reads answers, for binary.t and sasl.t.

protocol-binary.txt; nothing here is shared with the server."""
import collections
import socket
import struct

HEADER = struct.Struct(">BBHBBHIIQ")
OPAQUE = 0x0A0B0C0D
LAST_OPAQUE = 0xFFFFFFFE  # of the noop that ends a conversation
CLOSED = "closed"
DEADLINE_S = 20

OPCODES = dict(
    get=0x00, set=0x01, add=0x02, replace=0x03, delete=0x04, increment=0x05, decrement=0x06,
    quit=0x07, flush=0x08, getq=0x09, noop=0x0A, version=0x0B, getk=0x0C, getkq=0x0D, append=0x0E,
    prepend=0x0F, stat=0x10, setq=0x11, addq=0x12, replaceq=0x13, deleteq=0x14, incrementq=0x15,
    decrementq=0x16, quitq=0x17, flushq=0x18, appendq=0x19, prependq=0x1A, touch=0x1C, gat=0x1D,
    gatq=0x1E, list_mechs=0x20, auth=0x21, step=0x22, gatk=0x23, gatkq=0x24)
TEXTS = {0x0: b"", 0x1: b"Not found", 0x2: b"Data exists for key.", 0x3: b"Too large.",
         0x4: b"Invalid arguments", 0x5: b"Not stored.",
         0x6: b"Non-numeric server-side value for incr or decr", 0x20: b"Auth failure.",
         0x21: b"", 0x81: b"Unknown command", 0x82: b"Out of memory"}

Answer = collections.namedtuple("Answer", "opcode status extras key value cas opaque data_type")


class Some:
    """Equals every cas unique but 0."""

    def __eq__(self, other):
        return other != 0

    def __repr__(self):
        return "SOME"


SOME = Some()


def request(opcode, key=b"", extras=b"", value=b"", cas=0, opaque=OPAQUE, **lies):
    """One request; `lies` replace what the header says of itself."""
    fields = dict(magic=0x80, opcode=OPCODES.get(opcode, opcode), key_bytes=len(key),
                  extras_bytes=len(extras), data_type=0, vbucket=0,
                  body_bytes=len(extras) + len(key) + len(value), opaque=opaque, cas=cas)
    fields.update(lies)
    return HEADER.pack(*fields.values()) + extras + key + value


def store(opcode, key, value, flags=0, exptime=0, cas=0):
    return request(opcode, key, struct.pack(">II", flags, exptime), value, cas)


def count(opcode, key, delta, initial=0, exptime=0, cas=0):
    return request(opcode, key, struct.pack(">QQI", delta, initial, exptime), cas=cas)


def touch(opcode, key, exptime):
    return request(opcode, key, struct.pack(">I", exptime))


def answer(opcode, status=0, extras=b"", key=b"", value=None, cas=0, opaque=OPAQUE):
    """What is expected; without a value, the text that belongs to the status."""
    value = TEXTS[status] if value is None else value
    return Answer(OPCODES.get(opcode, opcode), status, extras, key, value, cas, opaque, 0)


def hit(opcode, value, flags=0, key=b"", cas=SOME):
    return answer(opcode, 0, struct.pack(">I", flags), key, value, cas)


def number(opcode, value, cas=SOME):
    return answer(opcode, value=struct.pack(">Q", value), cas=cas)


def take(data):
    """The first answer in the bytes and what follows it; (None, data) if it is not complete."""
    if len(data) < HEADER.size:
        return None, data
    magic, opcode, key, extras, data_type, status, body, opaque, cas = HEADER.unpack_from(data)
    if magic != 0x81 or key + extras > body:
        raise ValueError(f"not an answer: {data[:HEADER.size].hex()}")
    if len(data) < HEADER.size + body:
        return None, data
    parts = data[HEADER.size:HEADER.size + body]
    return (Answer(opcode, status, parts[:extras], parts[extras:extras + key],
                   parts[extras + key:], cas, opaque, data_type), data[HEADER.size + body:])


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def hear(client):
    """Answers up to that of the last noop, or CLOSED as the last if the server ends first."""
    data, answers = b"", []
    while True:
        got, data = take(data)
        if got is None:
            try:
                more = client.recv(1 << 16)
            except ConnectionResetError:
                more = b""
            if not more:
                return answers + [CLOSED] + ([data] if data else [])
            data += more
        elif got.opaque == LAST_OPAQUE:
            return answers
        else:
            answers.append(got)


def talk(port, *packets, cut=0):
    """Sends the packets and a noop on one connection, in pieces of `cut` bytes if that is not 0;
    the answers."""
    stream = b"".join(packets) + request("noop", opaque=LAST_OPAQUE)
    with connect(port) as client:
        for at in range(0, len(stream), cut or len(stream)):
            try:
                client.sendall(stream[at:at + (cut or len(stream))])
            except (BrokenPipeError, ConnectionResetError):
                break
        return hear(client)
