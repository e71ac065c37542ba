// @ts-check
// Small drawings from one file. They say nothing by themselves: whatever they stand for is written beside them or is the
// label of their button.

import { fileOf } from "../base.js";
import { html } from "../html.js";

const FILE = fileOf("icons/icons.svg");

/** @param {{ name: string, small?: boolean, flip?: boolean }} props `flip`: mirrored where one reads from right to left */
export function Icon({ name, small, flip }) {
  const look = `icon${small ? " small" : ""}${flip ? " flips" : ""}`;
  return html`<svg class=${look} aria-hidden="true"><use href=${`${FILE}#${name}`} /></svg>`;
}

/** A round button with a drawing in it. @param {any} props `label` is what it does, in words */
export function IconButton({ name, label, small, flip, class: extra = "", ...rest }) {
  return html`<button type="button" class=${`round ${extra}`} aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${name} small=${small} flip=${flip} />
  </button>`;
}
