// @ts-check
// The pane beside a chat: what it is called, who is in it, what can be done with it.

import { html, useEffect, useRef } from "../html.js";
import { harmless, t } from "../texts.js";
import { isGroup, nameOf, others, titleOf } from "../people.js";
import { Avatar } from "../parts/avatar.js";
import { show } from "../parts/dialog.js";
import { Icon, IconButton } from "../parts/icon.js";
import { chatItems } from "./manage.js";
import { PersonSheet } from "./person.js";
import { Readers, trustText } from "./readers.js";

/** @param {{ chat: import("../../contract.js").Chat, close: () => void }} props */
export function Info({ chat, close }) {
  const pane = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => pane.current?.focus(), []);
  const people = isGroup(chat) ? chat.people : others(chat);
  const first = others(chat)[0];
  return html`<aside class="info" aria-label=${t("info")} ref=${pane} data-region tabindex="-1"
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close()}>
    <header class="head"><h2>${t("info")}</h2><${IconButton} name="close" label=${t("info-hide")} onClick=${close} /></header>
    <div class="scroll">
      <div class="info-top">
        <${Avatar} name=${titleOf(chat)} of=${isGroup(chat) ? chat.chat : first ?? chat.chat} size="large"
            group=${isGroup(chat) && !chat.title} />
        <strong><bdi>${titleOf(chat)}</bdi></strong>
        ${first && !isGroup(chat) && html`<span class="hint"><bdi>${harmless(chat.names[first]?.handle ?? "", 200)}</bdi></span>`}
      </div>
      <button type="button" class="shelf" onClick=${() => show(Readers, { chat })}><${Icon}
          name="receipt" /><span>${t("who-can-read")}</span></button>
      <h3 class="section">${t("people-count", { count: chat.people.includes(chat.me) ? chat.people.length : chat.people.length + 1 })}</h3>
      <ul class="rows people-rows">${people.slice(0, 200).map((actor) => html`<li key=${actor}><button type="button"
          onClick=${() => show(PersonSheet, { actor, chat })}>
        <${Avatar} name=${nameOf(chat, actor)} of=${actor} size="small" />
        <span><bdi>${actor === chat.me ? t("you") : nameOf(chat, actor)}</bdi>
        ${chat.protection.kind === "mls" && actor !== chat.me && chat.names[actor] && html`<span
            class="hint">${trustText(chat.names[actor].trust)}</span>`}</span>
      </button></li>`)}</ul>
      <div class="info-actions">${chatItems(chat).filter((item) => item !== null).map((item) => html`<button type="button"
          class=${`shelf ${item.grave ? "grave" : ""}`} onClick=${item.act}>
        <${Icon} name=${item.icon} /><span>${item.name}</span></button>`)}</div>
    </div>
  </aside>`;
}
