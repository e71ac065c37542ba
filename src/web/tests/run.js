// Tests the interface in Debian's Chromium, over a worker that plays its part: node src/web/tests/run.js [word…]
// A word runs only the tests that have it in their names. With ALCOVE_SCREENSHOTS naming a folder, what was seen is kept
// there. Prints one line for each problem; ends with 1 if there is any.

import { launch } from "./browser.js";
import { problems as texts } from "./texts.test.js";
import { problems as codes } from "./qr.test.js";
import { problems as core } from "./core.test.js";
import { problems as few, tests as states } from "./states.test.js";
import { tests as stories } from "./stories.test.js";
import { tests as tray } from "./tray.test.js";
import { tests as transcripts } from "./transcripts.test.js";
import { tests as scan } from "./scan.test.js";
import { tests as hostile } from "./hostile.test.js";
import { tests as speed } from "./speed.test.js";

const AT_ONCE = 3;
const wanted = process.argv.slice(2);
// What measures time says how fast this machine is, too: only when it is asked for.
const all = [...states, ...transcripts, ...stories, ...tray, ...scan, ...hostile, ...speed].filter(([name]) => (wanted.length === 0 ? !name.startsWith("speed") : wanted.some((word) => name.includes(word))));
const found = wanted.length === 0 ? [...texts(), ...codes(), ...few(), ...(await core())] : [];
for (const problem of found) console.log(problem);

const browser = await launch();
const left = [...all];

/** Several pages wait at a time; what measures time runs alone. */
async function work(alone) {
  for (let next = take(alone); next; next = take(alone)) {
    const [name, test] = next;
    const problems = await test(browser).catch((error) => [error.stack ?? String(error)]);
    for (const problem of new Set(problems)) console.log(`${name}: ${problem}`);
    found.push(...problems);
  }
}

const take = (alone) => {
  const at = left.findIndex(([name]) => name.startsWith("speed") === alone);
  return at < 0 ? undefined : left.splice(at, 1)[0];
};

try {
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(false)));
  await work(true);
} finally {
  await browser.close();
}
console.log(`${all.length} tests in the browser, ${found.length} problems`);
process.exitCode = found.length ? 1 : 0;
