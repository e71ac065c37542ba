// @ts-check
// Nobody is here: signing in with a name and a password, as a new device of theirs.

import { html, useState } from "../html.js";
import { call } from "../rpc.js";
import { t } from "../texts.js";
import { take } from "../model.js";
import { Field, Form, Password } from "../parts/form.js";
import { Page } from "./page.js";
import { deviceTitle } from "./device-title.js";

export function SignIn() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const act = async () => take(await call("signIn", { name: name.trim().replace(/^@/, "").split("@")[0], password, title: deviceTitle() }));
  return html`<${Page} title=${t("sign-in-title", { server: location.host })}>
    <${Form} act=${act} button=${t("sign-in")} busy=${t("signing-in")}>
      <${Field} id="name" label=${t("name")} value=${name} onValue=${setName} autocomplete="username" autocapitalize="none"
          spellcheck=${false} maxlength="320" required />
      <${Password} id="password" label=${t("password")} value=${password} onValue=${setPassword}
          autocomplete="current-password" required />
      <p class="hint">${t("sign-in-hint")}</p>
    <//>
    <p class="hint">${t("sign-in-no-account")}</p>
    <p class="hint"><a href="/">${t("plain-pages")}</a></p>
  <//>`;
}
