/* SPDX-License-Identifier: MIT */
/* spymemcached, the client of many Java programs, in both protocols. */
import java.util.*;
import java.util.concurrent.TimeUnit;
import java.util.logging.*;

import net.spy.memcached.*;
import net.spy.memcached.internal.OperationFuture;

class Spymemcached {
    static final Logger itsLogger = Logger.getLogger("net.spy.memcached");
    static int points;
    static int failed;

    static void same(Object got, Object wanted, String claim) {
        boolean passed = Objects.equals(got, wanted);
        points++;
        failed += passed ? 0 : 1;
        System.out.println((passed ? "ok " : "not ok ") + points + " - " + claim);
        if (!passed)
            System.out.println("# expected " + wanted + "\n# received " + got);
    }

    static void storing(MemcachedClient client, String p) throws Exception {
        same(client.flush().get(), true, p + "flush");
        same(client.set("a", 0, "one").get(), true, p + "set");
        same(client.get("a"), "one", p + "get");
        same(client.add("a", 0, "two").get(), false, p + "add of what is there");
        same(client.add("b", 0, "two").get(), true, p + "add");
        same(client.replace("b", 0, "three").get(), true, p + "replace");
        same(client.replace("none", 0, "x").get(), false, p + "replace of nothing");
        same(client.getBulk("a", "b", "none"), Map.of("a", "one", "b", "three"), p + "getBulk");
        CASValue<Object> value = client.gets("a");
        same(value.getValue(), "one", p + "gets");
        same(client.cas("a", value.getCas(), "changed"), CASResponse.OK, p + "cas");
        same(client.cas("a", value.getCas(), "x"), CASResponse.EXISTS, p + "cas with an old unique");
        same(client.cas("none", value.getCas(), "x"), CASResponse.NOT_FOUND, p + "cas of nothing");
    }

    static void changing(MemcachedClient client, String p, boolean binary) throws Exception {
        same(client.incr("n", 1, 10), 10L, p + "incr with an initial value");
        same(client.incr("n", 5), 15L, p + "incr");
        same(client.decr("n", 20), 0L, p + "decr stops at 0");
        same(client.append("a", "!").get(), true, p + "append");
        same(client.prepend("a", "?").get(), true, p + "prepend");
        same(client.get("a"), "?changed!", p + "what came of it");
        same(client.touch("a", 100).get(), true, p + "touch");
        if (binary)
            same(client.getAndTouch("a", 100).getValue(), "?changed!", p + "gat");
        same(client.delete("a").get(), true, p + "delete");
        same(client.delete("a").get(), false, p + "delete of nothing");
        same(client.get("a"), null, p + "it is gone");
    }

    static void large(MemcachedClient client, String p) throws Exception {
        String big = "abcdefghijklmnopqrstuvwxyz".repeat(8000);
        client.set("int", 0, 42).get();
        same(client.get("int"), 42, p + "an Integer keeps its type, by its flags");
        same(client.set("big", 0, big).get(), true, p + "a large value, which it compresses");
        same(client.get("big"), big, p + "comes back");
        Map<String, String> stats = client.getStats().values().iterator().next();
        same(stats.containsKey("curr_items"), true, p + "stats");
        String version = client.getVersions().values().iterator().next();
        same(version.startsWith("1."), true, p + "version");
    }

    static void many(MemcachedClient client, String p) throws Exception {
        List<OperationFuture<Boolean>> sets = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        boolean stored = true;
        for (int i = 0; i < 2000; i++) {
            keys.add("k" + i);
            sets.add(client.set("k" + i, 0, "v" + i));
        }
        for (OperationFuture<Boolean> set : sets)
            stored &= set.get();
        same(stored, true, p + "2000 sets at once");
        same(client.getBulk(keys).size(), 2000, p + "a getBulk of 2000");
    }

    public static void main(String[] words) throws Exception {
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
        itsLogger.setLevel(Level.WARNING);
        String server = System.getenv("MEMCACHED_SERVERS").split(" ")[0];
        for (boolean binary : new boolean[] {false, true}) {
            ConnectionFactory factory = new ConnectionFactoryBuilder()
                .setProtocol(binary ? ConnectionFactoryBuilder.Protocol.BINARY : ConnectionFactoryBuilder.Protocol.TEXT)
                .setOpTimeout(60000).build();
            MemcachedClient client = new MemcachedClient(factory, AddrUtil.getAddresses(server));
            String protocol = binary ? "binary: " : "text: ";
            storing(client, protocol);
            changing(client, protocol, binary);
            large(client, protocol);
            many(client, protocol);
            client.shutdown(3, TimeUnit.SECONDS);
        }
        System.out.println("1.." + points);
        System.exit(failed == 0 ? 0 : 1);
    }
}
