#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Cache::Memcached, the first client there was, written by memcached's authors.
use strict;
use warnings;
use Cache::Memcached;
use Test::More;

# Its own time-outs are shorter than a busy machine may take.
my $mc = Cache::Memcached->new({servers => [split ' ', $ENV{MEMCACHED_SERVERS}],
                                connect_timeout => 60, select_timeout => 60});

ok($mc->set('k', 'value'), 'set');
is($mc->get('k'), 'value', 'get');
is($mc->get('no_key'), undef, 'get of a missing key is a miss');
ok($mc->set('bytes', "\0\r\nEND\r\n\xff"), 'set of bytes that look like a reply');
is($mc->get('bytes'), "\0\r\nEND\r\n\xff", 'they come back whole');
ok($mc->set('list', ['a', {b => 1}]), 'set of a list');
is_deeply($mc->get('list'), ['a', {b => 1}], 'it comes back as a list, by its flags');
ok($mc->set('big', 'x' x 500_000), 'set of half a million bytes');
is(length $mc->get('big'), 500_000, 'all of them come back');

ok($mc->add('added', 'first'), 'add of a new key');
ok(!$mc->add('added', 'second'), 'add of a key that exists is refused');
is($mc->get('added'), 'first', 'the first value stays');
ok($mc->replace('added', 'third'), 'replace of a key that exists');
is($mc->get('added'), 'third', 'the value is replaced');
ok(!$mc->replace('no_key', 'x'), 'replace of a missing key is refused');
ok($mc->append('added', '>'), 'append');
ok($mc->prepend('added', '<'), 'prepend');
is($mc->get('added'), '<third>', 'the value grew at both ends');

ok($mc->set('number', 10), 'set of a number');
is($mc->incr('number', 5), 15, 'incr');
is($mc->decr('number', 7), 8, 'decr');
like($mc->get('number'), qr/^8 *$/, 'is stored');
is($mc->decr('number', 100), 0, 'decr stops at 0');
is($mc->incr('no_key'), undef, 'incr of a missing key is a miss');

is_deeply($mc->get_multi('k', 'added', 'no_key'), {k => 'value', added => '<third>'},
    'get_multi finds two of three');
ok($mc->set('brief', 'x', time - 10), 'set with an exptime in the past');
is($mc->get('brief'), undef, 'is gone at once');
ok($mc->delete('k'), 'delete');
is($mc->get('k'), undef, 'the key is gone');
ok(!$mc->delete('k'), 'a second delete finds nothing');
is($mc->stats('misc')->{total}{cmd_set} > 10, 1, 'stats count the sets');
ok($mc->flush_all, 'flush_all');
is_deeply($mc->get_multi('added', 'bytes', 'list'), {}, 'leaves nothing');
done_testing;
