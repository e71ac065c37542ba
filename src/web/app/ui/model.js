// @ts-check
// The worker's events become the state on the screen, and in no other direction. What changes often is asked for once.

import { attempt } from "./act.js";
import { notify } from "./notify.js";
import { isGroup } from "./people.js";
import { replace } from "./route.js";
import { call, keepOffline } from "./rpc.js";
import { get, set } from "./store.js";
import { speak } from "./texts.js";
import { heard, heardOfAll, same } from "./conversation/thread.js";

/** @import { Event, PairingNews, Settings, Start } from "../contract.js" */

/** The app is in another state. @param {Start} start */
export async function take(start) {
  set({ start });
  if (["unsupported", "elsewhere"].includes(start.state)) return;
  try {
    await use(await call("settings"));
  } catch {
    // Locked: the device's own settings are not to be had yet, and the browser's language does.
  }
  if (start.state !== "ready") return;
  keepOffline();
  await refresh();
}

/** @param {Settings} settings */
export async function use(settings) {
  const before = get().settings;
  set({ settings });
  document.documentElement.dataset.theme = settings.theme;
  if (settings.language !== before.language) await speak(settings.language);
}

/** Keeps a setting. @param {Partial<Settings>} change */
export async function setting(change) {
  const now = await attempt("setSettings", change);
  if (now) await use(now);
}

let asked = false;

/** Asks for the list of chats, once for all that has happened by then. */
export async function refresh() {
  if (asked) return;
  asked = true;
  await new Promise((done) => setTimeout(done, get().chats ? 30 : 0));
  asked = false;
  const chats = await attempt("chats");
  const known = new Map(get().chats?.map((row) => [row.chat, row]));
  if (!chats) return;
  set({ chats: chats.map((row) => same(known.get(row.chat), row)) });
  meetInviter();
}

/** Opens the chat with whoever has invited this person, which the inviter's device begins; not when they went elsewhere meanwhile. */
function meetInviter() {
  const { inviter, view, chats } = get();
  if (!inviter) return;
  const first = chats?.find((row) => row.people.includes(inviter.actor) && !isGroup(row));
  if (first && view.screen === "chats") replace({ screen: "chat", chat: first.chat });
  if (first || view.screen !== "chats") set({ inviter: null });
}

/** @param {Event} event */
export function hear(event) {
  switch (event.event) {
    case "state": void take(event.start); break;
    case "chats": heardOfAll(); void refresh(); break;
    case "chat": heard(event.chat); void refresh(); break;
    case "arrived": heard(event.chat, event.message); notify(event.chat, event.message); void refresh(); break;
    case "connection": set({ connection: event }); break;
    case "storage": set({ storage: event.state }); break;
    case "clock": set({ skew: event.skew }); break;
    case "pairing": set({ pairing: pairingAfter(event.pairing) }); break;
    case "transfer": for (const see of transfers.get(event.file) ?? []) see(event.done, event.total); break;
  }
}

/** What is on the screen of an approval after some news. That somebody else waits, or has ended, takes nothing away from whoever types
 * digits or reads how it ended; what ends unseen is gone. @param {PairingNews} news @returns {PairingNews | null} */
function pairingAfter(news) {
  const { pairing: shown, dialog, start } = get();
  const isOther = shown && "name" in shown && "name" in news && shown.name !== news.name;
  if (news.kind === "ended") return isOther ? shown : dialog || start?.state !== "ready" ? news : null;
  if (shown?.kind === "digits-wanted" || shown?.kind === "wrong") return isOther || news.kind === "digits-wanted" ? shown : news;
  return news.kind === "waiting" && dialog && shown?.kind === "ended" ? shown : news;
}

/** @type {Map<number | string, Set<(done: number, total: number) => void>>} */
const transfers = new Map();

/** Follows a file on its way. @param {number | string} file @param {(done: number, total: number) => void} see */
export function followTransfer(file, see) {
  const all = transfers.get(file) ?? new Set();
  transfers.set(file, all.add(see));
  return () => {
    all.delete(see);
    if (all.size === 0) transfers.delete(file);
  };
}
