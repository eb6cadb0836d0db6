#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" node "$clients/node-memjs.js"
