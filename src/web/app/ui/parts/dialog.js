// @ts-check
// What is shown above everything: the browser's own modal dialog, so that focus stays inside, Escape closes it and what was
// focused before is focused again. One at a time.

import { html, useLayoutEffect, useRef } from "../html.js";
import { get, set, useShared } from "../store.js";
import { t } from "../texts.js";
import { IconButton } from "./icon.js";

/** Shows a dialog: a component that gets `close`. @param {any} view @param {Record<string, any>} [props] */
export const show = (view, props = {}) => set({ dialog: html`<${view} close=${close} ...${props} />` });

export const close = () => set({ dialog: null });

/** Whether keys belong to a dialog now. */
export const isOpen = () => get().dialog !== null;

/** The place where dialogs appear. */
export function Dialogs() {
  return useShared((state) => state.dialog);
}

/** @param {any} props `title` names it; `wide` and `sheet` are looks; `grave`: closing needs a choice */
export function Dialog({ title, close: end, children, wide, look }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    const wanted = /** @type {HTMLElement | null | undefined} */ (dialog?.querySelector("[data-first]"));
    wanted?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    end();
  };
  const outside = (/** @type {MouseEvent} */ event) => event.target === element.current && end();
  return html`<dialog ref=${element} class=${`${wide ? "wide" : ""} ${look ?? ""}`} aria-labelledby="dialog-title"
      onCancel=${cancel} onPointerDown=${outside}>
    <div class="dialog-body">
      <header class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <${IconButton} name="close" label=${t("close")} onClick=${end} />
      </header>
      ${children}
    </div>
  </dialog>`;
}

/**
 * Asks before what cannot be undone; answers whether to do it.
 * @param {{ title: string, text: string, yes: string, no?: string }} question
 * @returns {Promise<boolean>}
 */
export function ask(question) {
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ value) => {
      close();
      resolve(value);
    };
    set({ dialog: html`<${Question} ...${question} answer=${answer} />` });
  });
}

/** @param {any} props */
function Question({ title, text, yes, no, answer }) {
  return html`<${Dialog} title=${title} close=${() => answer(false)}>
    <p>${text}</p>
    <div class="actions end">
      <button type="button" class="second" data-first onClick=${() => answer(false)}>${no ?? t("cancel")}</button>
      <button type="button" class="grave" onClick=${() => answer(true)}>${yes}</button>
    </div>
  <//>`;
}
