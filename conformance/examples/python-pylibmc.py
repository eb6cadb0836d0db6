#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Adapter for pylibmc, Python's libmemcached: python-pylibmc.py [binary] [ketama_weighted]"""
import sys

import pylibmc
from adapter import number, serve, text, told, value, values


def connect(servers):
    behaviors = {"cas": True, "connect_timeout": 2000, "receive_timeout": 2000000,
                 "send_timeout": 2000000, "retry_timeout": 1, "_poll_timeout": 2000}
    if "ketama_weighted" in sys.argv:
        behaviors["ketama_weighted"] = True
    return pylibmc.Client([f"{address}:{weight}" for address, weight in servers],
                          binary="binary" in sys.argv, behaviors=behaviors)


def gets(mc, key):
    found, unique = mc.gets(text(key))
    return value(found, unique)


def cas(mc, key, new, time, unique):
    if unique == b"-":
        return "unsupported"
    return told(mc.cas(text(key), new, int(unique), int(time)))


def counted(call, mc, key, by):
    try:
        return number(call(mc)(text(key), int(by)))
    except pylibmc.NotFound:
        return "miss"


def mset(mc, *words):
    pairs = {text(words[i]): words[i + 1] for i in range(0, len(words), 2)}
    return told(not mc.set_multi(pairs))


serve(connect, {
    "set": lambda mc, key, new, time: told(mc.set(text(key), new, int(time))),
    "add": lambda mc, key, new, time: told(mc.add(text(key), new, int(time))),
    "replace": lambda mc, key, new, time: told(mc.replace(text(key), new, int(time))),
    "append": lambda mc, key, new, time: told(mc.append(text(key), new)),
    "prepend": lambda mc, key, new, time: told(mc.prepend(text(key), new)),
    "get": lambda mc, key: value(mc.get(text(key))),
    "gets": gets,
    "cas": cas,
    "mget": lambda mc, *keys: values(mc.get_multi([text(key) for key in keys])),
    "mset": mset,
    "delete": lambda mc, key: told(mc.delete(text(key))),
    "touch": lambda mc, key, time: told(mc.touch(text(key), int(time))),
    "incr": lambda mc, key, by: counted(lambda client: client.incr, mc, key, by),
    "decr": lambda mc, key, by: counted(lambda client: client.decr, mc, key, by),
})
