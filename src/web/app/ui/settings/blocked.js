// @ts-check
// Whom this person has blocked, and the end of it.

import { html, useEffect, useRef, useState } from "../html.js";
import { reason } from "../act.js";
import { call } from "../rpc.js";
import { harmless, t } from "../texts.js";
import { Avatar } from "../parts/avatar.js";
import { unblock } from "../conversation/manage.js";

/** @import { Person } from "../../contract.js" */

export function Blocked() {
  const [people, setPeople] = useState(/** @type {Person[] | null} */ (null));
  const [wrong, setWrong] = useState("");
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  const look = () => call("blocked").then(setPeople, (error) => setWrong(reason(error)));
  useEffect(() => void look(), []);
  const end = async (/** @type {Person} */ person, /** @type {string} */ name) => {
    if (!(await unblock(person.actor, name))) return;
    await look();
    // The button is gone.
    head.current?.focus();
  };
  return html`<h2 tabindex="-1" ref=${head}>${t("blocked")}</h2>
    ${wrong ? html`<p class="hint">${wrong}</p>` : people?.length === 0 ? html`<p class="hint">${t("blocked-none")}</p>`
      : html`<p class="hint">${t("blocked-hint")}</p>`}
    <ul class="rows people-rows">${(people ?? []).map((person) => {
      const name = harmless(person.name.trim() || person.handle, 80);
      return html`<li key=${person.actor}><div>
        <${Avatar} name=${name} of=${person.actor} size="small" />
        <span><bdi>${name}</bdi><span class="hint"><bdi>${harmless(person.handle, 120)}</bdi></span></span>
        <button type="button" class="second" aria-label=${t("unblock-name", { name })} onClick=${() => end(person, name)}>${t("unblock")}</button>
      </div></li>`;
    })}</ul>`;
}
