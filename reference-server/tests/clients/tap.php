<?php
// SPDX-License-Identifier: MIT
// TAP points for the PHP clients: same() for each claim, finish() at the end.

$points = 0;
$failed = 0;

// One point: $got equals $wanted, in value and in type.
function same(mixed $got, mixed $wanted, string $claim): void
{
    global $points, $failed;
    $passed = $got === $wanted;
    $points++;
    $failed += $passed ? 0 : 1;
    echo $passed ? '' : 'not ', "ok $points - $claim\n";
    if (!$passed) {
        echo '# expected ', json_encode($wanted), "\n# received ", json_encode($got), "\n";
    }
}

function finish(): never
{
    global $points, $failed;
    echo "1..$points\n";
    exit($failed === 0 ? 0 : 1);
}
