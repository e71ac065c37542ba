// People with browsers, who use the app as the server gives it out: each has a browser profile of their own and is driven
// through the worker's own border (contract.d.ts), without the interface. What the browsers complained about, the content
// security policy and Trusted Types among it, and every request to somebody else is counted; both must be nothing.

import { launch, needsChromium } from "../browser/launch.js";
import { watch, watchWorker } from "../browser/watch.js";
import { obey } from "../lines.js";
import { drive } from "./page.js";

const browser = await launch();

/** By name: the browser context, the page, the address of the server, what went wrong. */
const people = new Map();

/** Somebody takes a browser in hand, and opens the app of a server. `planted` is JavaScript that the worker runs besides. */
async function open({ name, url, planted }) {
  const person = people.get(name) ?? (await begin(url));
  people.set(name, person);
  await person.page?.close();
  await load(person, planted);
  return call({ name, method: "start" });
}

async function begin(url) {
  const context = await browser.newContext();
  const person = { context, url, problems: [], page: undefined };
  await watch(context, url, person.problems);
  return person;
}

/** A page under the policy of the app, and in it the worker. The page itself is not in the set: it has no interface. */
async function load(person, planted) {
  const page = await person.context.newPage();
  person.page = page;
  await watchWorker(page, planted);
  await page.goto(`${person.url}/app/nothing`);
  await page.evaluate(drive);
}

/** Calls a method of the contract. */
async function call({ name, method, args = {} }) {
  return people.get(name).page.evaluate(({ method, args }) => globalThis.app.call(method, args), { method, args });
}

/** Waits until a method answers something with this text in it. */
async function expect({ name, method, args = {}, text, within = 60_000 }) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await call({ name, method, args }).catch((error) => ({ error: String(error) }));
    if (JSON.stringify(answer).includes(text)) return answer;
    if (Date.now() > end) throw new Error(`${name} waits for ${text} in ${method}: ${JSON.stringify(answer)}; ${await lately()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What everybody's worker has said last, for whoever looks for the reason. */
async function lately() {
  const said = [...people].map(async ([name, { page }]) => {
    const events = await page.evaluate(() => globalThis.app.events.slice(-12)).catch(String);
    return `${name} heard ${JSON.stringify(events)}`;
  });
  return (await Promise.all(said)).join("; ");
}

/** What came unasked since this was last asked. */
async function events({ name }) {
  return people.get(name).page.evaluate(() => globalThis.app.events.splice(0));
}

/** The network of somebody goes, or comes back. */
async function network({ name, there }) {
  await people.get(name).context.setOffline(!there);
}

/** The process of the page ends without a word, worker and all; the app is opened again. `after` are milliseconds. */
async function kill({ name, after = 0 }) {
  needsChromium("killing a page's process");
  const person = people.get(name);
  const session = await person.context.newCDPSession(person.page);
  await new Promise((resolve) => setTimeout(resolve, after));
  const crashed = new Promise((resolve) => person.page.once("crash", resolve));
  session.send("Page.crash").catch(() => {});
  await crashed;
  await person.page.close();
  await load(person);
  return call({ name, method: "start" });
}

/** A second tab of the same browser. */
async function tab({ name, as }) {
  const { context, url, problems } = people.get(name);
  const person = { context, url, problems, page: undefined };
  people.set(as, person);
  await load(person);
  return call({ name: as, method: "start" });
}

/** Somebody chooses a file, made up as `page.js` says; answers what the worker says of it, and the file's digest. */
async function attach({ name, chat, number, file, voice }) {
  const given = { chat, number, file, voice };
  return people.get(name).page.evaluate((given) => globalThis.app.attach(given), given);
}

/** Fetches a file of a message; answers what it is, without its bytes. */
async function fetched({ name, args }) {
  return people.get(name).page.evaluate((args) => globalThis.app.fetched(args), args);
}

/** The request that sends a part of a file. */
const PART = /\/api\/alcove\/v1\/blobs\/[^/?]+\?offset=/;

/** Lets so many parts of files through to the server and holds the others, until this is said again without a number: then those
 * that were held are lost. Answers how many have gone through by now. */
async function gate({ name, parts }) {
  const person = people.get(name);
  person.parts ??= { through: 0, left: 0, held: [] };
  const gate = person.parts;
  gate.left = parts ?? Number.POSITIVE_INFINITY;
  for (const route of gate.held.splice(0)) await route.abort().catch(() => {});
  if (!gate.isThere) {
    gate.isThere = true;
    await person.context.route(PART, (route) => {
      if (gate.left <= 0) return gate.held.push(route);
      gate.left -= 1;
      gate.through += 1;
      return route.continue().catch(() => {});
    });
  }
  return gate.through;
}

/** Waits until a part is held at the gate. */
async function held({ name }) {
  const { parts } = people.get(name);
  while (parts.held.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Somebody closes a tab. */
async function close({ name }) {
  await people.get(name).page.close();
}

/** Runs a line of JavaScript where the app's data lies: what somebody could do who sits at this computer. */
async function meddle({ name, script }) {
  return people.get(name).page.evaluate(`(async () => { ${script} })()`);
}

/** Everything that went wrong in anybody's browser. */
async function problems() {
  return [...people].flatMap(([name, { problems }]) => problems.map((problem) => `${name}: ${problem}`));
}

/** What somebody's browser has asked its server for since this was last said, without the names in the paths; the first time that is
 * nothing, and from then on it is noted. What goes into an outbox is named by its type, which is never encrypted. */
async function asked({ name }) {
  const person = people.get(name);
  if (person.asked === undefined) {
    person.context.on("request", (request) => {
      const path = new URL(request.url()).pathname.replace(/\/(?!v1\/)(?=[^/]*\d)[^/]+/g, "/*");
      const type = path.endsWith("/outbox") ? ` ${JSON.parse(request.postData() ?? "{}").type}` : "";
      person.asked.push(`${request.method()} ${path}${type}`);
    });
  }
  const before = person.asked ?? [];
  person.asked = [];
  return before;
}

/** Every address and every body that somebody's browser has sent since this was asked for first, in base64. */
async function sent({ name }) {
  const person = people.get(name);
  if (person.sent === undefined) {
    person.sent = [];
    person.context.on("request", (request) => {
      person.sent.push(Buffer.from(`\n${request.method()} ${request.url()}\n`), request.postDataBuffer() ?? Buffer.alloc(0));
    });
  }
  return Buffer.concat(person.sent).toString("base64");
}

/** The clock of somebody's worker is put forward, until the app is opened again. */
async function later({ name, seconds }) {
  needsChromium("putting a clock forward");
  const [worker] = people.get(name).page.workers();
  await worker.evaluate((by) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + by;
  }, seconds * 1000);
}

/** Somebody has their browser delete everything of this site, with the app open. */
async function forget({ name }) {
  needsChromium("deleting what a site has stored");
  const { context, page, url } = people.get(name);
  const session = await context.newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(url).origin, storageTypes: "all" });
}

await obey({
  attach, fetched, gate, held, open, call, expect, events, network, kill, tab, close, meddle, problems, asked, sent, later, forget,
});
