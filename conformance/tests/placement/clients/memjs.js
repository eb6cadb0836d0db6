// SPDX-License-Identifier: MIT
// memjs. It knows no weights.
const memjs = require(process.env.MEMJS || "memjs");

const servers = [];
for (let i = 2; i < process.argv.length; i += 3)
  servers.push(process.argv[i] + ":" + process.argv[i + 1]);
const logger = { log() {} };
const client = memjs.Client.create(servers.join(","), { retries: 1, logger });
const keys = require("fs").readFileSync(0, "utf8").split("\n").slice(0, -1);

(async () => {
  for (const key of keys)
    await client.set(key, "1", {}).catch(() => {});
  client.close();
})();
