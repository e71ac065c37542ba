// @ts-check
// Files of a message: pictures, voice notes, others. Nothing opens or loads by itself beyond the small picture that came
// along; what a stranger sent stays behind a button.

import { html, useEffect, useState } from "../html.js";
import { harmless, t } from "../texts.js";
import { size } from "../format.js";
import { Icon } from "../parts/icon.js";
import { show } from "../parts/dialog.js";
import { fileLabel } from "./label.js";
import { PictureViewer } from "./picture.js";
import { Loading, useFile } from "./transfer.js";
import { Voice } from "./voice.js";

/** @import { Chat, FileView, Message } from "../../contract.js" */
/** @typedef {{ message: Message, chat: Chat, file: FileView }} OfFile */

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
    if (file.elsewhere !== undefined) return html`<${Elsewhere} key=${file.index} file=${file} />`;
    const Kind = { picture: Picture, voice: Voice, file: FileTile }[file.kind];
    return html`<${Kind} key=${file.index} message=${message} chat=${chat} file=${file} />`;
  })}</div>`;
}

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

/** @param {OfFile} props */
function Picture({ message, chat, file }) {
  const address = useAddress(file.thumbnail) || file.preview;
  const width = Math.min(Math.max(file.width ?? 280, 1), 20_000);
  const height = Math.min(Math.max(file.height ?? 200, 1), 20_000);
  const ratio = Math.min(Math.max(width / height, 0.6), 2.2);
  const open = () => show(PictureViewer, { message, chat, file });
  return html`<button type="button" class="picture" style=${{ aspectRatio: String(ratio) }} aria-label=${fileLabel(file)}
      disabled=${message.position === null} onClick=${open}>
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

/** @param {OfFile} props */
function FileTile({ message, chat, file }) {
  const { way, wrong, load, stop } = useFile(message, chat, file);
  const save = async () => {
    const blob = way ? undefined : await load();
    if (blob) keep(blob, file.name);
  };
  const there = message.position !== null;
  return html`<button type="button" class="file" disabled=${!there} onClick=${save}>
      <${Icon} name="file" />${there && html`<span class="unseen">${t("save")}</span>`}
      <span><bdi>${harmless(file.name, 80)}</bdi><span class="hint">${way ? t("loading") : file.bytes > 0 ? size(file.bytes) : ""}</span></span>
      ${there && html`<${Icon} name="download" small />`}
    </button>
    <${Loading} way=${way} stop=${stop} />
    ${wrong && html`<p class="problem" role="alert">${wrong}</p>`}`;
}

/** Gives a file to the person, under a name without paths. @param {Blob} blob @param {string} name */
export function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = harmless(name, 120).replace(/[/\\:*?"<>|]/g, "_") || t("file");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
