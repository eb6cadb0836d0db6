#!/bin/sh
# SPDX-License-Identifier: MIT
# bugs-noticed.t - mctap notices a share of the bugs of mcref, always the same: `make bugs` takes all.
cd "$(dirname "$0")/../.." || exit 1
echo 1..4
told=$(reference-server/bugs/farm.py --quick --sample 40 --jobs 4 2>&1) || printf 'not '
echo "ok 1 - every bug of the sample is noticed by a scenario that cites its rule"
printf '%s\n' "$told" | sed 's/^/# /'

# The farm itself must be able to fail: against a bug that is none.
FARM_MCREF=$PWD/reference-server/tests/bugs-unnoticed reference-server/bugs/farm.py --quick flags-8-bit >/dev/null 2>&1 &&
    printf 'not '
echo "ok 2 - a bug that does nothing survives, and the farm says so"

# A few bugs that are played with --write change their rows, and no others.
docs=$(mktemp -d) || exit 1
trap 'rm -rf "$docs"' EXIT
others() {
    grep -v flags-8-bit "$1"
}
tab=$(printf '\t')
{
    sed "s/^flags-8-bit$tab.*/flags-8-bit${tab}storage.set.stored${tab}must${tab}${tab}0${tab}${tab}storage/" docs/bugs.tsv
    echo "a-bug-that-is-gone${tab}storage.set.stored${tab}must${tab}${tab}0${tab}${tab}storage"
} >"$docs/bugs.tsv"
cp docs/bugs.md "$docs"
FARM_DOCS=$docs reference-server/bugs/farm.py --quick --write flags-8-bit >/dev/null 2>&1
cut -f 1-2 docs/bugs.tsv >"$docs/before"
cut -f 1-2 "$docs/bugs.tsv" | cmp -s - "$docs/before" || printf 'not '
echo "ok 3 - farm.py --write NAME keeps the rows and their order, and drops those of bugs that are gone"
others docs/bugs.tsv >"$docs/before"
{ others "$docs/bugs.tsv" | cmp -s - "$docs/before" && grep -q "^flags-8-bit${tab}storage.flags.16bit${tab}must${tab}classic/" "$docs/bugs.tsv"; } ||
    printf 'not '
echo "ok 4 - and writes that one anew: of the others nothing changes"
