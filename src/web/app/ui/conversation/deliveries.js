// @ts-check
// How far an own message has come, person by person.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { harmless, t } from "../texts.js";
import { moment } from "../format.js";
import { knownName } from "../people.js";
import { useShared } from "../store.js";
import { Avatar } from "../parts/avatar.js";
import { Dialog } from "../parts/dialog.js";

/** @import { Delivery } from "../../contract.js" */

/** @param {any} props */
export function Deliveries({ chat, message, close }) {
  const [all, setAll] = useState(/** @type {Delivery[] | null} */ (null));
  useShared((state) => state.named);
  useEffect(() => {
    attempt("deliveries", { chat, message: { sender: message.sender, id: message.id } }).then((found) => setAll(found ?? []));
  }, []);
  return html`<${Dialog} title=${t("delivery")} close=${close}>
    <p class="hint">${t("delivery-sent", { moment: moment(message.sentAt) })}</p>
    ${all?.length === 0 && html`<p>${t("delivery-none")}</p>`}
    <ul class="rows people-rows">${(all ?? []).map((one) => html`<li key=${one.actor}><div>
      <${Avatar} name=${knownName(one.actor)} of=${one.actor} size="small" />
      <span><bdi>${knownName(one.actor)}</bdi><span
          class="hint">${t(`delivery-${one.state}`)}${one.at ? ` · ${moment(one.at)}` : ""}${one.detail ? ` · ${harmless(one.detail, 200)}` : ""}</span></span>
    </div></li>`)}</ul>
  <//>`;
}
