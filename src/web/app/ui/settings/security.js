// @ts-check
// Security: the passphrase, the password, and what this app can promise and what it cannot.

import { html, useState } from "../html.js";
import { toast } from "../act.js";
import { call } from "../rpc.js";
import { get, set, useShared } from "../store.js";
import { t } from "../texts.js";
import { Form, Password } from "../parts/form.js";

const SHORTEST = 12;

export function Security() {
  const safe = useShared((state) => (state.start?.state === "ready" ? state.start.me.safe : null));
  return html`
    <h2>${t("passphrase")}</h2>
    <p>${safe?.passphrase ? t("passphrase-is") : t("passphrase-none")}</p>
    <p class="hint">${t("passphrase-copied")}</p>
    <${Passphrase} is=${safe?.passphrase ?? false} />
    <h2>${t("password")}</h2>
    <${ChangePassword} />
    <h2>${t("storage")}</h2>
    <p>${safe?.persisted ? t("storage-kept") : t("storage-not-kept")}</p>
    <h2>${t("lost-device")}</h2>
    <p>${t("lost-device-text")}</p>
    <h2>${t("about-app")}</h2>
    <p>${t("about-app-text", { server: location.hostname })}</p>`;
}

/** @param {boolean} passphrase */
function remember(passphrase) {
  const { start } = get();
  if (start?.state !== "ready") return;
  set({ start: { ...start, me: { ...start.me, safe: { ...start.me.safe, passphrase } } } });
}

/** @param {{ is: boolean }} props */
function Passphrase({ is }) {
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [wrong, setWrong] = useState("");
  const put = async () => {
    if ([...fresh].length < SHORTEST) return setWrong(t("passphrase-short", { least: SHORTEST }));
    setWrong("");
    await call("setPassphrase", { current: is ? current : undefined, passphrase: fresh });
    done(true);
  };
  const take = async () => {
    await call("setPassphrase", { current });
    done(false);
  };
  const done = (/** @type {boolean} */ now) => {
    remember(now);
    setCurrent("");
    setFresh("");
    toast(t(now ? "passphrase-set" : "passphrase-taken"));
  };
  return html`<details class="number-box"><summary>${is ? t("passphrase-change") : t("passphrase-choose")}</summary>
      <${Form} act=${put} button=${t("save")} busy=${t("passphrase-working")}>
        ${is && html`<${Password} id="passphrase-current" label=${t("passphrase-current")} value=${current}
            onValue=${setCurrent} autocomplete="current-password" />`}
        <${Password} id="passphrase-new" label=${t("passphrase-new")} hint=${t("passphrase-hint")} value=${fresh}
            wrong=${wrong} onValue=${setFresh} autocomplete="new-password" />
      <//>
    </details>
    ${is && html`<details class="number-box"><summary>${t("passphrase-take")}</summary>
      <${Form} act=${take} button=${t("passphrase-take")} grave>
        <${Password} id="passphrase-old" label=${t("passphrase-current")} value=${current} onValue=${setCurrent}
            autocomplete="current-password" />
      <//>
    </details>`}`;
}

function ChangePassword() {
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [wrong, setWrong] = useState("");
  const act = async () => {
    if ([...fresh].length < SHORTEST) return setWrong(t("password-short", { least: SHORTEST }));
    setWrong("");
    await call("changePassword", { current, password: fresh });
    setCurrent("");
    setFresh("");
    toast(t("password-changed"));
  };
  return html`<details class="number-box"><summary>${t("password-change")}</summary>
    <${Form} act=${act} button=${t("password-change")}>
      <${Password} id="password-current" label=${t("password-current")} value=${current} onValue=${setCurrent}
          autocomplete="current-password" />
      <${Password} id="password-new" label=${t("password-new")} hint=${t("password-hint", { least: SHORTEST })}
          value=${fresh} wrong=${wrong} onValue=${setFresh} autocomplete="new-password" />
    <//>
  </details>`;
}
