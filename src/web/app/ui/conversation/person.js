// @ts-check
// One person: address, how they were checked, their safety number, blocking.

import { html, useEffect, useState } from "../html.js";
import { attempt, toast } from "../act.js";
import { go } from "../route.js";
import { harmless, t } from "../texts.js";
import { Avatar } from "../parts/avatar.js";
import { close as closeDialog, Dialog } from "../parts/dialog.js";
import { block, removePerson, unblock } from "./manage.js";
import { trustText } from "./readers.js";
import { isGroup } from "../people.js";

/** @import { Person } from "../../contract.js" */

/** @param {any} props */
export function PersonSheet({ actor, chat, close }) {
  const [person, setPerson] = useState(/** @type {Person | null} */ (null));
  const look = () => attempt("person", { actor }).then((found) => found && setPerson(found));
  useEffect(() => void look(), []);
  if (!person) return html`<${Dialog} title=${t("person")} close=${close}><p class="quiet">${t("loading")}</p><//>`;
  const name = harmless(person.name || person.handle, 80);
  const me = actor === chat.me;
  const write = async () => {
    const made = await attempt("newChat", { people: [actor], encrypted: person.encrypted !== "no" });
    closeDialog();
    if (made) go({ screen: "chat", chat: made });
  };
  return html`<${Dialog} title=${name} close=${close}>
    <div class="person"><${Avatar} name=${name} of=${actor} size="large" />
      <div><bdi>${harmless(person.handle, 200)}</bdi><span
          class="hint">${t("person-server", { server: person.server })}</span></div></div>
    ${!me && html`<p>${trustText(person.trust)}</p>
      ${person.safetyNumber && html`<${SafetyNumber} number=${person.safetyNumber} name=${name}
          match=${canBeCompared(person) ? () => compared(person).then(look) : undefined} />`}
      <div class="actions">
        ${isGroup(chat) && person.encrypted !== "no" && html`<button type="button" class="second"
            onClick=${write}>${t("write-to", { name })}</button>`}
        ${isGroup(chat) && chat.standing === "active" && chat.protection.kind === "mls" && html`<button type="button"
            class="grave" onClick=${() => removePerson(chat, actor)}>${t("remove-from-chat")}</button>`}
        ${person.blocked ? html`<button type="button" class="second" onClick=${() => (close(), unblock(actor, name))}>${t("unblock")}</button>`
          : html`<button type="button" class="grave" onClick=${() => block(chat, actor)}>${t("block")}</button>`}
      </div>`}
  <//>`;
}

/** Whether comparing numbers would tell more than is known. @param {Person} person */
const canBeCompared = ({ identity, trust }) => identity !== undefined && !["verified", "changed", "none"].includes(trust.kind);

/** @param {Person} person */
async function compared({ actor, identity, name, handle }) {
  if (identity === undefined || (await attempt("trustIdentity", { actor, identity })) === undefined) return;
  toast(t("verified-now", { name: harmless(name || handle, 80) }));
}

/**
 * Twelve groups of five digits, the same on both sides. `match`: what happens when both have compared.
 * @param {{ number: string, name: string, match?: () => void }} props
 */
export function SafetyNumber({ number, name, match }) {
  const digits = number.replace(/\D/g, "").slice(0, 60);
  const groups = digits.match(/.{1,5}/g) ?? [];
  const copy = () => navigator.clipboard.writeText(groups.join(" ")).then(() => toast(t("copied")), () => toast(t("copy-failed")));
  return html`<details class="number-box">
    <summary>${t("safety-number")}</summary>
    <p class="hint">${t("safety-number-hint", { name })}</p>
    <p class="digits" dir="ltr">${groups.map((group) => html`<span>${group}</span>`)}</p>
    <div class="actions">
      ${match && html`<button type="button" class="match" onClick=${match}>${t("numbers-match")}</button>`}
      <button type="button" class="second" onClick=${copy}>${t("copy")}</button>
    </div>
  </details>`;
}
