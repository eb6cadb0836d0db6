<?php
// SPDX-License-Identifier: MIT
// The memcached extension of PHP (libmemcached): in the text protocol, with the argument "binary" in
// the binary one, and with "sasl" also as a user with a password.

require __DIR__ . '/tap.php';

[$host, $port] = explode(':', explode(' ', getenv('MEMCACHED_SERVERS'))[0]);
// Its own time-outs are shorter than a busy machine may take.
$options = [Memcached::OPT_BINARY_PROTOCOL => count($argv) > 1,
            Memcached::OPT_CONNECT_TIMEOUT => 60000, Memcached::OPT_POLL_TIMEOUT => 60000];
$mc = new Memcached();
$mc->setOptions($options);
if (in_array('sasl', $argv)) {
    $stranger = new Memcached();
    $stranger->setOptions($options);
    $stranger->setSaslAuthData('user', 'wrong');
    $stranger->addServer($host, (int) $port);
    same($stranger->set('k', 'value'), false, 'a user with a wrong password may not set');
    $mc->setSaslAuthData('user', 'secret');
}
$mc->addServer($host, (int) $port);

same($mc->set('k', 'value'), true, 'set');
same($mc->get('k'), 'value', 'get');
same($mc->get('no_key'), false, 'get of a missing key is a miss');
same($mc->getResultCode(), Memcached::RES_NOTFOUND, 'and says so');
same($mc->set('bytes', "\0\r\nEND\r\n\xff"), true, 'set of bytes that look like a reply');
same($mc->get('bytes'), "\0\r\nEND\r\n\xff", 'they come back whole');
same($mc->set('number', 7), true, 'set of an int');
same($mc->get('number'), 7, 'it comes back as an int, by its flags');
same($mc->set('list', ['a', ['b' => 1]]), true, 'set of an array');
same($mc->get('list'), ['a', ['b' => 1]], 'it comes back as an array');

same($mc->add('added', 'first'), true, 'add of a new key');
same($mc->add('added', 'second'), false, 'add of a key that exists is refused');
$refusal = count($argv) > 1 ? Memcached::RES_DATA_EXISTS : Memcached::RES_NOTSTORED;
same($mc->getResultCode(), $refusal, 'and says so');
same($mc->replace('added', 'third'), true, 'replace of a key that exists');
same($mc->replace('no_key', 'x'), false, 'replace of a missing key is refused');
$mc->setOption(Memcached::OPT_COMPRESSION, false);
same($mc->append('added', '>'), true, 'append');
same($mc->prepend('added', '<'), true, 'prepend');
same($mc->get('added'), '<third>', 'the value grew at both ends');

same($mc->increment('number', 5), 12, 'incr');
same($mc->decrement('number', 2), 10, 'decr');
same($mc->get('number'), 10, 'is stored');
same($mc->increment('no_key'), false, 'incr of a missing key is refused');

$seen = $mc->get('added', null, Memcached::GET_EXTENDED);
same($seen['value'], '<third>', 'gets brings the value');
same($mc->cas($seen['cas'], 'added', 'fourth'), true, 'cas with the cas unique of gets');
same($mc->cas($seen['cas'], 'added', 'fifth'), false, 'cas with the same one again is refused');
same($mc->getResultCode(), Memcached::RES_DATA_EXISTS, 'and says so');
same($mc->get('added'), 'fourth', 'the first cas stands');

same($mc->setMulti(['a' => 'A', 'b' => 'B']), true, 'setMulti');
same($mc->getMulti(['a', 'b', 'c']), ['a' => 'A', 'b' => 'B'], 'getMulti finds both');
same($mc->touch('a', 100), true, 'touch of a key that exists');
same($mc->touch('no_key', 100), false, 'touch of a missing key');
same($mc->delete('k'), true, 'delete');
same($mc->delete('k'), false, 'a second delete finds nothing');
same($mc->get('k'), false, 'the key is gone');
same($mc->deleteMulti(['a', 'b']), ['a' => true, 'b' => true], 'deleteMulti');
same($mc->getMulti(['a', 'b', 'added']), ['added' => 'fourth'], 'both are gone, another is not');
$version = array_values($mc->getVersion())[0];
same(str_starts_with($version, '1.'), true, 'version');
same($mc->flush(), true, 'flush_all');
same($mc->getMulti(['added', 'bytes', 'list']), [], 'leaves nothing');
finish();
