// The tray: what goes along with the next message, from the moment that it is taken in until it is sent, taken out, or could not be
// taken in. What the worker does with it is played.

const check = (problems, is, words) => is || problems.push(words);
const COMPOSER = ".composer input[type=file]";

/** @param {string} scenario @param {(page: any, problems: string[]) => Promise<void>} act in a chat without messages */
const story = (scenario, act) => async (browser) => {
  const { page, problems, close } = await browser.open(scenario);
  await page.click('[data-chat="new"]');
  await page.waitForSelector("#composer");
  await act(page, problems);
  await close();
  return problems;
};

const file = (name, bytes = 1, mimeType = "application/octet-stream") => ({ name, mimeType, buffer: Buffer.alloc(bytes, "x") });
const item = (page, name) => page.locator(".tray li", { hasText: name });
/** Waits until one is ready, which is when its size is said. */
const ready = (page, name) => item(page, name).locator(".hint", { hasText: /\d/ }).waitFor();
const names = (page) => page.locator(".tray bdi").allInnerTexts();
const sent = (page) => page.locator(".row.own .file bdi").allInnerTexts();
const canSend = async (page) => (await page.getAttribute(".composer .send", "aria-disabled").catch(() => "true")) !== "true";

export const tests = [
  ["tray: several files, one after the other, go in their order", story("", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("one.pdf", 1_500), file("two.zip", 2_500_000)]);
    await page.setInputFiles(COMPOSER, [file("three.txt")]);
    for (const name of ["one.pdf", "two.zip", "three.txt"]) await ready(page, name);
    check(problems, (await names(page)).join() === "one.pdf,two.zip,three.txt", `the tray has ${await names(page)}`);
    check(problems, /2\.5 MB/.test(await item(page, "two.zip").innerText()), "its size is not said");
    check(problems, (await page.locator(".tray .choice").count()) === 0, "without a picture metadata are asked about");
    await page.fill("#composer", "All of it");
    await page.press("#composer", "Enter");
    await page.locator(".row.own .file").nth(2).waitFor();
    check(problems, (await sent(page)).join() === "one.pdf,two.zip,three.txt", `sent are ${await sent(page)}`);
    check(problems, (await page.locator(".row.own").count()) === 1, "they are more than one message");
    check(problems, (await page.locator(".tray").count()) === 0, "the tray is not empty after sending");
  })],

  ["tray: what is taken out is not sent, and the focus goes to the text", story("", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("keep.pdf"), file("drop.pdf")]);
    await ready(page, "keep.pdf");
    await ready(page, "drop.pdf");
    const out = item(page, "drop.pdf").getByRole("button");
    check(problems, /drop\.pdf/.test(await out.getAttribute("aria-label")), "the button does not say which file it takes out");
    await out.focus();
    await page.keyboard.press("Enter");
    await item(page, "drop.pdf").waitFor({ state: "detached" });
    check(problems, (await page.evaluate(() => document.activeElement?.id)) === "composer", "the focus is lost");
    await page.keyboard.press("Enter");
    await page.locator(".row.own .file").waitFor();
    check(problems, (await sent(page)).join() === "keep.pdf", `sent are ${await sent(page)}`);
  })],

  ["tray: what could not be taken in says why, and is in nobody's way", story("", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("broken.pdf"), file("whole.pdf")]);
    await ready(page, "whole.pdf");
    const wrong = page.locator(".tray .wrong-item");
    check(problems, (await wrong.innerText()).includes("The file cannot be read."), `it says ${await wrong.innerText()}`);
    check(problems, (await wrong.count()) === 1, "more than one failed");
    check(problems, await canSend(page), "the other one cannot be sent");
    await page.keyboard.press("Control+Shift+T");
    await page.keyboard.press("Enter");
    await page.locator(".row.own .file").waitFor();
    check(problems, (await sent(page)).join() === "whole.pdf", `sent are ${await sent(page)}`);
    // Alone it is nothing that could be sent.
    await page.setInputFiles(COMPOSER, [file("broken again.pdf")]);
    await wrong.waitFor();
    check(problems, (await page.locator(".composer .send").count()) === 0, "nothing can be sent");
    await wrong.getByRole("button").click();
    await page.waitForSelector(".tray", { state: "detached" });
  })],

  ["tray: over the limit, which is said", story("limit=2000000", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("large.mp4", 2_000_001, "video/mp4"), file("just.mp4", 2_000_000, "video/mp4")]);
    await ready(page, "just.mp4");
    const wrong = await page.locator(".tray .wrong-item").innerText();
    check(problems, wrong.includes("large.mp4") && wrong.includes("2 MB"), `it says ${wrong}`);
    check(problems, (await page.locator(".tray .wrong-item").count()) === 1, "what fits is refused");
  })],

  ["tray: nothing is sent before everything is ready; what is taken out meanwhile stays out", story("slow-attach=300", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("slow.mp4"), file("next.mp4")]);
    await page.waitForSelector(".tray progress");
    check(problems, (await item(page, "slow.mp4").innerText()).includes("Preparing"), "it is not said that it is being prepared");
    await page.fill("#composer", "Look");
    check(problems, !(await canSend(page)), "it can be sent although a file is missing");
    await page.press("#composer", "Enter");
    check(problems, (await page.inputValue("#composer")) === "Look", "it was sent without the file");
    await item(page, "slow.mp4").getByRole("button").click();
    await ready(page, "next.mp4");
    check(problems, (await names(page)).join() === "next.mp4", `the tray has ${await names(page)}`);
    await page.press("#composer", "Enter");
    await page.locator(".row.own .file").waitFor();
    check(problems, (await sent(page)).join() === "next.mp4", `sent are ${await sent(page)}`);
  })],

  ["tray: what was refused comes back, with its words", story("fail=send:offline", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("list.txt")]);
    await ready(page, "list.txt");
    await page.fill("#composer", "The list");
    await page.press("#composer", "Enter");
    await page.waitForSelector(".toast");
    await ready(page, "list.txt");
    check(problems, (await page.inputValue("#composer")) === "The list", "the words are lost");
    check(problems, await canSend(page), "it cannot be tried again");
  })],

  ["tray: it is of one chat, and ends with it", story("", async (page, problems) => {
    await page.setInputFiles(COMPOSER, [file("list.txt")]);
    await ready(page, "list.txt");
    await page.click('[data-chat="ben"]');
    await page.waitForSelector(".conversation .log");
    check(problems, (await page.locator(".tray").count()) === 0, "another chat has it");
    await page.click('[data-chat="new"]');
    await page.waitForSelector("#composer");
    check(problems, (await page.locator(".tray").count()) === 0, "it is kept although the worker has let it go");
  })],

  ["tray: what is pasted goes there, and its text does not", story("", async (page, problems) => {
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "shot.png", { type: "image/png" }));
      clipboardData.setData("text/plain", "file:///pictures/shot.png");
      document.querySelector("#composer").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await ready(page, "shot.png");
    check(problems, (await page.inputValue("#composer")) === "", "the text came along");
    check(problems, (await page.locator(".tray img").count()) === 1, "the picture is not shown");
    check(problems, await page.locator(".tray .choice input").isChecked(), "where it was taken would stay in it");
  })],
];
