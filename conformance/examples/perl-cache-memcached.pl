#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Adapter for Cache::Memcached, or with the word "fast" for Cache::Memcached::Fast. The first has no
# gets and cas. See docs/adapters.md for the line protocol.
use strict;
use warnings;

my $fast = grep { $_ eq 'fast' } @ARGV;
my $class = $fast ? 'Cache::Memcached::Fast' : 'Cache::Memcached';
eval "require $class; 1" or die $@;
open my $answers, '>&', \*STDOUT or die $!;
open STDOUT, '>&', \*STDERR or die $!;
$answers->autoflush(1);
binmode STDIN;
my $mc;

sub encode { my $word = shift; $word =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge; $word }

sub connect_to {
    my @servers = map { /(.*):(\d+)$/ ? [$1, $2] : () } @_;
    # Its connections, and what it knows of dead servers, belong to the class.
    $mc->disconnect_all, $mc->forget_dead_hosts if $mc && !$fast;
    # A single server with a weight is one that it cannot connect to.
    return Cache::Memcached->new({servers => @servers == 1 ? [$servers[0][0]] : \@servers,
                                  connect_timeout => 2, select_timeout => 2}) unless $fast;
    return Cache::Memcached::Fast->new({
        servers => [map { {address => $_->[0], weight => $_->[1]} } @servers],
        connect_timeout => 2, io_timeout => 2, failure_timeout => 1, max_failures => 3});
}

sub told { $_[0] ? 'ok' : 'no' }
sub value { defined $_[0] ? 'value ' . encode($_[0]) : 'miss' }
sub number { defined $_[0] && $_[0] ne '' ? 'number ' . ($_[0] + 0) : 'miss' }

my %calls = (
    (map { my $call = $_; $call => sub { told($mc->$call($_[0], $_[1], $_[2] || ())) } }
        qw(set add replace)),
    get => sub { value($mc->get($_[0])) },
    mget => sub {
        my $found = $mc->get_multi(@_);
        join ' ', 'values', map { encode($_), encode($found->{$_}) } keys %$found;
    },
    delete => sub { told($mc->delete($_[0])) },
    incr => sub { number($mc->incr($_[0], $_[1])) },
    decr => sub { number($mc->decr($_[0], $_[1])) },
);
if ($fast) {
    $calls{$_} = do { my $call = $_; sub { told($mc->$call($_[0], $_[1])) } }
        for qw(append prepend touch);
    $calls{gets} = sub {
        my $found = $mc->gets($_[0]);
        $found ? value($found->[1]) . " $found->[0]" : 'miss';
    };
    $calls{cas} = sub {
        return 'unsupported' if $_[3] eq '-';
        told($mc->cas($_[0], $_[3], $_[1], $_[2] || ()));
    };
    $calls{mset} = sub {
        my @pairs;
        push @pairs, [splice @_, 0, 2] while @_;
        my $stored = $mc->set_multi(@pairs);
        told(!grep { !$_ } values %$stored);
    };
} else {
    $calls{$_} = do { my $call = $_; sub { told($mc->$call($_[0], $_[1])) } }
        for qw(append prepend);
}

while (my $line = <STDIN>) {
    chomp $line;
    my ($name, @words) = split / /, $line, -1;
    s/%([0-9A-Fa-f]{2})/chr hex $1/ge for @words;
    my $answer = 'unsupported';
    if ($name eq 'servers') {
        $mc = connect_to(@words);
        $answer = 'ok';
    } elsif ($calls{$name}) {
        $answer = eval { $calls{$name}->(@words) } // 'error ' . encode(substr $@, 0, 200);
    }
    print $answers "$answer\n";
}
