// @ts-check
// Reactions below a message, each with its number; one's own can be taken back. Thousands of kinds are shown as a few.

import { html } from "../html.js";
import { harmless, t } from "../texts.js";
import { count, list } from "../format.js";
import { nameOrYou } from "../people.js";

/** @import { Chat, Message } from "../../contract.js" */

const KINDS = 8;
const NAMES = 12;

/** @param {{ message: Message, chat: Chat, act: any }} props */
export function Reactions({ message, chat, act }) {
  const all = message.reactions;
  const rest = all.length - KINDS;
  return html`<div class="reactions" role="group" aria-label=${t("reactions")}>
    ${all.slice(0, KINDS).map(({ emoji, by }) => {
      const mine = by.includes(chat.me);
      const names = by.slice(0, NAMES).map((actor) => nameOrYou(chat, actor));
      if (by.length > NAMES) names.push(t("and-others", { count: by.length - NAMES }));
      const who = t("reaction-by", { names: list(names) });
      return html`<button type="button" aria-pressed=${String(mine)} title=${who}
          onClick=${() => act(mine ? "unreact" : "react", message, emoji)}>
        <span>${harmless(emoji, 16)}</span>${by.length > 1 && html`<span>${count(by.length)}</span>`}<span
            class="unseen">${who}</span>
      </button>`;
    })}
    ${rest > 0 && html`<span class="quiet">${t("reactions-more", { count: rest })}</span>`}
  </div>`;
}
