// @ts-check
// Somebody new wants to write: who it is, what they cannot see, and what one can do about it.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { replace } from "../route.js";
import { harmless, t } from "../texts.js";
import { nameOf, others, isGroup } from "../people.js";
import { list } from "../format.js";
import { ask } from "../parts/dialog.js";
import { block } from "./manage.js";

/** @import { Person } from "../../contract.js" */

/** @param {{ chat: import("../../contract.js").Chat }} props */
export function Request({ chat }) {
  const from = chat.requestFrom ?? others(chat)[0];
  const [person, setPerson] = useState(/** @type {Person | null} */ (null));
  useEffect(() => {
    if (from) attempt("person", { actor: from }).then((found) => found && setPerson(found));
  }, [from]);
  const name = nameOf(chat, from ?? null);
  const decline = async () => {
    const sure = await ask({ title: t("request-delete-title"), text: t("request-delete-text"), yes: t("delete") });
    if (sure && (await attempt("decline", { chat: chat.chat })) !== undefined) replace({ screen: "chats" });
  };
  return html`<section class="request" aria-label=${t("request")} data-region tabindex="-1">
    <p><strong>${isGroup(chat) ? t("request-group", { name }) : t("request-from", { name, handle: chat.names[from ?? ""]?.handle ?? "" })}</strong></p>
    ${isGroup(chat) && html`<p class="hint">${t("request-inside", { names: list(others(chat).slice(0, 12).map((actor) => nameOf(chat, actor))) })}</p>`}
    ${person && html`<p class="hint">${t("person-server", { server: harmless(person.server, 120) })}</p>`}
    <p class="hint">${t("request-unseen")}</p>
    <div class="actions">
      <button type="button" onClick=${() => attempt("accept", { chat: chat.chat })}>${t("accept")}</button>
      <button type="button" class="second" onClick=${decline}>${t("delete")}</button>
      ${from && html`<button type="button" class="grave" onClick=${() => block(chat, from)}>${t("block")}</button>`}
    </div>
  </section>`;
}
