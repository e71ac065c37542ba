// Pages of the app in Debian's Chromium, with everything written down that must not happen on any of them: what the browser
// complains about, what breaks a policy, what is asked of other servers. playwright-core and axe-core come from where the
// server's tests have them.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { serve } from "./serve.js";

const require = createRequire(new URL("../../server/tests/node/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
];
const SCREENSHOTS = process.env.ALCOVE_SCREENSHOTS;
if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });

export async function launch() {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
  return {
    /** @param {string} scenario what the worker plays @param {object} [options] of the context, `path`, and `still`: when it is */
    open: (scenario, options = {}) => open(browser, server.url, scenario, options),
    async close() {
      await browser.close();
      server.stop();
    },
  };
}

async function open(browser, origin, scenario, { path = "/app/", ready = "main, nav", still, ...options }) {
  const context = await browser.newContext({ serviceWorkers: "allow", viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  await context.addCookies([{ name: "scenario", value: encodeURIComponent(scenario), url: origin }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  if (still !== undefined) await page.clock.setFixedTime(still);
  const problems = watch(page, origin);
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  await page.goto(origin + path);
  await page.waitForSelector(ready).catch((error) => {
    throw new Error(`nothing is shown: ${problems.join("; ")}`, { cause: error });
  });
  return { page, context, problems, tell: (event) => tell(page, event), close: () => context.close() };
}

/** Everything that must not happen, as it happens. */
function watch(page, origin) {
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`the browser said: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`an error: ${error.stack}`));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (!["data:", "blob:"].includes(asked.protocol) && asked.origin !== origin) problems.push(`asked elsewhere: ${asked}`);
  });
  page.on("requestfailed", (request) => problems.push(`could not load ${request.url()}`));
  return problems;
}

/** Makes the played worker say something. */
const tell = (page, event) => page.workers().find((worker) => worker.url().endsWith("/app/worker.js"))?.evaluate((said) => self.postMessage(said), event);

/** What axe-core finds, and what is wider than the screen, each in one line. */
export async function look(page) {
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  const wide = await page.evaluate(tooWide);
  const small = await page.evaluate(tooSmall);
  const { violations } = await page.evaluate((values) => axe.run({ preload: false, runOnly: { type: "tag", values } }), RULES);
  const broken = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.html.slice(0, 200)}: ${node.failureSummary}`));
  return [...wide.map((element) => `wider than the screen: ${element}`), ...small.map((element) => `too small to touch: ${element}`), ...broken];
}

export async function keep(page, name) {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name.replace(/[^a-z0-9-]+/gi, "-")}.png`) });
}

function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const inner = [...document.querySelectorAll(".log, .scroll, dialog[open], .conversation, .bars")].filter((box) => box.scrollWidth > box.clientWidth + 1);
  const outer = scrollWidth > clientWidth ? [`the page, ${scrollWidth} px`] : [];
  return [...outer, ...inner.map((box) => `${box.outerHTML.slice(0, 100)} (${box.scrollWidth} px in ${box.clientWidth})`)];
}

/** Controls under 24 px; those in lines of text are exempt (WCAG 2.2, 2.5.8). */
function tooSmall() {
  return [...document.querySelectorAll("button, a[href], input, textarea, select, summary")].filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    const inText = one.tagName === "A" || ["checkbox", "radio"].includes(one.type);
    return width > 0 && !inText && one.checkVisibility() && (width < 24 || height < 24);
  }).map((one) => one.outerHTML.slice(0, 120));
}
