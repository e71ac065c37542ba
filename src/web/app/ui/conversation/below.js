// @ts-check
// The foot of a chat: the composer, or what stands in its place. A draft stays whatever comes in the way.

import { html } from "../html.js";
import { t } from "../texts.js";
import { nameOf } from "../people.js";
import { Composer } from "./composer.js";
import { ObstacleCard } from "./obstacle.js";
import { Request } from "./request.js";

/** Those beside which one can go on writing. */
const MILD = ["waiting-for-server"];

/** @param {any} props those of the composer */
export function Below(props) {
  const { chat } = props;
  if (chat.standing === "request") return html`<${Request} chat=${chat} />`;
  if (chat.standing !== "active") return html`<p class="below-note">${t(`standing-${chat.standing}`)}</p>`;
  if (chat.obstacle && !MILD.includes(chat.obstacle.kind)) return html`<${ObstacleCard} chat=${chat}
      obstacle=${chat.obstacle} />`;
  const changed = Object.keys(chat.names).find((actor) => chat.names[actor].trust.kind === "changed" && chat.names[actor].trust.was !== "verified");
  return html`
    ${chat.obstacle?.kind === "waiting-for-server" && html`<p
        class="below-note">${t("obstacle-waiting-for-server", { server: chat.obstacle.server })}</p>`}
    ${changed && html`<p class="below-note">${t("key-changed", { name: nameOf(chat, changed) })}</p>`}
    ${chat.mixed && html`<p class="below-note">${t("mixed")}</p>`}
    <${Composer} ...${props} />`;
}
