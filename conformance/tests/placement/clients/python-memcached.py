# SPDX-License-Identifier: MIT
"""python-memcached. $PYTHON_MEMCACHED may name a folder with another memcache.py."""
import os
import sys

sys.path[:0] = filter(None, [os.environ.get("PYTHON_MEMCACHED")])
import memcache

servers = [(f"{host}:{port}", int(weight))
           for host, port, weight in zip(*[iter(sys.argv[1:])] * 3)]
client = memcache.Client(servers, dead_retry=3600)
for key in sys.stdin.buffer.read().decode().split("\n")[:-1]:
    client.set(key, "1")
