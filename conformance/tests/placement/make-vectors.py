#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes python-memcached-1.59.tsv: where a real python-memcached puts keys, asked of real servers.

    conformance/tests/placement/make-vectors.py > conformance/tests/placement/python-memcached-1.59.tsv

The client (Debian's python3-memcache) sets every key through a cluster of memcached servers; then
each server is asked whether it holds the key. Columns: weights, members that are down ("-": none),
key, index of the member ("none": the client gave up).
"""

import contextlib
import socket
import subprocess
import sys
import time

import memcache

CLUSTERS = [((1, 2, 1), ()), ((1, 2, 3, 4, 5), ()), ((1, 1), ()), ((3, 0, 1), ()),
            ((1, 2, 1), (1,)), ((1, 2, 1), (0, 2)), ((1, 2, 1), (0, 1, 2)),
            ((1, 2, 3, 4, 5), (4,)), ((1, 2, 3, 4, 5), (2, 3, 4)), ((1, 30), (1,))]
WORDS = """foo bar ob product_count k a b c key user session x y z get set END VALUE STORED noreply -1
           00 1e9 % $ %20 mc:product_count ns:product_count user:10:name session/abcdef0123456789
           http://example.org/index.html?x=1&y=2 product:1000:stock {curly} #hash "quoted" \\back
           ~tilde ^caret UPPER lower MiXeD 18446744073709551615 2147483648""".split()
KEYS = WORDS + ["k" * n for n in (2, 3, 16, 32, 64, 128, 249, 250)] \
             + [f"key{i}" for i in range(100)] + [f"user:{i * i}" for i in range(50)]


@contextlib.contextmanager
def server():
    """A memcached on a free port; ready when it accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(port)])
    try:
        for _ in range(1000):
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.01)
        yield process, port
    finally:
        process.kill()
        process.wait()


def holds(port, key):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"get %s\r\nquit\r\n" % key.encode())
        return connection.makefile("rb").read().startswith(b"VALUE")


def vectors(weights, down):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(server()) for _ in weights]
        # A member of weight 0 never gets a key; the client wants it left out all the same.
        client = memcache.Client([(f"127.0.0.1:{port}", weight)
                                  for (_, port), weight in zip(servers, weights)], dead_retry=3600)
        for index in down:
            servers[index][0].kill()
            servers[index][0].wait()
        for key in KEYS:
            client.set(key, "1")
            found = [str(index) for index, (_, port) in enumerate(servers)
                     if index not in down and holds(port, key)]
            assert len(found) <= 1, (key, found)
            yield key, found[0] if found else "none"


def main():
    # The package knows better than memcache.__version__, which still says 1.58 in 1.59.
    client = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "python3-memcache"],
                            capture_output=True, text=True, check=True).stdout
    asked = subprocess.run(["memcached", "-V"], capture_output=True, text=True).stdout.strip()
    print(f"# made by python-memcached {client} and {asked}; see make-vectors.py")
    for weights, down in CLUSTERS:
        for key, member in vectors(weights, down):
            print(":".join(map(str, weights)), ",".join(map(str, down)) or "-", key, member,
                  sep="\t")


if __name__ == "__main__":
    sys.exit(main())
