// @ts-check
// What the camera sees, and whether there is a code in it. What opens the camera and looks (`scanner/look.js`) is fetched when
// this is shown, and ends with it.

import { fileOf } from "../base.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { startScanner } from "../rpc.js";
import { t } from "../texts.js";

/** A browser keeps in mind which module it could not load: another attempt needs another address. @param {number} attempt
 * @returns {Promise<typeof import("../../scanner/look.js")>} */
const fetched = (attempt) => import(fileOf("scanner/look.js") + (attempt ? `?${attempt}` : ""));

/** @param {{ take: (text: string) => Promise<string | null> }} props `take` takes a code, or answers in a sentence why not */
export function Scanner({ take }) {
  const video = useRef(/** @type {any} */ (null));
  const status = useRef(/** @type {any} */ (null));
  const [[words, wrong], told] = useState(/** @type {[string, boolean]} */ (["", false]));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    let end = () => {};
    const tell = (/** @type {string} */ id, /** @type {boolean} */ ends) => told([t(id), ends]);
    tell("scan-starting", false);
    fetched(attempt).then(({ look }) => {
      if (!over) end = look(video.current, { start: startScanner, take, t, tell: (said, ends) => told([said, ends]) });
    }, () => over || tell("scan-unloaded", true));
    return () => {
      over = true;
      end();
    };
  }, [attempt]);
  const again = () => {
    // The button goes, and the focus stays in this dialog.
    status.current.focus();
    setAttempt(attempt + 1);
  };
  return html`
    <video class="camera" ref=${video} hidden=${wrong} muted playsinline aria-label=${t("scan-picture")} />
    <p class=${wrong ? "problem" : "waiting-dots"} role="status" tabindex="-1" ref=${status}>${words}</p>
    ${wrong && html`<p class="hint">${t("scan-instead")}</p>
      <div class="actions"><button type="button" onClick=${again}>${t("try-again")}</button></div>`}`;
}
