// @ts-check
// The approved device's side of a new device: only its person begins it, here; digits are typed from the new device, or its
// code is, or the camera reads it. What arrives through a link or a chat never opens any of this.

import { html, useEffect, useState } from "../html.js";
import { attempt, reason } from "../act.js";
import { call } from "../rpc.js";
import { get, set, useShared } from "../store.js";
import { t } from "../texts.js";
import { Dialog, show } from "../parts/dialog.js";
import { Field, Form } from "../parts/form.js";
import { Scanner } from "../parts/scanner.js";

const AGAIN = 4000;
/** What the code of a new device looks like; the worker knows what it says (src/client/pairing/code.rs). */
const CODE = /^alcove:[A-Za-z0-9+/=_-]{1,4096}$/;

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
  const done = await attempt("refusePairing", { name });
  set({ pairing: done === undefined ? null : { kind: "ended", name, end: "refused" } });
}

/** @typedef {"begun" | "scanning" | "back" | "read"} Step how far one is with the code of the other device */

/** @param {any} props */
export function LinkDevice({ close }) {
  const news = useShared((state) => state.pairing);
  const [step, setStep] = useState(/** @type {Step} */ ("begun"));
  useEffect(() => {
    void attempt("lookForPairings");
    // The other device may come at any time; what fails meanwhile was said the first time.
    const timer = setInterval(() => get().pairing === null && call("lookForPairings").catch(() => {}), AGAIN);
    return () => {
      clearInterval(timer);
      // What still asks can be answered when this is opened again.
      if (get().pairing?.kind !== "waiting") set({ pairing: null });
    };
  }, []);
  const open = news === null || news.kind === "waiting";
  if (open && step === "scanning") return html`<${Scan} read=${() => setStep("read")} back=${() => setStep("back")} />`;
  return html`<${Dialog} title=${t("link-device")} close=${close}>
    ${open && step === "read" ? html`<p class="waiting-dots" role="status">${t("link-read")}</p>`
      : stage(news, close, html`<${ByCode} step=${step} setStep=${setStep} />`)}
  <//>`;
}

/** @param {import("../../contract.js").PairingNews | null} news @param {() => void} close @param {any} byCode */
function stage(news, close, byCode) {
  switch (news?.kind) {
    case "waiting": return html`<${Asked} name=${news.name} title=${news.title} />${byCode}`;
    case "digits-wanted": return html`<${Digits} name=${news.name} />`;
    case "wrong": return html`<${Digits} name=${news.name} left=${news.attemptsLeft} />`;
    case "ended": return html`<p class=${["refused", "expired", "mismatch"].includes(news.end) ? "problem" : "done"}
        role="status">${t(`pairing-${news.end}`)}</p>
      <div class="actions end"><button type="button" onClick=${close}>${t("close")}</button></div>`;
    default: return html`<${Begin} />${byCode}`;
  }
}

function Begin() {
  return html`
    <p class="caution">${t("link-warning")}</p>
    <ol class="steps"><li>${t("link-step-1", { address: `${location.host}/app/` })}</li><li>${t("link-step-2")}</li><li>${t("link-step-3")}</li></ol>
    <p class="waiting-dots" role="status">${t("link-waiting")}</p>`;
}

/** The code of the other device, before or after it has asked. @param {{ step: Step, setStep: (step: Step) => void }} props */
function ByCode({ step, setStep }) {
  const [code, setCode] = useState("");
  const act = async () => {
    if (!code.trim()) return;
    await call("approveByCode", { code: code.trim() });
    setStep("read");
  };
  return html`
    <div class="actions by-code"><button type="button" class="second" data-first=${step === "back" || undefined}
        onClick=${() => setStep("scanning")}>${t("link-scan")}</button></div>
    <details class="number-box"><summary>${t("link-by-code")}</summary>
      <${Form} act=${act} button=${t("link-it")}>
        <${Field} id="pairing-code" label=${t("link-code")} hint=${t("link-code-hint")} value=${code} onValue=${setCode}
            autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="2000" />
      <//>
    </details>`;
}

/** The same by the camera: nothing but the code of a new device is taken. @param {{ read: () => void, back: () => void }} props */
function Scan({ read, back }) {
  const take = async (/** @type {string} */ text) => {
    if (!CODE.test(text)) return t("scan-foreign");
    try {
      await call("approveByCode", { code: text });
    } catch (error) {
      return reason(error);
    }
    read();
    return null;
  };
  return html`<${Dialog} title=${t("scan-title")} close=${back}>
    <p>${t("scan-hint")}</p>
    <${Scanner} take=${take} />
  <//>`;
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
