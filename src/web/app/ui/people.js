// @ts-check
// How people and chats are named on the screen.

import { call } from "./rpc.js";
import { get, set } from "./store.js";
import { harmless, t } from "./texts.js";
import { list } from "./format.js";

/** @import { Chat, ChatRow } from "../contract.js" */

/** A name, or what stands for one. @param {Chat | null | undefined} chat @param {string | null} actor */
export function nameOf(chat, actor) {
  if (actor === null) return t("somebody");
  const known = chat?.names[actor];
  return harmless(known?.name.trim() || known?.handle || handleOf(actor), 80);
}

/** The name, or "You". @param {Chat} chat @param {string | null} actor */
export const nameOrYou = (chat, actor) => (actor === chat.me ? t("you") : nameOf(chat, actor));

/** `ana@example.org` of an actor's id, as far as an id shows it. @param {string} actor */
export function handleOf(actor) {
  try {
    const { host, pathname } = new URL(actor);
    return `${pathname.split("/").filter(Boolean).pop() ?? ""}@${host}`;
  } catch {
    return actor.slice(0, 80);
  }
}

/** @type {Map<string, string>} */
const names = new Map();

/** The name of somebody where only the id is at hand; asked for once, drawn again when it is there. @param {string} actor */
export function knownName(actor) {
  const known = names.get(actor);
  if (known !== undefined) return known;
  names.set(actor, handleOf(actor));
  call("person", { actor }).then((person) => {
    names.set(actor, harmless(person.name.trim() || person.handle, 80));
    set({ named: get().named + 1 });
  }, () => {});
  return handleOf(actor);
}

/** @param {ChatRow} row */
export const titleOf = (row) => harmless(row.title, 80).trim() || list(others(row).slice(0, 3).map(knownName)) || t("chat-without-name");

/** Who is in a chat beside this person. @param {ChatRow} chat */
export function others(chat) {
  const start = get().start;
  const me = start && "me" in start ? start.me.actor : null;
  return chat.people.filter((actor) => actor !== me);
}

/** Whether a chat is of several people, whose names stand at what they say. @param {ChatRow} chat */
export const isGroup = (chat) => others(chat).length > 1;

/** One of eight colours, always the same for the same person. @param {string} actor */
export function hueOf(actor) {
  let sum = 7;
  for (let at = 0; at < actor.length && at < 200; at += 1) sum = (sum * 31 + actor.charCodeAt(at)) >>> 0;
  return sum % 8;
}

/** Up to two letters. @param {string} name */
export function initials(name) {
  const words = harmless(name, 80).split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word.replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "").join("").toLocaleUpperCase();
}
