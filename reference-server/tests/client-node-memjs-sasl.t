#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" --sasl node "$clients/node-memjs.js" sasl
