// Answers questions about the client's script, in Node: `node client.mjs SCRIPT`. Each line of the input is a JSON list, the name of a
// function of `inside` (or of the engine) and its arguments; each line of the output is what it gives.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

runInThisContext(readFileSync(process.argv[2], "utf8"));

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...values] = JSON.parse(line);
  const given = await globalThis.inside[name](...values);
  process.stdout.write(`${JSON.stringify(given ?? null)}\n`);
}
