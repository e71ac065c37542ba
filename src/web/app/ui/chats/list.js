// @ts-check
// The list of chats: requests, pinned, all, archived. A search field above it turns it into what was found.

import { html, useState } from "../html.js";
import { useShared } from "../store.js";
import { go } from "../route.js";
import { t } from "../texts.js";
import { count } from "../format.js";
import { Icon, IconButton } from "../parts/icon.js";
import { ChatEntry } from "./entry.js";
import { Found } from "./found.js";

/** @import { ChatRow } from "../../contract.js" */

export function ChatList() {
  const chats = useShared((state) => state.chats);
  const view = useShared((state) => state.view);
  const [text, setText] = useState("");
  const [shelf, setShelf] = useState(/** @type {"all" | "request" | "archived"} */ ("all"));
  const current = view.screen === "chat" ? view.chat : null;
  const of = (/** @type {string} */ section) => (chats ?? []).filter((row) => row.section === section);
  const found = text.trim().length > 0;
  return html`
    <header class="side-head">
      <h1>${shelf === "all" ? t("chats") : shelf === "request" ? t("requests") : t("archive")}</h1>
      ${shelf === "all" ? html`
        <${IconButton} name="settings" label=${t("settings")} onClick=${() => go({ screen: "settings" })} />
        <${IconButton} name="write" label=${t("new-chat")} onClick=${() => go({ screen: "new" })} />`
      : html`<${IconButton} name="close" label=${t("back-to-chats")} onClick=${() => setShelf("all")} />`}
    </header>
    ${shelf === "all" && html`<div class="search">
      <${Icon} name="search" small />
      <input type="search" id="search" aria-label=${t("search")} placeholder=${t("search")} value=${text} autocomplete="off"
        onInput=${(/** @type {any} */ event) => setText(event.target.value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && setText("")} />
    </div>`}
    <div class="scroll" tabindex=${chats?.length ? undefined : "0"}>
      ${chats === null ? html`<${Skeleton} />`
        : found ? html`<${Found} text=${text.trim()} chats=${chats} current=${current} />`
        : shelf !== "all" ? html`<${Section} rows=${of(shelf)} current=${current} empty=${t(`${shelf}-empty`)} />`
        : html`<${Shelves} of=${of} current=${current} open=${setShelf} />`}
    </div>`;
}

/** @param {any} props */
function Shelves({ of, current, open }) {
  const [requests, pinned, all, archived] = ["request", "pinned", "all", "archived"].map(of);
  return html`
    ${requests.length > 0 && html`<button type="button" class="shelf" onClick=${() => open("request")}>
      <${Icon} name="person-add" /><span>${t("requests")}</span><span class="number">${count(requests.length)}</span>
    </button>`}
    ${pinned.length > 0 && html`<h2 class="section">${t("pinned")}</h2><${Section} rows=${pinned} current=${current} />`}
    ${pinned.length > 0 && all.length > 0 && html`<h2 class="section">${t("all")}</h2>`}
    ${all.length + pinned.length > 0 ? html`<${Section} rows=${all} current=${current} />` : html`<p
        class="nothing">${t("chats-empty")}</p>`}
    ${archived.length > 0 && html`<button type="button" class="shelf" onClick=${() => open("archived")}>
      <${Icon} name="archive" /><span>${t("archive")}</span><span class="number">${count(archived.length)}</span>
    </button>`}`;
}

/** @param {{ rows: ChatRow[], current: string | null, empty?: string }} props */
function Section({ rows, current, empty }) {
  const named = useShared((state) => state.named);
  if (rows.length === 0) return empty ? html`<p class="nothing">${empty}</p>` : null;
  return html`<ul class="rows">
    ${rows.map((row) => html`<${ChatEntry} key=${row.chat} row=${row} named=${named} current=${row.chat === current} />`)}
  </ul>`;
}

/** Grey rows, for the moment before there are any. */
const Skeleton = () => html`<div class="skeleton" aria-hidden="true">${[1, 2, 3, 4, 5].map((row) => html`<div
    key=${row}><i /><b /></div>`)}</div>`;
