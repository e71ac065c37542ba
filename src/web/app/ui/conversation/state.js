// @ts-check
// How far an own message has come, as a sign with words behind it; and what can be done about one that failed.

import { html } from "../html.js";
import { harmless, t } from "../texts.js";

/** @import { Message } from "../../contract.js" */

/** @param {{ state: NonNullable<Message["state"]> }} props Drawn by the style alone, since there are many; the words are in the label of the message. */
export function StateMark({ state }) {
  if (state.kind === "failed") return html`<span class="failed-mark" aria-hidden="true">!</span>`;
  return html`<i class=${`state ${state.kind}`} />`;
}

/** @param {{ message: Message, act: any }} props */
export function Failed({ message, act }) {
  const detail = message.state?.kind === "failed" ? message.state.detail : "";
  return html`<div class="failed">
    <span>${detail ? t("failed-because", { detail: harmless(detail, 300) }) : t("failed")}</span>
    <button type="button" class="plain" onClick=${() => act("retry", message)}>${t("try-again")}</button>
    <button type="button" class="plain" onClick=${() => act("discard", message)}>${t("delete")}</button>
  </div>`;
}
