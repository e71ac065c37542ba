// @ts-check
// The sign of a person or a chat: letters on one of eight colours. It repeats the name that stands beside it.

import { html } from "../html.js";
import { hueOf, initials } from "../people.js";
import { Icon } from "./icon.js";

/** @param {{ name: string, of: string, size?: "small" | "large", group?: boolean }} props `of`: whose colour */
export function Avatar({ name, of, size, group }) {
  const letters = initials(name);
  return html`<span class=${`avatar hue-${hueOf(of)} ${size ?? ""}`} aria-hidden="true">
    ${letters && !group ? letters : html`<${Icon} name="people" />`}
  </span>`;
}
