#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""python-memcached (Debian: python3-memcache), every call of its interface, values read back.

It ends each storage command with a blank before CR LF and tells types by flags: 0 bytes, 1 pickle,
2 int, 16 str.
"""
import os

import memcache

from tap import finish, same

SERVERS = os.environ["MEMCACHED_SERVERS"].split()

mc = memcache.Client(SERVERS, debug=False, socket_timeout=60)
same(mc.set("some_key", "Some value"), True, "set")
same(mc.get("some_key"), "Some value", "get reads what was set")
same(mc.get("no_key"), None, "get of a missing key is a miss")
same(mc.set("bytes", b"\x00\r\nEND\r\n\xff"), True, "set of bytes that look like a reply")
same(mc.get("bytes"), b"\x00\r\nEND\r\n\xff", "they come back whole")
same(mc.set("number", 7), True, "set of an int")
same(mc.get("number"), 7, "it comes back as an int, by its flags")
same(mc.set("list", ["a", {"b": 1}]), True, "set of a list")
same(mc.get("list"), ["a", {"b": 1}], "it comes back as a list, by its flags")
same(mc.set("empty", ""), True, "set of nothing")
same(mc.get("empty"), "", "an empty value is no miss")
big = os.urandom(1000 * 1000)
same(mc.set("big", big), True, "set of a million bytes")
same(mc.get("big"), big, "all of them come back")

same(mc.add("added", "first"), True, "add of a new key")
same(mc.add("added", "second"), False, "add of a key that exists is refused")
same(mc.get("added"), "first", "the first value stays")
same(mc.replace("added", "third"), True, "replace of a key that exists")
same(mc.get("added"), "third", "the value is replaced")
same(mc.replace("no_key", "x"), False, "replace of a missing key is refused")
same(mc.get("no_key"), None, "nothing was stored")

same(mc.set("k1", "v1"), True, "set before append")
same(mc.append("k1", "after"), True, "append")
same(mc.get("k1"), "v1after", "the value grew at its end")
same(mc.prepend("k1", "before"), True, "prepend")
same(mc.get("k1"), "beforev1after", "the value grew at its start")
same(mc.append("no_key", "x"), False, "append to a missing key is refused")
same(mc.prepend("no_key", "x"), False, "prepend to a missing key is refused")
same(mc.get("no_key"), None, "nothing was stored by either")

same(mc.set("key", "1"), True, "set of a number in letters")
same(mc.incr("key"), 2, "incr by 1 answers the new number")
same(mc.get("key"), "2", "and stores it")
same(mc.incr("key", 1000), 1002, "incr by 1000")
same(mc.decr("key", 3), 999, "decr by 3")
same(mc.get("key").rstrip(), "999", "decr is stored (in a field that may keep its width)")
same(mc.decr("key", 5000), 0, "decr stops at 0")
same(mc.incr("no_key"), None, "incr of a missing key is a miss")
same(mc.get("no_key"), None, "and stores nothing")

same(mc.delete("key"), 1, "delete")
same(mc.get("key"), None, "the key is gone")
same(mc.delete("key"), 1, "this client calls a second delete a success too")

same(mc.set_multi({"key1": "val1", "key2": "val2"}), [], "set_multi refuses no key")
same(mc.get_multi(["key1", "key2", "key3"]), {"key1": "val1", "key2": "val2"},
     "get_multi finds both and leaves out the third")
same(mc.set_multi({"a": 1, "b": 2}, key_prefix="p_"), [], "set_multi with a prefix")
same(mc.get_multi(["a", "b"], key_prefix="p_"), {"a": 1, "b": 2}, "get_multi with the prefix")
same(mc.get("p_a"), 1, "the prefix is part of the key")
same(mc.delete_multi(["key1", "key2"]), 1, "delete_multi")
same(mc.get_multi(["key1", "key2", "p_a"]), {"p_a": 1}, "both are gone, another key is not")

same(mc.set("brief", "x", time=100), True, "set with an exptime")
same(mc.touch("brief", 200), 1, "touch")
same(mc.get("brief"), "x", "still there")
same(mc.touch("brief", -1), 1, "touch with an exptime in the past")
same(mc.get("brief"), None, "gone at once")

same(mc.set("quiet", "x", noreply=True), True, "set with noreply")
same(mc.get("quiet"), "x", "stored, and the connection is in step")
same(mc.delete("quiet", noreply=True), 1, "delete with noreply")
same(mc.get("quiet"), None, "gone, and the connection is in step")

(_, stats), = mc.get_stats()
same(int(stats["pid"]) > 0 and int(stats["cmd_set"]) > 10, True, "stats count the sets")
mc.flush_all()
same(mc.get_multi(["a", "added", "k1", "p_a"]), {}, "flush_all leaves nothing")
finish()
