// A browser that looks at pages: Debian's Chromium without a window, and axe-core for what WCAG 2.2 AA asks. For each page
// it is ordered to look at, it says what is wrong with it, in light and dark, on a narrow screen and a wide one. With
// ALCOVE_SCREENSHOTS naming a folder, what it saw is kept there.

import { join } from "node:path";
import { launch, SCHEMES } from "./launch.js";
import { obey } from "../lines.js";
import { load, problemsOf } from "./problems.js";

const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }];
const SCREENSHOTS = process.env.ALCOVE_SCREENSHOTS;

const browser = await launch();

/** `cookie` is of the form `name=value`; `status` is the one that the page should have. */
async function look({ name, url, cookie, status = 200 }) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  if (cookie !== undefined) await context.addCookies([cookieOf(cookie, url)]);
  const page = await context.newPage();
  const problems = await load(page, url, status);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const found = await problemsOf(page);
      problems.push(...found.map((problem) => `${colorScheme}, ${size.width} px: ${problem}`));
      if (SCREENSHOTS) await keep(page, `${name}-${colorScheme}-${size.width}`);
    }
  }
  await context.close();
  return problems.map((problem) => `${name}: ${problem}`);
}

function cookieOf(cookie, url) {
  const [name, ...value] = cookie.split("=");
  return { name, value: value.join("="), url };
}

async function keep(page, name) {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

await obey({ look });
