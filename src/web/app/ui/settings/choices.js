// @ts-check
// Settings that are single choices: notifications, privacy, looks and language.

import { html } from "../html.js";
import { toast } from "../act.js";
import { setting } from "../model.js";
import { useShared } from "../store.js";
import { t } from "../texts.js";
import { Choice, Switch } from "../parts/form.js";
import { Blocked } from "./blocked.js";

/** Languages are called what they call themselves. */
const LANGUAGES = [["en", "English", "en"], ["de", "Deutsch", "de"], ["es", "Español", "es"], ["ar", "العربية", "ar"]];

export function Notifications() {
  const settings = useShared((state) => state.settings);
  const change = async (/** @type {boolean} */ on) => {
    if (!on) return setting({ notifications: false });
    const allowed = globalThis.Notification ? await Notification.requestPermission() : "denied";
    if (allowed !== "granted") return toast(t("notifications-denied"));
    await setting({ notifications: true });
  };
  return html`
    <${Switch} id="notifications" label=${t("notifications-on")} on=${settings.notifications} onChange=${change} />
    <p class="hint">${t("notifications-honest")}</p>
    <${Choice} name="notification-text" legend=${t("notifications-show")} value=${settings.notificationText}
        onChange=${(/** @type {any} */ value) => setting({ notificationText: value })}
      options=${[["all", t("notifications-all")], ["name", t("notifications-name")], ["none", t("notifications-none")]]} />
    <p class="hint">${t("notifications-mute")}</p>`;
}

export function Privacy() {
  const settings = useShared((state) => state.settings);
  return html`
    <${Switch} id="receipts" label=${t("receipts")} hint=${t("receipts-hint")} on=${settings.receipts}
        onChange=${(/** @type {boolean} */ receipts) => setting({ receipts })} />
    <${Blocked} />
    <h2>${t("privacy-always")}</h2>
    <ul class="plain-list"><li>${t("privacy-typing")}</li><li>${t("privacy-previews")}</li><li>${t("privacy-metadata")}</li><li>${t("privacy-servers")}</li></ul>`;
}

export function Looks() {
  const settings = useShared((state) => state.settings);
  return html`
    <${Choice} name="theme" legend=${t("theme")} value=${settings.theme}
        onChange=${(/** @type {any} */ theme) => setting({ theme })}
      options=${[["system", t("theme-system")], ["light", t("theme-light")], ["dark", t("theme-dark")]]} />
    <${Choice} name="language" legend=${t("language")} value=${settings.language}
        onChange=${(/** @type {any} */ language) => setting({ language })}
      options=${[[null, t("language-browser")], ...LANGUAGES]} />
    <${Switch} id="enter-sends" label=${t("enter-sends")} hint=${t("enter-sends-hint")} on=${settings.enterSends}
        onChange=${(/** @type {boolean} */ enterSends) => setting({ enterSends })} />`;
}
