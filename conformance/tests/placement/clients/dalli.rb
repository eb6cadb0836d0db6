# SPDX-License-Identifier: MIT
# Dalli.
require "dalli"

Dalli.logger.level = Logger::FATAL
servers = ARGV.each_slice(3).map { |host, port, weight| "#{host}:#{port}:#{weight}" }
client = Dalli::Client.new(servers, down_retry_delay: 3600, socket_max_failures: 0)
$stdin.set_encoding("UTF-8")
$stdin.each_line(chomp: true) do |key|
  begin
    client.set(key, "1", nil, raw: true)
  rescue Dalli::DalliError
    next
  end
end
