# SPDX-License-Identifier: MIT
"""Plays a script to a server and says what it answered to each request, for differential.t.

After every request comes a barrier, a numbered command that always answers: what arrives before its
answer belongs to the request. Paces: "step" waits for each barrier, so the state of the servers is
compared; "pipe" sends everything and then ends its side. Both cut the bytes at the given places."""
import re
import select
import socket
import time

import binary_packets as packets

SILENT_S = 1.0  # how long a step waits before the connection is ended
CUT_S = 0.0003  # lets the server receive one piece before the next
LOST, CLOSED = b"(lost)", b"(closed)"
UNIQUES = re.compile(rb"(?m)(^VALUE \S+ \d+ \d+ |^(?:HD|VA|EN|EX|NS|NF)\b[^\r\n]* c|cas=)(\d+)")
# Sizes and classes of items are each server's own; la is a time.
MASKED = re.compile(rb"(?m)^(ME .* )la=\d+( .*) cls=\d+ size=\d+")
# What is left until a Unix time of years ahead: memcached's clock can be a second late.
FAR = re.compile(rb"(?m)^((?:HD|VA \d+)\b[^\r\n]* t)\d{8,}")
OPAQUE = 0xBA000000


def text_barrier(number):
    return b"mg barrier k O%d\r\n" % number, b"EN kbarrier O%d\r\n" % number


def binary_barrier(number):
    return (packets.request("noop", opaque=OPAQUE + number),
            packets.HEADER.pack(0x81, 0x0A, 0, 0, 0, 0, 0, OPAQUE + number, 0))


class Names:
    """Calls uniques U1, U2 ... in the order in which they show up; 0 stays 0."""

    def __init__(self):
        self.names, self.last = {}, 1

    def name(self, unique):
        if unique == 0:
            return b"0"
        self.last = unique
        return self.names.setdefault(unique, b"U%d" % (len(self.names) + 1))

    def text(self, reply):
        reply = UNIQUES.sub(lambda match: match[1] + self.name(int(match[2])), reply)
        reply = MASKED.sub(rb"\1la=*\2 cls=* size=*", reply)
        return FAR.sub(rb"\1(far)", reply)

    def binary(self, reply):
        lines = []
        while reply:
            try:
                answer, reply = packets.take(reply)
            except ValueError:
                answer = None
            if answer is None:
                lines.append(b"rest " + reply.hex().encode())
                break
            lines.append(b"opcode=%02x status=%04x extras=%s key=%s value=%s cas=%s opaque=%08x" % (
                answer.opcode, answer.status, answer.extras.hex().encode(), answer.key,
                answer.value, self.name(answer.cas), answer.opaque))
        return b"\n".join(lines)


class Talk:
    """One connection, and what came on it and was not taken yet."""

    def __init__(self, port):
        self.client, self.bytes, self.ended = packets.connect(port), b"", False

    def send(self, request, rng):
        cuts = sorted(rng.randrange(len(request)) for _ in range(rng.randrange(3)))
        for begin, end in zip([0] + cuts, cuts + [len(request)]):
            try:
                self.client.sendall(request[begin:end])
            except OSError:
                return
            if end < len(request):
                time.sleep(CUT_S)

    def end(self):
        try:
            self.client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def receive(self, wait_s):
        """Whether something came, or the end."""
        if self.ended or not select.select([self.client], [], [], wait_s)[0]:
            return False
        try:
            more = self.client.recv(1 << 18)
        except ConnectionResetError:
            more = b""
        self.bytes += more
        self.ended = not more
        return True

    def take(self, mark):
        """What came before the mark, which is dropped; None if it did not come."""
        before, found, after = self.bytes.partition(mark)
        if not found:
            return None
        self.bytes = after
        return before


def fill_in(request, unique):
    if callable(request):
        return request(unique)
    return request.replace(b"{unique}", b"%d" % unique)


def step(talk, requests, barrier, names, tell, rng):
    for number, request in enumerate(requests):
        ask, mark = barrier(number)
        talk.send(fill_in(request, names.last) + ask, rng)
        while mark not in talk.bytes and talk.receive(SILENT_S):
            pass
        reply = talk.take(mark)
        if reply is None:
            talk.end()
            while talk.receive(packets.DEADLINE_S):
                pass
            yield tell(talk.bytes) + CLOSED
            return
        yield tell(reply)


def pipe(talk, requests, barrier, names, tell, rng):
    stream = b"".join(fill_in(request, names.last) + barrier(number)[0]
                      for number, request in enumerate(requests))
    talk.send(stream, rng)
    talk.end()
    while talk.receive(packets.DEADLINE_S):
        pass
    for number in range(len(requests)):
        reply = talk.take(barrier(number)[1])
        yield LOST if reply is None else tell(reply)
    yield tell(talk.bytes) + CLOSED


PACES = {"step": step, "pipe": pipe}


def play(port, dialect, requests, pace, rng):
    """What the server answered to each request, uniques renamed; the last may end in (closed)."""
    names, talk = Names(), Talk(port)
    binary = dialect == "binary"
    barrier, tell = (binary_barrier, names.binary) if binary else (text_barrier, names.text)
    with talk.client:
        return list(PACES[pace](talk, requests, barrier, names, tell, rng))
