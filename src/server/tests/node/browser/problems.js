// What can be wrong with a page: its status, what the browser complained about (the content security policy among it), what
// it asked other servers for, what is wider than the screen, and what axe-core finds.

import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Loads a page; answers what went wrong with that, each in one line. */
export async function load(page, url, status) {
  const problems = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isExpected(message)) {
      problems.push(`the browser said: ${message.text()} (${message.location().url})`);
    }
  });
  // Chromium calls every page that is not a 200 a failure to load it, and asks for an icon that no page names.
  const isExpected = (message) => {
    const about = message.location().url;
    return (status !== 200 && about === url) || about === `${origin}/favicon.ico`;
  };
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.origin !== origin) problems.push(`asked elsewhere: ${asked}`);
  });
  page.on("requestfailed", (request) => problems.push(`could not load ${request.url()}`));
  const response = await page.goto(url, { waitUntil: "load" });
  if (response.status() !== status) problems.push(`answered ${response.status()} instead of ${status}`);
  if (response.url() !== url) problems.push(`led to ${response.url()}`);
  // Run by the browser itself, which the policy of the page does not concern.
  await page.evaluate(axe.source);
  return problems;
}

/** What is wrong with a loaded page as it stands on the screen, each in one line. */
export async function problemsOf(page) {
  const wide = await page.evaluate(tooWide);
  const { violations } = await page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), RULES);
  const broken = violations.flatMap(({ id, help, nodes }) => {
    return nodes.map((node) => `${id} (${help}): ${node.html}: ${node.failureSummary}`);
  });
  return [...wide.map((element) => `wider than the screen: ${element}`), ...broken];
}

/** Runs in the page: the elements that reach beyond its right side, if it can be moved sideways. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const elements = [...document.body.querySelectorAll("*")];
  const wide = elements.filter((element) => element.getBoundingClientRect().right > clientWidth);
  return wide.map((element) => element.outerHTML.slice(0, 120)).concat(`${scrollWidth} px in all`);
}
