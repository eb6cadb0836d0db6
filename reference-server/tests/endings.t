#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""endings.t - a client that goes away with its last word is gone, however it goes.

The server is stopped meanwhile, so one event tells of the bytes and of the end together, and no
other event follows. A connection that missed it would stay for ever.
"""
import signal
import socket
import struct

from mcref import DEADLINE_S, Server, ask, check, finish, same, until

RESET = struct.pack("ii", 1, 0)
LAST_WORDS = {
    "a request": b"version\r\n",
    "half a request": b"get ke",
    "a request that is not answered": b"set key 0 0 2 noreply\r\nab\r\n",
    "half a value": b"set key 0 0 100\r\nabc",
    "more than one receive takes": b"set key 0 0 20 noreply\r\n" + b"v" * 20 + b"\r\n" * 40000,
    "nothing": b"",
}


def last_words(server, words, how):
    """Says the words and goes, while the server is stopped; True if the server noticed."""
    client = server.connect()
    ask(client, b"version\r\n")
    server.process.send_signal(signal.SIGSTOP)
    client.setblocking(False)
    if words:
        client.send(words)
    if how == "resets":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    if how == "closes its half":
        client.shutdown(socket.SHUT_WR)
        server.process.send_signal(signal.SIGCONT)
        client.settimeout(DEADLINE_S)
        try:
            while client.recv(1 << 16):
                pass
        except TimeoutError:
            return False
    client.close()
    server.process.send_signal(signal.SIGCONT)
    return until(lambda: server.stats()["curr_connections"] == "1")


def pipeline(server):
    """Many receives' worth of requests that one event tells of."""
    requests = b"".join(b"set key 0 0 1000\r\n" + b"v" * 1000 + b"\r\n" for _ in range(60))
    with server.connect() as client:
        ask(client, b"version\r\n")
        server.process.send_signal(signal.SIGSTOP)
        client.setblocking(False)
        sent = client.send(requests)
        server.process.send_signal(signal.SIGCONT)
        client.settimeout(DEADLINE_S)
        client.sendall(requests[sent:])
        same(ask(client, b"", b"STORED\r\n" * 60), b"STORED\r\n" * 60,
             "sixty requests that came at once are all answered")


def half_closed(server):
    """The answers of a client that sends nothing more still arrive."""
    with server.connect() as client:
        client.sendall(b"set large 0 0 900000\r\n" + b"v" * 900000 + b"\r\n")
        same(client.recv(100), b"STORED\r\n", "a large value")
        client.sendall(b"get large\r\n" * 20)
        client.shutdown(socket.SHUT_WR)
        total = 0
        while part := client.recv(1 << 20):
            total += len(part)
        same(total, 20 * len(b"VALUE large 0 900000\r\n" + b"v" * 900000 + b"\r\nEND\r\n"),
             "twenty answers of it reach a client that has closed its half")


with Server() as server:
    for name, words in LAST_WORDS.items():
        for how in ("hangs up", "resets", "closes its half"):
            check(last_words(server, words, how), f"says {name} and {how}: is gone")
    pipeline(server)
    half_closed(server)
finish()
