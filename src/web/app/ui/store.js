// @ts-check
// What is known on the screen: one plain object, replaced in part, never changed in place. Views subscribe to what they show.

import { useEffect, useState } from "./html.js";

/** @import { ChatRow, Event, PairingNews, Settings, Start } from "../contract.js" */
/** @import { View } from "./route.js" */

/**
 * @typedef {object} Shared
 * @property {Start | null} start
 * @property {Settings} settings
 * @property {ChatRow[] | null} chats
 * @property {View} view
 * @property {{ actor: string, name: string } | null} inviter whose chat is opened as soon as it is there
 * @property {{ state: string, detail?: string, waiting: number }} connection
 * @property {"full" | "at-risk" | null} storage
 * @property {number} skew milliseconds by which this device's clock is off
 * @property {PairingNews | null} pairing
 * @property {any} dialog what is asked or shown above everything, as a component
 * @property {{ id: number, text: string, undo?: () => void } | null} toast
 * @property {number} named grows when names of people become known
 * @property {string} language changes when the texts do, so that everything is drawn anew
 */

/** @type {Shared} */
let state = {
  start: null,
  settings: {
    language: null, theme: "system", receipts: true, notifications: false, notificationText: "name", enterSends: true,
  },
  chats: null,
  inviter: null,
  view: { screen: "chats" },
  connection: { state: "online", waiting: 0 },
  storage: null,
  skew: 0,
  pairing: null,
  dialog: null,
  toast: null,
  named: 0,
  language: "",
};

/** @type {Set<() => void>} */
const listeners = new Set();

export const get = () => state;

/** @param {Partial<Shared>} change */
export function set(change) {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
}

/** @param {() => void} listener @returns {() => void} ends it */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * What a view shows of the state; it is drawn again when that is another.
 * @template T
 * @param {(state: Shared) => T} select
 * @returns {T}
 */
export function useShared(select) {
  const [, draw] = useState(0);
  const value = select(state);
  useEffect(() => {
    let shown = value;
    const look = () => {
      const now = select(state);
      if (!Object.is(now, shown)) draw((count) => count + 1);
      shown = now;
    };
    look();
    return subscribe(look);
  }, []);
  return value;
}
