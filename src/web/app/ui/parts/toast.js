// @ts-check
// What is said for a moment, and can be undone where that is offered. It waits while the pointer or the focus is on it.

import { html, useEffect, useState } from "../html.js";
import { get, set, useShared } from "../store.js";
import { t } from "../texts.js";

const SHOWN = 7000;

export function Toast() {
  const toast = useShared((state) => state.toast);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!toast || held) return undefined;
    const timer = setTimeout(() => get().toast?.id === toast.id && set({ toast: null }), SHOWN);
    return () => clearTimeout(timer);
  }, [toast, held]);
  const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false), onFocusIn: () => setHeld(true), onFocusOut: () => setHeld(false) };
  const undo = () => {
    toast?.undo?.();
    set({ toast: null });
  };
  return html`<div class="toasts" role="status">
    ${toast && html`<div class="toast" key=${toast.id} ...${hold}>
      <span>${toast.text}</span>
      ${toast.undo && html`<button type="button" onClick=${undo}>${t("undo")}</button>`}
    </div>`}
  </div>`;
}
