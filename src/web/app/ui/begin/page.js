// @ts-check
// A page before the app itself: one card, one thing to do.

import { fileOf } from "../base.js";
import { html, useEffect, useRef } from "../html.js";
import { t } from "../texts.js";
import { get } from "../store.js";

const LOGO = fileOf("icons/alcove.svg");

/** @param {any} props `title` is said to a screen reader when the page comes */
export function Page({ title, children, bare }) {
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.title = title ? t("title-page", { title }) : t("app-name");
    if (get().start) head.current?.focus({ preventScroll: true });
  }, [title]);
  return html`<main class=${`page ${bare ? "bare" : ""}`}>
    <img class="logo" src=${LOGO} alt="" width="48" height="48" />
    <h1 tabindex="-1" ref=${head}>${title}</h1>
    ${children}
  </main>`;
}
