#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""A cluster of three servers weighted 1:2:1, through python-memcached 1.59.

The client alone decides where a key lives: it lists each member `weight` times, here 0 1 1 2, and
takes the entry (crc32(key) >> 16 & 0x7fff) modulo 4; version 1.59 turns a hash of 0, that of the
key `ob`, into 1. Where keys must land is in python-memcache-w121.tsv, made by make-vectors.
"""
import os
import pathlib
import signal
import socket
import time

import memcache

from tap import finish, same

SERVERS = os.environ["MEMCACHED_SERVERS"].split()
PIDS = [int(pid) for pid in os.environ["MEMCACHED_PIDS"].split()]
WEIGHTS = (1, 2, 1)

VECTORS = {}
for line in pathlib.Path(__file__).with_name("python-memcache-w121.tsv").read_text().splitlines():
    if not line.startswith("# "):
        key, index = line.split("\t")
        VECTORS[key] = int(index)

cluster = memcache.Client(list(zip(SERVERS, WEIGHTS)), socket_timeout=60)
members = [memcache.Client([server], socket_timeout=60) for server in SERVERS]


def holders(key):
    """The members that hold the key, each asked directly."""
    return [index for index, member in enumerate(members) if member.get(key) is not None]


def counts():
    return [int(member.get_stats()[0][1]["curr_items"]) for member in members]


def strays(keys):
    """Keys that are not on their one member."""
    return {key: holders(key) for key in keys if holders(key) != [VECTORS[key]]}


def wait_until_refused(server):
    """Returns when nobody listens there any more."""
    host, port = server.split(":")
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except ConnectionRefusedError:
            return
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"{server} still listens")


for key in ("foo", "k1", "product_count", "ob"):
    same(cluster.set(key, f"value of {key}"), True, f"set {key} through the cluster")
    same(holders(key), [VECTORS[key]], f"{key} is on member {VECTORS[key]} and no other")
    same(cluster.get(key), f"value of {key}", f"get {key} through the cluster")
same(VECTORS["ob"], 1, "ob has hash 0, which this client turns into 1")

same(members[0].get("product_count"), None, "on the wrong member a key is a miss")
same(members[0].replace("product_count", "x"), False, "and replace there finds nothing")
same(members[0].incr("product_count"), None, "nor does incr")
same(members[0].set("product_count", "stray"), True, "a copy set there")
same(cluster.get("product_count"), "value of product_count", "is not seen through the cluster")

everything = {key: f"value of {key}" for key in VECTORS}
for member in members:
    member.flush_all()
same(cluster.set_multi(everything), [], f"set_multi of {len(VECTORS)} keys refuses none")
same(strays(VECTORS), {}, "each key is exactly where the vectors say")
wanted = [list(VECTORS.values()).count(index) for index in range(3)]
same(counts(), wanted, f"so the members hold {wanted[0]}, {wanted[1]} and {wanted[2]} items")
same(cluster.get_multi(list(VECTORS) + ["no_key"]), everything, "get_multi collects them all")
gone = list(VECTORS)[::2]
same(cluster.delete_multi(gone), 1, "delete_multi of every other key")
same({key: holders(key) for key in gone if holders(key)}, {}, "they are gone from their members")
same(cluster.get_multi(list(VECTORS)), {key: everything[key] for key in list(VECTORS)[1::2]},
     "the others are still there")

os.kill(PIDS[1], signal.SIGTERM)
wait_until_refused(SERVERS[1])
left = {key: everything[key] for key in list(VECTORS)[1::2] if VECTORS[key] != 1}
same(cluster.get_multi(list(VECTORS)), left, "with member 1 dead the others' keys are found")
same(cluster.get("product_count"), None, "a key of the dead member is a miss")
same(cluster.set("product_count", 900), True, "set again, it goes to another member")
same(cluster.get("product_count"), 900, "and is found there")
same(len([1 for member in (members[0], members[2]) if member.get("product_count") == 900]), 1,
     "on one of those alive")
finish()
