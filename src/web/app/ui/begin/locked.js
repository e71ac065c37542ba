// @ts-check
// Locked: nothing but the way in.

import { html, useState } from "../html.js";
import { call } from "../rpc.js";
import { t } from "../texts.js";
import { take } from "../model.js";
import { Form, Password } from "../parts/form.js";
import { Page } from "./page.js";

export function Locked() {
  const [passphrase, setPassphrase] = useState("");
  const act = async () => take(await call("unlock", { passphrase }));
  return html`<${Page} title=${t("locked-title")}>
    <${Form} act=${act} button=${t("unlock")} busy=${t("unlocking")}>
      <${Password} id="passphrase" label=${t("passphrase")} value=${passphrase} onValue=${setPassphrase}
          autocomplete="current-password" />
    <//>
  <//>`;
}
