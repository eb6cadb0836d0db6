#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""pymemcache, which returns bytes, sends noreply unless told otherwise and hands out cas uniques."""
import os

from pymemcache.client.base import Client
from pymemcache.exceptions import MemcacheClientError

from tap import finish, same

HOST, PORT = os.environ["MEMCACHED_SERVERS"].split()[0].split(":")
mc = Client((HOST, int(PORT)), default_noreply=False, timeout=60, connect_timeout=60)


def refused(call, *arguments):
    try:
        return f"no error but {call(*arguments)!r}"
    except MemcacheClientError as error:
        return str(error)


same(mc.set("k", "value"), True, "set")
same(mc.get("k"), b"value", "get")
same(mc.get("no_key"), None, "get of a missing key is a miss")
same(mc.set("bytes", b"\x00\r\nEND\r\n\xff"), True, "set of bytes that look like a reply")
same(mc.get("bytes"), b"\x00\r\nEND\r\n\xff", "they come back whole")
big = os.urandom(1000 * 1000)
same(mc.set("big", big), True, "set of a million bytes")
same(mc.get("big"), big, "all of them come back")

same(mc.add("added", "first"), True, "add of a new key")
same(mc.add("added", "second"), False, "add of a key that exists is refused")
same(mc.replace("added", "third"), True, "replace of a key that exists")
same(mc.replace("no_key", "x"), False, "replace of a missing key is refused")
same(mc.append("added", ">"), True, "append")
same(mc.prepend("added", "<"), True, "prepend")
same(mc.get("added"), b"<third>", "the value grew at both ends")

same(mc.set("number", "18446744073709551614"), True, "set of 2^64 - 2")
same(mc.incr("number", 1), 18446744073709551615, "incr to 2^64 - 1")
same(mc.incr("number", 1), 0, "incr wraps to 0")
same(mc.set("number", "10"), True, "set of a number")
same(mc.decr("number", 3), 7, "decr")
same(mc.get("number").rstrip(), b"7", "is stored")
same(mc.incr("no_key", 1), None, "incr of a missing key is a miss")
same("non-numeric" in refused(mc.incr, "added", 1), True, "incr of a word is a client error")
same(mc.get("added"), b"<third>", "and changes nothing")

value, unique = mc.gets("added")
same(value, b"<third>", "gets brings the value")
same(mc.cas("added", "fourth", unique), True, "cas with the cas unique of gets")
same(mc.cas("added", "fifth", unique), False, "cas with the same one again is refused")
same(mc.cas("no_key", "x", unique), None, "cas of a missing key finds nothing")
same(mc.get("added"), b"fourth", "the first cas stands")
uniques = mc.gets_many(["added", "bytes", "no_key"])
same({key: got[0] for key, got in uniques.items()},
     {"added": b"fourth", "bytes": b"\x00\r\nEND\r\n\xff"}, "gets_many finds both")
same(len({got[1] for got in uniques.values()}), 2, "with two different cas uniques")

same(mc.set_many({"a": "1", "b": "2"}), [], "set_many refuses no key")
same(mc.get_many(["a", "b", "c"]), {"a": b"1", "b": b"2"}, "get_many finds both")
same(mc.touch("a", 100), True, "touch of a key that exists")
same(mc.touch("no_key", 100), False, "touch of a missing key")
same(mc.touch("a", -1), True, "touch with an exptime in the past")
same(mc.get("a"), None, "the item is gone")
same(mc.delete("b"), True, "delete")
same(mc.delete("b"), False, "a second delete finds nothing")

for number in range(100):
    mc.set(f"quiet{number}", str(number), noreply=True)
same(mc.get("quiet99"), b"99", "100 sets with noreply, and the connection is in step")
same(mc.incr("quiet1", 9, noreply=True), None, "incr with noreply")
same(mc.delete("quiet2", noreply=True), True, "delete with noreply")
same(mc.get_many(["quiet1", "quiet2", "quiet3"]), {"quiet1": b"10", "quiet3": b"3"}, "both done")
same(mc.version().startswith(b"1."), True, "version")
same(mc.stats()[b"curr_items"], 104, "stats count the items")
same(mc.flush_all(), True, "flush_all")
same(mc.get_many(["added", "big", "quiet99"]), {}, "leaves nothing")
mc.quit()
finish()
