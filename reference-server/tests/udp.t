#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""udp.t - the real mcref over UDP: frames, messages of several datagrams, bad datagrams, bounds."""
import os
import re
import socket
import struct
import tempfile

from mcref import DEADLINE_S, Server, ask, check, finish, on_free_port, run, same, until

QUIET_S = 0.3
UDP = ("-U", "-1", "-p", "0")


def serve(*options):
    server = Server(*UDP, *options, where=("-l", "127.0.0.1"), lines=2)
    server.udp = int(re.search(r"udp:127\.0\.0\.1:(\d+)$", server.lines[1]).group(1))
    return server


def header(request_id=0x1234, sequence=0, total=1, reserved=0):
    return struct.pack(">HHHH", request_id, sequence, total, reserved)


class Client:
    def __init__(self, server, address="127.0.0.1", port=0):
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((address, port))

    def send(self, payload, frame=header()):
        self.socket.sendto(frame + payload, ("127.0.0.1", self.server.udp))

    def receive(self, wait=DEADLINE_S):
        """One datagram: its header and payload; None if none came."""
        self.socket.settimeout(wait)
        try:
            datagram = self.socket.recv(1 << 16)
        except socket.timeout:
            return None
        return struct.unpack(">HHHH", datagram[:8]), datagram[8:]

    def messages(self, payload, frame=header(), sentinel=b"version\r\n"):
        """All datagrams up to the answer of a second request, which proves that no more come."""
        self.send(payload, frame)
        self.send(sentinel, header(0xfffe))
        got = []
        while (datagram := self.receive()) and datagram[0][0] != 0xfffe:
            got.append(datagram)
        return got


def one(payload, request_id=0x1234):
    return [((request_id, 0, 1, 0), payload)]


def messages(client, server):
    ask(client, b"set a 0 0 1\r\nA\r\nset b 0 0 1\r\nB\r\nset big 5 0 5000\r\n" + b"x" * 5000
        + b"\r\n", b"STORED\r\nSTORED\r\nSTORED\r\n")
    udp = Client(server)
    same(udp.messages(b"get a\r\n"), one(b"VALUE a 0 1\r\nA\r\nEND\r\n"), "get")
    for request_id in (0, 0xffff):
        same(udp.messages(b"mn\r\n", header(request_id, 9, 1, 7)), one(b"MN\r\n", request_id),
             f"request id {request_id:#x} comes back; sequence and reserved bytes are not looked at")
    same(udp.messages(b"get a b\r\n"),
         one(b"VALUE a 0 1\r\nA\r\n") + one(b"VALUE b 0 1\r\nB\r\nEND\r\n"),
         "each item of a get is a message, as in memcached 1.6")
    same(udp.messages(b"get a no\r\n"), one(b"VALUE a 0 1\r\nA\r\n") + one(b"END\r\n"),
         "END after a miss is one too")
    same(udp.messages(b"get a\r\nincr a 1\r\n"), one(b"VALUE a 0 1\r\nA\r\nEND\r\n") + one(
        b"CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"),
         "each request of a datagram is a message")
    same(udp.messages(b"mg a v\r\nmn\r\n"), one(b"VA 1\r\nA\r\n") + one(b"MN\r\n"), "meta")
    parts = udp.messages(b"get big\r\n")
    same([part[0] for part in parts], [(0x1234, i, 4, 0) for i in range(4)],
         "5000 bytes come in four datagrams with sequence and total")
    same([len(part[1]) + 8 for part in parts], [1400, 1400, 1400, 857], "of 1400 bytes")
    same(b"".join(part[1] for part in parts),
         b"VALUE big 5 5000\r\n" + b"x" * 5000 + b"\r\nEND\r\n", "that make the answer of TCP")
    same(udp.messages(b"set u 0 0 3\r\nabc\r\n"), one(b"STORED\r\n"), "set")
    same(udp.messages(b"set u 7 0 3 noreply\r\nxyz\r\n"), [], "noreply is not answered")
    same(ask(client, b"get u\r\n", b"END\r\n"), b"VALUE u 7 3\r\nxyz\r\nEND\r\n", "but done")
    binary_get = struct.pack(">BBHBBHIIQ", 0x80, 0, 1, 0, 0, 0, 1, 7, 0) + b"a"
    (frame, payload), = udp.messages(binary_get)
    same((frame, payload[:2], payload[-1:]), ((0x1234, 0, 1, 0), b"\x81\0", b"A"), "binary")
    same(udp.messages(b"quit\r\nmn\r\n"), [], "quit ends the datagram and nothing else")


def answers(udp, payload, wanted):
    """One try, since a flood before may have cost this datagram its place in a queue."""
    udp.send(payload, header(wanted[0][0]))
    while datagram := udp.receive(QUIET_S):
        if datagram == wanted:
            return True
    return False


def bad_datagrams(client, server):
    udp = Client(server)
    same(udp.messages(b"mn\r\n", header(total=0)) + udp.messages(b"mn\r\n", header(total=2))
         + udp.messages(b"mn\r\n", header(total=257)), [],
         "a request of several datagrams is dropped")
    same(udp.messages(b"get a") + udp.messages(b"set a 0 0 5\r\nab"), [],
         "so is an incomplete request, and the next datagram begins anew")
    same(ask(client, b"get a\r\n", b"END\r\n"), b"VALUE a 0 1\r\nA\r\nEND\r\n",
         "half a set changes nothing")
    for length in range(9):
        udp.socket.sendto(header()[:length], ("127.0.0.1", server.udp))
    same(udp.messages(b"x" * 60000), [], "short, empty and senseless datagrams are dropped")
    for i in range(2000):
        udp.send(os.urandom(i % 300), header(i))
    while udp.receive(QUIET_S):
        pass
    check(until(lambda: answers(udp, b"mn\r\n", one(b"MN\r\n", 0xabc)[0])),
          "random bytes neither stop nor spin it")
    before_s = server.cpu_s()
    udp.receive(QUIET_S)
    check(server.cpu_s() - before_s < QUIET_S / 3, "an idle server takes no time")
    same(udp.messages(b"watch fetchers\r\nget a\r\n")[-1:],
         one(b"VALUE a 0 1\r\nA\r\nEND\r\n"), "a watch ends with its datagram")
    ask(client, b"get a\r\n", b"END\r\n")
    same(udp.receive(QUIET_S), None, "and nothing follows")
    dump, refused = b"lru_crawler metadump all\r\n", one(b"CLIENT_ERROR this answer is too long for UDP\r\n")
    same(udp.messages(dump), refused, "a dump is refused")
    same(udp.messages(b"mn\r\n" + dump + b"mn\r\n"), one(b"MN\r\n") + refused + one(b"MN\r\n"),
         "also between others, which are answered")
    same(udp.messages(dump[:16]) + udp.messages(dump[16:]), one(b"ERROR\r\n"),
         "its two halves in two datagrams are no dump")
    same(udp.messages(dump[:16], header(total=2)) + udp.messages(dump[16:], header(sequence=1, total=2)),
         [], "also if they say that they belong together")
    try:
        echo = Client(server, "127.0.0.2", server.udp)
        echo.send(b"mn\r\n")
        same(echo.receive(QUIET_S), None, "a datagram from the server's own port is not answered")
    except OSError as error:
        check(True, f"the server's own port # SKIP {error}")


def bounds(client, server):
    udp = Client(server)
    value = b"v" * 60000
    ask(client, b"set large 0 0 60000\r\n" + value + b"\r\nset huge 0 0 70000\r\n" + b"h" * 70000
        + b"\r\n", b"STORED\r\nSTORED\r\n")
    parts = udp.messages(b"get large\r\n")
    same(len(b"".join(part[1] for part in parts)), len(b"VALUE large 0 60000\r\n\r\nEND\r\n") + 60000,
         "an answer of 60 kB comes")
    same(udp.messages(b"get huge\r\n"), one(b"SERVER_ERROR reply too large for UDP\r\n"),
         "one above 64 kB is refused")
    parts = udp.messages(b"get " + b"large " * 5000 + b"\r\n")
    total = sum(len(part[1]) for part in parts)
    check(total <= 64 * 1024, "a datagram is never answered with more than 64 kB", total)
    same(parts[-1:], one(b"SERVER_ERROR reply too large for UDP\r\n"), "and told so")
    totals = []
    for size in range(65440, 65540, 10):
        ask(client, b"set edge 0 0 %d\r\n%s\r\n" % (size, b"e" * size), b"STORED\r\n")
        parts = udp.messages(b"get edge edge\r\n")
        totals.append(len(b"".join(part[1] for part in parts)))
    check(max(totals) <= 64 * 1024 < max(totals) + 100, "the refusal counts too", totals)
    before_kb = server.resident_kb()
    for _ in range(300):
        udp.send(b"get " + b"large " * 100 + b"\r\n")
    check(until(lambda: answers(udp, b"mn\r\n", one(b"MN\r\n", 0xdef)[0])), "after a flood it answers")
    check(server.resident_kb() - before_kb < 4096, "memory stays", server.resident_kb() - before_kb)


def named(server, client):
    text = ask(client, b"stats conns\r\n", b"END\r\n").decode()
    check(re.search(rf"STAT (\d+):UDP UDP\r\nSTAT \1:addr udp:127\.0\.0\.1:{server.udp}\r\n"
                    r"STAT \1:state conn_read\r\n", text), "stats conns names the socket", text)


def starting():
    with Server() as server:
        same(server.lines[0].count("udp"), 0, "UDP is off by default")
    server, port = on_free_port(
        lambda port: Server("-U", str(port), where=("-l", "127.0.0.1"), lines=2))
    with server:
        same(server.lines, [f"mcref: listening on 127.0.0.1:{port}",
                            f"mcref: listening on udp:127.0.0.1:{port}"], "-U without -p is both")
        code, _, errors = run("-l", "127.0.0.1", "-p", "0", "-U", str(port))
        check(code == 69 and f"udp:127.0.0.1:{port}" in errors, "a port in use is named", errors)
    code, _, errors = run("-Y", "/dev/null", "-U", "1234")
    check(code == 64 and "-U" in errors, "-U beside -Y is refused", errors)
    with tempfile.NamedTemporaryFile("w") as users:
        print("alice:secret", file=users, flush=True)
        code, _, errors = run("-S", "-U", "1234",
                              env=dict(os.environ, MEMCACHED_SASL_PWDB=users.name))
        check(code == 64 and "-U" in errors, "-U beside -S too", errors)


with serve() as main_server, main_server.connect() as main_client:
    messages(main_client, main_server)
    bad_datagrams(main_client, main_server)
    bounds(main_client, main_server)
    named(main_server, main_client)
    same(main_server.stop(), 0, "and it stops as it should")
starting()
finish()
