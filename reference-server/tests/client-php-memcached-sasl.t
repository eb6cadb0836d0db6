#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" --sasl php "$clients/php-memcached.php" sasl
