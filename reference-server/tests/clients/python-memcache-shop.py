#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Two buyers and 900 pieces, through python-memcached: a sale is lost, then saved by gets and cas.

The client sends a real `cas` only if it was made with cache_cas=True. Without that it forgets the
cas unique that `gets` brought, and its cas() is a plain set: the sale is lost all the same.
"""
import os

import memcache

from tap import finish, same

SERVERS = os.environ["MEMCACHED_SERVERS"].split()
SHOP = "product_count"


def buyers(**options):
    return tuple(memcache.Client(SERVERS, socket_timeout=60, **options) for _ in range(2))


def both_read(call, a, b, how):
    same(getattr(a, call)(SHOP), 900, f"{how}: A reads 900")
    same(getattr(b, call)(SHOP), 900, f"{how}: B reads 900")


how = "get and set"
a, b = buyers()
same(a.set(SHOP, 900), True, f"{how}: 900 pieces")
both_read("get", a, b, how)
same(b.set(SHOP, 899), True, f"{how}: B sells one and sets 899")
same(a.set(SHOP, 899), True, f"{how}: A sells one and sets 899 too")
same(a.get(SHOP), 899, f"{how}: two are sold, one is counted")

how = "gets and cas, cache_cas off"
same(a.set(SHOP, 900), True, f"{how}: 900 pieces")
both_read("gets", a, b, how)
same(a.cas_ids, {}, f"{how}: the cas unique is not kept")
same(b.cas(SHOP, 899), True, f"{how}: B's cas is a set, stored")
same(a.cas(SHOP, 899), True, f"{how}: A's cas is a set, stored too")
same(a.get(SHOP), 899, f"{how}: two are sold, one is counted")

how = "gets and cas, cache_cas on"
a, b = buyers(cache_cas=True)
same(a.set(SHOP, 900), True, f"{how}: 900 pieces")
both_read("gets", a, b, how)
first = a.cas_ids[SHOP.encode()]
same(b.cas_ids[SHOP.encode()], first, f"{how}: both hold the same cas unique")
same(b.cas(SHOP, 899), True, f"{how}: B's cas is stored")
same(a.cas(SHOP, 899), False, f"{how}: A's cas is refused")
same(a.get(SHOP), 899, f"{how}: B's count stands")
same(a.gets(SHOP), 899, f"{how}: A reads again")
same(a.cas_ids[SHOP.encode()] != first, True, f"{how}: the cas unique is a new one")
same(a.cas(SHOP, 898), True, f"{how}: A's cas is stored")
same(b.get(SHOP), 898, f"{how}: two are sold, two are counted")

same(a.gets(SHOP), 898, "a deleted item: read")
same(a.delete(SHOP), 1, "a deleted item: delete")
same(a.cas(SHOP, 897), False, "a deleted item: cas is refused")
same(a.get(SHOP), None, "a deleted item: stays deleted")
finish()
