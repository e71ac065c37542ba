// Orders come in as lines of JSON, and each gets one line of JSON back: `{"ok": …}` or `{"error": …}`. When the input
// ends, so does the process: whoever started it is gone.

import { createInterface } from "node:readline";

/** Performs the orders of the standard input, one after the other, until it ends. */
export async function obey(orders) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { order, ...details } = JSON.parse(line);
    process.stdout.write(JSON.stringify(await perform(orders, order, details)) + "\n");
  }
  process.exit(0);
}

async function perform(orders, order, details) {
  try {
    if (!Object.hasOwn(orders, order)) throw new Error(`expected one of ${Object.keys(orders)}, not ${order}`);
    return { ok: (await orders[order](details)) ?? null };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}
