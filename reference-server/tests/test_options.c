/* SPDX-License-Identifier: MIT */
/* test_options.c - command lines, good and bad. */
#include "reports/check.h"
#include "start/options.h"
#include "version.h"

enum { WORDS_MAX = 24 };

/* Parses a command line given as one text with single spaces. */
static bool parse(struct options *options, const char *line, char *error) {
    static char text[2048]; /* options borrow from it */
    char *words[WORDS_MAX] = {"mcref"};
    int count = 1;
    char *rest = NULL;
    snprintf(text, sizeof(text), "%s", line);
    for (char *word = strtok_r(text, " ", &rest); word != NULL && count < WORDS_MAX - 1;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    error[0] = '\0';
    return options_parse(options, count, words, error);
}

static void check_defaults(void) {
    struct options options;
    char error[OPTIONS_ERROR_BYTES];
    CHECK(parse(&options, "", error), "no options are fine");
    CHECK_INT(options.port, 11211, "port");
    CHECK_INT(options.memory_bytes, 64 << 20, "memory");
    CHECK_INT(options.item_bytes, 1 << 20, "item size");
    CHECK_INT(options.connections_max, 1024, "connections");
    CHECK_INT(options.threads, 4, "threads");
    CHECK_TEXT(options.version_text, MCREF_VERSION, "version");
    CHECK_INT(options.backlog, 1024, "backlog");
    CHECK_INT(options.turn_requests, 128, "requests in a turn");
    CHECK(!options.udp && !options.tls.enabled && options.auth_path == NULL, "clear text by TCP");
    CHECK(options.maxconns_fast && options.idle_timeout_s == 0, "nobody waits, nobody is kicked");
    CHECK_INT(options.unix_mask, 0700, "mask");
    CHECK(options.evict && options.cas_enabled && options.flush_enabled, "all features are on");
    CHECK(!options.daemon && options.pid_path == NULL, "no daemon, no pid file");
}

static void check_seed_line(void) {
    struct options options;
    char error[OPTIONS_ERROR_BYTES];
    CHECK(parse(&options, "-d -m 10 -u root -l 127.0.0.1 -p 12000 -c 256 -P /tmp/x.pid", error),
          "the line every tutorial has");
    CHECK(options.daemon, "-d");
    CHECK_INT(options.memory_bytes, 10 << 20, "-m");
    CHECK_TEXT(options.user, "root", "-u");
    CHECK_TEXT(options.listen_text, "127.0.0.1", "-l");
    CHECK_INT(options.port, 12000, "-p");
    CHECK_INT(options.connections_max, 256, "-c");
    CHECK_TEXT(options.pid_path, "/tmp/x.pid", "-P");
}

static void check_transports(void) {
    struct options options;
    char error[OPTIONS_ERROR_BYTES];
    CHECK(parse(&options, "-U -1", error) && options.udp, "-U -1 is UDP");
    CHECK_INT(options.udp_port, 0, "on a free port");
    CHECK(parse(&options, "-U 0", error) && !options.udp, "-U 0 is none");
    CHECK_INT(options.port, 11211, "and leaves the TCP port");
    CHECK(parse(&options, "-U 99", error) && options.udp, "-U 99");
    CHECK_INT(options.port, 99, "is the TCP port too");
    CHECK(parse(&options, "-U 99 -p 98", error), "-U with -p");
    CHECK_INT(options.port, 98, "leaves it");
    CHECK(parse(&options,
                "-Z -o ssl_chain_cert=/c,ssl_key=/k,ssl_min_version=3 -o idle_timeout=9 "
                "-o no_maxconns_fast,ssl_session_cache -R 7 -X -W",
                error),
          "words of -o, in several lists");
    CHECK_TEXT(options.tls.chain_cert, "/c", "ssl_chain_cert");
    CHECK_TEXT(options.tls.key, "/k", "ssl_key");
    CHECK_INT(options.tls.min_version, 3, "ssl_min_version");
    CHECK_INT(options.idle_timeout_s, 9, "idle_timeout");
    CHECK_INT(options.turn_requests, 7, "-R");
    CHECK(!options.maxconns_fast && options.tls.session_cache, "switches");
    CHECK(!options.dump_enabled && !options.watch_enabled, "-X -W");
    CHECK(parse(&options, "--answer-version 1.6.45", error), "another version");
    CHECK_TEXT(options.version_text, "1.6.45", "--answer-version");
    CHECK(!parse(&options, "--answer-version 1\n2", error), "of one line");
    CHECK_TEXT(options.notes, "", "no notes about options that mean something");
    CHECK(options.crawler_enabled && options.tuning.crawler_sleep_us == TUNING_CRAWLER_SLEEP_US,
          "the crawler is on");
    CHECK(parse(&options, "-o no_lru_crawler,lru_crawler_sleep=7,lru_crawler_tocrawl=9", error) &&
              !options.crawler_enabled && options.tuning.crawler_sleep_us == 7 &&
              options.tuning.crawler_tocrawl == 9,
          "unless it is to be off; lru_crawler_sleep, lru_crawler_tocrawl");
    CHECK(
        parse(&options,
              "-o hot_lru_pct=9,warm_lru_pct=71,hot_max_factor=.5,warm_max_factor=3,slab_automove,"
              "slab_automove_ratio=0.1",
              error),
        "tuning; a value may be left out");
    CHECK_INT(options.tuning.hot_lru_pct, 9, "hot_lru_pct");
    CHECK_INT(options.tuning.warm_lru_pct, 71, "warm_lru_pct");
    CHECK(options.tuning.hot_max_factor > 0.49 && options.tuning.hot_max_factor < 0.51 &&
              options.tuning.warm_max_factor > 2.9 && options.tuning.slab_automove_ratio < 0.11,
          "hot_max_factor, warm_max_factor, slab_automove_ratio");
    CHECK_INT(options.tuning.slab_automove, 1, "slab_automove");
    CHECK(parse(&options, "-o slab_sizes=20-40 -n 16 -I 12k -o slab_chunk_max=4096", error),
          "what must fit each other, in any order");
    CHECK(parse(&options, "-i", error) && options.license_wanted, "--license");
    CHECK(parse(&options, "-k -o modern,hash_algorithm=jenkins", error), "without effect");
    CHECK_TEXT(options.notes,
               "mcref: option -k, --lock-memory: accepted, but has no effect in mcref\n"
               "mcref: option -o hash_algorithm: accepted, but has no effect in mcref\n",
               "is noted");
}

static void check_long_forms(void) {
    struct options options;
    char error[OPTIONS_ERROR_BYTES];
    CHECK(parse(&options,
                "--port=0 --udp-port 0 --unix-socket=/tmp/s --unix-mask=666 --listen=a "
                "--listen=b,c --user=x --memory-limit=8 --disable-evictions --conn-limit=3",
                error),
          "long options");
    CHECK_INT(options.port, 0, "--port");
    CHECK_TEXT(options.unix_path, "/tmp/s", "--unix-socket");
    CHECK_INT(options.unix_mask, 0666, "--unix-mask");
    CHECK_TEXT(options.listen_text, "a,b,c", "--listen, twice");
    CHECK(!options.evict, "--disable-evictions");
    CHECK(parse(&options,
                "--pidfile=p --verbose -vv --max-item-size=512k --disable-cas "
                "--disable-flush-all --threads=2 --listen-backlog=5 --help --version --daemon",
                error),
          "more long options");
    CHECK_INT(options.verbosity, 3, "-v adds up");
    CHECK_INT(options.item_bytes, 512 << 10, "--max-item-size");
    CHECK(!options.cas_enabled && !options.flush_enabled, "--disable-...");
    CHECK_INT(options.backlog, 5, "--listen-backlog");
    CHECK(options.help_wanted && options.version_wanted && options.daemon, "switches");
    CHECK(parse(&options, "-I2m -m8 -p1 -dv", error) && options.item_bytes == 2 << 20 &&
              options.port == 1 && options.daemon && options.verbosity == 1,
          "arguments without a space, switches together");
}

struct bad {
    const char *line, *error;
};

static void check_each_bad(const struct bad *bad, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct options options;
        char error[OPTIONS_ERROR_BYTES];
        CHECK(!parse(&options, bad[i].line, error), bad[i].line);
        CHECK_TEXT(error, bad[i].error, "and says why");
    }
}

static void check_bad(void) {
    static const struct bad bad[] = {
        {"-z", "unknown option '-z'; mcref --help lists those there are"},
        {"-vz", "unknown option '-z'; mcref --help lists those there are"},
        {"--nonsense", "unknown option '--nonsense'; mcref --help lists those there are"},
        {"--nonsense=5", "unknown option '--nonsense=5'; mcref --help lists those there are"},
        {"-p", "option -p, --port: expected an argument <num>, got nothing"},
        {"--port", "option -p, --port: expected an argument <num>, got nothing"},
        {"--daemon=5", "option -d, --daemon: expected no argument, got '--daemon=5'"},
        {"-p x", "option -p, --port: expected a number from 0 to 65535, got 'x'"},
        {"-p -2", "option -p, --port: expected a number from 0 to 65535, got '-2'"},
        {"-p 65536", "option -p, --port: expected a number from 0 to 65535, got '65536'"},
        {"-p 12x", "option -p, --port: expected a number from 0 to 65535, got '12x'"},
        {"--port=", "option -p, --port: expected a number from 0 to 65535, got ''"},
        {"-U 65536", "option -U, --udp-port: expected a number from 0 to 65535, got '65536'"},
        {"-o ssl_key", "option -o ssl_key: expected ssl_key=<file>, got no value"},
        {"-o none",
         "option -o, --extended: unknown word 'none'; mcref --help lists those there are"},
        {"-l notls:127.0.0.1", "option -l, --listen: notls: means something only beside -Z"},
        {"-c 0", "option -c, --conn-limit: expected a number from 1 to 1000000, got '0'"},
        {"-t 0", "option -t, --threads: expected a number from 1 to 1024, got '0'"},
        {"-b -1", "option -b, --listen-backlog: expected a number from 0 to 2147483647, got '-1'"},
        {"-a 789", "option -a, --unix-mask: expected permissions in octal up to 777, got '789'"},
        {"-a 1777", "option -a, --unix-mask: expected permissions in octal up to 777, got '1777'"},
        {"-I 5q",
         "option -I, --max-item-size: expected a size such as 1048576, 512k or 2m, got '5q'"},
        {"-I m",
         "option -I, --max-item-size: expected a size such as 1048576, 512k or 2m, got 'm'"},
        {"-I 100", "option -I, --max-item-size: expected a size from 1k to 1024m, got '100'"},
        {"-I 2000m -m 9000",
         "option -I, --max-item-size: expected a size from 1k to 1024m, got '2000m'"},
        {"-I 40m", "option -I, --max-item-size: expected at most half of the 64 megabytes of -m, "
                   "got 41943040 bytes"},
        {"-m 1", "option -I, --max-item-size: expected at most half of the 1 megabytes of -m, "
                 "got 1048576 bytes"},
        {"--listen=", "option -l, --listen: expected an address such as 127.0.0.1, got nothing"},
        {"-l 127.0.0.1,nonsense:port", "option -l, --listen: expected host, host:port, [v6] or "
                                       "[v6]:port, got 'nonsense:port'"},
        {"-l [::1", "option -l, --listen: expected host, host:port, [v6] or [v6]:port, got '[::1'"},
        {"-l :5", "option -l, --listen: expected host, host:port, [v6] or [v6]:port, got ':5'"},
        {"-l a:70000",
         "option -l, --listen: expected host, host:port, [v6] or [v6]:port, got 'a:70000'"},
        {"--user=", "option -u, --user: expected a user's name, got nothing"},
        {"12000", "expected options only, got '12000'"},
        {"-d -- x", "expected options only, got 'x'"},
    };
    check_each_bad(bad, sizeof(bad) / sizeof(bad[0]));
}

static void check_bad_without_effect(void) {
    static const struct bad bad[] = {
        {"-o ,", "option -o, --extended: expected a word before each comma, got none"},
        {"-o hash_algorithm=bogus",
         "option -o hash_algorithm: expected jenkins, murmur3 or xxh3, got 'bogus'"},
        {"-o hashpower=11", "option -o hashpower: expected a number from 12 to 32, got '11'"},
        {"-o slab_automove=3", "option -o slab_automove: expected a number from 0 to 2, got '3'"},
        {"-o slab_automove_ratio=1.5",
         "option -o slab_automove_ratio: expected a number above 0 and up to 1, got '1.5'"},
        {"-o hot_max_factor=0", "option -o hot_max_factor: expected a number above 0, got '0'"},
        {"-o hot_lru_pct=41", "option -o hot_lru_pct: expected at most 80 together with "
                              "warm_lru_pct, got 41 and 40"},
        {"-o slab_chunk_max=3", "option -o slab_chunk_max: expected a power of two, got '3'"},
        {"-o slab_sizes=96-x", "option -o slab_sizes: expected at most 62 sizes from 48 to 524288, "
                               "each more than 8 above the one before, got 'x' in '96-x'"},
        {"-o temporary_ttl=1,no_lru_maintainer",
         "option -o temporary_ttl: expected no no_lru_maintainer beside it, got it"},
        {"-f 1",
         "option -f, --slab-growth-factor: expected a number above 1, such as 1.25, got '1'"},
        {"-f x",
         "option -f, --slab-growth-factor: expected a number above 1, such as 1.25, got 'x'"},
        {"-N 5", "option -N, --napi_ids: expected at most the 4 threads of -t, got 5"},
        {"-I 600k", "option -I, --max-item-size: expected a multiple of the 524288 bytes of -o "
                    "slab_chunk_max, as memcached does, got 614400 bytes"},
    };
    check_each_bad(bad, sizeof(bad) / sizeof(bad[0]));
}

int main(void) {
    check_defaults();
    check_seed_line();
    check_transports();
    check_long_forms();
    check_bad();
    check_bad_without_effect();
    return check_finish();
}
