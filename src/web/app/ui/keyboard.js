// @ts-check
// The keys that work everywhere. None of them does while a dialog is open.

import { get } from "./store.js";
import { go } from "./route.js";
import { isOpen, show } from "./parts/dialog.js";
import { CheatSheet } from "./parts/cheat-sheet.js";

/** Which keys do what: `Ctrl` stands for the command key of a Mac too. @type {[string, string, () => void][]} */
export const KEYS = [
  ["Alt+ArrowUp", "key-previous", () => step(-1, false)],
  ["Alt+ArrowDown", "key-next", () => step(1, false)],
  ["Alt+Shift+ArrowUp", "key-previous-unread", () => step(-1, true)],
  ["Alt+Shift+ArrowDown", "key-next-unread", () => step(1, true)],
  ["Ctrl+N", "key-new", () => go({ screen: "new" })],
  ["Ctrl+F", "key-search", () => focus("#search")],
  ["Ctrl+Shift+F", "key-search-chat", () => press(".conversation > .head .find")],
  ["Ctrl+Shift+T", "key-composer", () => focus("#composer")],
  ["Ctrl+J", "key-newest", () => newest()],
  ["Ctrl+Shift+R", "key-reply", () => tool(".reply")],
  ["Ctrl+Shift+E", "key-react", () => tool(".react")],
  ["Ctrl+Shift+D", "key-delete", () => erase()],
  ["Ctrl+U", "key-attach", () => press(".composer .attach")],
  ["Ctrl+,", "key-settings", () => go({ screen: "settings" })],
  ["Ctrl+/", "key-sheet", () => show(CheatSheet)],
  ["Ctrl+F6", "key-regions", () => region()],
];

/** Written like the keys above. @param {KeyboardEvent} event */
function nameOf({ key, altKey, ctrlKey, metaKey, shiftKey }) {
  const letter = key.length === 1 ? key.toUpperCase() : key;
  return [altKey && "Alt", (ctrlKey || metaKey) && "Ctrl", shiftKey && "Shift", letter].filter(Boolean).join("+");
}

export function keys() {
  addEventListener("keydown", (event) => {
    if (isOpen() || get().start?.state !== "ready" || event.isComposing || event.defaultPrevented) return;
    const name = nameOf(event);
    const digit = /^Ctrl\+([1-9])$/.exec(name);
    // A slash is typed with Shift on some keyboards.
    const known = KEYS.find(([keyed]) => keyed === name || (keyed === "Ctrl+/" && name === "Ctrl+Shift+/"));
    if (!known && !digit) return;
    event.preventDefault();
    if (digit) open(visible()[Number(digit[1]) - 1]);
    else known?.[2]();
  });
}

/** In the order of the list. */
const visible = () => ["pinned", "all"].flatMap((section) => (get().chats ?? []).filter((row) => row.section === section));

/** @param {import("../contract.js").ChatRow | undefined} row */
const open = (row) => row && go({ screen: "chat", chat: row.chat });

/** @param {number} by @param {boolean} unread */
function step(by, unread) {
  const { view } = get();
  const rows = visible();
  const now = rows.findIndex((row) => view.screen === "chat" && row.chat === view.chat);
  const order = by > 0 ? rows.slice(now + 1) : rows.slice(0, Math.max(now, 0)).reverse();
  open(order.find((row) => !unread || row.unread > 0));
}

/** @param {string} selector */
const focus = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();

/** @param {string} selector */
const press = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();

function newest() {
  press(".latest");
  const log = document.querySelector(".log");
  if (log) log.scrollTop = log.scrollHeight;
}

/** Of the message in focus, or else of the last one. @param {string} selector */
function tool(selector) {
  const row = document.activeElement?.closest(".row") ?? [...document.querySelectorAll(".log .row")].at(-1);
  /** @type {HTMLElement | null | undefined} */ (row?.querySelector("article"))?.focus();
  requestAnimationFrame(() => /** @type {HTMLElement | null | undefined} */ (row?.querySelector(`.tools ${selector}`))?.click());
}

/** Asks whether to delete: the last item of the message's menu, where it has that. */
function erase() {
  tool("[aria-haspopup=menu]");
  setTimeout(() => press(".menu .grave"), 60);
}

/** On to the next part of the window. */
function region() {
  const regions = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-region]")]).filter((one) => one.offsetParent !== null);
  const now = regions.findLastIndex((one) => one.contains(document.activeElement));
  regions[(now + 1) % regions.length]?.focus();
}
