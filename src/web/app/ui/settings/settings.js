// @ts-check
// Settings: their list, and the page that is open.

import { html } from "../html.js";
import { attempt } from "../act.js";
import { back, go, replace } from "../route.js";
import { set, useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { Avatar } from "../parts/avatar.js";
import { Icon, IconButton } from "../parts/icon.js";
import { ask, show } from "../parts/dialog.js";
import { CheatSheet } from "../parts/cheat-sheet.js";
import { Devices } from "./devices.js";
import { Invitations } from "./invitations.js";
import { Looks, Notifications, Privacy } from "./choices.js";
import { Security } from "./security.js";

/** @type {[string, string, any][]} */
const PAGES = [
  ["devices", "device", Devices],
  ["invitations", "invite", Invitations],
  ["notifications", "bell", Notifications],
  ["privacy", "receipt", Privacy],
  ["looks", "look", Looks],
  ["security", "key", Security],
];

/** @param {{ page?: string }} props */
export function SettingsList({ page }) {
  const me = useShared((state) => (state.start?.state === "ready" ? state.start.me : null));
  return html`
    <header class="side-head">
      <${IconButton} name="back" flip label=${t("back-to-chats")} onClick=${() => back({ screen: "chats" })} />
      <h1>${t("settings")}</h1>
    </header>
    <div class="scroll">
      ${me && html`<div class="profile"><${Avatar} name=${me.name}
          of=${me.actor} /><div><strong><bdi>${harmless(me.name, 80)}</bdi></strong><span
          class="hint"><bdi>${harmless(me.handle, 200)}</bdi></span></div></div>`}
      <ul class="rows">${PAGES.map(([name, icon]) => html`<li key=${name}><button type="button" class="shelf"
          aria-current=${page === name ? "true" : undefined}
          onClick=${() => go({ screen: "settings", page: name })}><${Icon}
          name=${icon} /><span>${t(`settings-${name}`)}</span></button></li>`)}
        <li><button type="button" class="shelf" onClick=${() => show(CheatSheet)}><${Icon}
            name="keyboard" /><span>${t("keys")}</span></button></li>
        <li><button type="button" class="shelf grave" onClick=${signOut}><${Icon}
            name="leave" /><span>${t("sign-out")}</span></button></li>
      </ul>
    </div>`;
}

async function signOut() {
  const sure = await ask({ title: t("sign-out-title"), text: t("sign-out-text"), yes: t("sign-out") });
  if (!sure || (await attempt("signOut")) === undefined) return;
  replace({ screen: "chats" });
  set({ start: { state: "nobody" }, chats: null });
}

/** @param {{ page?: string }} props */
export function Settings({ page }) {
  const found = PAGES.find(([name]) => name === page);
  if (!found) return html`<main class="welcome" aria-label=${t("settings")} data-region tabindex="-1"><${Icon}
      name="settings" /><p class="quiet">${t("settings-choose")}</p></main>`;
  const [name, , view] = found;
  return html`<main class="page-pane" aria-labelledby="page-title" data-region tabindex="-1">
    <header class="head">
      <${IconButton} name="back" flip label=${t("back")} class="to-list" onClick=${() => back({ screen: "settings" })} />
      <h1 id="page-title">${t(`settings-${name}`)}</h1>
    </header>
    <div class="scroll"><div class="page-body"><${view} /></div></div>
  </main>`;
}
