<?php
// SPDX-License-Identifier: MIT
// The older memcache extension of PHP, which speaks the text protocol with code of its own.

require __DIR__ . '/tap.php';

[$host, $port] = explode(':', explode(' ', getenv('MEMCACHED_SERVERS'))[0]);
$mc = new Memcache();
same($mc->connect($host, (int) $port, 60), true, 'connect');

same($mc->set('k', 'value'), true, 'set');
same($mc->get('k'), 'value', 'get');
same($mc->get('no_key'), false, 'get of a missing key is a miss');
same($mc->set('bytes', "\0\r\nEND\r\n\xff"), true, 'set of bytes that look like a reply');
same($mc->get('bytes'), "\0\r\nEND\r\n\xff", 'they come back whole');
same($mc->set('big', str_repeat('x', 500000)), true, 'set of half a million bytes');
same($mc->get('big') === str_repeat('x', 500000), true, 'all of them come back');
same($mc->set('list', ['a', ['b' => 1]]), true, 'set of an array');
same($mc->get('list'), ['a', ['b' => 1]], 'it comes back as an array, by its flags');

same($mc->add('added', 'first'), true, 'add of a new key');
same($mc->add('added', 'second'), false, 'add of a key that exists is refused');
same($mc->get('added'), 'first', 'the first value stays');
same($mc->replace('added', 'third'), true, 'replace of a key that exists');
same($mc->replace('no_key', 'x'), false, 'replace of a missing key is refused');
same($mc->append('added', '>'), true, 'append');
same($mc->prepend('added', '<'), true, 'prepend');
same($mc->get('added'), '<third>', 'the value grew at both ends');

same($mc->set('number', '10'), true, 'set of a number');
same($mc->increment('number', 5), 15, 'incr');
same($mc->decrement('number', 7), 8, 'decr');
same(rtrim($mc->get('number')), '8', 'is stored');
same($mc->increment('no_key'), false, 'incr of a missing key is refused');

$flags = $unique = false;
same($mc->get('added', $flags, $unique), '<third>', 'gets brings the value');
same($mc->cas('added', 'fourth', 0, 0, $unique), true, 'cas with the cas unique of gets');
same($mc->cas('added', 'fifth', 0, 0, $unique), false, 'cas with the same one again is refused');
same($mc->get('added'), 'fourth', 'the first cas stands');

same($mc->get(['k', 'added', 'no_key']), ['k' => 'value', 'added' => 'fourth'], 'get of three keys');
same($mc->delete('k'), true, 'delete');
same($mc->delete('k'), false, 'a second delete finds nothing');
same($mc->get('k'), false, 'the key is gone');
same(str_starts_with($mc->getVersion(), '1.'), true, 'version');
same((int) $mc->getStats()['curr_items'], 5, 'stats count the items left');
same($mc->flush(), true, 'flush_all');
same($mc->get(['added', 'bytes', 'list']), [], 'leaves nothing');
finish();
