#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Adapter for pymemcache's HashClient."""
from adapter import number, serve, text, told, value, values
from pymemcache.client.hash import HashClient


def connect(servers):
    return HashClient([address for address, _ in servers], connect_timeout=2, timeout=2,
                      default_noreply=False, dead_timeout=1, retry_timeout=0.1)


def gets(mc, key):
    found, unique = mc.gets(text(key))
    return value(found, unique.decode() if unique else None)


def cas(mc, key, new, time, unique):
    if unique == b"-":
        return "unsupported"
    return told(mc.cas(text(key), new, unique, expire=int(time)))


def mset(mc, *words):
    return told(not mc.set_many({text(words[i]): words[i + 1] for i in range(0, len(words), 2)}))


serve(connect, {
    "set": lambda mc, key, new, time: told(mc.set(text(key), new, int(time))),
    "set-noreply": lambda mc, key, new, time: told(
        mc.set(text(key), new, int(time), noreply=True)),
    "add": lambda mc, key, new, time: told(mc.add(text(key), new, int(time))),
    "replace": lambda mc, key, new, time: told(mc.replace(text(key), new, int(time))),
    "append": lambda mc, key, new, time: told(mc.append(text(key), new, int(time))),
    "prepend": lambda mc, key, new, time: told(mc.prepend(text(key), new, int(time))),
    "get": lambda mc, key: value(mc.get(text(key))),
    "gets": gets,
    "cas": cas,
    "mget": lambda mc, *keys: values(mc.get_many([text(key) for key in keys])),
    "mset": mset,
    "delete": lambda mc, key: told(mc.delete(text(key))),
    "touch": lambda mc, key, time: told(mc.touch(text(key), int(time))),
    "incr": lambda mc, key, by: number(mc.incr(text(key), int(by))),
    "decr": lambda mc, key, by: number(mc.decr(text(key), int(by))),
})
