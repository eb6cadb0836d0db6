#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Adapter for python-memcached: python-memcached.py [cache_cas]

Without cache_cas its cas() sends a plain set, as the class does by default.
"""
import sys

import memcache
from adapter import number, serve, told, value, values, text


def connect(servers):
    return memcache.Client(servers, cache_cas="cache_cas" in sys.argv, dead_retry=1,
                           socket_timeout=2)


def pairs(words):
    return {text(words[i]): words[i + 1] for i in range(0, len(words), 2)}


serve(connect, {
    "set": lambda mc, key, new, time: told(mc.set(text(key), new, int(time))),
    "set-noreply": lambda mc, key, new, time: told(mc.set(text(key), new, int(time), noreply=True)),
    "add": lambda mc, key, new, time: told(mc.add(text(key), new, int(time))),
    "replace": lambda mc, key, new, time: told(mc.replace(text(key), new, int(time))),
    "append": lambda mc, key, new, time: told(mc.append(text(key), new, int(time))),
    "prepend": lambda mc, key, new, time: told(mc.prepend(text(key), new, int(time))),
    "get": lambda mc, key: value(mc.get(text(key))),
    "gets": lambda mc, key: value(mc.gets(text(key))),
    "cas": lambda mc, key, new, time, _: told(mc.cas(text(key), new, int(time))),
    "mget": lambda mc, *keys: values(mc.get_multi([text(key) for key in keys])),
    "mset": lambda mc, *words: told(not mc.set_multi(pairs(words))),
    "delete": lambda mc, key: told(mc.delete(text(key))),
    "touch": lambda mc, key, time: told(mc.touch(text(key), int(time))),
    "incr": lambda mc, key, by: number(mc.incr(text(key), int(by))),
    "decr": lambda mc, key, by: number(mc.decr(text(key), int(by))),
})
