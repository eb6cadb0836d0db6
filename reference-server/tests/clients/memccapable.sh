#!/bin/sh
# SPDX-License-Identifier: MIT
# The 27 checks that libmemcached's memccapable makes of each protocol, as TAP points; the argument
# is -a for the text protocol, -b for the binary one.
server=${MEMCACHED_SERVERS%% *}
memccapable -h "${server%:*}" -p "${server#*:}" "$1" 2>&1 | awk '
    /\[(pass|FAIL)\]/ {
        passed = /\[pass\]/
        sub(/ *\[.*/, "")
        print (passed ? "" : "not ") "ok " ++points " - " $0
        failed += !passed
        next
    }
    { print "# " $0 }
    END {
        print "1..27"
        exit failed > 0
    }'
