// @ts-check
// This device must not go on: why, what that means for what it holds, and what can be done.

import { html } from "../html.js";
import { attempt } from "../act.js";
import { harmless, t } from "../texts.js";
import { ask } from "../parts/dialog.js";
import { Page } from "./page.js";

/** @import { Start } from "../../contract.js" */

/** @param {{ start: Extract<Start, { state: "stopped" }> }} props */
export function Stopped({ start }) {
  const { reason, detail } = start;
  const anew = async () => {
    const sure = await ask({ title: t("wipe-title"), text: t("wipe-text"), yes: t("wipe") });
    if (sure && (await attempt("signOut")) !== undefined) location.assign("/app/");
  };
  return html`<${Page} title=${t(`stopped-${reason}-title`)}>
    <p>${t(`stopped-${reason}`)}</p>
    ${detail && html`<p class="hint">${t("server-said")} <q><bdi>${harmless(detail, 400)}</bdi></q></p>`}
    <div class="actions">
      ${reason === "other" && html`<button type="button" onClick=${() => location.reload()}>${t("reload")}</button>`}
      <button type="button" class=${reason === "other" ? "second" : ""} onClick=${anew}>${t("sign-in-anew")}</button>
    </div>
  <//>`;
}
