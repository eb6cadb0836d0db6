#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Cache::Memcached::Fast, a client in C for Perl that sends many commands in one write.
use strict;
use warnings;
use Cache::Memcached::Fast;
use Test::More;

# Its own time-outs are shorter than a busy machine may take.
my $mc = Cache::Memcached::Fast->new({servers => [split ' ', $ENV{MEMCACHED_SERVERS}],
                                      connect_timeout => 60, io_timeout => 60});

ok($mc->set('k', 'value'), 'set');
is($mc->get('k'), 'value', 'get');
is($mc->get('no_key'), undef, 'get of a missing key is a miss');
ok($mc->set('bytes', "\0\r\nEND\r\n\xff"), 'set of bytes that look like a reply');
is($mc->get('bytes'), "\0\r\nEND\r\n\xff", 'they come back whole');

ok($mc->add('added', 'first'), 'add of a new key');
ok(!$mc->add('added', 'second'), 'add of a key that exists is refused');
ok($mc->replace('added', 'third'), 'replace of a key that exists');
ok(!$mc->replace('no_key', 'x'), 'replace of a missing key is refused');
ok($mc->append('added', '>'), 'append');
ok($mc->prepend('added', '<'), 'prepend');
is($mc->get('added'), '<third>', 'the value grew at both ends');

ok($mc->set('number', 10), 'set of a number');
is($mc->incr('number', 5), 15, 'incr');
is($mc->decr('number', 7), 8, 'decr');
like($mc->get('number'), qr/^8 *$/, 'is stored');

my $seen = $mc->gets('added');
is($seen->[1], '<third>', 'gets brings the value');
ok($mc->cas('added', $seen->[0], 'fourth'), 'cas with the cas unique of gets');
ok(!$mc->cas('added', $seen->[0], 'fifth'), 'cas with the same one again is refused');
is($mc->get('added'), 'fourth', 'the first cas stands');

my @stored = $mc->set_multi(map { ["many$_", $_] } 0 .. 999);
is((grep { $_ } @stored), 1000, 'set_multi of 1000 keys');
my $found = $mc->get_multi(map { "many$_" } 0 .. 1000);
is_deeply($found, {map { ("many$_" => $_) } 0 .. 999}, 'get_multi finds them all and no other');
is_deeply([$mc->incr_multi(['many1', 5], ['many2', 5])], [6, 7], 'incr_multi');
$mc->set("many$_", 'quiet') for 0 .. 999;
$mc->nowait_push;
is($mc->get('many999'), 'quiet', 'sets that do not wait, and the connection is in step');
is((grep { $_ } $mc->delete_multi(map { "many$_" } 0 .. 998)), 999, 'delete_multi of 999 keys');
is_deeply($mc->get_multi('many0', 'many998', 'many999'), {many999 => 'quiet'}, 'one is left');

ok($mc->touch('added', 100), 'touch of a key that exists');
ok(!$mc->touch('no_key', 100), 'touch of a missing key');
is($mc->gat(-1, 'added'), 'fourth', 'gat brings the value and sets an exptime in the past');
is($mc->get('added'), undef, 'the item is gone');
ok($mc->delete('k'), 'delete');
ok(!$mc->delete('k'), 'a second delete finds nothing');
like((values %{$mc->server_versions})[0], qr/^1\./, 'version');
ok($mc->flush_all, 'flush_all');
is_deeply($mc->get_multi('bytes', 'number', 'many999'), {}, 'leaves nothing');
done_testing;
