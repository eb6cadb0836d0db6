#!/usr/bin/php
<?php
// SPDX-License-Identifier: MIT
// Adapter for PHP's older Memcache: php-memcache.php. See docs/adapters.md.
ini_set('display_errors', 'stderr');

function connect(array $servers, ?Memcache $before): Memcache
{
    if ($before) {
        $before->close();
    }
    $mc = new Memcache();
    foreach ($servers as $server) {
        [$host, $port, $weight] = explode(':', $server);
        $mc->addServer($host, (int) $port, false, (int) $weight, 2, 1);
    }
    return $mc;
}

function told(bool $success): string
{
    return $success ? 'ok' : 'no';
}

// It tells failures by false alone.
function found(string $word, $found, string $rest = ''): string
{
    return $found === false ? 'miss' : "$word " . rawurlencode((string) $found) . $rest;
}

function values($found): string
{
    $words = ['values'];
    foreach ($found ?: [] as $key => $value) {
        array_push($words, rawurlencode($key), rawurlencode($value));
    }
    return implode(' ', $words);
}

function pairs(array $words): array
{
    $pairs = [];
    for ($i = 0; $i + 1 < count($words); $i += 2) {
        $pairs[$words[$i]] = $words[$i + 1];
    }
    return $pairs;
}

function answer(Memcache $mc, string $name, array $w): string
{
    $flags = $unique = false;
    switch ($name) {
        case 'set':
        case 'add':
        case 'replace':
        case 'append':
        case 'prepend':
            return told($mc->$name($w[0], $w[1], 0, (int) $w[2]));
        case 'get':
            return found('value', $mc->get($w[0]));
        case 'gets':
            $value = $mc->get($w[0], $flags, $unique);
            return found('value', $value, " $unique");
        case 'cas':
            return $w[3] === '-' ? 'unsupported'
                : told($mc->cas($w[0], $w[1], 0, (int) $w[2], (int) $w[3]));
        case 'mget':
            return values($mc->get($w));
        case 'mset':
            return told($mc->set(pairs($w), null, 0, 0));
        case 'delete':
            return told($mc->delete($w[0]));
        case 'incr':
            return found('number', $mc->increment($w[0], (int) $w[1]));
        case 'decr':
            return found('number', $mc->decrement($w[0], (int) $w[1]));
    }
    return 'unsupported';
}

$mc = null;
while (($line = fgets(STDIN)) !== false) {
    $words = array_map('rawurldecode', explode(' ', rtrim($line, "\n")));
    $name = array_shift($words);
    try {
        if ($name === 'servers') {
            $mc = connect($words, $mc);
            $reply = 'ok';
        } else {
            $reply = answer($mc, $name, $words);
        }
    } catch (Throwable $e) {
        $reply = 'error ' . rawurlencode(substr(get_class($e) . ': ' . $e->getMessage(), 0, 200));
    }
    fwrite(STDOUT, "$reply\n");
}
