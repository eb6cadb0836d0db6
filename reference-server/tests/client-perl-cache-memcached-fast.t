#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
exec "$clients/with-servers" perl "$clients/perl-cache-memcached-fast.pl"
