// @ts-check
// The approved device's side of a new device: only its person begins it, here; digits are typed from the new device, or its
// code is. What arrives through a link or a chat never opens any of this.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { call } from "../rpc.js";
import { get, set, useShared } from "../store.js";
import { t } from "../texts.js";
import { Dialog, show } from "../parts/dialog.js";
import { Field, Form } from "../parts/form.js";

const AGAIN = 4000;

/** Says that a new device asks, wherever one is. */
export function PairingNotice() {
  const news = useShared((state) => state.pairing);
  const dialog = useShared((state) => state.dialog);
  if (news?.kind !== "waiting" || dialog) return null;
  return html`<div class="notice" role="alert">
    <p><strong>${t("pairing-asks")}</strong> ${t("pairing-asks-text", { title: news.title })}</p>
    <div class="actions">
      <button type="button" onClick=${() => show(LinkDevice)}>${t("pairing-look")}</button>
      <button type="button" class="grave" onClick=${() => refuse(news.name)}>${t("pairing-not-me")}</button>
    </div>
  </div>`;
}

/** @param {string} name */
async function refuse(name) {
  await attempt("refusePairing", { name });
  set({ pairing: { kind: "ended", name, end: "refused" } });
}

/** @param {any} props */
export function LinkDevice({ close }) {
  const news = useShared((state) => state.pairing);
  useEffect(() => {
    void attempt("lookForPairings");
    // The other device may come at any time; what fails meanwhile was said the first time.
    const timer = setInterval(() => get().pairing === null && call("lookForPairings").catch(() => {}), AGAIN);
    return () => {
      clearInterval(timer);
      set({ pairing: null });
    };
  }, []);
  return html`<${Dialog} title=${t("link-device")} close=${close}>${stage(news, close)}<//>`;
}

/** @param {import("../../contract.js").PairingNews | null} news @param {() => void} close */
function stage(news, close) {
  switch (news?.kind) {
    case "waiting": return html`<${Asked} name=${news.name} title=${news.title} />`;
    case "digits-wanted": return html`<${Digits} name=${news.name} />`;
    case "wrong": return html`<${Digits} name=${news.name} left=${news.attemptsLeft} />`;
    case "ended": return html`<p class=${["refused", "expired", "mismatch"].includes(news.end) ? "problem" : "done"}
        role="status">${t(`pairing-${news.end}`)}</p>
      <div class="actions end"><button type="button" onClick=${close}>${t("close")}</button></div>`;
    default: return html`<${Begin} />`;
  }
}

function Begin() {
  const [code, setCode] = useState("");
  const act = async () => {
    if (code.trim()) await call("approveByCode", { code: code.trim() });
  };
  return html`
    <p class="caution">${t("link-warning")}</p>
    <ol class="steps"><li>${t("link-step-1", { address: `${location.host}/app/` })}</li><li>${t("link-step-2")}</li><li>${t("link-step-3")}</li></ol>
    <p class="waiting-dots" role="status">${t("link-waiting")}</p>
    <details class="number-box"><summary>${t("link-by-code")}</summary>
      <${Form} act=${act} button=${t("link-it")}>
        <${Field} id="pairing-code" label=${t("link-code")} hint=${t("link-code-hint")} value=${code} onValue=${setCode}
            autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="2000" />
      <//>
    </details>`;
}

/** @param {{ name: string, title: string }} props */
function Asked({ name, title }) {
  return html`<p>${t("pairing-asks-text", { title })}</p>
    <p class="caution">${t("link-warning")}</p>
    <div class="actions">
      <button type="button" onClick=${() => attempt("approvePairing", { name })}>${t("pairing-it-is-me")}</button>
      <button type="button" class="grave" onClick=${() => refuse(name)}>${t("pairing-not-me")}</button>
    </div>`;
}

/** @param {{ name: string, left?: number }} props */
function Digits({ name, left }) {
  const [digits, setDigits] = useState("");
  const act = async () => {
    await call("confirmPairing", { name, digits: digits.replace(/\D/g, "") });
    setDigits("");
  };
  return html`<${Form} act=${act} button=${t("link-it")} second=${html`<button type="button" class="grave"
      onClick=${() => refuse(name)}>${t("pairing-not-me")}</button>`}>
    ${left !== undefined && html`<p class="problem" role="alert">${t("pairing-wrong", { count: left })}</p>`}
    <${Field} id="digits" data-first label=${t("pairing-digits")} hint=${t("pairing-digits-hint")} value=${digits}
        onValue=${setDigits} inputmode="numeric" autocomplete="off" maxlength="9" class="digits-field" dir="ltr" />
  <//>`;
}
