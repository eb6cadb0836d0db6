<?php
// SPDX-License-Identifier: MIT
// php-memcached. $OPTIONS: a list such as DISTRIBUTION=DISTRIBUTION_CONSISTENT, set before the
// servers.
$client = new Memcached();
foreach (array_filter(explode(",", getenv("OPTIONS"))) as $option) {
    [$name, $value] = explode("=", $option);
    $value = $value === "true" ? true : constant("Memcached::$value");
    $client->setOption(constant("Memcached::OPT_$name"), $value);
}
foreach (array_chunk(array_slice($argv, 1), 3) as [$host, $port, $weight]) {
    $client->addServer($host, (int)$port, (int)$weight);
}
while (($key = fgets(STDIN)) !== false) {
    $client->set(rtrim($key, "\n"), "1");
}
