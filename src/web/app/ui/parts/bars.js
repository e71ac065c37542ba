// @ts-check
// Lines above everything that say what is in the way: no connection, storage, a wrong clock, a session that ended.

import { html, useState } from "../html.js";
import { useShared } from "../store.js";
import { t } from "../texts.js";
import { go } from "../route.js";

const TOLERATED = 5 * 60_000;

export function Bars() {
  const connection = useShared((state) => state.connection);
  const storage = useShared((state) => state.storage);
  const skew = useShared((state) => state.skew);
  const safe = useShared((state) => (state.start?.state === "ready" ? state.start.me.safe.persisted : true));
  const [quiet, setQuiet] = useState(false);
  const bars = [];
  if (connection.state === "signed-out") bars.push(bar("caution", t("bar-signed-out")));
  else if (connection.state === "offline") {
    const text = connection.waiting ? t("bar-offline-waiting", { count: connection.waiting }) : t("bar-offline");
    bars.push(bar("", text));
  } else if (connection.state === "busy") bars.push(bar("", connection.detail ? t("bar-busy-until", { detail: connection.detail }) : t("bar-busy")));
  if (storage === "full") bars.push(bar("caution", t("bar-storage-full")));
  else if ((storage === "at-risk" || !safe) && !quiet) {
    bars.push(bar("caution", t("bar-storage-at-risk"), html`
      <button type="button" class="plain" onClick=${() => go({ screen: "settings", page: "security" })}>${t("bar-more")}</button>
      <button type="button" class="plain" onClick=${() => setQuiet(true)}>${t("bar-later")}</button>`));
  }
  if (Math.abs(skew) > TOLERATED) bars.push(bar("caution", t(skew > 0 ? "bar-clock-ahead" : "bar-clock-behind", { minutes: Math.round(Math.abs(skew) / 60_000) })));
  return html`<div class="bars" role="status">${bars}</div>`;
}

/** @param {string} look @param {string} text @param {any} [actions] */
const bar = (look, text, actions) => html`<div class=${`bar ${look}`}><span>${text}</span>${actions}</div>`;
