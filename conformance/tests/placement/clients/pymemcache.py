# SPDX-License-Identifier: MIT
"""pymemcache's HashClient with str keys. It knows no weights."""
import sys

from pymemcache.client.hash import HashClient

servers = [(host, int(port)) for host, port, _ in zip(*[iter(sys.argv[1:])] * 3)]
client = HashClient(servers, allow_unicode_keys=True, ignore_exc=True, retry_attempts=0,
                    dead_timeout=3600, default_noreply=False)
for key in sys.stdin.buffer.read().decode().split("\n")[:-1]:
    for _ in servers:  # one try may only find that a member is dead
        if client.set(key, "1"):
            break
