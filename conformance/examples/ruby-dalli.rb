#!/usr/bin/ruby
# SPDX-License-Identifier: MIT
# Adapter for Dalli. See docs/adapters.md for the line protocol.
require 'dalli'

ANSWERS = STDOUT.dup
STDOUT.reopen(STDERR)
ANSWERS.sync = true
STDIN.binmode
Dalli.logger.level = Logger::FATAL

def encode(word)
  word.to_s.b.gsub(/[^A-Za-z0-9._~-]/n) { |byte| format('%%%02X', byte.ord) }
end

def decode(word)
  word.b.gsub(/%([0-9A-Fa-f]{2})/n) { $1.hex.chr }
end

def told(success) = success ? 'ok' : 'no'
def value(found) = found.nil? ? 'miss' : "value #{encode(found)}"
def number(found) = found ? "number #{found}" : 'miss'

RAW = { raw: true }.freeze
CALLS = {
  'set' => ->(mc, key, new, time) { told(mc.set(key, new, time.to_i, RAW)) },
  'add' => ->(mc, key, new, time) { told(mc.add(key, new, time.to_i, RAW)) },
  'replace' => ->(mc, key, new, time) { told(mc.replace(key, new, time.to_i, RAW)) },
  'append' => ->(mc, key, new, _) { told(mc.append(key, new)) },
  'prepend' => ->(mc, key, new, _) { told(mc.prepend(key, new)) },
  'get' => ->(mc, key) { value(mc.get(key, RAW)) },
  'gets' => lambda do |mc, key|
    found, unique = mc.get_cas(key)
    found.nil? ? 'miss' : "#{value(found)} #{unique}"
  end,
  'cas' => lambda do |mc, key, new, time, unique|
    unique == '-' ? 'unsupported' : told(mc.set_cas(key, new, unique.to_i, time.to_i, RAW))
  end,
  'mget' => lambda do |mc, *keys|
    (['values'] + mc.get_multi(*keys).flatten.map { |word| encode(word) }).join(' ')
  end,
  'mset' => lambda do |mc, *words|
    mc.multi { words.each_slice(2) { |key, new| mc.set(key, new, 0, RAW) } }
    'ok'
  end,
  'set-noreply' => lambda do |mc, key, new, time|
    mc.multi { mc.set(key, new, time.to_i, RAW) }
    'ok'
  end,
  'delete' => ->(mc, key) { told(mc.delete(key)) },
  'touch' => ->(mc, key, time) { told(mc.touch(key, time.to_i)) },
  'incr' => ->(mc, key, by) { number(mc.incr(key, by.to_i)) },
  'decr' => ->(mc, key, by) { number(mc.decr(key, by.to_i)) }
}.freeze

mc = nil
STDIN.each_line do |line|
  name, *words = line.chomp.split(/ /, -1)
  answer = begin
    if name == 'servers'
      mc&.close
      mc = Dalli::Client.new(words, socket_timeout: 2, down_retry_delay: 1)
      'ok'
    elsif CALLS[name]
      CALLS[name].call(mc, *words.map { |word| decode(word) })
    else
      'unsupported'
    end
  rescue StandardError => e
    "error #{encode("#{e.class}: #{e.message}"[0, 200])}"
  end
  ANSWERS.puts answer
end
