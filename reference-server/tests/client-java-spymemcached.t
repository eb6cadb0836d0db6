#!/bin/sh
# SPDX-License-Identifier: MIT
clients=$(dirname "$0")/clients
jar=/usr/share/java/spymemcached.jar
if [ ! -e $jar ] || ! command -v javac >/dev/null; then
    echo "1..0 # SKIP to run it: apt install libspymemcached-java default-jdk-headless"
    exit 0
fi
exec "$clients/with-servers" java -cp $jar "$clients/java-spymemcached.java"
