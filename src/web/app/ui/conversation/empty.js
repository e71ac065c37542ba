// @ts-check
// A chat in which nothing was said yet: what protects it, once.

import { html } from "../html.js";
import { attempt } from "../act.js";
import { t } from "../texts.js";
import { titleOf } from "../people.js";
import { Avatar } from "../parts/avatar.js";

/** @param {{ chat: import("../../contract.js").Chat }} props */
export function EmptyChat({ chat }) {
  const wave = () => attempt("send", { chat: chat.chat, text: "👋" });
  return html`<div class="empty">
    <${Avatar} name=${titleOf(chat)} of=${chat.people[0] ?? chat.chat} size="large" />
    <p>${t("say-hello", { name: titleOf(chat) })}</p>
    ${chat.standing === "active" && !chat.obstacle && chat.protection.kind === "mls" && html`<button type="button"
        class="second" onClick=${wave}>👋 ${t("wave")}</button>`}
    ${chat.protection.kind === "mls" && html`<p class="hint">${t("encrypted-sentence")}</p>`}
  </div>`;
}
