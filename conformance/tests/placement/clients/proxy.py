# SPDX-License-Identifier: MIT
"""A proxy as client: $PROXY is nutcracker or memcached's own proxy ($MEMCACHED_PROXY names a
memcached that was built with it). Keys are sent to it in plain text. $POOL: lines of nutcracker's
pool, with commas between them."""
import os
import socket
import subprocess
import sys
import tempfile
import time

PORT = 22122
CONNECT_S = 5  # after so long a member that does not answer is down
servers = list(zip(*[iter(sys.argv[1:])] * 3))


def nutcracker(folder):
    pool = os.environ["POOL"].split(",") + ["preconnect: false", "auto_eject_hosts: false",
                                            "timeout: 2000", f"listen: 127.0.0.1:{PORT}", "servers:"]
    with open(f"{folder}/pool.yml", "w") as file:
        print("pool:", *("  " + line for line in pool), sep="\n", file=file)
        for host, port, weight in servers:
            print(f"   - {host}:{port}:{weight}", file=file)
    return ["nutcracker", "-c", f"{folder}/pool.yml", "-s", "22222", "-a", "127.0.0.1",
            "-o", f"{folder}/log"]


def memcached(folder):
    with open(f"{folder}/proxy.lua", "w") as file:
        backends = ", ".join(f'mcp.backend("m{i}", "{socket.gethostbyname(host)}", {port})'
                             for i, (host, port, _) in enumerate(servers))
        print("function mcp_config_pools()\n"
              f"  return mcp.pool({{{backends}}})\nend\n"
              "function mcp_config_routes(pool)\n"
              "  local made = mcp.funcgen_new()\n"
              "  local handle = made:new_handle(pool)\n"
              "  made:ready({ f = function(context)\n"
              "    return function(r) return context:enqueue_and_wait(r, handle) end end })\n"
              "  mcp.attach(mcp.CMD_ANY_STORAGE, made)\nend", file=file)
    return [os.environ["MEMCACHED_PROXY"], "-u", "root", "-l", "127.0.0.1", "-p", str(PORT), "-t", "1",
            "-o", f"proxy_config={folder}/proxy.lua"]


def connect():
    for _ in range(1000):
        try:
            return socket.create_connection(("127.0.0.1", PORT))
        except ConnectionRefusedError:
            time.sleep(0.01)
    sys.exit("the proxy does not listen")


def sets(connection, replies, key):
    connection.sendall(b"set %s 0 0 1\r\n1\r\n" % key)
    return replies.readline() == b"STORED\r\n"


with tempfile.TemporaryDirectory() as folder:
    command = {"nutcracker": nutcracker, "memcached": memcached}[os.environ["PROXY"]](folder)
    proxy = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with connect() as connection:
            replies = connection.makefile("rb")
            deadline = time.monotonic() + CONNECT_S
            for key in sys.stdin.buffer.read().split(b"\n")[:-1]:
                while not sets(connection, replies, key) and time.monotonic() < deadline:
                    time.sleep(0.1)
    finally:
        proxy.terminate()
        proxy.wait()
