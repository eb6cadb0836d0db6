#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""The client tests can fail: each is run against servers with one defect and must go red.

Each also passes through the same proxy without a defect, so it is the defect that they see.
"""
import concurrent.futures
import os
import pathlib
import subprocess

TESTS = pathlib.Path(__file__).parent
BROKEN_SERVER = str(TESTS / "clients" / "broken-server")
ALL = ("set-forgets-flags get-finds-nothing add-overwrites replace-creates append-prepends"
       " prepend-appends incr-adds-one-more decr-increments delete-only-says-so").split()
DEFECTS = {
    "memc-tools": ["get-finds-nothing", "delete-only-says-so", "flush-does-nothing"],
    "memccapable": ["cas-always-stores", *ALL[1:]],
    "memccapable-binary": ["cas-always-stores", *ALL[1:]],
    "node-memjs": ["set-ignores-exptime", "get-finds-nothing", "add-overwrites", "replace-creates",
                   "append-prepends", "incr-adds-one-more", "decr-increments",
                   "delete-only-says-so"],
    "node-memjs-sasl": ["passwords-do-not-matter"],
    "perl-cache-memcached": ["set-ignores-exptime", *ALL],
    "perl-cache-memcached-fast": ["cas-always-stores", *ALL[1:]],
    "php-memcache": ["cas-always-stores", *ALL],
    "php-memcached": ["cas-always-stores", *ALL],
    "php-memcached-binary": ["cas-always-stores", *ALL],
    "php-memcached-sasl": ["passwords-do-not-matter"],
    "python-memcache": ["flush-does-nothing", "set-answers-twice", *ALL],
    "python-memcache-cluster": ["get-finds-nothing", "delete-only-says-so"],
    "python-memcache-shop": ["cas-always-stores"],
    "python-pylibmc": ["cas-always-stores", *ALL],
    "python-pylibmc-binary": ["cas-always-stores", "flush-does-nothing", *ALL],
    "python-pymemcache": ["cas-always-stores", *ALL[1:]],
    "ruby-dalli": ["cas-always-stores", "set-ignores-exptime", "flush-does-nothing", *ALL],
    "ruby-eventmachine": ["get-finds-nothing", "delete-only-says-so", "set-ignores-exptime"],
}


def as_wanted(client, defect):
    """Whether the test fails with the defect, or passes with none."""
    environment = dict(os.environ, MCREF=BROKEN_SERVER, BROKEN=defect,
                       WORKING=os.environ.get("MCREF", "build/mcref"))
    run = subprocess.run([TESTS / f"client-{client}.t"], env=environment, check=False, text=True,
                         errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # A run that printed no point at all could not start, which is no verdict on the defect.
    if defect == "none":
        return run.returncode == 0
    return run.returncode != 0 and "ok 1" in run.stdout


pairs = [(client, defect) for client, defects in DEFECTS.items() for defect in ["none", *defects]]
print(f"1..{len(pairs)}")
failures = 0
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    rights = pool.map(lambda pair: as_wanted(*pair), pairs)
    for number, ((client, defect), right) in enumerate(zip(pairs, rights), 1):
        failures += not right
        claim = "passes without a defect" if defect == "none" else f"notices {defect}"
        print(f"{'' if right else 'not '}ok {number} - client-{client} {claim}", flush=True)
raise SystemExit(1 if failures else 0)
