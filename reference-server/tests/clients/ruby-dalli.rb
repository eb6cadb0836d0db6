#!/usr/bin/ruby
# SPDX-License-Identifier: MIT
# Dalli, the client of Rails, which speaks the binary protocol.
require 'dalli'

$points = 0
$failed = 0

def same(got, wanted, claim)
  passed = got == wanted
  $points += 1
  $failed += 1 unless passed
  puts "#{passed ? '' : 'not '}ok #{$points} - #{claim}"
  puts "# expected #{wanted.inspect}\n# received #{got.inspect}" unless passed
end

# What the block brings within the second that an exptime of 2 lasts at least.
def in_time
  loop do
    begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    brought = yield
    return brought if Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun < 0.9
  end
end

Dalli.logger.level = Logger::ERROR
server = ENV.fetch('MEMCACHED_SERVERS').split.first
patient = { socket_timeout: 60 } # its own is shorter than a busy machine may take
mc = Dalli::Client.new(server, raise_errors: true, **patient)
plain = Dalli::Client.new(server, **patient, serializer: Class.new do
  def self.dump(value) = value.to_s
  def self.load(bytes) = bytes
end)

same(mc.set('k', 'value') ? true : false, true, 'set')
same(mc.get('k'), 'value', 'get')
same(mc.get('no_key'), nil, 'get of a missing key is a miss')
same(mc.set('list', [1, { 'a' => nil }, 2.5]) ? true : false, true, 'set of an array')
same(mc.get('list'), [1, { 'a' => nil }, 2.5], 'it comes back as an array, by its flags')
bytes = "\0\r\nEND\r\n\xff".b
plain.set('bytes', bytes)
same(plain.get('bytes').b, bytes, 'bytes that look like a reply come back whole')
mc.set('big', 'x' * 900_000, 0, compress: false)
same(mc.get('big'), 'x' * 900_000, '900,000 bytes come back')

same(mc.add('added', 'first') ? true : false, true, 'add of a new key')
same(mc.add('added', 'second') ? true : false, false, 'add of a key that exists is refused')
same(mc.get('added'), 'first', 'the first value stays')
same(mc.replace('added', 'third') ? true : false, true, 'replace of a key that exists')
same(mc.get('added'), 'third', 'the value is replaced')
mc.replace('no_key', 'x') # Dalli does not tell how that went
same(mc.get('no_key'), nil, 'replace of a missing key makes nothing')
plain.set('joined', 'b')
same([plain.append('joined', 'c'), plain.prepend('joined', 'a')], [true, true], 'append, prepend')
same(plain.get('joined'), 'abc', 'the value grew at both ends')
same(mc.append('no_key', 'x'), false, 'append to a missing key is refused')

same(mc.incr('number', 5), nil, 'incr of a missing key without a default')
same(mc.incr('number', 5, 0, 10), 10, 'incr of a missing key begins with the default')
same(mc.incr('number', 5), 15, 'incr')
same(mc.decr('number', 2), 13, 'decr')
same(mc.decr('number', 100), 0, 'decr stops at 0')

value, unique = mc.get_cas('added')
same(value, 'third', 'get_cas brings the value')
same(mc.set_cas('added', 'fourth', unique) ? true : false, true, 'set_cas with its cas unique')
same(mc.set_cas('added', 'fifth', unique) ? true : false, false, 'the same one again is refused')
same(mc.delete_cas('added', unique), false, 'delete_cas with the old one is refused')
same(mc.get('added'), 'fourth', 'the first set_cas stands')
same(mc.cas('added') { |old| old.upcase } ? true : false, true, 'cas with a block')
same(mc.get('added'), 'FOURTH', 'it is stored')
same(mc.delete_cas('added', mc.get_cas('added').last), true, 'delete_cas with the cas unique')
same(mc.get('added'), nil, 'the key is gone')

mc.multi { 1000.times { |n| mc.set("quiet#{n}", n) } }
found = mc.get_multi(*(0..1001).map { |n| "quiet#{n}" })
same([found.size, found['quiet999']], [1000, 999], '1000 quiet sets, and get_multi finds them all')
same(in_time { mc.set('brief', 'x', 2) and mc.touch('brief', 100) }, true,
     'touch of a key that exists')
same(mc.touch('no_key', 100), nil, 'touch of a missing key')
same(in_time { mc.set('short', 'x', 2) and mc.gat('short', 100) }, 'x', 'gat brings the value')
mc.set('gone', 'x', 1)
sleep 2.1
same([mc.get('brief'), mc.get('short'), mc.get('gone')], ['x', 'x', nil],
     'what was touched lives, the other is gone')

same(mc.delete('k'), true, 'delete')
same(mc.delete('k'), nil, 'a second delete finds nothing')
same(mc.get('k'), nil, 'the key is gone')
same(mc.stats.values.first['version'], mc.version.values.first, 'stats and version agree')
same(mc.stats(:settings).values.first['cas_enabled'], 'yes', 'stats settings')
same(mc.flush, [true], 'flush')
same(mc.get_multi('list', 'bytes', 'brief'), {}, 'leaves nothing')
puts "1..#{$points}"
exit($failed.zero? && $points == 42 ? 0 : 1)
