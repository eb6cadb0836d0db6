#!/bin/sh
# SPDX-License-Identifier: MIT
# The 27 checks that libmemcached's memccapable makes of the text protocol, as TAP points.
server=${MEMCACHED_SERVERS%% *}
memccapable -h "${server%:*}" -p "${server#*:}" -a 2>&1 | awk '
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
