#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Adapter for memjs: node-memjs.js. MEMJS names the module if it is not where npm finds it. It has
// no gets and cas. See docs/adapters.md for the line protocol.
'use strict';
const { load, number, serve, told, value } = require('./adapter.js');
const memjs = load('memjs');
const options = (time) => ({ expires: Number(time) });

function connect(servers, weights, before) {
  if (before) before.close();
  return memjs.Client.create(servers.join(','), {
    timeout: 2, conntimeout: 2, keepAlive: false, retries: 1, retry_delay: 0.1,
    failoverTime: 1, failover: false, logger: { log() {} },
  });
}

// An increment with this exptime does not make a missing key.
const keep = { expires: 0xffffffff };
serve(connect, {
  set: async (mc, key, item, time) => told(await mc.set(key, item, options(time))),
  add: async (mc, key, item, time) => told(await mc.add(key, item, options(time))),
  replace: async (mc, key, item, time) => told(await mc.replace(key, item, options(time))),
  append: async (mc, key, item) => told(await mc.append(key, item)),
  prepend: async (mc, key, item) => told(await mc.prepend(key, item)),
  get: async (mc, key) => value((await mc.get(key)).value),
  delete: async (mc, key) => told(await mc.delete(key)),
  touch: async (mc, key, time) => told(await mc.touch(key, Number(time))),
  incr: async (mc, key, by) => number((await mc.increment(key, Number(by), keep)).value),
  decr: async (mc, key, by) => number((await mc.decrement(key, Number(by), keep)).value),
});
