#!/usr/bin/ruby
# SPDX-License-Identifier: MIT
# EventMachine's memcached client, the one in Debian's Ruby that speaks the text protocol (Dalli's
# speaks the binary one). It knows set, get and delete, writes without waiting, sends noreply where
# nobody asked for the answer, and an exptime of 0 after the key of delete.
require 'eventmachine'

$points = 0
$failed = 0

def same(got, wanted, claim)
  passed = got == wanted
  $points += 1
  $failed += 1 unless passed
  puts "#{passed ? '' : 'not '}ok #{$points} - #{claim}"
  puts "# expected #{wanted.inspect}\n# received #{got.inspect}" unless passed
end

bytes = "\0\r\nEND\r\n\xff".b
host, port = ENV.fetch('MEMCACHED_SERVERS').split.first.split(':')

EM.run do
  EM.add_timer(100) { abort 'no answer within 100 seconds' }
  mc = EM::P::Memcache.connect(host, port.to_i)
  mc.set('k', 'value') { |stored| same(stored, true, 'set') }
  mc.get('k') { |value| same(value, 'value', 'get') }
  mc.get('no_key') { |value| same(value, nil, 'get of a missing key is a miss') }
  mc.set('empty', '') { |stored| same(stored, true, 'set of nothing') }
  mc.get('empty') { |value| same(value, '', 'an empty value is no miss') }
  mc.set('bytes', bytes) { |stored| same(stored, true, 'set of bytes that look like a reply') }
  mc.get('bytes') { |value| same(value&.b, bytes, 'they come back whole') }
  mc.set('big', 'x' * 500_000) { |stored| same(stored, true, 'set of half a million bytes') }
  mc.get('big') { |value| same(value, 'x' * 500_000, 'all of them come back') }

  1000.times { |n| mc.set("quiet#{n}", n) }
  mc.get('quiet0', 'no_key', 'quiet999') do |*values|
    same(values, ['0', nil, '999'], '1000 sets with noreply, and the connection is in step')
  end
  mc.get_hash('k', 'quiet7') { |hash| same(hash, { 'k' => 'value', 'quiet7' => '7' }, 'get_hash') }

  mc.set('brief', 'x', -1) { |stored| same(stored, true, 'set with an exptime in the past') }
  mc.get('brief') { |value| same(value, nil, 'is gone at once') }
  mc.delete('k') { |found| same(found, true, 'delete') }
  mc.get('k') { |value| same(value, nil, 'the key is gone') }
  mc.delete('k') { |found| same(found, false, 'a second delete finds nothing') }
  mc.delete('quiet7')
  mc.get('quiet7', 'quiet8') do |*values|
    same(values, [nil, '8'], 'delete with noreply, and the connection is in step')
    puts "1..#{$points}"
    EM.stop
  end
end
exit($failed.zero? && $points == 17 ? 0 : 1)
