#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Adapter for npm's memcached: node-memcached.js. MEMCACHED names the module if it is not where npm
// finds it. See docs/adapters.md for the line protocol.
'use strict';
const { promisify } = require('util');
const { encode, load, number, serve, told, value } = require('./adapter.js');
const Memcached = load('memcached');

function connect(servers, weights, before) {
  if (before) before.end();
  const shares = Object.fromEntries(servers.map((server, i) => [server, weights[i]]));
  const mc = new Memcached(shares, { timeout: 2000, retries: 1, retry: 500, reconnect: 1000 });
  mc.call = (name, ...words) => promisify(mc[name]).call(mc, ...words);
  return mc;
}

const store = (name) => async (mc, key, item, time) => (
  told(await mc.call(name, key, item, Number(time))));
serve(connect, {
  set: store('set'),
  add: store('add'),
  replace: store('replace'),
  append: async (mc, key, item) => told(await mc.call('append', key, item)),
  prepend: async (mc, key, item) => told(await mc.call('prepend', key, item)),
  get: async (mc, key) => value(await mc.call('get', key)),
  gets: async (mc, key) => {
    const found = await mc.call('gets', key);
    return found ? value(found[key], found.cas) : 'miss';
  },
  cas: async (mc, key, item, time, unique) => (String(unique) === '-'
    ? 'unsupported' : told(await mc.call('cas', key, item, String(unique), Number(time)))),
  mget: async (mc, ...keys) => {
    const found = await mc.call('getMulti', keys.map(String));
    return ['values', ...Object.entries(found).flat().map(encode)].join(' ');
  },
  delete: async (mc, key) => told(await mc.call('del', key)),
  touch: async (mc, key, time) => told(await mc.call('touch', key, Number(time))),
  incr: async (mc, key, by) => number(await mc.call('incr', key, Number(by))),
  decr: async (mc, key, by) => number(await mc.call('decr', key, Number(by))),
});
