// @ts-check
// "Who can read this?": people, how each was checked, their devices, the servers on the way. It says what has been checked
// and nothing more.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { harmless, t } from "../texts.js";
import { date, list } from "../format.js";
import { Avatar } from "../parts/avatar.js";
import { Dialog, show } from "../parts/dialog.js";
import { Icon } from "../parts/icon.js";
import { PersonSheet } from "./person.js";

/** @import { Readers as Found, Trust } from "../../contract.js" */

/** @param {any} props */
export function Readers({ chat, close }) {
  const [found, setFound] = useState(/** @type {Found | null} */ (null));
  useEffect(() => {
    attempt("readers", { chat: chat.chat }).then((readers) => readers && setFound(readers));
  }, []);
  return html`<${Dialog} title=${t("who-can-read")} close=${close} look="sheet">
    ${found === null ? html`<p class="quiet">${t("loading")}</p>` : html`<${Body} found=${found} chat=${chat} />`}
  <//>`;
}

/** @param {{ found: Found, chat: any }} props */
function Body({ found, chat }) {
  const devices = found.people.reduce((sum, person) => sum + person.devices, 0);
  const mls = found.protection.kind === "mls";
  return html`
    ${mls ? html`<p>${t("readers-encrypted")}</p>`
      : html`<p class="caution"><strong>${t("not-encrypted-sentence")}</strong> ${t("operators-read", { servers: list(found.servers), count: found.servers.length })}</p>`}
    <p class="hint">${mls ? t("readers-count", { people: found.people.length, devices }) : t("readers-people", { people: found.people.length })}</p>
    <ul class="rows people-rows">${found.people.map((person) => html`<li key=${person.actor}><button type="button"
        onClick=${() => show(PersonSheet, { actor: person.actor, chat })}>
      <${Avatar} name=${person.name} of=${person.actor} size="small" />
      <span><bdi>${harmless(person.name || person.handle, 80)}</bdi>
        <span class="hint">${person.actor === chat.me ? t("trust-you") : mls ? trustText(person.trust) : harmless(person.handle, 120)}</span>
        ${person.leaves.some((leaf) => !leaf.ok) && html`<span class="amber-text">${t("readers-suspect")}</span>`}
      </span>
      ${mls && html`<span class="hint">${t("devices-count", { count: person.devices })}</span>`}
      ${person.trust.kind === "verified" && html`<span class="verified"><${Icon} name="check" small /></span>`}
    </button></li>`)}</ul>
    <p class="hint">${t("readers-servers", { servers: list(found.servers), count: found.servers.length })}</p>
    ${found.mixed && html`<p class="hint">${t("readers-mixed")}</p>`}`;
}

/** How somebody was checked, in words. @param {Trust} trust */
export function trustText(trust) {
  if (trust.kind === "verified") return t(`trust-verified-${trust.by}`, { date: date(trust.at) });
  if (trust.kind === "changed") return t(`trust-changed-${trust.was === "verified" ? "verified" : "first"}`);
  return t(`trust-${trust.kind}`);
}
