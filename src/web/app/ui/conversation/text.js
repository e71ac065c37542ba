// @ts-check
// The text of a message: as it was written, with links and mentions that the worker has found. Nothing is read as markup;
// what is very long is shown in part until asked for.

import { html, useState } from "../html.js";
import { t, unpiled } from "../texts.js";

/** @import { Body, Chat, Message } from "../../contract.js" */
/** @typedef {Extract<Body, { kind: "text" }>} Said */

const LONG = 1800;
const LINES = 40;
const ONLY_EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,24}$/u;

/** @param {Said} body */
export function isOnlyEmoji({ text, files }) {
  const short = text.length > 0 && text.length <= 24 && files.length === 0;
  return short && ONLY_EMOJI.test(text) && /\p{Emoji_Presentation}|\ufe0f/u.test(text);
}

/** @param {{ message: Message, chat: Chat, meta: any }} props */
export function Text({ message, chat, meta }) {
  const body = /** @type {Said} */ (message.body);
  const [whole, setWhole] = useState(false);
  const [warned, setWarned] = useState(false);
  if (body.warning && !warned) {
    return html`<div class="text"><strong>${unpiled(body.warning.slice(0, LONG))}</strong>
      <button type="button" class="plain" onClick=${() => setWarned(true)}>${t("show")}</button>${meta}</div>`;
  }
  const until = whole ? body.text.length : cut(body.text);
  const more = until < body.text.length;
  return html`<div class=${body.text ? "text" : "text none"}>
    ${pieces(body, until, chat)}${more && "…"}
    ${more && html`<button type="button" class="plain"
        onClick=${() => setWhole(true)}>${t("show-all", { count: body.text.length })}</button>`}
    ${meta}
  </div>`;
}

/** Where a long text is cut. @param {string} text */
function cut(text) {
  let end = Math.min(text.length, LONG);
  for (let at = -1, lines = 0; (at = text.indexOf("\n", at + 1)) >= 0 && at < end; ) if (++lines === LINES) end = at;
  // Not within a pair of code units.
  return end < text.length && /[\ud800-\udbff]/.test(text[end - 1]) ? end - 1 : end;
}

/** @param {Said} body @param {number} until @param {Chat} chat */
function pieces(body, until, chat) {
  /** @type {any[]} */
  const all = [];
  let at = 0;
  for (const link of body.inert ? [] : body.links) {
    if (link.start < at || link.end > until || !/^https?:\/\//i.test(link.url)) continue;
    all.push(...mentions(body.text.slice(at, link.start), body, chat));
    all.push(html`<a href=${link.url} target="_blank" rel="noopener noreferrer"><bdi>${link.shown.slice(0, 400)}</bdi></a>`);
    at = link.end;
  }
  all.push(...mentions(body.text.slice(at, until), body, chat));
  return all;
}

/** @param {string} text @param {Said} body @param {Chat} chat */
function mentions(text, body, chat) {
  const handles = body.mentions.slice(0, 50).map((actor) => ({ actor, handle: chat.names[actor]?.handle ?? "" })).filter(({ handle }) => handle);
  /** @type {any[]} */
  let parts = [unpiled(text)];
  for (const { actor, handle } of handles) {
    const short = `@${handle.replace(/^@/, "").split("@")[0]}`;
    parts = parts.flatMap((part) => (typeof part === "string" ? marked(part, short, actor === chat.me) : [part]));
  }
  return parts;
}

/** @param {string} text @param {string} name @param {boolean} me */
function marked(text, name, me) {
  const parts = text.split(name);
  return parts.flatMap((part, at) => (at === 0 ? [part] : [html`<strong
      class=${me ? "mention me" : "mention"}>${name}</strong>`, part]));
}
