// What people do, by keyboard and by pointer, from beginning to end; and what is said to a screen reader meanwhile.

import { keep } from "./browser.js";

const check = (problems, is, words) => is || problems.push(words);
const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("aria-label") || document.activeElement?.className || document.activeElement?.tagName);
const openChat = async (page, id) => {
  await page.click(`[data-chat="${id}"]`);
  await page.waitForSelector(".conversation .log, .conversation .empty, .conversation .obstacle");
};

/** @param {string} scenario @param {(page: any, problems: string[], tell: any) => Promise<void>} act @param {object} [options] */
const story = (scenario, act, options = {}) => async (browser) => {
  const { page, problems, tell, close } = await browser.open(scenario, options);
  await act(page, problems, tell);
  await close();
  return problems;
};

export const tests = [
  ["story: joining by keyboard alone", story("state=nobody", async (page, problems) => {
    await page.waitForSelector(".facts");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#display-name");
    await page.focus("#display-name");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Zoë Lindqvist");
    check(problems, (await page.inputValue("#handle")) === "zoe_lindqvist", "the address is not suggested from the name");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#password");
    await page.focus("#password");
    await page.keyboard.type("three grey herons wade");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".conversation");
    check(problems, new URL(page.url()).pathname === "/app/" && !page.url().includes("#"), `the secret stays in the address: ${page.url()}`);
    check(problems, (await page.innerText(".head-name")).includes("Ana Silva"), "the inviter's chat is not open");
  }, { path: "/i/x#v1secret" })],

  ["story: an address that is taken is asked for again, with nothing lost", story("state=nobody", async (page, problems) => {
    await page.click(".actions button");
    await page.fill("#handle", "ana");
    await page.click("form button[type=submit]");
    await page.fill("#password", "three grey herons wade");
    await page.click("form button[type=submit]");
    await page.waitForSelector("#handle-wrong");
    check(problems, (await page.inputValue("#display-name")) === "Sam Okafor", "the name is lost");
  }, { path: "/i/x#v1secret" })],

  ["story: writing, answering, editing, deleting by keyboard", story("", async (page, problems) => {
    await openChat(page, "family");
    await page.keyboard.press("Control+Shift+T");
    check(problems, (await focused(page)) === "composer", "Ctrl+Shift+T does not lead to the composer");
    await page.keyboard.type("I can.");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".row.own article[aria-label*='I can.'][aria-label*='Sent']");
    check(problems, (await page.inputValue("#composer")) === "", "the composer is not empty after sending");
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector(".strip");
    check(problems, (await page.inputValue("#composer")) === "I can.", "ArrowUp does not edit the last message");
    await page.keyboard.type(" At four.");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".row.own article[aria-label*='At four.'][aria-label*='edited']");
    await page.keyboard.press("Control+Shift+R");
    await page.waitForSelector(".strip");
    check(problems, (await focused(page)) === "composer", "answering does not lead to the composer");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".strip", { state: "detached" });
    await page.locator(".row.own article").last().focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    check(problems, (await focused(page)).includes("At four."), `arrows do not go from message to message: ${await focused(page)}`);
    await page.keyboard.press("Control+Shift+D");
    await page.waitForSelector("dialog");
    check(problems, (await focused(page)) === "second", `a question does not begin with the harmless answer: ${await focused(page)}`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".row.own.deleted");
  })],

  ["story: the map of keys", story("", async (page, problems) => {
    const current = () => page.getAttribute(".entry [aria-current]", "data-chat").catch(() => null);
    await page.waitForSelector(".entry");
    await page.keyboard.press("Control+1");
    await page.waitForSelector(".conversation .log");
    check(problems, (await current()) === "family", "Ctrl+1 is not the first chat");
    await page.keyboard.press("Alt+ArrowDown");
    await page.waitForTimeout(200);
    check(problems, !["family", null].includes(await current()), "Alt+Down is not the next chat");
    await page.keyboard.press("Alt+ArrowUp");
    await page.waitForTimeout(200);
    check(problems, (await current()) === "family", "Alt+Up is not the previous chat");
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await page.waitForTimeout(300);
    check(problems, (await current()) === "plain 1", `Alt+Shift+Down is not the next unread chat but ${await current()}`);
    await page.keyboard.press("Control+f");
    check(problems, (await focused(page)) === "search", "Ctrl+F does not lead to the search");
    await page.keyboard.press("Control+,");
    await page.waitForSelector(".profile");
    await page.keyboard.press("Control+/");
    await page.waitForSelector("dialog .keys");
    await page.keyboard.press("Control+1");
    await page.waitForTimeout(100);
    check(problems, (await page.locator("dialog").count()) === 1 && (await page.locator(".profile").count()) === 1, "keys work while a dialog is open");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.press("Control+1");
    await page.waitForSelector(".conversation .log");
    const regions = [];
    for (let at = 0; at < 4; at += 1) {
      await page.keyboard.press("Control+F6");
      regions.push(await page.evaluate(() => document.activeElement?.tagName));
    }
    check(problems, ["NAV", "MAIN", "FORM"].every((tag) => regions.includes(tag)), `Ctrl+F6 goes through ${regions}`);
    await page.keyboard.press("Control+Shift+F");
    await page.waitForSelector(".in-search");
  })],

  ["story: a dialog keeps the focus and gives it back", story("", async (page, problems) => {
    await openChat(page, "family");
    await page.focus(".head-who");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .people-rows");
    for (let at = 0; at < 12; at += 1) await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement?.closest("dialog")));
    check(problems, inside, "the focus leaves an open dialog");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    check(problems, (await focused(page)) === "head-who", `the focus is not given back but at ${await focused(page)}`);
  })],

  ["story: only what has just come is announced", story("", async (page, problems, tell) => {
    await openChat(page, "ana");
    check(problems, (await page.innerText("[data-announcer]")) === "", "history is announced");
    const sender = "https://example.org/users/2";
    await tell({ event: "arrived", chat: "ana", message: { sender, id: "n1", position: 99999, sentAt: Date.now(), own: false, body: { kind: "text", text: "Nine it is", mentions: [], links: [], files: [], inert: false }, reactions: [] } });
    await page.waitForTimeout(900);
    check(problems, (await page.textContent("[data-announcer]")).includes("Nine it is"), "a new message is not announced");
    check(problems, (await page.getAttribute(".log", "aria-live")) === "off", "the whole list is announced");
  })],

  ["story: what was refused loses nothing", story("fail=send:offline", async (page, problems) => {
    await openChat(page, "ana");
    await page.fill("#composer", "Do not lose me");
    await page.press("#composer", "Enter");
    await page.waitForSelector(".toast");
    check(problems, (await page.inputValue("#composer")) === "Do not lose me", "what was written is lost");
  })],

  ["story: what is too long is said to be, and nothing of it is lost", story("", async (page, problems) => {
    await openChat(page, "ana");
    await page.fill("#composer", "x".repeat(70_000));
    await page.press("#composer", "Enter");
    await page.waitForSelector(".toast");
    check(problems, (await page.innerText(".toast")).includes("64,000"), "the limit is not said");
    check(problems, (await page.inputValue("#composer")).length === 70_000, "what was written is lost");
  })],

  ["story: a file that is dropped anywhere goes to the tray", story("", async (page, problems) => {
    await openChat(page, "ana");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "list.txt", { type: "text/plain" }));
      document.querySelector(".log").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    // While a file is being prepared nothing is sent; its size is said when it is ready.
    await page.locator(".tray li .hint", { hasText: /\d/ }).waitFor();
    await page.keyboard.press("Control+Shift+T");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tray", { state: "detached" });
    // The list is drawn after the tray is gone.
    const sent = page.locator("article[aria-label*='list.txt']");
    await sent.first().waitFor().catch(() => problems.push("the file is not sent"));
    check(problems, (await sent.count()) === 1, "the file is sent more than once");
  })],

  ["story: what is fetched ends with the chat, or when somebody says so", story("slow=300", async (page, problems) => {
    await openChat(page, "files");
    const tile = page.locator('.file:has-text("Evening")');
    await tile.evaluate((button) => button.click());
    await page.locator(".files .transfer", { hasText: "84" }).waitFor();
    await page.locator('[aria-label="Stop loading"]').evaluate((button) => button.click());
    await page.waitForSelector(".files .transfer", { state: "detached" });
    check(problems, (await page.locator(".files .problem, .toast").count()) === 0, "it is said to somebody that they ended it");
    await tile.evaluate((button) => button.click());
    await page.waitForSelector(".files .transfer");
    await openChat(page, "ana");
    await openChat(page, "files");
    check(problems, (await page.locator(".files .transfer").count()) === 0, "it goes on although nobody looks");
  })],

  ["story: a message that waits for its files is stopped", story("", async (page, problems, tell) => {
    await openChat(page, "files");
    await page.locator(".upload", { hasText: "Waits" }).waitFor();
    check(problems, await page.locator('[data-key$=" upload"] .file').isDisabled(), "a file that is not there yet can be saved");
    await tell({ event: "transfer", file: "upload", done: 5_000_000, total: 22_000_000 });
    await page.locator(".upload", { hasText: /5 MB.* of .*22 MB/ }).waitFor();
    await page.click('.upload button:has-text("Stop")');
    await page.click('dialog button:has-text("Delete")');
    await page.waitForSelector(".upload", { state: "detached" });
  })],

  ["story: pictures are prepared anew when their data may stay in", story("", async (page, problems) => {
    await openChat(page, "new");
    await page.setInputFiles(".composer input[type=file]", [
      { name: "tent.png", mimeType: "image/png", buffer: Buffer.from("x") }, { name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("x") }]);
    await page.locator(".tray li", { hasText: "list.txt" }).locator(".hint", { hasText: /\d/ }).waitFor();
    await page.click(".tray .choice");
    await page.locator(".tray li:last-child", { hasText: "tent.png" }).locator(".hint", { hasText: /\d/ }).waitFor();
    check(problems, (await page.locator(".tray li").count()) === 2, "a file is there twice, or gone");
  })],

  ["story: a draft stays when one goes to another chat", story("", async (page, problems) => {
    await openChat(page, "ana");
    await page.fill("#composer", "Half a thought");
    await openChat(page, "family");
    await page.waitForSelector('[data-chat="ana"] .draft');
    await openChat(page, "ana");
    check(problems, (await page.inputValue("#composer")) === "Half a thought", "the draft is lost");
  })],

  ["story: failed messages are retried or discarded", story("", async (page, problems) => {
    await openChat(page, "ana");
    await page.click('.failed button:has-text("Try again")');
    await page.waitForSelector(".failed", { state: "detached" });
    await page.waitForSelector("article[aria-label*='Leaving at nine?'][aria-label*='Sent ']");
    check(problems, (await page.locator("article[aria-label*='Leaving at nine?']").count()) === 1, "a retried message is there twice");
  })],

  ["story: older messages come in above without moving what is read", story("many", async (page, problems) => {
    await openChat(page, "many");
    await page.waitForTimeout(300);
    await page.hover(".log");
    let last = 10_000;
    for (let at = 0; at < 40; at += 1) {
      await page.mouse.wheel(0, -500);
      await page.waitForTimeout(60);
      const now = await page.evaluate(firstSeen);
      if (now > last || last - now > 60) problems.push(`the view jumps from message ${last} to ${now}`);
      last = now;
    }
    check(problems, last < 9_900, `nothing older came: ${last}`);
    await page.keyboard.press("Control+j");
    await page.waitForTimeout(300);
    check(problems, (await page.evaluate(firstSeen)) > 9_900, "Ctrl+J does not lead to the newest message");
  })],

  ["story: a message found far back is shown, and the answer to it leads there", story("many", async (page, problems) => {
    await page.fill("#search", "1234: ");
    await page.click(".found button");
    await page.waitForSelector(".row.marked");
    const box = await page.locator(".row.marked").boundingBox();
    check(problems, (await page.innerText(".row.marked .text")).startsWith("1234:"), "another message is shown");
    check(problems, box && box.y > 60 && box.y < 740, `it is not on the screen: ${JSON.stringify(box)}`);
  })],

  ["story: not encrypted is said in words, and on the button", story("", async (page, problems) => {
    await openChat(page, "plain 1");
    const pill = await page.innerText(".plain-pill");
    check(problems, pill.includes("Not encrypted.") && pill.includes("mastodon.example"), `the label says ${pill}`);
    check(problems, (await page.innerText(".composer .send")) === "Send unencrypted", "the button does not say that it sends unencrypted");
    await openChat(page, "ana");
    check(problems, (await page.locator(".plain-pill").count()) === 0, "an encrypted chat has the label");
  })],

  ["story: what cannot be done in a chat is not offered", story("", async (page, problems) => {
    await openChat(page, "plain 1");
    check(problems, (await page.locator(".composer .attach, .composer [aria-label='Record']").count()) === 0, "files are offered");
    await page.focus("#composer");
    await page.keyboard.press("ArrowUp");
    check(problems, (await page.locator(".strip").count()) === 0, "ArrowUp edits what cannot be edited");
    await page.locator(".row.own article.bubble").last().focus();
    await page.click(".tools [aria-haspopup=menu]");
    const items = await page.locator("[role=menuitem]").allInnerTexts();
    check(problems, items.join() === "Reply,Copy,Who has it?", `the menu has ${items}`);
    await page.keyboard.press("Escape");
    check(problems, (await page.locator(".tools .react").count()) === 0, "reactions are offered");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "list.txt", { type: "text/plain" }));
      document.querySelector(".log").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.waitForTimeout(200);
    check(problems, (await page.locator(".tray").count()) === 0, "a dropped file is taken in");
  })],

  ["story: a warning is read before what it warns of", story("", async (page, problems) => {
    await openChat(page, "plain 1");
    const warned = page.locator(".row", { hasText: "Spoilers" });
    check(problems, !(await warned.innerText()).includes("gardener"), "what is warned of is shown");
    await warned.locator("button.plain").click();
    await page.locator(".row", { hasText: "The gardener did it." }).waitFor();
  })],

  ["story: an answer keeps what it answers while one is away", story("", async (page, problems) => {
    await openChat(page, "family");
    await page.locator(".row.other article.bubble", { hasText: "Lemon or chocolate" }).focus();
    await page.click(".tools .reply");
    await openChat(page, "ana");
    check(problems, (await page.locator(".strip").count()) === 0, "another chat answers it");
    await openChat(page, "family");
    await page.locator(".strip", { hasText: "Lemon or chocolate" }).waitFor();
    await page.fill("#composer", "Lemon");
    await openChat(page, "ana");
    await openChat(page, "family");
    await page.locator(".strip", { hasText: "Lemon or chocolate" }).waitFor();
    check(problems, (await page.inputValue("#composer")) === "Lemon", "the text is lost");
    await page.press("#composer", "Enter");
    await page.locator(".row.own .quote", { hasText: "Lemon or chocolate" }).waitFor();
    await openChat(page, "ana");
    await openChat(page, "family");
    check(problems, (await page.locator(".strip").count()) === 0, "what was sent is still answered");
  })],

  ["story: a block is undone in the settings", story("", async (page, problems) => {
    await openChat(page, "ana");
    await page.click(".conversation > .head [aria-haspopup=menu]");
    await page.click('[role=menuitem]:has-text("Block")');
    await page.click('dialog button.grave');
    await page.waitForSelector(".toast");
    await page.click('[aria-label="Settings"]');
    await page.click('nav .shelf:has-text("Privacy")');
    await page.click('.people-rows li:has-text("Ana Silva") button');
    await page.locator('.people-rows li:has-text("Ana Silva")').waitFor({ state: "detached" });
    check(problems, (await page.locator(".people-rows li").count()) === 1, "somebody else is let in as well");
  })],

  ["story: a request shows nothing of itself and can be taken", story("", async (page, problems) => {
    await page.click('.shelf:has-text("Requests")');
    await openChat(page, "request");
    check(problems, (await page.locator(".log a, .log img").count()) === 0, "a link or a picture of a stranger is live");
    check(problems, (await page.locator("#composer").count()) === 0, "one can write to a request before taking it");
    await page.click('.request button:has-text("Accept")');
    await page.waitForSelector("#composer");
  })],

  ["story: a second device, from the old one's side", story("", async (page, problems, tell) => {
    await page.waitForSelector(".entry");
    await tell({ event: "pairing", pairing: { kind: "waiting", name: "p", title: "Firefox on Windows", expiresAt: 0 } });
    await page.click('.notice button:has-text("Look")');
    await page.click('dialog button:has-text("It is me")');
    await page.fill("#digits", "111 111");
    await page.click('dialog button[type="submit"]');
    await page.waitForSelector("dialog .problem");
    await page.fill("#digits", "123456");
    await page.click('dialog button[type="submit"]');
    await page.waitForSelector("dialog .done");
    check(problems, (await page.innerText("dialog .done")).includes("new device"), "it does not say what is next");
  })],

  ["story: back leads back on a narrow screen, reload stays", story("", async (page, problems) => {
    await openChat(page, "family");
    check(problems, !(await page.isVisible(".side")), "the list is shown beside a chat on a narrow screen");
    await page.reload();
    await page.waitForSelector(".conversation .log");
    await page.goBack();
    await page.waitForSelector(".entry");
    check(problems, await page.isVisible(".side"), "back does not lead to the list");
    check(problems, new URL(page.url()).pathname === "/app/", `the address names a place inside: ${page.url()}`);
  }, { viewport: { width: 390, height: 800 } })],

  ["story: 400 % is 320 px wide and 200 px high, and everything is still there", story("", async (page, problems) => {
    await openChat(page, "plain 1");
    await page.focus("#composer");
    await page.waitForTimeout(200);
    const box = await page.locator("#composer").boundingBox();
    check(problems, box && box.y >= 0 && box.y + 20 <= 200, `the composer is not on the screen: ${JSON.stringify(box)}`);
    await keep(page, "zoomed");
  }, { viewport: { width: 320, height: 200 } })],

  ["story: high contrast and forced colours", story("", async (page, problems) => {
    await openChat(page, "family");
    await page.emulateMedia({ contrast: "more" });
    await keep(page, "contrast");
    const border = await page.locator(".bubble").first().evaluate((one) => getComputedStyle(one).borderTopWidth);
    check(problems, border === "1px", `bubbles have no borders with high contrast: ${border}`);
    await page.emulateMedia({ contrast: null, forcedColors: "active" });
    await keep(page, "forced");
  })],

  ["story: light on request, whatever the system has", story("theme=light", async (page, problems) => {
    await page.waitForSelector(".entry");
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    check(problems, paper === "rgb(247, 246, 243)", `the paper is ${paper}`);
  }, { colorScheme: "dark" })],
];

/** Runs in the page: the number of the first message on the screen. */
function firstSeen() {
  const edge = document.querySelector(".log").getBoundingClientRect().top;
  const row = [...document.querySelectorAll(".row")].find((one) => one.getBoundingClientRect().bottom > edge + 1);
  return Number(row.querySelector(".text").innerText.split(":")[0]);
}
