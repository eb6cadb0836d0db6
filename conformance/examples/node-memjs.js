#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Adapter for memjs: node-memjs.js. MEMJS names the module if it is not where npm finds it. It has
// no gets and cas. See docs/adapters.md for the line protocol.
'use strict';
const path = require('path');
const readline = require('readline');
const fs = require('fs');
const here = path.join(__dirname, '../../build/node_modules/memjs');
const memjs = require(process.env.MEMJS || (fs.existsSync(here) ? here : 'memjs'));

const encode = (word) => [...Buffer.from(word)].map((byte) => (
  /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : '%' + byte.toString(16).toUpperCase().padStart(2, '0'))).join('');
const decode = (word) => Buffer.from(
  word.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
const told = (success) => (success ? 'ok' : 'no');
const options = (time) => ({ expires: Number(time) });

let mc = null;

function connect(words) {
  if (mc) mc.close();
  const servers = words.map((word) => word.split(':').slice(0, 2).join(':'));
  mc = memjs.Client.create(servers.join(','), {
    timeout: 2, conntimeout: 2, keepAlive: false, retries: 1, retry_delay: 0.1,
    failoverTime: 1, failover: false, logger: { log() {} },
  });
}

// An increment with this exptime does not make a missing key.
const calls = {
  set: async (key, value, time) => told(await mc.set(key, value, options(time))),
  add: async (key, value, time) => told(await mc.add(key, value, options(time))),
  replace: async (key, value, time) => told(await mc.replace(key, value, options(time))),
  append: async (key, value) => told(await mc.append(key, value)),
  prepend: async (key, value) => told(await mc.prepend(key, value)),
  get: async (key) => {
    const { value } = await mc.get(key);
    return value === null ? 'miss' : `value ${encode(value)}`;
  },
  delete: async (key) => told(await mc.delete(key)),
  touch: async (key, time) => told(await mc.touch(key, Number(time))),
  incr: async (key, by) => {
    const { value } = await mc.increment(key, Number(by), { expires: 0xffffffff });
    return value === null ? 'miss' : `number ${value}`;
  },
  decr: async (key, by) => {
    const { value } = await mc.decrement(key, Number(by), { expires: 0xffffffff });
    return value === null ? 'miss' : `number ${value}`;
  },
};

async function answer(line) {
  const [name, ...words] = line.split(' ');
  if (name === 'servers') {
    connect(words);
    return 'ok';
  }
  if (!calls[name]) return 'unsupported';
  const [key, value, ...rest] = words.map(decode);
  try {
    return await calls[name](key.toString(), value, ...rest.map(String));
  } catch (error) {
    return `error ${encode(String(error && error.message ? error.message : error).slice(0, 200))}`;
  }
}

let turn = Promise.resolve();
readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  turn = turn.then(() => answer(line)).then((reply) => process.stdout.write(`${reply}\n`));
}).on('close', () => turn.then(() => process.exit(0)));
