// Scanning the code of a new device: a camera that is made up in the page looks at codes that the app draws, and the very
// decoder of the app reads them (`cargo task web` has built it).

const CODE = "alcove:CzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHWaHR0cHM6Ly9jaGF0LmV4YW1wbGUub3JnL3VzZXJzL3NhbQ==";
const ANOTHER = CODE.replace("CzBV", "DzBV");
const INVITATION = "https://example.org/i/4tq0m2v8x1c7b9n5#v1kq3yE8mXb2Vt0pWcZs7aQnGd5RfLhJ9uTx4oNiMe6Kw";

const check = (problems, is, words) => is || problems.push(words);
const status = (page, words) => page.locator("dialog [role=status]", { hasText: words }).waitFor();
/** How many cameras are on. */
const filming = (page) => page.evaluate(() => window.madeUp.tracks.filter((track) => track.readyState === "live").length);
const show = (page, what) => page.evaluate((shown) => window.madeUp.show(shown), what);

/** Puts a camera in the place of the browser's, and opens the dialog in which one links a device. */
async function link(page) {
  await page.evaluate(makeUp);
  await page.click('[aria-label="Settings"]');
  await page.click('nav .shelf:has-text("Devices")');
  await page.click('button:has-text("Link a device")');
}

async function scan(page) {
  await link(page);
  await page.click(".by-code button");
  await status(page, "Looking");
}

/** In the page: `madeUp.show` holds something before the camera, in a hand that is not quite still; `madeUp.why` refuses it. */
async function makeUp() {
  const main = document.querySelector('script[type="module"]').src;
  const { encode } = await import(new URL("ui/parts/qr.js", main).href);
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 640 });
  const context = canvas.getContext("2d");
  const finder = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"].map((row) => [...row, "."].map((one) => one === "#"));
  // Corners of codes and nothing else: each might belong to each, which takes minutes to find out.
  const corners = Array.from({ length: 304 }, (_, y) => Array.from({ length: 304 }, (_, x) => finder[y % 8]?.[x % 8] ?? false));
  const made = { tracks: [], why: "", shown: null, corners, show: (text) => (made.shown = text === "corners" ? corners : text && encode(text)) };
  const paint = () => {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#b9b3a6";
    context.fillRect(0, 0, 640, 640);
    if (!made.shown) return;
    const count = made.shown.length;
    const size = made.shown === corners ? 2 : 560 / (count + 8);
    context.translate(320, 320);
    if (made.shown !== corners) context.rotate(0.12 * Math.sin(performance.now() / 900));
    context.translate((-count / 2) * size, (-count / 2) * size);
    context.fillStyle = "#f2f2f2";
    context.fillRect(-4 * size, -4 * size, (count + 8) * size, (count + 8) * size);
    context.fillStyle = "#181818";
    made.shown.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(x * size, y * size, size, size)));
  };
  setInterval(paint, 60);
  navigator.mediaDevices.getUserMedia = async () => {
    if (made.why) throw new DOMException("", made.why);
    paint();
    const stream = canvas.captureStream(20);
    made.tracks.push(...stream.getTracks());
    return stream;
  };
  window.madeUp = made;
}

/** @param {(page: any, problems: string[], tell: any) => Promise<void>} act */
const story = (act) => async (browser) => {
  const { page, problems, tell, close } = await browser.open("");
  await act(page, problems, tell);
  await close();
  return problems;
};

export const tests = [
  ["scan: the code of a new device is taken, and no other", story(async (page, problems) => {
    const asked = [];
    page.on("request", (request) => request.url().includes("/scanner/") && asked.push(request.url()));
    await link(page);
    check(problems, asked.length === 0, `what reads codes is fetched before a camera is opened: ${asked}`);
    await page.click(".by-code button");
    await status(page, "Looking");
    check(problems, asked.length > 0, "nothing is fetched that could read a code");
    await show(page, INVITATION);
    await status(page, "This is not a code of a new device.");
    check(problems, (await filming(page)) === 1, "the camera is off after a code of something else");
    await show(page, ANOTHER);
    await status(page, "No new device of yours is waiting with this code.");
    await show(page, null);
    await status(page, "Looking");
    await show(page, CODE);
    await status(page, "The code is right.");
    check(problems, (await filming(page)) === 0, "the camera goes on after the code was taken");
    check(problems, !page.workers().some((worker) => worker.url().includes("/scanner/")), "the worker that reads codes is left");
  })],

  ["scan: a device that has asked already is approved by its code", story(async (page, problems, tell) => {
    await link(page);
    await tell({ event: "pairing", pairing: { kind: "waiting", name: "p", title: "Firefox on Windows", expiresAt: 0 } });
    await page.locator("dialog", { hasText: "Firefox on Windows" }).waitFor();
    await page.click(".by-code button");
    await show(page, CODE);
    await status(page, "The code is right.");
    check(problems, (await filming(page)) === 0, "the camera goes on after the code was taken");
  })],

  ["scan: the camera is closed with the dialog, by keyboard, and the focus comes back", story(async (page, problems) => {
    await scan(page);
    check(problems, (await filming(page)) === 1, "the camera is not on");
    check(problems, await page.evaluate(() => Boolean(document.activeElement?.closest("dialog"))), "the focus is not in the dialog");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".camera", { state: "detached" });
    check(problems, (await filming(page)) === 0, "Escape leaves the camera on");
    check(problems, await page.evaluate(() => document.activeElement?.matches(".by-code button")), "the focus does not come back to the button");
    await page.keyboard.press("Enter");
    await status(page, "Looking");
    await page.click('dialog [aria-label="Close"]');
    await page.waitForSelector(".camera", { state: "detached" });
    check(problems, (await filming(page)) === 0, "the camera is on after its dialog was closed");
  })],

  ["scan: nobody is filmed while the page is not looked at", story(async (page, problems) => {
    await scan(page);
    const hide = (hidden) => page.evaluate((is) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => is });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await hide(true);
    await page.waitForTimeout(200);
    check(problems, (await filming(page)) === 0, "the camera is on while the page is hidden");
    await hide(false);
    await show(page, CODE);
    await status(page, "The code is right.");
  })],

  ["scan: who has gone while the browser asked gets no camera", story(async (page, problems) => {
    await link(page);
    await page.evaluate(() => {
      const open = navigator.mediaDevices.getUserMedia;
      navigator.mediaDevices.getUserMedia = (wanted) => new Promise((resolve) => (window.madeUp.allow = () => open(wanted).then(resolve)));
    });
    await page.click(".by-code button");
    await page.waitForFunction(() => window.madeUp.allow);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".camera", { state: "detached" });
    await page.evaluate(() => window.madeUp.allow());
    await page.waitForTimeout(200);
    check(problems, (await page.evaluate(() => window.madeUp.tracks.length)) === 1 && (await filming(page)) === 0, "the camera goes on without its dialog");
  })],

  ["scan: why there is no camera is said, and it is tried again", story(async (page, problems) => {
    await link(page);
    for (const [why, words] of [["NotAllowedError", "may not be used"], ["NotFoundError", "no camera"], ["NotReadableError", "Another program"]]) {
      await page.evaluate((name) => (window.madeUp.why = name), why);
      await page.click(".by-code button");
      await status(page, words);
      await page.keyboard.press("Escape");
      await page.waitForSelector(".by-code button");
    }
    await page.click(".by-code button");
    await page.evaluate(() => (window.madeUp.why = ""));
    await page.click('dialog button:has-text("Try again")');
    await status(page, "Looking");
    check(problems, await page.evaluate(() => Boolean(document.activeElement?.closest("dialog"))), "the focus leaves the dialog");
    await page.evaluate(() => window.madeUp.tracks.at(-1).dispatchEvent(new Event("ended")));
    await status(page, "The camera has stopped.");
    check(problems, (await filming(page)) === 0, "the camera is on");
  })],

  ...["look.js", "main.js", "scanner_bg.wasm"].map((file) => [`scan: that ${file} cannot be loaded is said, and it is tried again`, story(async (page, problems) => {
    await page.context().route(`**/scanner/${file}`, (route) => route.abort());
    await link(page);
    await page.click(".by-code button");
    await status(page, "could not be loaded");
    check(problems, (await filming(page)) === 0, "the camera is on for nothing");
    await page.context().unroute(`**/scanner/${file}`);
    await page.click('dialog button:has-text("Try again")');
    await show(page, CODE);
    await status(page, "The code is right.");
    // The browser says so, too.
    for (const problem of problems.filter((one) => one.includes(`/scanner/${file}`))) problems.splice(problems.indexOf(problem), 1);
  })]),

  ["scan: a picture that could be puzzled over for minutes holds nothing up", story(async (page, problems) => {
    await scan(page);
    await show(page, "corners");
    await page.waitForTimeout(1000);
    const begun = Date.now();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    check(problems, Date.now() - begun < 500, "the page does not answer");
    await show(page, CODE);
    await status(page, "The code is right.");
  })],
];
