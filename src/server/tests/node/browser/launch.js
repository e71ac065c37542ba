// Debian's Chromium without a window, which makes no request that is not a page's.

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
