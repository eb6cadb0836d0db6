#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""come-and-go.t - thousands of clients that come, ask something or nothing, and go in any way and at
any moment: each is answered to the byte and closed, and none stays behind.

COME_AND_GO=20000 sends more of them, COME_AND_GO_SEED=2 others.
"""
import os
import random
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

from mcref import DEADLINE_S, Server, check, finish, until

CLIENTS = int(os.environ.get("COME_AND_GO", "1500"))
SEED = int(os.environ.get("COME_AND_GO_SEED", "1"))
AT_ONCE = 24
RESET = struct.pack("ii", 1, 0)
RECEIVED_AT_ONCE = (2048, 14336, 16384, 32768)  # what a receive can fill
ANSWERS_MAX_BYTES = 30000  # sent before anything is read: must fit into the kernel's buffers


def request(chance, key):
    """A request and its answer."""
    kind = chance.randrange(7)
    if kind == 0:
        return b"version\r\n", b"VERSION 1.6.18-mcref\r\n"
    if kind == 1:
        value = b"x" * chance.choice([0, 1, 100, 4096, 4097, 16344, 16384, 16385, 50000])
        return b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value), b"STORED\r\n"
    if kind == 2:
        value = b"y" * chance.choice([5, 4096, 4097, 20000])
        return (b"set %s 0 0 %d noreply\r\n%s\r\nget %s\r\n" % (key, len(value), value, key),
                b"VALUE %s 0 %d\r\n%s\r\nEND\r\n" % (key, len(value), value))
    if kind == 3:
        return b"get%s\r\n" % (b" %s-none" % key * chance.choice([1, 2, 10, 60])), b"END\r\n"
    return chance.choice([(b"mn\r\n", b"MN\r\n"), (b"foo\r\n", b"ERROR\r\n"),
                          (b"mg %s-none v\r\n" % key, b"EN\r\n")])


def script(chance, key):
    """What a client says, and what it must hear."""
    said = heard = b""
    for _ in range(chance.choice([0, 0, 1, 1, 1, 2, 5, 30])):
        asked, answer = request(chance, key)
        if len(heard) + len(answer) < ANSWERS_MAX_BYTES:
            said, heard = said + asked, heard + answer
    missing = min((size - len(said) for size in RECEIVED_AT_ONCE if size - len(said) > 8),
                  default=2000)
    if missing < 1500 and chance.random() < 0.5:
        said, heard = said + b"mg none%sv\r\n" % (b" " * (missing - 10)), heard + b"EN\r\n"
    return said, heard


def say(chance, client, said):
    """In pieces, with pauses that end at any moment of the server's."""
    cuts = sorted(chance.randrange(len(said)) for _ in range(chance.choice([0, 0, 0, 1, 3])) if said)
    for begin, end in zip([0] + cuts, cuts + [len(said)]):
        if begin < end:
            client.sendall(said[begin:end])
        if chance.random() < 0.3:
            time.sleep(chance.random() * 0.002)


def hear(client):
    """Everything until the server closes. Who goes without OpenSSL's goodbye is told an alert."""
    heard = b""
    try:
        while part := client.recv(1 << 16):
            heard += part
    except ssl.SSLError as error:
        if "alert" not in str(error) and "EOF" not in str(error):
            raise
    return heard


def come_and_go(chance, connect, key):
    """One client; what was wrong, or None."""
    said, heard = script(chance, key)
    way = chance.choice(["half"] * 3 + ["unfinished", "quit", "close", "reset"])
    said += {"quit": b"quit\r\n", "unfinished": chance.choice([b"get ab", b"s"])}.get(way, b"")
    with connect() as client:
        say(chance, client, said)
        if way == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if way in ("reset", "close"):
            return None
        if way != "quit":
            socket.socket.shutdown(client, socket.SHUT_WR)
        told = hear(client)
    if told == heard:
        return None
    return f"{way}: said {said[:200]!r} ({len(said)})\nheard {told[-200:]!r} ({len(told)}), " \
           f"not {heard[-200:]!r} ({len(heard)})"


def crowd(connect, clients):
    """Many at once; what was wrong with any."""
    troubles = []

    def some(number):
        chance = random.Random(SEED * 1000 + number)
        for turn in range(clients // AT_ONCE):
            try:
                trouble = come_and_go(chance, connect, b"key-%d-%d" % (number, turn))
            except OSError as error:
                trouble = f"client {number}-{turn}: {error!r}"
            if trouble:
                troubles.append(trouble)
                return

    threads = [threading.Thread(target=some, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def nobody_stays(connect):
    def alone():
        with connect() as client:
            client.sendall(b"stats\r\nquit\r\n")
            return b"STAT curr_connections 1\r\n" in hear(client)
    return until(alone)


def play(name, server, connect, clients):
    troubles = crowd(connect, clients)
    check(not troubles, f"{name}: {clients} clients are answered and closed", "\n".join(troubles))
    check(nobody_stays(connect), f"{name}: and none stays behind")
    check(server.stop() == 0, f"{name}: and the server is well", getattr(server, "errors", ""))


def by_unix(path):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(DEADLINE_S)
    client.connect(path)
    return client


with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path has 108 bytes at most
    for requests in ("1", "128"):
        with Server("-R", requests, "-c", "4096") as server:
            play(f"TCP, -R {requests}", server, server.connect, CLIENTS)
    socket_path, pem = os.path.join(folder, "socket"), os.path.join(folder, "pem")
    with Server("-s", socket_path, where=()) as server:
        play("Unix socket", server, lambda: by_unix(socket_path), CLIENTS)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=mcref", "-keyout", pem,
                    "-out", pem + ".crt"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with Server("-Z", "-o", f"ssl_chain_cert={pem}.crt,ssl_key={pem}") as server:
        play("TLS", server, lambda: context.wrap_socket(server.connect()), CLIENTS // 5)
finish()
