#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" -n 3 /usr/bin/python3 -B "$clients/python-memcache-cluster.py"
