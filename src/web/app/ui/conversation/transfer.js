// @ts-check
// Files on their way: one that is fetched, and a message that waits until its files are on the server. How far they are is said in
// words beside the bar.

import { html, useEffect, useRef, useState } from "../html.js";
import { reason } from "../act.js";
import { followTransfer } from "../model.js";
import { call, Refused } from "../rpc.js";
import { t } from "../texts.js";
import { size } from "../format.js";
import { IconButton } from "../parts/icon.js";

/** @import { Chat, FileView, Message } from "../../contract.js" */
/** @typedef {{ done: number, total: number }} Way how far something is, in bytes */
/** @typedef {{ way: Way | null, wrong: string, load: () => Promise<Blob | undefined>, stop: () => void }} Fetching */

/**
 * A file of a message, to be fetched when it is wanted; no longer than it is looked at.
 * @param {Message} message @param {Chat} chat @param {FileView} file
 * @returns {Fetching}
 */
export function useFile(message, chat, file) {
  const [way, setWay] = useState(/** @type {Way | null} */ (null));
  const [wrong, setWrong] = useState("");
  const running = useRef(0);
  const named = { chat: chat.chat, message: { sender: message.sender, id: message.id }, index: file.index };
  useEffect(() => followTransfer(`${message.id} ${file.index}`, (done, total) => running.current && setWay({ done, total })), [message.id, file.index]);
  const stop = () => void (running.current && call("stopFile", named).catch(() => {}));
  useEffect(() => stop, []);
  const load = async () => {
    running.current += 1;
    setWay({ done: 0, total: 0 });
    setWrong("");
    try {
      return await call("file", named);
    } catch (error) {
      if (!(error instanceof Refused && error.code === "stopped")) setWrong(reason(error));
      return undefined;
    } finally {
      running.current -= 1;
      if (running.current === 0) setWay(null);
    }
  };
  return { way, wrong, load, stop };
}

/** A bar with a way to end it. Nothing before it is known how long it is. @param {{ way: Way | null, stop: () => void }} props */
export function Loading({ way, stop }) {
  if (!way?.total) return null;
  return html`<div class="transfer">
    <${Bar} way=${way} text="loading-part" />
    <${IconButton} name="close" small label=${t("stop-loading")} onClick=${stop} />
  </div>`;
}

/** @param {{ way: Way, text: string }} props */
function Bar({ way, text }) {
  const words = t(text, { done: size(way.done), total: size(way.total) });
  return html`<progress value=${way.done} max=${way.total} aria-label=${words} /><span class="hint" aria-hidden="true">${words}</span>`;
}

/** What stands below a message whose files are on their way. @param {{ message: Message, act: any }} props */
export function Uploading({ message, act }) {
  const before = message.state?.kind === "waiting" ? message.state.upload : undefined;
  const [seen, setSeen] = useState(/** @type {Way | undefined} */ (undefined));
  useEffect(() => followTransfer(message.id, (done, total) => setSeen({ done, total })), [message.id]);
  const way = seen ?? before;
  return html`<div class="transfer upload">
    ${way?.done ? html`<${Bar} way=${way} text="uploading" />` : html`<span class="hint">${t("upload-waits")}</span>`}
    <button type="button" class="plain" onClick=${() => act("discard", message)}>${t("stop-upload")}</button>
  </div>`;
}
