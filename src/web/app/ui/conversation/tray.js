// @ts-check
// What goes along with the next message: files with name and size, each can be taken out again.

import { html, useEffect, useState } from "../html.js";
import { followTransfer } from "../model.js";
import { harmless, t } from "../texts.js";
import { duration, size } from "../format.js";
import { isPicture } from "../../core/pictures.js";
import { Icon, IconButton } from "../parts/icon.js";
import { useAddress } from "./files.js";

/** @import { Attached } from "../../contract.js" */
/** @typedef {{ key: number, file: File, attached?: Attached, wrong?: string }} Item one that has been taken in, is being, or could not be; its key is its number to the worker */

/** @param {{ items: Item[], drop: (item: Item) => void, keepMetadata: boolean, setKeep: (keep: boolean) => void }} props */
export function Tray({ items, drop, keepMetadata, setKeep }) {
  const pictures = items.some(({ file }) => isPicture(file));
  const others = items.some(({ file, attached }) => !isPicture(file) && attached?.kind !== "voice");
  return html`<div class="tray" role="group" aria-label=${t("tray")}>
    <ul>${items.map((item) => html`<${Entry} key=${item.key} item=${item} drop=${() => drop(item)} />`)}</ul>
    ${pictures && html`<label class="choice"><input type="checkbox" checked=${!keepMetadata}
        onChange=${(/** @type {any} */ event) => setKeep(!event.target.checked)} />
      <span>${others ? t("remove-metadata-but") : t("remove-metadata")}</span></label>`}
  </div>`;
}

/** @param {{ item: Item, drop: () => void }} props */
function Entry({ item, drop }) {
  const { attached, file, wrong } = item;
  const [done, setDone] = useState(0);
  useEffect(() => followTransfer(item.key, (now, total) => setDone(total ? now / total : 0)), [item.key]);
  const address = useAddress(attached?.thumbnail);
  const voice = attached?.kind === "voice";
  return html`<li class=${wrong ? "wrong-item" : ""}>
    ${address ? html`<img src=${address} alt="" />` : html`<${Icon} name=${voice ? "mic" : "file"} />`}
    <span><bdi>${voice ? t("kind-voice", { name: "" }) : harmless(file.name, 60)}</bdi>
      <span class="hint">${wrong ?? (attached ? (voice ? duration(attached.seconds ?? 0) : size(attached.bytes)) : t("preparing"))}</span>
      ${done > 0 && !attached && !wrong && html`<progress value=${done} max="1" aria-label=${t("preparing")} />`}</span>
    <${IconButton} name="close" small label=${t("take-out", { name: file.name })} onClick=${drop} />
  </li>`;
}
