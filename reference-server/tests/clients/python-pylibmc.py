#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""pylibmc (libmemcached for Python); with the argument "binary" in the binary protocol."""
import os
import sys

import pylibmc

from tap import finish, same

BINARY = "binary" in sys.argv[1:]
SERVERS = os.environ["MEMCACHED_SERVERS"].split()
mc = pylibmc.Client(SERVERS, binary=BINARY, behaviors={
    "cas": True, "tcp_nodelay": True, "connect_timeout": 60000, "_poll_timeout": 60000})


def refused(call, *arguments):
    """The name of the error that the call ends with."""
    try:
        return f"no error but {call(*arguments)!r}"
    except pylibmc.Error as error:
        return type(error).__name__


same(mc.set("k", "value"), True, "set")
same(mc.get("k"), "value", "get")
same(mc.get("no_key"), None, "get of a missing key is a miss")
same(mc.set("bytes", b"\x00\r\nEND\r\n\xff"), True, "set of bytes that look like a reply")
same(mc.get("bytes"), b"\x00\r\nEND\r\n\xff", "they come back whole")
same(mc.set("number", 7), True, "set of an int")
same(mc.get("number"), 7, "it comes back as an int, by its flags")

same(mc.add("added", "first"), True, "add of a new key")
same(mc.add("added", "second"), False, "add of a key that exists is refused")
same(mc.get("added"), "first", "the first value stays")
same(mc.replace("added", "third"), True, "replace of a key that exists")
same(mc.get("added"), "third", "the value is replaced")
same(refused(mc.replace, "no_key", "x"), "NotFound" if BINARY else "no error but False",
     "replace of a missing key is refused")
same(mc.append("k", ">"), True, "append")
same(mc.prepend("k", "<"), True, "prepend")
same(mc.get("k"), "<value>", "the value grew at both ends")

same(mc.incr("number", 5), 12, "incr")
same(mc.decr("number", 2), 10, "decr")
same(mc.get("number"), 10, "the number is stored")
same(refused(mc.incr, "no_key"), "NotFound", "incr of a missing key")
same(mc.set("greatest", 2**64 - 1), True, "set of 2^64 - 1")
same(mc.incr("greatest", 1), 0, "incr wraps it to 0")
same(mc.get("greatest"), 0, "and stores that")

value, unique = mc.gets("added")
same(value, "third", "gets brings the value")
same(mc.cas("added", "fourth", unique), True, "cas with the cas unique of gets")
same(mc.get("added"), "fourth", "is stored")
same(mc.cas("added", "fifth", unique), False, "cas with the same one again is refused")
same(mc.get("added"), "fourth", "the value stays")

same(mc.set_multi({"a": 1, "b": 2}, key_prefix="p_"), [], "set_multi refuses no key")
same(mc.get_multi(["a", "b", "c"], key_prefix="p_"), {"a": 1, "b": 2}, "get_multi finds both")
same(mc.touch("p_a", 100), True, "touch of a key that exists")
same(mc.touch("no_key", 100), False, "touch of a missing key")
same(mc.delete("k"), True, "delete")
same(mc.delete("k"), False, "a second delete finds nothing")
same(mc.get("k"), None, "the key is gone")
same(mc.delete_multi(["a", "b"], key_prefix="p_"), True, "delete_multi")
same(mc.get_multi(["p_a", "p_b", "added"]), {"added": "fourth"}, "both are gone, another is not")
(_, stats), = mc.get_stats()
same(int(stats["curr_items"]), 4, "stats count the items left")
same(mc.flush_all(), True, "flush_all")
same(mc.get_multi(["added", "bytes", "number"]), {}, "leaves nothing")
finish()
