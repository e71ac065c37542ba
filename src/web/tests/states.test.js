// Every page and every state, light and dark, narrow and wide: what axe-core finds, what is too wide or too small, what the
// browser complains about. A state that nobody looks at here does not exist.

import { keep, look } from "./browser.js";

const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }];
const SCHEMES = ["light", "dark"];
const LEAST = 60;

/** Opens a chat, as a person does. */
const chat = (id) => async (page) => {
  await page.click(`[data-chat="${id}"]`);
  await page.waitForSelector(".conversation .head");
};
const shelf = (name, id) => async (page) => {
  await page.click(`.shelf:has-text("${name}")`);
  await chat(id)(page);
};
const settings = (name) => async (page) => {
  await page.click('[aria-label="Settings"]');
  await page.click(`nav .shelf:has-text("${name}")`);
};
const opens = (page) => page.click(".conversation > .head [aria-haspopup=menu]");
const menu = (item) => async (page) => {
  await opens(page);
  await page.click(`[role=menuitem]:has-text("${item}")`);
};
const all = (...steps) => async (page, tell) => {
  for (const step of steps) await step(page, tell);
};
const click = (selector) => (page) => page.click(selector);
/** Presses what may be out of sight, the last of its kind. */
const wait = (selector) => (page) => page.waitForSelector(selector);
const press = (selector) => (page) => page.locator(selector).last().evaluate((button) => button.click());
const fill = (selector, text) => (page) => page.fill(selector, text);
const event = (said) => async (_page, tell) => tell(said);
const pairing = (news) => event({ event: "pairing", pairing: news });

const noCamera = (why) => (page) => page.evaluate((name) => {
  navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException("", name);
  };
}, why);
/** The devices, whatever the language is. */
const toDevices = async (page) => {
  await page.click(".side-head .round");
  await page.click("nav .rows li:first-child button");
};

/** Name, scenario, path, what is done there. @type {[string, string, string?, ((page: any, tell: any) => Promise<any>)?][]} */
const STATES = [
  ["sign in", "state=nobody"],
  ["sign in, wrong password", "state=nobody", "/app/", all(fill("#name", "sam"), fill("#password", "wrong password"), click("form button[type=submit]"))],
  ["unsupported", "state=unsupported why=no-storage"],
  ["elsewhere", "state=elsewhere"],
  ["locked", "state=locked passphrase"],
  ["locked, wrong", "state=locked passphrase", "/app/", all(fill("#passphrase", "nonsense"), click("form button[type=submit]"))],
  ...["removed", "copied", "signed-out", "damaged", "evicted", "other"].map((reason) => [`stopped ${reason}`, `state=stopped reason=${reason} detail=4011`]),
  ["stopped, sign in anew", "state=stopped reason=damaged", "/app/", click(".actions button")],
  ["waiting", "state=waiting", "/app/", wait(".qr")],
  ["waiting, its code", "state=waiting digits=123456", "/app/", click("summary")],
  ["waiting, giving up", "state=waiting", "/app/", click(".actions button")],
  ["waiting with digits", "state=waiting digits=123456"],
  ["waiting, confirm", "state=waiting", "/app/", pairing({ kind: "confirm", name: "p" })],
  ["waiting, refused", "state=waiting", "/app/", pairing({ kind: "ended", name: "p", end: "mismatch" })],
  ["invitation", "state=nobody", "/i/x#v1secret"],
  ["invitation, name", "state=nobody", "/i/x#v1secret", click(".actions button")],
  ["invitation, name wrong", "state=nobody", "/i/x#v1secret", all(click(".actions button"), fill("#display-name", ""), fill("#handle", "Über!"), click("form button[type=submit]"))],
  ["invitation, password", "state=nobody", "/i/x#v1secret", all(click(".actions button"), click("form button[type=submit]"), fill("#password", "short"), click("form button[type=submit]"))],
  ...["expired", "used", "revoked", "unknown"].map((state) => [`invitation ${state}`, `state=nobody invitation=${state}`, "/i/x#v1secret"]),
  ["invitation of a page", "state=nobody invitation=page", "/i/x"],
  ["invitation, name taken", "state=nobody", "/i/x#v1secret", all(click(".actions button"), fill("#handle", "ana"), click("form button[type=submit]"), fill("#password", "three grey herons wade"), click("form button[type=submit]"), wait("#handle-wrong"))],
  ["invitation, unreachable", "state=nobody fail=invitation:offline", "/i/x#v1secret"],
  ["invitation, here already", "", "/i/x#v1secret"],
  ["chats", ""],
  ["chats, few", "empty"],
  ["chats, previews of all kinds", "kinds", "/app/", (page) => page.locator('[data-chat="worded"]').scrollIntoViewIfNeeded()],
  ["chats, an address that is nobody's", "", "/app/", all(fill("#search", "@nobody@nowhere.example"), (page) => page.waitForTimeout(300))],
  ["chats, requests", "", "/app/", click('.shelf:has-text("Requests")')],
  ["chats, archive", "", "/app/", click('.shelf:has-text("Archive")')],
  ["chats, search", "", "/app/", all(fill("#search", "tent"), (page) => page.waitForSelector("mark"))],
  ["chats, search, not encrypted", "", "/app/", all(fill("#search", "corrections"), (page) => page.waitForSelector(".found .entry-plain"))],
  ["chats, nothing found", "", "/app/", all(fill("#search", "xyzzy"), (page) => page.waitForSelector(".nothing"))],
  ["chats, an address", "", "/app/", all(fill("#search", "@carla@other.example"), (page) => page.waitForTimeout(300))],
  ["offline", "", "/app/", event({ event: "connection", state: "offline", waiting: 2 })],
  ["busy", "", "/app/", event({ event: "connection", state: "busy", detail: "30 s", waiting: 0 })],
  ["signed out", "", "/app/", event({ event: "connection", state: "signed-out", waiting: 0 })],
  ["storage full", "", "/app/", event({ event: "storage", state: "full" })],
  ["storage at risk", "unsafe"],
  ["clock", "", "/app/", event({ event: "clock", skew: 5_400_000 })],
  ["chat", "", "/app/", chat("ana")],
  ["chat, another program's message", "kinds", "/app/", chat("kind-unsupported")],
  ["chat, its menu, pinned", "", "/app/", all(chat("family"), opens)],
  ["chat, its menu, muted", "", "/app/", all(chat("li"), opens)],
  ["chat, its menu, archived", "", "/app/", all(shelf("Archive", "over"), opens)],
  ["chat, info of one person", "", "/app/", all(chat("ana"), menu("Show details"))],
  ["chat, search, nothing found", "", "/app/", all(chat("ana"), menu("Search in this chat"), fill(".in-search input", "xyzzy"), (page) => page.waitForTimeout(300))],
  ["chat, voice that cannot be played", "", "/app/", all(chat("ana"), press(".voice button"), wait(".voice.quiet"))],
  ["chat, picture that cannot be shown", "broken", "/app/", all(chat("ana"), press(".picture"), wait("dialog .problem"))],
  ["chat, discard", "", "/app/", all(chat("ana"), click('.failed button:has-text("Delete")'))],
  ["chat, not sent", "fail=send:offline", "/app/", all(chat("ana"), fill("#composer", "Tomorrow"), (page) => page.press("#composer", "Enter"), wait(".toast"))],
  ["chat, too long", "", "/app/", all(chat("ana"), fill("#composer", "x".repeat(64_001)), (page) => page.press("#composer", "Enter"), wait(".toast"))],
  ["chat, news below", "many", "/app/", all(chat("many"), newsBelow)],
  ["chat, its menu", "", "/app/", all(chat("ana"), opens)],
  ["chat, info", "", "/app/", all(chat("family"), menu("Show details"))],
  ["chat, search", "", "/app/", all(chat("ana"), menu("Search in this chat"), fill(".in-search input", "tent"), (page) => page.waitForSelector("mark"))],
  ["chat, tools of a message", "", "/app/", all(chat("ana"), focusMessage, click(".tools [aria-haspopup=menu]"))],
  ["chat, emoji", "", "/app/", all(chat("ana"), click(".smile button"))],
  ["chat, reply", "", "/app/", all(chat("family"), focusMessage, click(".tools .reply"))],
  ["chat, edit", "", "/app/", all(chat("ana"), (page) => page.press("#composer", "ArrowUp"))],
  ["chat, delete", "", "/app/", all(chat("ana"), focusOwn, click(".tools [aria-haspopup=menu]"), click('[role=menuitem]:has-text("Delete")'))],
  ["chat, delivery", "", "/app/", all(chat("family"), focusOwn, click(".tools [aria-haspopup=menu]"), click('[role=menuitem]:has-text("Who has it")'))],
  ["chat, picture", "", "/app/", all(chat("ana"), press(".picture"), (page) => page.waitForSelector("img.whole"))],
  ["chat, tray", "", "/app/", all(chat("ben"), attach)],
  ["chat, tray, preparing", "slow-attach=60000", "/app/", all(chat("ben"), (page) => page.setInputFiles(".composer input[type=file]", { name: "Film.mp4", mimeType: "video/mp4", buffer: Buffer.from("x") }), (page) => page.waitForSelector(".tray progress"))],
  ["chat, files on their way", "slow=60000", "/app/", all(chat("files"), event({ event: "transfer", file: "upload", done: 8_400_000, total: 22_000_000 }), press('.file:has-text("Evening")'), (page) => page.waitForSelector(".files .transfer"))],
  ["chat, files, damaged", "", "/app/", all(chat("files"), press('.file:has-text("Notes")'), (page) => page.waitForSelector(".files .problem"))],
  ["chat, files, german", "language=de", "/app/", all(chat("files"), event({ event: "transfer", file: "upload", done: 8_400_000, total: 22_000_000 }))],
  ["chat, files, arabic", "language=ar", "/app/", all(chat("files"), event({ event: "transfer", file: "upload", done: 8_400_000, total: 22_000_000 }))],
  ["chat, recording", "", "/app/", all(chat("new"), click(".composer [aria-label='Record a voice message']"), (page) => page.waitForTimeout(600))],
  ["chat, mention", "", "/app/", all(chat("family"), (page) => page.locator("#composer").pressSequentially("hi @"))],
  ["group", "", "/app/", chat("family")],
  ["chat, empty", "", "/app/", chat("new")],
  ["readers", "", "/app/", all(chat("family"), click(".head-who"))],
  ["readers, mixed", "", "/app/", all(chat("late"), click(".head-who"))],
  ["readers, suspect", "", "/app/", all(chat("suspect"), click(".head-who"))],
  ["person", "", "/app/", all(chat("family"), click(".head-who"), click('dialog li:has-text("Ana Silva") button'), click("dialog summary"))],
  ["person, to be compared", "", "/app/", all(chat("family"), click(".head-who"), click('dialog li:has-text("Ben") button'), click("dialog summary"))],
  ["person, removing", "", "/app/", all(chat("family"), click(".head-who"), click('dialog li:has-text("Ben") button'), click('dialog .grave:has-text("Remove")'))],
  ["plain chat", "", "/app/", chat("plain 1")],
  ["plain chat, tools of a message", "", "/app/", all(chat("plain 1"), focusMessage, click(".tools [aria-haspopup=menu]"))],
  ["plain chat, reply", "", "/app/", all(chat("plain 1"), focusMessage, click(".tools .reply"))],
  ["plain chat, readers", "", "/app/", all(chat("plain 1"), click(".head-who"))],
  ["plain chat, writing", "", "/app/", all(chat("plain 1"), fill("#composer", "The last item should read: agreed."))],
  ["request", "", "/app/", shelf("Requests", "request")],
  ["request, its picture", "", "/app/", all(shelf("Requests", "request"), click(".held button"))],
  ["request, delete", "", "/app/", all(shelf("Requests", "request"), click(".request .second"))],
  ["request, block", "", "/app/", all(shelf("Requests", "request"), click(".request .grave"))],
  ["request, group", "", "/app/", shelf("Requests", "request-group")],
  ...["ruth", "suspect", "stuck", "again", "moved", "late", "keys", "policy"].map((id) => [`in the way: ${id}`, "", "/app/", chat(id)]),
  ...["lost", "worded"].map((id) => [`in the way: ${id}`, "kinds", "/app/", chat(id)]),
  ["in the way: sending anyway", "", "/app/", all(chat("suspect"), click(".obstacle .grave"))],
  ["in the way: removing the device", "", "/app/", all(chat("suspect"), click(".obstacle .second"))],
  ["identity, verify again", "", "/app/", all(chat("ruth"), click('.obstacle button:has-text("Verify")'), click(".obstacle summary"))],
  ["identity, without", "", "/app/", all(chat("ruth"), click('.obstacle button:has-text("without")'))],
  ["key changed", "", "/app/", chat("li")],
  ["over", "", "/app/", shelf("Archive", "over")],
  ...["leaving", "read-only"].map((id) => [id, "kinds", "/app/", chat(id)]),
  ["add people, chosen", "", "/app/", all(chat("family"), menu("Add people"), click('dialog .people-rows li:has-text("Li Wei") button'))],
  ["add people", "", "/app/", all(chat("family"), menu("Add people"))],
  ["add people, not encrypted", "", "/app/", all(chat("family"), menu("Add people"), fill("#handle", "jonas@mastodon.example"), click("dialog form.inline button"), (page) => page.waitForSelector(".caution"))],
  ["rename", "", "/app/", all(chat("family"), menu("Rename"))],
  ["mute", "", "/app/", all(chat("family"), menu("Mute"))],
  ["leave", "", "/app/", all(chat("family"), menu("Leave chat"))],
  ["block", "", "/app/", all(chat("ana"), menu("Block"))],
  ["blocked, undo", "", "/app/", all(chat("ana"), menu("Block"), click("dialog button.grave"), wait(".toast"))],
  ["person, blocked", "hostile", "/app/", all(chat("hostile"), click(".head-who"), click("dialog li:nth-child(2) button"))],
  ["archive, undo", "", "/app/", all(chat("ana"), menu("Archive"), (page) => page.waitForSelector(".toast"))],
  ["new chat", "", "/app/", click('[aria-label="New chat"]')],
  ["new chat, group", "", "/app/", all(click('[aria-label="New chat"]'), click('.people-rows li:has-text("Ana") button'), click('.people-rows li:has-text("Ben") button'), (page) => page.waitForSelector("#group-name"))],
  ["new chat, not encrypted", "", "/app/", all(click('[aria-label="New chat"]'), click('.people-rows li:has-text("Jonas") button'), (page) => page.waitForSelector(".caution"))],
  ["new chat, not found", "", "/app/", all(click('[aria-label="New chat"]'), fill("#handle", "nobody@nowhere.example"), click("form.inline button"), (page) => page.waitForSelector(".problem"))],
  ["settings", "", "/app/", click('[aria-label="Settings"]')],
  ...["Devices", "Invitations", "Notifications", "Privacy", "Looks", "Security"].map((name) => [`settings, ${name}`, name === "Security" ? "passphrase" : "", "/app/", settings(name)]),
  ["settings, passphrase taken away", "passphrase", "/app/", all(settings("Security"), click("summary >> nth=1"))],
  ["settings, password", "", "/app/", all(settings("Security"), click('summary:has-text("password")'), fill("#password-new", "short"), click("details[open] button[type=submit]"))],
  ["settings, notifications denied", "", "/app/", all(settings("Notifications"), click("#notifications"), wait(".toast"))],
  ["settings, no invitations", "empty", "/app/", settings("Invitations")],
  ["settings, passphrase", "", "/app/", all(settings("Security"), click('summary:has-text("passphrase")'), fill("#passphrase-new", "short"), click("details[open] button[type=submit]"))],
  ["invite", "", "/app/", all(settings("Invitations"), click('button:has-text("Invite someone")'))],
  ["invite, made", "", "/app/", all(settings("Invitations"), click('button:has-text("Invite someone")'), fill("#invite-name", "Ida"), click("dialog button[type=submit]"), (page) => page.waitForSelector(".qr"))],
  ["revoke", "", "/app/", all(settings("Invitations"), click('.devices button:has-text("Take back")'))],
  ["remove a device", "", "/app/", all(settings("Devices"), click("li:nth-child(2) [aria-haspopup=menu]"), click('[role=menuitem]:has-text("Remove")'), click('label:has-text("lost")'))],
  ["rename a device", "", "/app/", all(settings("Devices"), click("li:nth-child(2) [aria-haspopup=menu]"), click('[role=menuitem]:has-text("Rename")'))],
  ["link a device by its code, wrong", "fail=approveByCode:wrong-code", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), click("dialog summary"), fill("#pairing-code", "alcove:AAAA"), click("dialog button[type=submit]"), wait("dialog .problem"))],
  ...["refused", "expired", "mismatch", "scanned", "elsewhere"].map((end) => [`link a device, ${end}`, "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), pairing({ kind: "ended", name: "p", end }))]),
  ["link a device", "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'))],
  ["link a device, asked", "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), pairing({ kind: "waiting", name: "p", title: "Firefox on Windows", expiresAt: 0 }))],
  ["link a device, digits", "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), pairing({ kind: "wrong", name: "p", attemptsLeft: 2 }))],
  ["link a device, done", "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), pairing({ kind: "ended", name: "p", end: "matched" }))],
  ["scan a code", "", "/app/", all(settings("Devices"), click('button:has-text("Link a device")'), click(".by-code button"), (page) => page.waitForSelector('dialog [role=status]:has-text("Looking")'))],
  ...["NotAllowedError", "NotFoundError", "NotReadableError"].map((why) => [`scan a code, ${why}`, "", "/app/", all(noCamera(why), settings("Devices"), click('button:has-text("Link a device")'), click(".by-code button"), (page) => page.waitForSelector("dialog .problem"))]),
  ["scan a code, german", "language=de", "/app/", all(toDevices, click(".detail .actions button"), click(".by-code button"), (page) => page.waitForSelector(".camera"))],
  ["scan a code, spanish", "language=es", "/app/", all(noCamera("NotAllowedError"), toDevices, click(".detail .actions button"), click(".by-code button"), (page) => page.waitForSelector("dialog .problem"))],
  ["scan a code, arabic", "language=ar", "/app/", all(toDevices, click(".detail .actions button"), click(".by-code button"), (page) => page.waitForSelector(".camera"))],
  ["a device asks", "", "/app/", pairing({ kind: "waiting", name: "p", title: "Firefox on Windows", expiresAt: 0 })],
  ["sign out", "", "/app/", all(click('[aria-label="Settings"]'), click('nav .shelf:has-text("Sign out")'))],
  ["keys", "", "/app/", (page) => page.keyboard.press("Control+/")],
  ["german", "language=de", "/app/", chat("ana")],
  ["spanish", "language=es", "/app/", chat("plain 1")],
  ["arabic", "language=ar", "/app/", chat("family")],
  ["arabic, settings", "language=ar", "/app/", all((page) => page.click(".side-head .round"), (page) => page.click("nav .rows li:nth-child(2) button"))],
];

async function focusMessage(page) {
  await page.locator(".row.other.text article.bubble").last().focus();
  await page.waitForSelector(".tools");
}

/** A message comes while somebody reads further up. */
async function newsBelow(page, tell) {
  await page.hover(".log");
  await page.mouse.wheel(0, -3000);
  await page.waitForSelector(".latest");
  const sender = "https://example.org/users/2";
  await tell({ event: "arrived", chat: "many", message: { sender, id: "n1", position: 99999, sentAt: Date.now(), own: false, body: { kind: "text", text: "Nine it is", mentions: [], links: [], files: [], inert: false }, reactions: [] } });
  await page.waitForSelector(".latest .number");
}

async function focusOwn(page) {
  await page.locator(".row.own.text article").first().focus();
  await page.waitForSelector(".tools");
}

async function attach(page) {
  await page.setInputFiles(".composer input[type=file]", [
    { name: "tent.png", mimeType: "image/png", buffer: Buffer.from("x") }, { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("x") }]);
  await page.waitForSelector(".wrong-item");
}

/** Promise P42: so many states at least, each in both schemes and both sizes; two of one name would be one picture. @returns {string[]} */
export function problems() {
  const names = STATES.map(([name]) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  const strange = UNFOLDED.filter((name) => !names.includes(name));
  return [...(names.length < LEAST ? [`only ${names.length} states are looked at, not ${LEAST}`] : []), ...twice.map((name) => `two states are called ${name}`), ...strange.map((name) => `no state is called ${name}`)];
}

/** What is folded up when the window changes its size: it is opened for each anew. */
const UNFOLDED = [
  "chat, its menu", "chat, its menu, muted", "chat, its menu, pinned", "chat, its menu, archived", "chat, emoji",
  "chat, tools of a message", "plain chat, tools of a message",
];

export const tests = STATES.map(([name, scenario, path = "/app/", act]) => [name, async (browser) => {
  const found = [];
  for (const sizes of UNFOLDED.includes(name) ? SIZES.map((size) => [size]) : [SIZES]) {
    const { page, problems, tell, close } = await browser.open(scenario, { path, viewport: sizes[0] });
    await act?.(page, tell);
    await page.waitForTimeout(150);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.waitForTimeout(80);
        problems.push(...(await look(page)).map((problem) => `${colorScheme}, ${size.width} px: ${problem}`));
        await keep(page, `${name}-${colorScheme}-${size.width}`);
      }
    }
    await close();
    found.push(...problems);
  }
  return found;
}]);
