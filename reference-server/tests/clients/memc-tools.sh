#!/bin/sh
# SPDX-License-Identifier: MIT
# The command line tools of libmemcached (memcp, memcat, memrm, …, in Debian with a c: memccp) and
# memcached-tool of memcached itself, in the text protocol.
set -u
server=${MEMCACHED_SERVERS%% *}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
points=0
failed=0

# same GOT WANTED CLAIM
same() {
    points=$((points + 1))
    if [ "$1" = "$2" ]; then
        echo "ok $points - $3"
    else
        failed=$((failed + 1))
        echo "not ok $points - $3"
        printf 'expected %s\nreceived %s\n' "$2" "$1" | sed 's/^/# /'
    fi
}

# The exit status of a command whose words are of no interest.
status() {
    "$@" >/dev/null 2>&1
    echo $?
}

# The value of one line of `stats`.
stat_of() {
    memcstat --servers="$server" | sed -n "s/^[[:space:]]*$1: //p"
}

printf 'one line\n' >"$folder/first"
head -c 200000 /dev/urandom >"$folder/second"
same "$(status memcping --servers="$server")" 0 'memcping'
same "$(status memcping --servers=127.0.0.1:1)" 1 'memcping of a port where nobody listens fails'
same "$(status memccp --servers="$server" "$folder/first" "$folder/second")" 0 'memccp of two files'
same "$(memccat --servers="$server" first)" 'one line' 'memccat shows the first'
memccat --servers="$server" --file="$folder/copy" second
same "$(status cmp "$folder/copy" "$folder/second")" 0 'memccat writes the second, all 200000 bytes'
same "$(stat_of curr_items)" 2 'memcstat counts two items'
same "$(status memctouch --servers="$server" --expire=1000 first)" 0 'memctouch of a key that exists'
same "$(status memctouch --servers="$server" --expire=1000 no_key)" 1 'memctouch of a missing key'
same "$(status memcrm --servers="$server" first)" 0 'memcrm'
same "$(stat_of curr_items)" 1 'memcstat counts one item'
# memcexist asks with an add that has expired before it arrives; servers may count that item still.
same "$(status memcexist --servers="$server" first)" 1 'memcexist of the key that is gone'
same "$(status memcexist --servers="$server" second)" 0 'memcexist of a key that exists'
same "$(status memcflush --servers="$server")" 0 'memcflush'
same "$(status memcexist --servers="$server" second)" 1 'leaves nothing'

tool=/usr/share/memcached/scripts/memcached-tool
same "$($tool "$server" stats | awk '$1 == "cmd_flush" { print $2 }' | tr -d '\r')" 1 \
    'memcached-tool stats counts the flush'
same "$($tool "$server" settings | awk '$1 == "maxbytes" { print $2 }' | tr -d '\r')" 67108864 \
    'memcached-tool settings names the memory limit, 64 MiB'

echo "1..$points"
[ $failed -eq 0 ]
