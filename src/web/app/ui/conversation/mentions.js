// @ts-check
// People of a group, offered while "@" and a name are being typed.

import { html, useState } from "../html.js";
import { t } from "../texts.js";
import { nameOf } from "../people.js";
import { Avatar } from "../parts/avatar.js";

/** @import { ActorId, Chat } from "../../contract.js" */

const OFFERED = 6;

/** What is being typed after "@" at the caret; null: nothing. @param {string} text @param {number} caret */
export const mentionAt = (text, caret) => /(?:^|\s)@([\p{L}\p{N}_.-]{0,30})$/u.exec(text.slice(Math.max(0, caret - 32), caret))?.[1] ?? null;

/** @param {Chat} chat @param {ActorId} actor */
const shortOf = (chat, actor) => (chat.names[actor]?.handle ?? "").replace(/^@/, "").split("@")[0];

/** Whom a text names. @param {string} text @param {Chat} chat @returns {ActorId[]} */
export function mentionedIn(text, chat) {
  const said = new Set([...text.matchAll(/@([\p{L}\p{N}_.-]+)/gu)].map((match) => match[1].toLowerCase()));
  return chat.people.filter((actor) => said.has(shortOf(chat, actor).toLowerCase()));
}

/** @param {{ chat: Chat, query: string, choose: (handle: string) => void, keys: { current: any } }} props */
export function Mentions({ chat, query, choose, keys }) {
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState("");
  const wanted = query.toLocaleLowerCase();
  const begins = (/** @type {string} */ name) => name.toLocaleLowerCase().startsWith(wanted);
  const fits = (/** @type {ActorId} */ actor) => begins(shortOf(chat, actor)) || begins(nameOf(chat, actor));
  const people = chat.people.filter((actor) => actor !== chat.me && shortOf(chat, actor) && fits(actor)).slice(0, OFFERED);
  const now = Math.min(at, people.length - 1);
  keys.current = (/** @type {KeyboardEvent} */ event) => {
    if (people.length === 0 || closed === `.${query}`) return false;
    if (event.key === "ArrowDown") setAt((now + 1) % people.length);
    else if (event.key === "ArrowUp") setAt((now + people.length - 1) % people.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(shortOf(chat, people[now]));
    else if (event.key === "Escape") setClosed(`.${query}`);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  if (people.length === 0 || closed === `.${query}`) return null;
  return html`<div class="mentions" role="listbox" id="mentions" aria-label=${t("mention-people")}>
    ${people.map((actor, index) => html`<div role="option" key=${actor} id=${index === now ? "mention-now" : undefined}
        aria-selected=${String(index === now)}
        onPointerDown=${(/** @type {Event} */ event) => (event.preventDefault(), choose(shortOf(chat, actor)))}>
      <${Avatar} name=${nameOf(chat, actor)} of=${actor} size="small" /><bdi>${nameOf(chat, actor)}</bdi><bdi
          class="hint">@${shortOf(chat, actor)}</bdi>
    </div>`)}
  </div>`;
}
