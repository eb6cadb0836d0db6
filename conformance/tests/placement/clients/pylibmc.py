# SPDX-License-Identifier: MIT
"""pylibmc, the Python binding of libmemcached. $BEHAVIORS: a comma-separated list of its names."""
import contextlib
import os
import sys

import pylibmc

servers = [f"{host}:{port}:{weight}" for host, port, weight in zip(*[iter(sys.argv[1:])] * 3)]
behaviors = {name: True for name in os.environ["BEHAVIORS"].split(",") if name}
client = pylibmc.Client(servers, behaviors=behaviors)
for key in sys.stdin.buffer.read().decode().split("\n")[:-1]:
    with contextlib.suppress(pylibmc.Error):
        client.set(key, "1")
