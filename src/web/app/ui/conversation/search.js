// @ts-check
// Searching in the open chat.

import { html, useEffect, useRef, useState } from "../html.js";
import { t } from "../texts.js";
import { FoundMessage, useHits } from "../chats/found.js";
import { IconButton } from "../parts/icon.js";

/** @param {{ chat: string, jump: (name: { sender: string, id: string }) => void, close: () => void }} props */
export function InChatSearch({ chat, jump, close }) {
  const [text, setText] = useState("");
  const hits = useHits(text.trim(), chat);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return html`<div class="in-search" onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close()}>
    <div class="search">
      <input type="search" ref=${field} aria-label=${t("search-chat")} placeholder=${t("search-chat")} value=${text}
          onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
      <${IconButton} name="close" label=${t("close")} onClick=${close} />
    </div>
    ${text.trim() && hits && html`<p class="hint" role="status">${t("found", { count: hits.length })}</p>
      <ul class="rows">${hits.map((hit) => html`<${FoundMessage} hit=${hit}
          act=${() => jump({ sender: hit.message.sender, id: hit.message.id })} />`)}</ul>`}
  </div>`;
}
