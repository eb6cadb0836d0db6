<?php
// SPDX-License-Identifier: MIT
// PHP's older memcache extension.
$client = new Memcache();
foreach (array_chunk(array_slice($argv, 1), 3) as [$host, $port, $weight]) {
    $client->addServer($host, (int)$port, false, (int)$weight, 1, 3600);
}
while (($key = fgets(STDIN)) !== false) {
    @$client->set(rtrim($key, "\n"), "1");
}
