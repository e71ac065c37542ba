// @ts-check
// Where no chat is open: a calm place, or what to do first for whoever has only one chat yet.

import { html } from "../html.js";
import { useShared } from "../store.js";
import { go } from "../route.js";
import { harmless, t } from "../texts.js";
import { Icon } from "../parts/icon.js";

export function Welcome() {
  const few = useShared((state) => (state.chats?.length ?? 9) < 2);
  const inviter = useShared((state) => state.inviter);
  return html`<main class="welcome" aria-label=${t("app-name")} data-region tabindex="-1">
    <${Icon} name="alcove" />
    ${inviter && html`<p role="status">${t("welcome-inviter", { name: harmless(inviter.name, 80) })}</p>`}
    <p class="quiet">${few ? t("welcome-first") : t("welcome-choose")}</p>
    ${few && html`<div class="cards">
      <button type="button" class="card" onClick=${() => go({ screen: "settings", page: "invitations" })}>
        <${Icon} name="invite" /><span><strong>${t("card-invite")}</strong>${t("card-invite-text")}</span>
      </button>
      <button type="button" class="card" onClick=${() => go({ screen: "settings", page: "devices" })}>
        <${Icon} name="device" /><span><strong>${t("card-device")}</strong>${t("card-device-text")}</span>
      </button>
      <button type="button" class="card" onClick=${() => go({ screen: "settings", page: "security" })}>
        <${Icon} name="key" /><span><strong>${t("card-safe")}</strong>${t("card-safe-text")}</span>
      </button>
    </div>`}
  </main>`;
}
