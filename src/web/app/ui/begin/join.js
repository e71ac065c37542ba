// @ts-check
// Joining by an invitation: who invites, who runs this server, a name, a password, and the keys are made.

import { html, useState } from "../html.js";
import { call, Refused } from "../rpc.js";
import { replace } from "../route.js";
import { set } from "../store.js";
import { harmless, t } from "../texts.js";
import { moment } from "../format.js";
import { take } from "../model.js";
import { Avatar } from "../parts/avatar.js";
import { Field, Form, Password } from "../parts/form.js";
import { Page } from "./page.js";
import { deviceTitle } from "./device-title.js";

/** @import { Invitation } from "../../contract.js" */

const SHORTEST = 12;

/** A name for an address out of a name for people. @param {string} name */
export const handleFrom = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 30);

/** @param {{ invitation: Invitation }} props */
export function Join({ invitation }) {
  const [step, setStep] = useState(/** @type {"who" | "name" | "password"} */ ("who"));
  const [displayName, setDisplayName] = useState(invitation.suggestedName ?? "");
  const [name, setName] = useState(handleFrom(invitation.suggestedName ?? ""));
  const [own, setOwn] = useState(false);
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState(/** @type {Record<string, string>} */ ({}));
  const { server } = invitation;

  const toPassword = async () => {
    const found = /** @type {Record<string, string>} */ ({});
    if (!displayName.trim()) found.displayName = t("name-missing");
    if (!/^[a-z0-9_]{1,30}$/.test(name)) found.name = t("handle-wrong");
    setWrong(found);
    if (Object.keys(found).length === 0) setStep("password");
  };
  const join = async () => {
    if ([...password].length < SHORTEST) {
      setWrong({ password: t("password-short", { least: SHORTEST }) });
      return;
    }
    setWrong({});
    try {
      const start = await call("join", { link: location.href, name, displayName: displayName.trim(), password, title: deviceTitle() });
      replace({ screen: "chats" }, "/app/");
      const { inviter } = invitation;
      if (inviter) set({ inviter: { actor: inviter.actor, name: inviter.name || inviter.handle } });
      await take(start);
    } catch (error) {
      if (error instanceof Refused && error.code === "name-taken") {
        setWrong({ name: t("error-name-taken") });
        setStep("name");
      } else throw error;
    }
  };
  if (step === "who") return html`<${Who} invitation=${invitation} next=${() => setStep("name")} />`;
  if (step === "name") {
    return html`<${Page} title=${t("join-name-title")}>
      <${Form} act=${toPassword} button=${t("next")}>
        <${Field} id="display-name" label=${t("your-name")} hint=${t("your-name-hint")} value=${displayName}
            wrong=${wrong.displayName} autocomplete="name" maxlength="80"
          onValue=${(/** @type {string} */ value) => (setDisplayName(value), own || setName(handleFrom(value)))} />
        <${Field} id="handle" label=${t("your-handle")} hint=${t("your-handle-hint", { handle: `@${name || "…"}@${server.domain}` })}
            value=${name} wrong=${wrong.name}
          autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="30"
          onValue=${(/** @type {string} */ value) => (setOwn(true), setName(value))} />
      <//>
    <//>`;
  }
  return html`<${Page} title=${t("join-password-title")}>
    <${Form} act=${join} button=${t("join")} busy=${t("join-making-keys")}
        second=${html`<button type="button" class="second" onClick=${() => setStep("name")}>${t("back")}</button>`}>
      <input type="text" name="username" autocomplete="username" value=${name} hidden readonly />
      <${Password} id="password" label=${t("password")} hint=${t("password-hint", { least: SHORTEST })} value=${password}
          wrong=${wrong.password} autocomplete="new-password" onValue=${setPassword} />
      <p class="hint">${t("join-keys")}</p>
      <p class="hint">${t("join-lost")}</p>
    <//>
  <//>`;
}

/** @param {{ invitation: Invitation, next: () => void }} props */
function Who({ invitation, next }) {
  const { inviter, server, expiresAt, proves } = invitation;
  const title = inviter ? t("join-title", { name: inviter.name || inviter.handle, server: server.name }) : t("join-title-nobody", { server: server.name });
  return html`<${Page} title=${title}>
    ${inviter && html`<div class="person"><${Avatar} name=${inviter.name} of=${inviter.actor} size="large" />
      <div><strong><bdi>${harmless(inviter.name, 80)}</bdi></strong><span
          class="hint"><bdi>${harmless(inviter.handle, 200)}</bdi></span></div></div>`}
    <dl class="facts">
      <div><dt>${t("join-server")}</dt><dd><bdi>${harmless(server.name, 120)}</bdi></dd></div>
      <div><dt>${t("join-operator")}</dt><dd>${server.operator ? html`<bdi>${harmless(server.operator, 120)}</bdi>` : t("join-operator-unknown")}</dd></div>
      <div><dt>${t("join-policy")}</dt><dd>${t(`policy-${server.policy}`)}</dd></div>
    </dl>
    ${proves && inviter && html`<p class="hint">${t("join-proves", { name: inviter.name || inviter.handle })}</p>`}
    ${expiresAt !== null && html`<p class="hint">${t("join-expires", { moment: moment(expiresAt) })}</p>`}
    <div class="actions"><button type="button" onClick=${next}>${t("join-start")}</button></div>
    <p class="hint">${t("invitation-have-account")} <a href="/app/">${t("sign-in")}</a></p>
  <//>`;
}
