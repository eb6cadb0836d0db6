#!/usr/bin/php
<?php
// SPDX-License-Identifier: MIT
// Adapter for PHP's Memcached: php-memcached.php [binary] [ketama]. See docs/adapters.md.
ini_set('display_errors', 'stderr');

function connect(array $servers): Memcached
{
    global $argv;
    $mc = new Memcached();
    $mc->setOption(Memcached::OPT_CONNECT_TIMEOUT, 2000);
    $mc->setOption(Memcached::OPT_POLL_TIMEOUT, 2000);
    $mc->setOption(Memcached::OPT_RECV_TIMEOUT, 2000000);
    $mc->setOption(Memcached::OPT_SEND_TIMEOUT, 2000000);
    $mc->setOption(Memcached::OPT_RETRY_TIMEOUT, 1);
    $mc->setOption(Memcached::OPT_COMPRESSION, false);
    $mc->setOption(Memcached::OPT_BINARY_PROTOCOL, in_array('binary', $argv));
    if (in_array('ketama', $argv)) {
        $mc->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
    }
    foreach ($servers as $server) {
        [$host, $port, $weight] = explode(':', $server);
        $mc->addServer($host, (int) $port, (int) $weight);
    }
    return $mc;
}

function told(Memcached $mc, bool $success): string
{
    return $success ? 'ok' : 'no ' . rawurlencode($mc->getResultMessage());
}

function value(Memcached $mc, $found): string
{
    if ($mc->getResultCode() === Memcached::RES_NOTFOUND) {
        return 'miss';
    }
    if ($mc->getResultCode() !== Memcached::RES_SUCCESS) {
        return 'error ' . rawurlencode($mc->getResultMessage());
    }
    return is_array($found)
        ? 'value ' . rawurlencode($found['value']) . ' ' . $found['cas']
        : 'value ' . rawurlencode($found);
}

function number(Memcached $mc, $found): string
{
    if ($found === false) {
        return $mc->getResultCode() === Memcached::RES_NOTFOUND
            ? 'miss' : 'error ' . rawurlencode($mc->getResultMessage());
    }
    return "number $found";
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

function answer(Memcached $mc, string $name, array $w): string
{
    switch ($name) {
        case 'set':
        case 'add':
        case 'replace':
            return told($mc, $mc->$name($w[0], $w[1], (int) $w[2]));
        case 'append':
        case 'prepend':
            return told($mc, (bool) $mc->$name($w[0], $w[1]));
        case 'set-noreply':
            $mc->setOption(Memcached::OPT_NOREPLY, true);
            $stored = $mc->set($w[0], $w[1], (int) $w[2]);
            $mc->setOption(Memcached::OPT_NOREPLY, false);
            return told($mc, $stored);
        case 'get':
            return value($mc, $mc->get($w[0]));
        case 'gets':
            return value($mc, $mc->get($w[0], null, Memcached::GET_EXTENDED));
        case 'cas':
            return $w[3] === '-' ? 'unsupported'
                : told($mc, $mc->cas($w[3], $w[0], $w[1], (int) $w[2]));
        case 'mget':
            return values($mc->getMulti($w));
        case 'mset':
            return told($mc, $mc->setMulti(pairs($w)));
        case 'delete':
            return told($mc, $mc->delete($w[0]));
        case 'touch':
            return told($mc, $mc->touch($w[0], (int) $w[1]));
        case 'incr':
            return number($mc, $mc->increment($w[0], (int) $w[1]));
        case 'decr':
            return number($mc, $mc->decrement($w[0], (int) $w[1]));
    }
    return 'unsupported';
}

$mc = null;
while (($line = fgets(STDIN)) !== false) {
    $words = array_map('rawurldecode', explode(' ', rtrim($line, "\n")));
    $name = array_shift($words);
    try {
        if ($name === 'servers') {
            $mc = connect($words);
            $reply = 'ok';
        } else {
            $reply = answer($mc, $name, $words);
        }
    } catch (Throwable $e) {
        $reply = 'error ' . rawurlencode(substr(get_class($e) . ': ' . $e->getMessage(), 0, 200));
    }
    fwrite(STDOUT, "$reply\n");
}
