// What a screen reader is told, from top to bottom: the accessible tree of the main states beside what it was when somebody last
// read it (`transcripts/`). Time stands still in them. Whoever changes what is said looks at the difference and renews them:
// ALCOVE_TRANSCRIPTS=renew node src/web/tests/run.js transcript
// Not a screen reader: how one says it, and what is said while something changes, are in the stories.

import { readFileSync, writeFileSync } from "node:fs";
import { STILL } from "./fake/still.js";

const FOLDER = new URL("transcripts/", import.meta.url);
const RENEW = process.env.ALCOVE_TRANSCRIPTS === "renew";

const chat = (id) => async (page) => {
  await page.click(`[data-chat="${id}"]`);
  await page.waitForSelector(".conversation .log .row");
};
const settings = (name) => async (page) => {
  await page.click('[aria-label="Settings"]');
  await page.click(`nav .shelf:has-text("${name}")`);
};

/** Name, scenario, path, what is done there, what is read. @type {[string, string, string, ((page: any) => Promise<any>) | null, string][]} */
const STATES = [
  ["chats", "", "/app/", (page) => page.waitForSelector(".entry"), "nav"],
  ["conversation", "", "/app/", chat("ana"), "main"],
  ["group", "", "/app/", chat("family"), "main"],
  ["conversation that is not encrypted", "", "/app/", chat("plain 1"), "main"],
  ["request", "", "/app/", async (page) => {
    await page.click('.shelf:has-text("Requests")');
    await chat("request")(page);
    await page.locator(".request", { hasText: "other.example" }).waitFor();
  }, "main"],
  ["changed identity", "", "/app/", chat("ruth"), "main"],
  ["readers", "", "/app/", async (page) => {
    await chat("family")(page);
    await page.click(".head-who");
    await page.waitForSelector("dialog .people-rows");
  }, "dialog"],
  ["devices", "", "/app/", async (page) => {
    await settings("Devices")(page);
    await page.waitForSelector(".devices li");
  }, "main"],
  ["device that waits", "state=waiting digits=123456", "/app/", null, "body"],
  ["sign in", "state=nobody", "/app/", null, "body"],
  ["invitation", "state=nobody", "/i/x#v1secret", (page) => page.waitForSelector(".facts"), "body"],
];

export const tests = STATES.map(([name, scenario, path, act, of]) => [`transcript: ${name}`, async (browser) => {
  const { page, problems, close } = await browser.open(`still ${scenario}`, { path, still: STILL });
  await act?.(page);
  const { host } = new URL(page.url());
  const heard = await settled(async () => (await page.locator(of).first().ariaSnapshot()).replaceAll(host, "example.org"));
  await close();
  return [...problems, ...compared(name, heard)];
}]);

/** What it is once it stays so. */
async function settled(read) {
  for (let last = ""; ; await new Promise((done) => setTimeout(done, 150))) {
    const now = await read();
    if (now === last) return now;
    last = now;
  }
}

/** @param {string} name @param {string} heard @returns {string[]} */
function compared(name, heard) {
  const file = new URL(`${name.replaceAll(" ", "-")}.yml`, FOLDER);
  const whole = `# What a screen reader is told: ${name}. Written by transcripts.test.js, which says how to renew it.\n${heard}\n`;
  if (RENEW) writeFileSync(file, whole);
  const [then, now] = [readFileSync(file, "utf8"), whole].map((text) => text.split("\n"));
  const at = now.findIndex((line, number) => line !== then[number]);
  if (at < 0 && now.length === then.length) return [];
  const line = at < 0 ? now.length : at;
  return [`line ${line + 1} was ${then[line] ?? "none"} and is ${now[line] ?? "none"}`];
}
