// @ts-check
// What can be done with a message, shown when somebody points at it or has it in focus.

import { html, useState, useRef } from "../html.js";
import { t } from "../texts.js";
import { IconButton } from "../parts/icon.js";
import { EmojiPicker } from "../parts/emoji.js";
import { MenuButton } from "../parts/menu.js";

/** @import { Chat, Message } from "../../contract.js" */

/** @param {{ message: Message, chat: Chat, act: any }} props */
export function Tools({ message, chat, act }) {
  const [picking, setPicking] = useState(false);
  const anchor = useRef(null);
  const writable = chat.standing === "active" && message.position !== null;
  const said = message.body.kind === "text" ? message.body : null;
  const can = (/** @type {Chat["can"][number]} */ what) => writable && chat.can.includes(what);
  if (message.body.kind === "event") return null;
  const items = () => [
    writable && said ? { name: t("reply"), icon: "reply", act: () => act("reply", message) } : null,
    said?.text ? { name: t("copy"), icon: "copy", act: () => act("copy", message) } : null,
    can("edit") && message.own && said ? { name: t("edit"), icon: "edit", act: () => act("edit", message) } : null,
    message.own && message.position !== null ? { name: t("delivery"), icon: "info", act: () => act("delivery", message) } : null,
    can("remove") && message.own && said ? { name: t("delete-everyone"), icon: "delete", grave: true, act: () => act("delete", message) } : null,
  ];
  if (items().every((item) => item === null)) return null;
  return html`<div class="tools">
    ${can("react") && said && html`
      <span ref=${anchor}><${IconButton} name="emoji" label=${t("react")} class="react" aria-haspopup="dialog"
          onClick=${() => setPicking(!picking)} /></span>
      ${picking && html`<${EmojiPicker} anchor=${anchor.current} close=${() => setPicking(false)}
          choose=${(/** @type {string} */ emoji) => act("react", message, emoji)} />`}`}
    ${writable && said && html`<${IconButton} name="reply" flip label=${t("reply")} class="reply" onClick=${() => act("reply", message)} />`}
    <${MenuButton} label=${t("message-actions")} items=${items} />
  </div>`;
}
