// @ts-check
// Files of a message: pictures, voice notes, others. Nothing opens or loads by itself beyond the small picture that came
// along; what a stranger sent stays behind a button.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { followTransfer } from "../model.js";
import { harmless, t } from "../texts.js";
import { size } from "../format.js";
import { Icon } from "../parts/icon.js";
import { show } from "../parts/dialog.js";
import { fileLabel } from "./label.js";
import { PictureViewer } from "./picture.js";
import { Voice } from "./voice.js";

/** @import { Chat, FileView, Message } from "../../contract.js" */

const MOST = 12;

/** @param {{ message: Message, chat: Chat }} props */
export function Files({ message, chat }) {
  const files = message.body.kind === "text" ? message.body.files.slice(0, MOST) : [];
  const [shown, setShown] = useState(false);
  const body = /** @type {any} */ (message.body);
  const held = files.filter((file) => file.held || body.warning);
  if (held.length > 0 && !shown) {
    return html`<div class="held"><span>${t("held", { count: held.length })}</span>
      <button type="button" class="second" onClick=${() => setShown(true)}>${t("show")}</button></div>`;
  }
  return html`<div class="files">${files.map((file) => {
    const props = { file, load: () => fetchFile(message, chat, file.index) };
    if (file.elsewhere !== undefined) return html`<${Elsewhere} key=${file.index} file=${file} />`;
    if (file.kind === "picture") return html`<${Picture} key=${file.index} ...${props} />`;
    if (file.kind === "voice") return html`<${Voice} key=${file.index} ...${props} />`;
    return html`<${FileTile} key=${file.index} name=${`${message.id} ${file.index}`} ...${props} />`;
  })}</div>`;
}

/** @param {Message} message @param {Chat} chat @param {number} index */
const fetchFile = (message, chat, index) => attempt("file", { chat: chat.chat, message: { sender: message.sender, id: message.id }, index });

/** An address for what lies in memory, as long as it is shown. @param {Blob | undefined} blob */
export function useAddress(blob) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!blob) return undefined;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}

/** @param {{ file: FileView, load: () => Promise<Blob | undefined> }} props */
function Picture({ file, load }) {
  const address = useAddress(file.thumbnail);
  const width = Math.min(Math.max(file.width ?? 280, 1), 20_000);
  const height = Math.min(Math.max(file.height ?? 200, 1), 20_000);
  const ratio = Math.min(Math.max(width / height, 0.6), 2.2);
  const open = () => show(PictureViewer, { file, load });
  return html`<button type="button" class="picture" style=${{ aspectRatio: String(ratio) }} aria-label=${fileLabel(file)}
      onClick=${open}>
    ${address ? html`<img src=${address} alt="" />` : html`<${Icon} name="image" />`}
  </button>`;
}

/** A way to a file on another server. @param {{ file: FileView }} props */
function Elsewhere({ file }) {
  const address = file.elsewhere ?? "";
  if (!/^https?:\/\//i.test(address)) return null;
  return html`<a class="file" href=${address} target="_blank" rel="noopener noreferrer">
    <${Icon} name="file" />
    <span><bdi>${harmless(file.alt || file.name, 80)}</bdi><span class="hint"><bdi>${new URL(address).host}</bdi></span></span>
  </a>`;
}

/** @param {{ file: FileView, load: () => Promise<Blob | undefined>, name: string }} props */
function FileTile({ file, load, name }) {
  const [done, setDone] = useState(/** @type {number | null} */ (null));
  useEffect(() => followTransfer(name, (now, total) => setDone(total > 0 ? now / total : 0)), [name]);
  const save = async () => {
    setDone(0);
    const blob = await load();
    setDone(null);
    if (blob) keep(blob, file.name);
  };
  return html`<button type="button" class="file" onClick=${save}>
    <${Icon} name="file" /><span class="unseen">${t("save")}</span>
    <span><bdi>${harmless(file.name, 80)}</bdi><span class="hint">${done !== null ? t("loading") : file.bytes > 0 ? size(file.bytes) : ""}</span></span>
    <${Icon} name="download" small />
    ${done !== null && html`<progress value=${done} max="1" aria-label=${t("loading")} />`}
  </button>`;
}

/** Gives a file to the person, under a name without paths. @param {Blob} blob @param {string} name */
export function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = harmless(name, 120).replace(/[/\\:*?"<>|]/g, "_") || t("file");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
