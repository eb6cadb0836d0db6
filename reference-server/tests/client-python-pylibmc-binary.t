#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" /usr/bin/python3 -B "$clients/python-pylibmc.py" binary
