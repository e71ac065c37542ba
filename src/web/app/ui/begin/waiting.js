// @ts-check
// A second device that waits to be approved by the first: it shows a code to scan or digits to type over there, and asks
// before it believes that it was approved.

import { html, useEffect } from "../html.js";
import { attempt, toast } from "../act.js";
import { useShared } from "../store.js";
import { t } from "../texts.js";
import { ask } from "../parts/dialog.js";
import { QrCode } from "../parts/qr-code.js";
import { Page } from "./page.js";

/** @import { Start } from "../../contract.js" */

/** @param {{ start: Extract<Start, { state: "waiting" }> }} props */
export function Waiting({ start }) {
  const news = useShared((state) => state.pairing);
  const digits = news?.kind === "digits" ? news.digits : start.digits;
  const code = news?.kind === "code" ? news.code : start.code;
  // The code to be scanned is told when it is asked for; a request that ended while the app was closed is made again.
  useEffect(() => void attempt("lookForPairings"), []);
  const ended = news?.kind === "ended" && news.end !== "approved" ? news.end : null;
  if (news?.kind === "confirm") return html`<${Confirm} name=${news.name} />`;
  if (ended) {
    return html`<${Page} title=${t("pairing-over")}><p class="problem">${t(`pairing-${ended}`)}</p>
      <div class="actions"><button type="button"
          onClick=${() => attempt("lookForPairings")}>${t("pairing-anew")}</button><${Leave} /></div><//>`;
  }
  return html`<${Page} title=${t("waiting-title")}>
    <p>${t("waiting-how")}</p>
    ${digits ? html`<p class="hint">${t("waiting-digits")}</p><p class="code-digits" dir="ltr"
        aria-label=${[...digits].join(" ")}>${digits.slice(0, 3)} ${digits.slice(3)}</p>`
      : html`<p class="waiting-dots" role="status">${t("waiting-for-device")}</p>`}
    ${code && html`<details class="number-box" open=${!digits}><summary>${t("waiting-code")}</summary>
      <${QrCode} text=${code} label=${t("waiting-qr")} />
      <${CodeText} code=${code} /></details>`}
    <p class="caution">${t("waiting-warning")}</p>
    <div class="actions"><${Leave} /></div>
  <//>`;
}

/** @param {{ code: string }} props */
function CodeText({ code }) {
  const copy = () => navigator.clipboard.writeText(code).then(() => toast(t("copied")), () => toast(t("copy-failed")));
  return html`<p class="hint">${t("waiting-code-text")}</p><code class="code" dir="ltr">${code}</code>
    <button type="button" class="second" onClick=${copy}>${t("copy")}</button>`;
}

/** @param {{ name: string }} props */
function Confirm({ name }) {
  return html`<${Page} title=${t("confirm-title")}>
    <p>${t("confirm-text")}</p>
    <div class="actions">
      <button type="button" onClick=${() => attempt("acceptPairing", { name })}>${t("confirm-yes")}</button>
      <button type="button" class="grave" onClick=${() => attempt("refusePairing", { name })}>${t("confirm-no")}</button>
    </div>
  <//>`;
}

function Leave() {
  const leave = async () => {
    if (await ask({ title: t("waiting-leave"), text: t("waiting-leave-text"), yes: t("sign-out") })) await attempt("signOut");
  };
  return html`<button type="button" class="second" onClick=${leave}>${t("waiting-leave")}</button>`;
}
