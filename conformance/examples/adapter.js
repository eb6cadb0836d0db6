// SPDX-License-Identifier: MIT
// The line protocol of docs/adapters.md, for adapters in JavaScript: one request line in, one answer
// line out. An adapter gives serve() a function that makes a client and a function for each call.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

for (const name of ['log', 'info', 'debug']) console[name] = console.error; // no answers of ours

const encode = (word) => [...Buffer.from(word)].map((byte) => (
  /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : '%' + byte.toString(16).toUpperCase().padStart(2, '0'))).join('');
const decode = (word) => Buffer.from(
  word.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');

// A module that `.ci/install test` brought, or one that npm finds elsewhere.
const load = (name) => {
  const here = path.join(__dirname, '../../build/node_modules', name);
  return require(process.env[name.toUpperCase()] || (fs.existsSync(here) ? here : name));
};

const told = (success) => (success ? 'ok' : 'no');
const missing = (found) => found === null || found === undefined || found === false;
const value = (found, unique) => (missing(found)
  ? 'miss' : `value ${encode(found)}${unique === undefined ? '' : ` ${unique}`}`);
const number = (found) => (missing(found) ? 'miss' : `number ${found}`);

// connect(addresses, weights, the client before) makes a client.
function serve(connect, calls) {
  let client = null;
  async function answer(line) {
    const [name, ...words] = line.split(' ');
    if (name === 'servers') {
      const parts = words.map((word) => word.match(/(.*):(\d+)$/));
      client = await connect(parts.map((part) => part[1]), parts.map((part) => Number(part[2])),
        client);
      return 'ok';
    }
    if (!calls[name]) return 'unsupported';
    const [key, ...rest] = words.map(decode);
    try {
      return await calls[name](client, key.toString(), ...rest);
    } catch (error) {
      return `error ${encode(String(error && error.message ? error.message : error).slice(0, 200))}`;
    }
  }
  let turn = Promise.resolve();
  readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
    turn = turn.then(() => answer(line)).then((reply) => process.stdout.write(`${reply}\n`));
  }).on('close', () => turn.then(() => process.exit(0)));
}

module.exports = { encode, load, number, serve, told, value };
