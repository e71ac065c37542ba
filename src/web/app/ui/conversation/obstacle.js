// @ts-check
// What is in the way of writing, in place of the composer: what happened, and what can be done about it.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { harmless, has, t } from "../texts.js";
import { date, list } from "../format.js";
import { nameOf } from "../people.js";
import { ask } from "../parts/dialog.js";
import { SafetyNumber } from "./person.js";

/** @import { ActorId, Chat, Obstacle } from "../../contract.js" */

/** @param {{ chat: Chat, obstacle: Obstacle }} props */
export function ObstacleCard({ chat, obstacle }) {
  const card = CARDS[obstacle.kind];
  return html`<section class="obstacle" aria-label=${t("obstacle")} data-region tabindex="-1">
    ${card(chat, /** @type {any} */ (obstacle))}
    ${chat.draft && html`<p class="hint">${t("draft-kept")} <bdi>${harmless(chat.draft, 120)}</bdi></p>`}
  </section>`;
}

/** @param {string} words @param {() => unknown} act @param {string} [look] */
const button = (words, act, look = "second") => html`<button type="button" class=${look} onClick=${act}>${words}</button>`;

/** @type {Record<Obstacle["kind"], (chat: Chat, obstacle: any) => any>} */
const CARDS = {
  "unverified": (chat, { suspects }) => {
    const names = list([...new Set(suspects.map((/** @type {any} */ one) => nameOf(chat, one.actor)))].slice(0, 5));
    const anyway = async () => {
      const sure = await ask({ title: t("send-anyway"), text: t("send-anyway-text", { names }), yes: t("send-anyway") });
      if (sure) await attempt("sendAnyway", { chat: chat.chat, text: chat.draft ?? "" });
    };
    const remove = async () => {
      const sure = await ask({ title: t("remove-device"), text: t("remove-leaf-text", { names }), yes: t("remove-device") });
      if (sure) for (const { leaf } of suspects) await attempt("removeLeaf", { chat: chat.chat, leaf });
    };
    return html`<p>${t("obstacle-unverified", { names })}</p>
      <div class="actions">${button(t("remove-device"), remove)}${chat.draft && button(t("send-anyway"), anyway, "grave")}</div>`;
  },
  "identity-changed": (chat, { actor, identity }) => html`<${Changed} chat=${chat} actor=${actor} identity=${identity} />`,
  "waiting-for-server": (_chat, { server }) => html`<p>${t("obstacle-waiting-for-server", { server })}</p>`,
  "waiting-for-keys": (chat, { actor }) => html`<p>${t("obstacle-waiting-for-keys", { name: nameOf(chat, actor) })}</p>`,
  "cannot-go-on": (chat, { why }) => html`<p>${t("obstacle-cannot-go-on")} ${has(`why-${why}`) ? t(`why-${why}`) : html`<q><bdi>${harmless(why, 300)}</bdi></q>`}</p>
    ${why !== "lost" && html`<div class="actions">${button(t("go-on"), () => attempt("goOn", { chat: chat.chat }), "")}</div>`}`,
  "continuation-offered": (chat, { by }) => html`<p>${t("obstacle-continuation", { name: nameOf(chat, by) })}</p>
    <div class="actions">${button(t("go-on-there"), () => attempt("goOn", { chat: chat.chat }), "")}</div>`,
  "rejoin-offered": (chat, { by }) => html`<p>${t("obstacle-rejoin", { name: nameOf(chat, by) })}</p>
    <div class="actions">${button(t("rejoin"), () => attempt("rejoin", { chat: chat.chat }), "")}</div>`,
  "policy": (_chat, { policy }) => html`<p>${t("obstacle-policy", { policy })}</p>`,
};

/** Somebody who had been verified has another identity now. @param {{ chat: Chat, actor: ActorId, identity: string }} props */
function Changed({ chat, actor, identity }) {
  const [comparing, setComparing] = useState(false);
  const [number, setNumber] = useState(/** @type {string | undefined} */ (undefined));
  const name = nameOf(chat, actor);
  const trust = chat.names[actor]?.trust;
  useEffect(() => {
    if (comparing) attempt("person", { actor }).then((person) => setNumber(person?.safetyNumber));
  }, [comparing]);
  const without = async () => {
    const sure = await ask({ title: t("trust-without-title", { name }), text: t("trust-without-text", { name }), yes: t("trust-without") });
    if (sure) await attempt("continueUnverified", { actor, identity });
  };
  const when = trust?.kind === "verified" ? date(trust.at) : "";
  return html`<p>${when ? t("identity-changed-since", { name, date: when }) : t("identity-changed", { name })}</p>
    ${comparing && number && html`<${SafetyNumber} number=${number} name=${name} />`}
    <div class="actions">
      ${!comparing ? button(t("verify-again"), () => setComparing(true), "") : button(t("numbers-match"), () => attempt("trustIdentity", { actor, identity }), "")}
      ${button(t("trust-without"), without)}
    </div>`;
}
