// @ts-check
// Invitations: making a link, showing it as QR, which there are, taking one back.

import { html, useEffect, useState } from "../html.js";
import { attempt, toast } from "../act.js";
import { call } from "../rpc.js";
import { useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { moment } from "../format.js";
import { knownName } from "../people.js";
import { ask, Dialog, show } from "../parts/dialog.js";
import { Choice, Field, Form } from "../parts/form.js";
import { Icon } from "../parts/icon.js";
import { QrCode } from "../parts/qr-code.js";

/** @import { NewInvitation, OwnInvitation } from "../../contract.js" */

export function Invitations() {
  const [all, setAll] = useState(/** @type {OwnInvitation[] | null} */ (null));
  useShared((state) => state.named);
  const look = () => attempt("invitations").then((found) => found && setAll(found));
  useEffect(() => void look(), []);
  const revoke = async (/** @type {OwnInvitation} */ one) => {
    const sure = await ask({ title: t("revoke-title"), text: t("revoke-text"), yes: t("revoke") });
    if (sure && (await attempt("revokeInvitation", { id: one.id })) !== undefined) await look();
  };
  return html`
    <p class="hint">${t("invitations-hint")}</p>
    <div class="actions"><button type="button" onClick=${() => show(Invite, { changed: look })}>${t("invite")}</button></div>
    ${all !== null && all.length === 0 && html`<p class="nothing">${t("invitations-none")}</p>`}
    <ul class="rows devices">${(all ?? []).map((one) => html`<li key=${one.id}><div>
      <${Icon} name="invite" />
      <span><bdi>${one.newcomer ? knownName(one.newcomer) : harmless(one.name ?? "", 80) || t("invitation-for-anyone")}</bdi>
        <span class="hint">${t(`own-invitation-${one.state}`, { moment: moment(one.expiresAt) })}</span></span>
      ${one.state === "open" && html`<button type="button" class="second" onClick=${() => revoke(one)}>${t("revoke")}</button>`}
    </div></li>`)}</ul>`;
}

/** @param {any} props */
function Invite({ changed, close }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState(7);
  const [made, setMade] = useState(/** @type {NewInvitation | null} */ (null));
  const act = async () => {
    setMade(await call("invite", { name: name.trim() || undefined, days }));
    changed();
  };
  if (made) return html`<${Dialog} title=${t("invite-made")} close=${close}><${Link} made=${made} name=${name} /><//>`;
  return html`<${Dialog} title=${t("invite")} close=${close}>
    <${Form} act=${act} button=${t("invite-make")}>
      <${Field} id="invite-name" data-first label=${t("invite-name")} hint=${t("invite-name-hint")} value=${name}
          onValue=${setName} maxlength="80" autocomplete="off" />
      <${Choice} name="days" legend=${t("invite-days")} value=${days} onChange=${setDays}
          options=${[1, 7, 30].map((count) => [count, t("days", { count })])} />
    <//>
  <//>`;
}

/** @param {{ made: NewInvitation, name: string }} props */
function Link({ made, name }) {
  const copy = () => navigator.clipboard.writeText(made.link).then(() => toast(t("copied")), () => toast(t("copy-failed")));
  const pass = () => navigator.share({ url: made.link }).catch(() => {});
  return html`<p>${name ? t("invite-give-name", { name }) : t("invite-give")}</p>
    <${QrCode} text=${made.link} label=${t("invite-qr")} />
    <code class="code" dir="ltr">${made.link}</code>
    <p class="hint">${t("invite-once", { moment: moment(made.expiresAt) })}</p>
    <div class="actions"><button type="button" data-first onClick=${copy}>${t("copy-link")}</button>
      ${"share" in navigator && html`<button type="button" class="second" onClick=${pass}>${t("share")}</button>`}</div>`;
}
