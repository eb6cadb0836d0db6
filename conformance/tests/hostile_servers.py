#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Small servers that misbehave, each in one way: what students write, and what enemies would.

A row of SERVERS is a behaviour: a function that serves one connection. `hostile_servers.py NAME
PORT` serves one in the foreground, for mctap --spawn; listen() serves one in a thread. Where a
behaviour says nothing else it answers as a memcached does, by Memory.
"""

import os
import socket
import struct
import sys
import threading
import time


class Memory:
    """A memcached of six commands, one for all connections. Answers are bytes."""

    def __init__(self):
        self.items = {}

    def answer(self, line, read):
        words = line.split()
        command = words[0] if words else b""
        if command == b"set" and len(words) >= 5:
            self.items[words[1]] = (words[2], read(int(words[4]) + 2)[:-2])
            return b"" if words[-1] == b"noreply" else b"STORED\r\n"
        if command == b"get":
            found = b"".join(b"VALUE %s %s %d\r\n%s\r\n" % (key, self.items[key][0],
                                                            len(self.items[key][1]),
                                                            self.items[key][1])
                             for key in words[1:] if key in self.items)
            return found + b"END\r\n"
        if command in (b"delete", b"touch"):
            return b"DELETED\r\n" if self.items.pop(words[1], None) else b"NOT_FOUND\r\n"
        if command == b"stats":
            return b"STAT curr_items %d\r\nEND\r\n" % len(self.items)
        if command == b"version":
            return b"VERSION 1.6.18-hostile\r\n"
        return None if command == b"quit" else b"ERROR\r\n"


class Client:
    """One connection as a behaviour sees it."""

    def __init__(self, connection, memory):
        self.connection, self.memory = connection, memory
        self.input = connection.makefile("rb")

    def send(self, data):
        self.connection.sendall(data)

    def requests(self):
        """(line, answer) of each request, until the client quits or goes."""
        while line := self.input.readline():
            answer = self.memory.answer(line, self.input.read)
            if answer is None:
                return
            yield line, answer

    def reset(self):
        """Closes with a RST."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def honest(client):
    for _, answer in client.requests():
        client.send(answer)


def mute(client):
    for _ in client.requests():
        pass


def answers_once(client):
    for number, (_, answer) in enumerate(client.requests()):
        if number == 0:
            client.send(answer)


def greets(client):
    client.send(b"220 welcome to my cache\r\n")
    honest(client)


def greets_in_two_lines(client):
    """Also does not know `version`, as servers of students."""
    client.send(b"hello\r\nask me\r\n")
    knows_no_version(client)


def greets_with_line_feed(client):
    client.send(b"hello\n")
    knows_no_version(client)


def crawls(client):
    for _, answer in client.requests():
        for byte in answer:
            client.send(bytes([byte]))
            time.sleep(0.001)


def twice(client):
    for line, answer in client.requests():
        client.send(answer if line.startswith(b"version") else answer + answer)


def late(client):
    """The answer comes when the deadline of a step has passed."""
    for line, answer in client.requests():
        time.sleep(0 if line.startswith((b"version", b"stats")) else 0.6)
        client.send(answer)


def floods(client):
    for line, answer in client.requests():
        client.send(answer)
        while line.startswith(b"set"):
            client.send(b"x" * 65536)


def floods_instead_of_reading(client):
    """Of a set it reads not even the data block."""
    while line := client.input.readline():
        while line.startswith(b"set"):
            client.send(b"x" * 65536)
        client.send(client.memory.answer(line, client.input.read) or b"")


def floods_lines(client):
    """Without end, but line by line, to keep a {lines} matcher busy."""
    for line, answer in client.requests():
        while line.startswith(b"stats"):
            client.send(b"STAT a 1\r\n" * 4096)
        client.send(answer)


POISON = (b"\0\0ok 1\r\n", b"ok 1 - all is well\r\n", b"Bail out! stop here\r\n", b"1..0\r\n",
          b"\x1b[2J\x1b]0;pwned\x07\r\n", b"not ok 2 # TODO\r\n", b"  ---\r\n  ...\r\n",
          b"\xff\xfe\xc3\x28\r\n", b"TAP version 14\r\npragma +strict\r\n")


def poisons(client):
    """Answers what would be TAP, YAML or a terminal's command if it were printed as it is."""
    for number, (line, answer) in enumerate(client.requests()):
        if line.startswith((b"version", b"stats")):
            client.send(b"VERSION 1.0 \x1b[31m # TODO\r\n" if line.startswith(b"version")
                        else answer)
        else:
            client.send(POISON[(number + len(line)) % len(POISON)])


def closes(client):
    """Closes every connection as soon as it is accepted."""


def closes_in_the_middle(client):
    for line, answer in client.requests():
        if not line.startswith((b"version", b"stats")):
            client.send(answer[:len(answer) // 2])
            return
        client.send(answer)


def resets(client):
    for line, answer in client.requests():
        if not line.startswith((b"version", b"stats")):
            client.reset()
            return
        client.send(answer)


def resets_early(client):
    """In the middle of a data block that it does not read."""
    while line := client.input.readline():
        if line.startswith(b"set"):
            client.reset()
            return
        client.send(client.memory.answer(line, client.input.read) or b"")


def never_reads(client):
    """Answers small requests; of a set it reads not even the data block."""
    while line := client.input.readline():
        if line.startswith(b"set"):
            time.sleep(30)
            return
        client.send(client.memory.answer(line, client.input.read) or b"")


def never_closes(client):
    while line := client.input.readline():
        client.send(client.memory.answer(line, client.input.read) or b"")


def only_errors(client):
    for _ in client.requests():
        client.send(b"ERROR\r\n")


def knows_no_version(client):
    for line, answer in client.requests():
        client.send(b"ERROR\r\n" if line.startswith(b"version") else answer)


def knows_get_and_set(client):
    """A server that is being written: what it does not know it refuses in words of its own."""
    for line, answer in client.requests():
        known = line.split(b" ")[0].strip() in (b"get", b"set", b"version", b"quit")
        client.send(answer if known else b"CLIENT_ERROR what is that?\r\n")


def counts_up_and_appends(client):
    """A server that is half written: incr and append are there, decr and prepend are not yet."""
    for line, answer in client.requests():
        word = line.split(b" ")[0]
        if word == b"append":
            client.input.readline()
        client.send({b"append": b"NOT_STORED\r\n", b"incr": b"NOT_FOUND\r\n"}.get(word, answer))


def names_what_it_does_not_know(client):
    for line, answer in client.requests():
        word = line.split(b" ")[0].strip()
        client.send(answer if word in (b"get", b"set") else word + b" is no command\r\n")


def takes_a_segment_for_a_request(client):
    """Of what comes in one segment only the first request is answered."""
    for segment in iter(lambda: client.connection.recv(65536), b""):
        line, _, data = segment.partition(b"\r\n")
        answer = client.memory.answer(line, lambda _, data=data: data)
        client.send(answer if line.split(b" ")[0] in (b"get", b"set") else b"ERROR\r\n")


def closes_when_cleaned(client):
    """Shortly after it has deleted what was left on it, which only the end of a run does."""
    deletes = 0
    for line, answer in client.requests():
        client.send(answer)
        deletes += line.startswith(b"delete")
        if deletes > 1 and not line.startswith(b"delete"):
            time.sleep(0.1)
            return


def deletes_one_key(client):
    """A connection; that is, it does not answer the end of a run, which deletes several."""
    deletes = 0
    for line, answer in client.requests():
        deletes += line.startswith(b"delete")
        client.send(answer if deletes < 2 else b"")


def crashes(client):
    """A fault in one command, of a kind that students know: the whole process is gone."""
    for line, answer in client.requests():
        if line.startswith(b"delete"):
            sys.stderr.write("*** stack smashing detected ***: terminated\n")
            sys.stderr.flush()
            os.abort()
        client.send(answer)


def crashes_on_quit(client):
    """The client sees what it wanted to see: a closed connection. The end comes a little later."""
    while line := client.input.readline():
        if line.startswith(b"quit"):
            client.connection.shutdown(socket.SHUT_RDWR)
            time.sleep(0.005)
            os.abort()
        client.send(client.memory.answer(line, client.input.read))


def crashes_on_flush(client):
    while line := client.input.readline():
        if line.startswith(b"flush_all"):
            os.abort()
        client.send(client.memory.answer(line, client.input.read) or b"")


def crashes_on_close(client):
    """Dies as soon as its first client, mctap's own question, hangs up."""
    honest(client)
    os.abort()


def crashes_at_last(client):
    """Answers first and dies a moment later."""
    for line, answer in client.requests():
        client.send(answer)
        if line.startswith(b"delete"):
            os.abort()


SERVERS = {serve.__name__: serve for serve in (
    honest, mute, answers_once, greets, crawls, twice, late, floods, floods_instead_of_reading,
    floods_lines, poisons, closes, closes_in_the_middle, resets, resets_early, never_reads, never_closes, only_errors,
    knows_no_version, knows_get_and_set, counts_up_and_appends, greets_in_two_lines, greets_with_line_feed,
    names_what_it_does_not_know, takes_a_segment_for_a_request, closes_when_cleaned,
    deletes_one_key, crashes, crashes_on_quit, crashes_on_flush, crashes_on_close, crashes_at_last)}


def serve_one(serve, connection, memory):
    with connection:
        try:
            serve(Client(connection, memory))
        except (OSError, ValueError, IndexError):
            pass  # the client went


def accept_all(serve, listener, one_by_one):
    memory = Memory()
    while True:
        connection, _ = listener.accept()
        if one_by_one:
            serve_one(serve, connection, memory)
        else:
            threading.Thread(target=serve_one, args=(serve, connection, memory),
                             daemon=True).start()


def listen(name, port=0, one_by_one=False):
    """Serves in a thread; returns the address as mctap takes it."""
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    threading.Thread(target=accept_all, args=(SERVERS[name], listener, one_by_one),
                     daemon=True).start()
    return "127.0.0.1:%d" % listener.getsockname()[1]


def main():
    if sys.argv[1] == "never_listens":
        time.sleep(60)
    # No SO_REUSEADDR, as in most first servers: a port that was in use cannot be bound again.
    listener = socket.socket()
    listener.bind(("127.0.0.1", int(sys.argv[2])))
    listener.listen(128)
    accept_all(SERVERS[sys.argv[1]], listener, False)


if __name__ == "__main__":
    main()
