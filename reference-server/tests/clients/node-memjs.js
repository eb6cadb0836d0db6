// SPDX-License-Identifier: MIT
// memjs, the binary protocol in JavaScript; with the argument "sasl" as a user with a password.
// npm has it in build/node_modules (.ci/install).
'use strict';
const path = require('path');
const modules = path.resolve(__dirname, '../../../build/node_modules');
const memjs = require(path.join(modules, 'memjs'));

let points = 0;
let failed = 0;

function same(got, wanted, claim) {
  const passed = JSON.stringify(got) === JSON.stringify(wanted);
  points++;
  failed += passed ? 0 : 1;
  console.log(`${passed ? '' : 'not '}ok ${points} - ${claim}`);
  if (!passed)
    console.log(`# expected ${JSON.stringify(wanted)}\n# received ${JSON.stringify(got)}`);
}

const server = process.env.MEMCACHED_SERVERS.split(' ')[0];
const quiet = { log() {} };
const sasl = process.argv.includes('sasl');

function client(password) {
  const login = sasl ? { username: 'user', password } : {};
  // Its own time-outs are shorter than a busy machine may take.
  return memjs.Client.create(server, { ...login, retries: 1, timeout: 60, logger: quiet });
}

// The value as text; null for a miss.
async function get(mc, key) {
  const { value } = await mc.get(key);
  return value === null ? null : value.toString('latin1');
}

async function refused(promise) {
  try {
    return await promise;
  } catch (error) {
    return error ? error.message : 'failed';
  }
}

async function play(mc) {
  const bytes = '\0\r\nEND\r\n\xff';
  same(await mc.set('k', 'value'), true, 'set');
  same(await get(mc, 'k'), 'value', 'get');
  same(await get(mc, 'no_key'), null, 'get of a missing key is a miss');
  same(await mc.set('bytes', Buffer.from(bytes, 'latin1')), true, 'set of bytes');
  same(await get(mc, 'bytes'), bytes, 'bytes that look like a reply come back whole');
  same(await mc.set('big', 'x'.repeat(900000)), true, 'set of 900,000 bytes');
  same((await get(mc, 'big')).length, 900000, 'all of them come back');

  same(await mc.add('added', 'first'), true, 'add of a new key');
  same(await mc.add('added', 'second'), false, 'add of a key that exists is refused');
  same(await mc.replace('added', 'third'), true, 'replace of a key that exists');
  same(await get(mc, 'added'), 'third', 'the value is replaced');
  same(await mc.replace('no_key', 'x'), false, 'replace of a missing key is refused');
  same(await mc.append('added', '>'), true, 'append');
  same(await get(mc, 'added'), 'third>', 'the value grew'); // its prepend sends an append, too
  same(await refused(mc.append('no_key', 'x')), 'MemJS APPEND: Item not stored',
       'append to a missing key is refused');

  same((await mc.increment('number', 5, { initial: 10 })).value, 10, 'increment begins at 10');
  same((await mc.increment('number', 5, {})).value, 15, 'increment');
  same((await mc.decrement('number', 2, {})).value, 13, 'decrement');
  same(await get(mc, 'number'), '13', 'the number is stored');

  await mc.set('brief', 'x', { expires: 1 });
  let begun, touched;
  do { // within the second that an exptime of 2 lasts at least
    begun = Date.now();
    await mc.set('touched', 'x', { expires: 2 });
    touched = await mc.touch('touched', 100);
  } while (Date.now() - begun > 900);
  same(touched, true, 'touch of a key that exists');
  same(await mc.touch('no_key', 100), false, 'touch of a missing key');
  await new Promise((resolve) => setTimeout(resolve, 2100));
  same([await get(mc, 'brief'), await get(mc, 'touched')], [null, 'x'],
       'what was touched lives, the other is gone');

  same(await mc.delete('k'), true, 'delete');
  same(await mc.delete('k'), false, 'a second delete finds nothing');
  same(await get(mc, 'k'), null, 'the key is gone');
  const stats = await new Promise((resolve) => mc.stats((error, host, all) => resolve(all)));
  same(Number(stats.curr_items) > 3, true, 'stats');
  await new Promise((resolve) => mc.flush(resolve));
  same([await get(mc, 'added'), await get(mc, 'bytes')], [null, null], 'flush leaves nothing');
}

async function main() {
  if (sasl) {
    const stranger = client('wrong');
    same(await refused(stranger.set('k', 'value')) === true, false,
         'a user with a wrong password may not set');
    stranger.close();
  }
  const mc = client('secret');
  await play(mc);
  mc.close();
  console.log(`1..${points}`);
  process.exit(failed === 0 && points === (sasl ? 28 : 27) ? 0 : 1);
}

setTimeout(() => {
  console.log('Bail out! no answer within 100 seconds');
  process.exit(1);
}, 100000).unref();
main().catch((error) => {
  console.log(`Bail out! ${error.stack}`);
  process.exit(1);
});
