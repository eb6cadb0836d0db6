#!/bin/sh
# SPDX-License-Identifier: MIT
# bugs-noticed.t - mctap notices a share of the bugs of mcref, always the same: `make bugs` takes all.
cd "$(dirname "$0")/../.." || exit 1
echo 1..2
told=$(reference-server/bugs/farm.py --quick --sample 40 --jobs 4 2>&1) || printf 'not '
echo "ok 1 - every bug of the sample is noticed by a scenario that cites its rule"
printf '%s\n' "$told" | sed 's/^/# /'

# The farm itself must be able to fail: against a bug that is none.
FARM_MCREF=$PWD/reference-server/tests/bugs-unnoticed reference-server/bugs/farm.py --quick flags-8-bit >/dev/null 2>&1 &&
    printf 'not '
echo "ok 2 - a bug that does nothing survives, and the farm says so"
