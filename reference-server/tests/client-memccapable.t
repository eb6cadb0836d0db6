#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" sh "$clients/memccapable.sh" -a
