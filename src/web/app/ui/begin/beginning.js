// @ts-check
// Which page comes before the chats, by what the worker says there is.

import { html, useEffect, useState } from "../html.js";
import { call } from "../rpc.js";
import { reason } from "../act.js";
import { t } from "../texts.js";
import { Join } from "./join.js";
import { Locked } from "./locked.js";
import { Page } from "./page.js";
import { SignIn } from "./sign-in.js";
import { Stopped } from "./stopped.js";
import { Waiting } from "./waiting.js";

/** @import { Invitation, Start } from "../../contract.js" */

/** @param {{ start: Start }} props */
export function Beginning({ start }) {
  switch (start.state) {
    case "nobody": return html`<${SignIn} />`;
    case "locked": return html`<${Locked} />`;
    case "waiting": return html`<${Waiting} start=${start} />`;
    case "elsewhere": return html`<${Page} title=${t("elsewhere-title")}><p>${t("elsewhere-text")}</p><//>`;
    case "unsupported": return html`<${Page} title=${t("unsupported-title")}><p>${t(`unsupported-${start.why}`)}</p><p
        class="hint">${t("unsupported-hint")}</p><//>`;
    case "stopped": return html`<${Stopped} start=${start} />`;
    default: return null;
  }
}

/** Somebody opened an invitation. @param {{ start: Start }} props */
export function Invited({ start }) {
  const [invitation, setInvitation] = useState(/** @type {Invitation | null} */ (null));
  const [wrong, setWrong] = useState("");
  const look = () => {
    setWrong("");
    call("invitation", { link: location.href }).then(setInvitation, (error) => setWrong(reason(error)));
  };
  useEffect(look, []);
  if (start.state === "elsewhere" || start.state === "locked" || start.state === "waiting") return html`<${Beginning}
      start=${start} />`;
  if (start.state === "ready") {
    return html`<${Page} title=${t("already-title")}><p>${t("already-text", { handle: start.me.handle })}</p>
      <div class="actions"><a class="button" href="/app/">${t("open-app")}</a></div><//>`;
  }
  if (wrong) {
    return html`<${Page} title=${t("invitation-unreachable")}><p class="problem">${wrong}</p>
      <div class="actions"><button type="button" onClick=${look}>${t("try-again")}</button></div><//>`;
  }
  if (!invitation) return html`<${Page} title=${t("invitation-loading")} />`;
  if (invitation.state !== "open") {
    return html`<${Page} title=${t(`invitation-${invitation.state}`)}><p>${t(`invitation-${invitation.state}-text`)}</p>
      <p class="hint">${t("invitation-have-account")} <a href="/app/">${t("sign-in")}</a></p><//>`;
  }
  return html`<${Join} invitation=${invitation} />`;
}
