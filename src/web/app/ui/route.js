// @ts-check
// Where one is in the app. It is kept in the browser's history as data, not in the address: an address leads to the app and
// nowhere inside it, so that no link from outside can open a screen of trust.

import { get, set } from "./store.js";

/**
 * @typedef {{ screen: "chats" } | { screen: "chat", chat: string, at?: { sender: string, id: string } } | { screen: "new" }
 *   | { screen: "settings", page?: string }} View
 */

const SCREENS = ["chats", "chat", "new", "settings"];

/** Goes there, so that "back" leads here. @param {View} view */
export function go(view) {
  if (JSON.stringify(view) === JSON.stringify(get().view)) return;
  history.pushState({ view }, "");
  set({ view });
}

/** Goes there in the place of where one is. @param {View} view @param {string} [address] */
export function replace(view, address) {
  history.replaceState({ view }, "", address);
  set({ view });
}

/** One step back, or to `view` where there is nothing behind. @param {View} view */
export function back(view) {
  if (history.state?.view && history.length > 1 && get().view.screen !== "chats") go(view);
  else replace(view);
}

/** Follows the browser's own buttons, and takes up where one was before a reload. */
export function follow() {
  const see = () => {
    const view = history.state?.view;
    set({ view: SCREENS.includes(view?.screen) ? view : { screen: "chats" } });
  };
  addEventListener("popstate", see);
  see();
}
