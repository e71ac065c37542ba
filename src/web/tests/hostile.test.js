// Content that only an enemy sends: it stays text, stays inside its box, and holds nothing up.

import { keep, look } from "./browser.js";

export const tests = [["hostile: names, texts, files, reactions", async (browser) => {
  const { page, problems, close } = await browser.open("hostile", { viewport: { width: 320, height: 640 } });
  await page.waitForSelector(".entry");
  await page.click('[data-chat="hostile"]');
  await page.waitForSelector(".log .row");
  for (const size of [{ width: 320, height: 640 }, { width: 1280, height: 800 }]) {
    await page.setViewportSize(size);
    for (const place of [0, 0.5, 1]) {
      await page.evaluate((share) => {
        const log = document.querySelector(".log");
        log.scrollTop = log.scrollHeight * share;
      }, place);
      await page.waitForTimeout(250);
      problems.push(...(await look(page)).map((problem) => `${size.width} px, ${place}: ${problem}`));
      await keep(page, `hostile-${size.width}-${place}`);
    }
  }
  const made = await page.evaluate(() => ({
    scripts: document.querySelectorAll("#app script, #app iframe, #app object, #app [onerror], #app [onload]").length,
    links: [...document.querySelectorAll("#app a")].filter((link) => !/^https?:/.test(link.href)).length,
    nodes: document.querySelectorAll(".log *").length,
    reactions: document.querySelectorAll(".reactions button").length,
  }));
  if (made.scripts) problems.push(`${made.scripts} elements out of texts`);
  if (made.links) problems.push(`${made.links} links that are not of the web`);
  if (made.reactions > 8) problems.push(`${made.reactions} kinds of reactions are drawn`);
  if (made.nodes > 2000) problems.push(`${made.nodes} nodes`);
  const overlaps = await page.evaluate(outside);
  problems.push(...overlaps.map((words) => `reaches out of its bubble: ${words}`));
  const whole = page.locator('button:has-text("Show all")').first();
  if ((await whole.count()) === 0) problems.push("a text of 64 kB is shown whole at once");
  await close();
  return problems;
}]];

/** Runs in the page: bubbles that do not cut off what is piled up in them. */
function outside() {
  return [...document.querySelectorAll(".bubble")].filter((bubble) => getComputedStyle(bubble).overflow !== "clip").map((bubble) => bubble.outerHTML.slice(0, 80));
}
