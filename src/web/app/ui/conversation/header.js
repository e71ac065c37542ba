// @ts-check
// The head of a chat: who it is, one line about it, search and everything else in a menu. An encrypted chat shows no lock; one
// that is not encrypted says so in words.

import { html } from "../html.js";
import { back } from "../route.js";
import { t } from "../texts.js";
import { date, list } from "../format.js";
import { isGroup, nameOf, others, titleOf } from "../people.js";
import { Avatar } from "../parts/avatar.js";
import { show } from "../parts/dialog.js";
import { Icon, IconButton } from "../parts/icon.js";
import { MenuButton } from "../parts/menu.js";
import { chatItems } from "./manage.js";
import { Readers } from "./readers.js";

/** @import { Chat, Trust } from "../../contract.js" */

/** @param {{ chat: Chat, info: boolean, setInfo: (open: boolean) => void, search: () => void }} props */
export function Header({ chat, info, setInfo, search }) {
  const people = others(chat);
  const trust = people.length === 1 && chat.obstacle?.kind !== "identity-changed" ? chat.names[people[0]]?.trust : undefined;
  const name = titleOf(chat);
  return html`<header class="head">
    <${IconButton} name="back" flip label=${t("back-to-chats")} class="to-list" onClick=${() => back({ screen: "chats" })} />
    <button type="button" class="head-who" onClick=${() => show(Readers, { chat })}>
      <${Avatar} name=${name} of=${isGroup(chat) ? chat.chat : people[0] ?? chat.chat} group=${isGroup(chat) && !chat.title} />
      <span class="head-text">
        <span class="head-name"><bdi>${name}</bdi>${trust?.kind === "verified" && html`<${Verified} trust=${trust} />`}</span>
        <span class="head-line"><bdi>${statusOf(chat)}</bdi></span>
        <span class="unseen">${t("who-can-read")}</span>
      </span>
    </button>
    <${IconButton} name="search" label=${t("search-chat")} class="find" onClick=${search} />
    <${MenuButton} label=${t("chat-actions")} items=${() => [
      { name: t("search-chat"), icon: "search", act: search },
      { name: info ? t("info-hide") : t("info-show"), icon: "info", act: () => setInfo(!info) },
      { name: t("who-can-read"), icon: "receipt", act: () => show(Readers, { chat }) },
      ...chatItems(chat),
    ]} />
  </header>`;
}

/** The small tick after a name that was verified. @param {{ trust: Extract<Trust, { kind: "verified" }> }} props */
export function Verified({ trust }) {
  const label = t(`trust-verified-${trust.by}`, { date: date(trust.at) });
  return html`<span class="verified" title=${label}><${Icon} name="check" small /><span class="unseen">${label}</span></span>`;
}

/** @param {Chat} chat */
function statusOf(chat) {
  if (chat.standing === "leaving") return t("status-leaving");
  if (chat.standing === "over") return t("status-over");
  if (chat.obstacle?.kind === "waiting-for-server") return t("status-waiting", { server: chat.obstacle.server });
  const people = others(chat);
  if (people.length === 1) return chat.names[people[0]]?.handle ?? "";
  const names = people.slice(0, 4).map((actor) => nameOf(chat, actor));
  if (people.length > 4) names.push(t("and-others", { count: people.length - 4 }));
  return list([...names, t("you-object")]);
}

/** @param {{ servers: string[] }} props */
export function PlainPill({ servers }) {
  return html`<p class="plain-pill"><strong>${t("not-encrypted-sentence")}</strong> ${t("operators-read", { servers: list(servers), count: servers.length })}</p>`;
}
