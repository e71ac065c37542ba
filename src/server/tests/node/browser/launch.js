// A browser without a window, which makes no request that is not a page's: Debian's Chromium, or Debian's Firefox where
// ALCOVE_TEST_BROWSER says so. Playwright drives the second by WebDriver BiDi, which cannot kill a process, reach into a worker
// or prefer dark colours: no story that needs one of these runs there.

import { chromium, firefox } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const FIREFOX = {
  // What Playwright calls a Firefox that it has not changed.
  channel: "moz-firefox",
  executablePath: "/usr/bin/firefox-esr",
  // A page may take back the focus that the Tab key has led out of it, to what is around a page.
  firefoxUserPrefs: { "dom.disable_window_flip": false },
  env: { ...process.env, MOZ_DISABLE_NONLOCAL_CONNECTIONS: "1" },
};

const BROWSERS = {
  chromium: () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS }),
  firefox: () => firefox.launch(FIREFOX),
};

const CHOSEN = process.env.ALCOVE_TEST_BROWSER || "chromium";

export function launch() {
  const known = Object.keys(BROWSERS).join(" or ");
  if (!Object.hasOwn(BROWSERS, CHOSEN)) throw new Error(`expected ALCOVE_TEST_BROWSER to be ${known}, not ${CHOSEN}`);
  return BROWSERS[CHOSEN]();
}

/** Refuses what a script cannot do to Firefox. */
export function needsChromium(what) {
  if (CHOSEN !== "chromium") throw new Error(`expected Chromium for ${what}, not ${CHOSEN}`);
}

/** The colours that a page can be shown in. */
export const SCHEMES = CHOSEN === "chromium" ? ["light", "dark"] : ["light"];
