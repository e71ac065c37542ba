// People who use the app as it is given out, interface and all, and have nothing but a keyboard: they go to what they want
// with the Tab key and press it. What the browsers complained about and every request to somebody else is counted, as in
// main.js. With ALCOVE_SCREENSHOTS naming a folder, what was looked at is kept there.

import { join } from "node:path";
import axe from "axe-core";
import { launch, needsChromium, SCHEMES } from "../browser/launch.js";
import { watch } from "../browser/watch.js";
import { obey } from "../lines.js";
import { problemsOf } from "../browser/problems.js";

const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }];
const SCREENSHOTS = process.env.ALCOVE_SCREENSHOTS;
/** How many times somebody presses Tab before they give up. */
const MOST_TABS = 80;

const browser = await launch();

/** By name: the page and what went wrong on it. */
const people = new Map();

/** Somebody opens an address, in a browser of their own. */
async function open({ name, url }) {
  const context = await browser.newContext({ locale: "en-GB", viewport: SIZES[1] });
  const problems = [];
  await watch(context, url, problems);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => {
    // Chromium asks for an icon that no plain page names, and says of a refused request that it was refused.
    const expected = /favicon|Failed to load resource/.test(`${message.location().url} ${message.text()}`);
    if (["error", "warning"].includes(message.type()) && !expected) problems.push(`the browser said: ${message.text()}`);
  });
  people.set(name, { page, problems });
  await page.goto(url);
}

/** Somebody's page, in front of all others: Firefox follows keys nowhere else. */
async function inFront(name) {
  const { page } = people.get(name);
  await page.bringToFront();
  return page;
}

/** Goes on with Tab until the first that this selector names has the focus. */
async function reach({ name, selector }) {
  const page = await inFront(name);
  await page.waitForSelector(selector);
  for (let pressed = 0; pressed <= MOST_TABS; pressed += 1) {
    // The last key may have led out of the page, to what Firefox has around it.
    await page.evaluate(() => window.focus());
    // Asked for each time: the page may have been drawn anew.
    const wanted = await page.$(selector);
    if (await wanted?.evaluate((element) => element === document.activeElement && document.hasFocus())) return;
    await page.keyboard.press("Tab");
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  throw new Error(`${name} cannot reach ${selector} by keyboard; the focus is at ${at}`);
}

/** Presses a key, as `Enter` or `Control+Shift+T`. */
async function press({ name, key }) {
  await (await inFront(name)).keyboard.press(key);
}

/** Types where the focus is, over what is there. */
async function type({ name, text }) {
  const { keyboard } = await inFront(name);
  await keyboard.press("Control+A");
  await keyboard.type(text);
}

/** Waits until this is on the page, and says what it reads. */
async function see({ name, selector }) {
  return (await people.get(name).page.waitForSelector(selector)).innerText();
}

/** What the reader of a page says, line by line (the accessible tree of its main parts). */
async function heard({ name, selector }) {
  return people.get(name).page.locator(selector).first().ariaSnapshot();
}

/** What is wrong with what is on the screen, light and dark, narrow and wide. */
async function look({ name, as }) {
  const { page } = people.get(name);
  const problems = [];
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const found = await problemsOf(page);
      problems.push(...found.map((problem) => `${as}, ${colorScheme}, ${size.width} px: ${problem}`));
      if (SCREENSHOTS) await keep(page, `real-${as}-${colorScheme}-${size.width}`);
    }
  }
  return problems;
}

/** Playwright gives the page a style for this, which is against the policy, as Firefox then says. */
async function keep(page, name) {
  needsChromium("screenshots");
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Everything that went wrong in anybody's browser. */
async function problems() {
  return [...people].flatMap(([name, { problems }]) => problems.map((problem) => `${name}: ${problem}`));
}

await obey({ open, reach, press, type, see, heard, look, problems });
