# SPDX-License-Identifier: MIT
# Cache::Memcached, or Cache::Memcached::Fast if $CLASS says so, with $KETAMA_POINTS.
use strict;
use warnings;

my $class = $ENV{CLASS} // "Cache::Memcached";
my @servers;
while (my ($host, $port, $weight) = splice @ARGV, 0, 3) {
    push @servers, ["$host:$port", 0 + $weight];
}
# Cache::Memcached dies of a single server with a weight.
@servers = map { $_->[0] } @servers if @servers == 1;
my %options = (servers => \@servers);
$options{ketama_points} = 0 + $ENV{KETAMA_POINTS} if $ENV{KETAMA_POINTS};
eval "require $class; 1" or die $@;
my $client = $class->new(\%options);
while (my $key = <STDIN>) {
    chomp $key;
    $client->set($key, "1");
}
