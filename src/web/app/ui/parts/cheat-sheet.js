// @ts-check
// All keys on one page.

import { html } from "../html.js";
import { KEYS } from "../keyboard.js";
import { t } from "../texts.js";
import { Dialog } from "./dialog.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** @param {string} key */
const shown = (key) => ({ ArrowUp: "↑", ArrowDown: "↓", Ctrl: MAC ? "⌘" : "Ctrl", Alt: MAC ? "⌥" : "Alt", Shift: MAC ? "⇧" : "Shift" })[key] ?? key;

/** @param {any} props */
export function CheatSheet({ close }) {
  const rows = [...KEYS.map(([keys, id]) => [keys, id]), ["Ctrl+1…9", "key-number"], ["ArrowUp", "key-edit-last"], ["Ctrl+Enter", "key-send"]];
  return html`<${Dialog} title=${t("keys")} close=${close} wide>
    <dl class="keys">${rows.map(([keys, id]) => html`<div><dt>${t(id)}</dt><dd
        dir="ltr">${keys.split("+").map((key) => html`<kbd>${shown(key)}</kbd>`)}</dd></div>`)}</dl>
  <//>`;
}
