// @ts-check
// What fills the window: the beginning, or chats and settings side by side. Everything above the panes hangs here.

import { html, useEffect, useRef } from "./html.js";
import { useShared } from "./store.js";
import { t } from "./texts.js";
import { Beginning, Invited } from "./begin/beginning.js";
import { Bars } from "./parts/bars.js";
import { Dialogs } from "./parts/dialog.js";
import { Toast } from "./parts/toast.js";
import { ChatList } from "./chats/list.js";
import { Conversation } from "./conversation/conversation.js";
import { NewChat } from "./chats/new-chat.js";
import { Settings, SettingsList } from "./settings/settings.js";
import { PairingNotice } from "./settings/pairing.js";
import { Splitter } from "./parts/splitter.js";
import { Welcome } from "./chats/welcome.js";

/** The whole app. */
export function App() {
  const start = useShared((state) => state.start);
  useShared((state) => state.language);
  const invited = location.pathname.startsWith("/i/");
  const inside = start?.state === "ready" && !invited;
  return html`
    ${!start ? html`<div class="blank" />` : invited && start.state !== "unsupported" ? html`<${Invited} start=${start} />`
      : inside ? html`<${Panes} />` : html`<${Beginning} start=${start} />`}
    ${inside && html`<${PairingNotice} />`}
    <${Dialogs} />
    <${Toast} />`;
}

function Panes() {
  const view = useShared((state) => state.view);
  const unread = useShared((state) => state.chats?.reduce((sum, row) => sum + (counts(row) ? row.unread : 0), 0) ?? 0);
  useEffect(() => {
    document.title = unread > 0 ? t("title-unread", { count: unread }) : t("app-name");
  }, [unread]);
  const before = useRef(view);
  useEffect(() => {
    const left = before.current;
    before.current = view;
    if (view.screen !== "chats" || left.screen !== "chat") return;
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-chat="${CSS.escape(left.chat)}"]`))?.focus();
  }, [view]);
  const settings = view.screen === "settings";
  const detail = view.screen === "chat" || view.screen === "new" || (settings && view.page);
  return html`<div class=${`panes ${detail ? "on-detail" : "on-list"}`}>
    <${Bars} />
    <nav class="side" aria-label=${settings ? t("settings") : t("chats")} data-region tabindex="-1">
      ${settings ? html`<${SettingsList} page=${view.page} />` : html`<${ChatList} />`}
    </nav>
    <${Splitter} />
    <div class="detail">
      ${view.screen === "chat" ? html`<${Conversation} key=${view.chat} id=${view.chat} at=${view.at} />`
        : view.screen === "new" ? html`<${NewChat} />`
        : settings ? html`<${Settings} page=${view.page} />` : html`<${Welcome} />`}
    </div>
  </div>`;
}

/** @param {import("../contract.js").ChatRow} row */
const counts = (row) => row.section !== "request" && row.section !== "archived" && !(row.mutedUntil && row.mutedUntil > Date.now());
