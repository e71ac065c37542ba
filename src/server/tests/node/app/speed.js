// How long people wait for the app, in milliseconds and as they see it: from opening an invitation to the first message on
// its way, and from opening the app to the list of chats. Takes an order as lines.js says, for the benchmark `app`. Not a test:
// it refuses no figure.

import { launch } from "../browser/launch.js";
import { obey } from "../lines.js";
import { drive } from "./page.js";

/** How often the app is opened; the median counts. */
const TIMES = 7;
/** What a page's own thread is slowed down by. Chromium slows down no workers. */
const SLOWER = 4;

/** `link` is an invitation of the server at `url`, made by a command. */
async function measure({ url, link }) {
  const browser = await launch();
  const inviter = await (await browser.newContext()).newPage();
  await inviter.goto(`${url}/app/nothing`);
  await inviter.evaluate(drive);
  const call = (method, args = {}) => inviter.evaluate(([method, args]) => globalThis.app.call(method, args), [method, args]);
  await call("start");
  await call("join", { link, name: "inviter", displayName: "Inviter", password: "three grey herons wade", title: "a browser" });
  // A device invites once the server knows it.
  for (let state; state !== "ready"; ({ state } = await call("start"))) await new Promise((resolve) => setTimeout(resolve, 50));
  const made = await call("invite", { name: "Newcomer", days: 7 });

  const context = await browser.newContext();
  const page = await context.newPage();
  const message = await first(page, made.link);
  await page.close();
  const cold = await starts(context, url, 1);
  const slowed = await starts(context, url, SLOWER);
  await browser.close();
  return { message, cold, slowed };
}

/** A newcomer who does not think: from the link to a message that the server has. */
async function first(page, link) {
  const begun = performance.now();
  await page.goto(link);
  await page.click(".actions button");
  await page.fill("#handle", "newcomer");
  await page.keyboard.press("Enter");
  await page.fill("#password", "three grey herons wade");
  await page.keyboard.press("Enter");
  await page.fill("#composer", "Hello");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".row.own article[aria-label*='Hello']:not([aria-label*='Sending']):not([aria-label*='Waiting'])");
  return performance.now() - begun;
}

/** From opening the app to the list of chats, several times. */
async function starts(context, url, slower) {
  const all = [];
  for (let time = 0; time < TIMES; time += 1) {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const begun = performance.now();
    await page.goto(`${url}/app/`, { waitUntil: "commit" });
    await page.waitForSelector(".entry");
    all.push(performance.now() - begun);
    await page.close();
  }
  return all;
}

await obey({ measure });
