// @ts-check
// Messages as rows on the screen: which begins a day, which continues the one before, where the new ones begin. Pure.

import { dayOf } from "../format.js";
import { keyOf } from "./thread.js";

/** @import { Message } from "../../contract.js" */

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {Message} message
 * @property {boolean} day a day begins with it
 * @property {boolean} fresh the new messages begin with it
 * @property {boolean} first of its group: name and sign of the author stand at it
 * @property {boolean} last of its group
 */

const TOGETHER = 5 * 60_000;

/** @type {WeakMap<Message, number>} */
const days = new WeakMap();

/** The day of a message, which costs too much to find out ten thousand times at once. @param {Message} message */
function dayOfMessage(message) {
  let day = days.get(message);
  if (day === undefined) days.set(message, (day = dayOf(message.sentAt)));
  return day;
}

/** @param {Message} before @param {Message} message */
function continues(before, message) {
  return before.sender === message.sender && before.body.kind !== "event" && message.body.kind !== "event"
    && message.sentAt - before.sentAt < TOGETHER && dayOfMessage(before) === dayOfMessage(message);
}

/**
 * @param {Message[]} messages oldest first
 * @param {number} upTo the last position that had been read when the chat was opened; 0: not known
 * @returns {Row[]}
 */
export function rowsOf(messages, upTo) {
  const fresh = upTo <= 0 ? -1 : messages.findIndex((message) => !message.own && message.position !== null && message.position > upTo);
  const joins = messages.map((message, at) => at > 0 && at !== fresh && continues(messages[at - 1], message));
  return messages.map((message, at) => ({
    key: keyOf(message),
    message,
    day: at === 0 || dayOfMessage(messages[at - 1]) !== dayOfMessage(message),
    fresh: at === fresh,
    first: !joins[at],
    last: !joins[at + 1],
  }));
}
