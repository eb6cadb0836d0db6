#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Adapter for python-binary-memcached's DistributedClient."""
from adapter import number, serve, text, told, value, values
from bmemcached import DistributedClient

KEEP = 0xffffffff  # an increment with this exptime does not make a missing key


def connect(servers):
    return DistributedClient([address for address, _ in servers], socket_timeout=2)


def gets(mc, key):
    found = mc.gets(text(key))
    return value(*found) if found and found[0] is not None else "miss"


def cas(mc, key, new, time, unique):
    if unique == b"-":
        return "unsupported"
    return told(mc.cas(text(key), new, int(unique), int(time)))


def mset(mc, *words):
    return told(not mc.set_multi({text(words[i]): words[i + 1] for i in range(0, len(words), 2)}))


serve(connect, {
    "set": lambda mc, key, new, time: told(mc.set(text(key), new, int(time))),
    "add": lambda mc, key, new, time: told(mc.add(text(key), new, int(time))),
    "replace": lambda mc, key, new, time: told(mc.replace(text(key), new, int(time))),
    "get": lambda mc, key: value(mc.get(text(key))),
    "gets": gets,
    "cas": cas,
    "mget": lambda mc, *keys: values(mc.get_multi([text(key) for key in keys])),
    "mset": mset,
    "delete": lambda mc, key: told(mc.delete(text(key))),
    "incr": lambda mc, key, by: number(mc.incr(text(key), int(by), time=KEEP)),
    "decr": lambda mc, key, by: number(mc.decr(text(key), int(by), time=KEEP)),
})
