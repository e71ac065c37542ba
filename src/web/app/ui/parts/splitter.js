// @ts-check
// The border between list and conversation: dragged, or moved with the arrow keys.

import { html, useState } from "../html.js";
import { t } from "../texts.js";

const [LEAST, USUAL, MOST] = [280, 320, 420];

export function Splitter() {
  const [width, setWidth] = useState(USUAL);
  const put = (/** @type {number} */ wanted) => {
    const kept = Math.round(Math.max(LEAST, Math.min(MOST, wanted)));
    setWidth(kept);
    document.documentElement.style.setProperty("--side", `${kept}px`);
  };
  const drag = (/** @type {PointerEvent} */ event) => {
    if (!(event.buttons & 1)) return;
    put(document.dir === "rtl" ? innerWidth - event.clientX : event.clientX);
  };
  const grab = (/** @type {any} */ event) => event.currentTarget.setPointerCapture(event.pointerId);
  const key = (/** @type {KeyboardEvent} */ event) => {
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (event.key === forward) put(width + 16);
    else if (event.key === backward) put(width - 16);
    else return;
    event.preventDefault();
  };
  return html`<div class="splitter" role="separator" aria-orientation="vertical" tabindex="0" aria-label=${t("splitter")}
    aria-valuemin=${LEAST} aria-valuemax=${MOST} aria-valuenow=${width} onPointerDown=${grab} onPointerMove=${drag}
    onKeyDown=${key} />`;
}
