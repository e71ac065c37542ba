// @ts-check
// What a search found: chats by name first, then messages, in everything that this device has.

import { html, useEffect, useState } from "../html.js";
import { attempt } from "../act.js";
import { go } from "../route.js";
import { useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { short } from "../format.js";
import { titleOf } from "../people.js";
import { ChatEntry } from "./entry.js";
import { FindPerson } from "./new-chat.js";

/** @import { ChatRow, Hit } from "../../contract.js" */

const PAUSE = 120;
const MOST = 60;

/** @param {{ text: string, chats: ChatRow[], current: string | null }} props */
export function Found({ text, chats, current }) {
  const hits = useHits(text);
  const known = useShared((state) => state.named);
  const wanted = text.toLocaleLowerCase();
  const named = chats.filter((row) => titleOf(row).toLocaleLowerCase().includes(wanted)).slice(0, 8);
  const nothing = hits !== null && hits.length === 0 && named.length === 0;
  return html`
    <p class="unseen" role="status">${hits === null ? "" : t("found", { count: hits.length + named.length })}</p>
    ${named.length > 0 && html`<h2 class="section">${t("chats")}</h2>
      <ul class="rows">${named.map((row) => html`<${ChatEntry} key=${row.chat} row=${row} named=${known}
          current=${row.chat === current} />`)}</ul>`}
    ${hits !== null && hits.length > 0 && html`<h2 class="section">${t("messages")}</h2>
      <ul class="rows">${hits.map((hit) => html`<${FoundMessage} hit=${hit} chats=${chats} />`)}</ul>`}
    ${nothing && html`<p class="nothing">${t("found-nothing")}</p>`}
    ${/^@?[^\s@]+@[^\s@]+$/.test(text) && html`<${FindPerson} handle=${text} />`}`;
}

/** What the worker finds; asked after a pause in typing. @param {string} text @param {string} [chat] @returns {Hit[] | null} */
export function useHits(text, chat) {
  const [hits, setHits] = useState(/** @type {Hit[] | null} */ (null));
  useEffect(() => {
    let over = false;
    const timer = setTimeout(async () => {
      const found = text ? await attempt("search", { text, chat, limit: MOST }) : [];
      if (!over && found) setHits(found);
    }, PAUSE);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [text, chat]);
  return hits;
}

/** @param {{ hit: Hit, chats?: ChatRow[], act?: () => void }} props */
export function FoundMessage({ hit, chats, act }) {
  const row = chats?.find((one) => one.chat === hit.chat);
  const { excerpt, start, end } = hit;
  const [before, found, after] = [excerpt.slice(0, start), excerpt.slice(start, end), excerpt.slice(end)].map((part) => harmless(part));
  const open = act ?? (() => go({ screen: "chat", chat: hit.chat, at: { sender: hit.message.sender, id: hit.message.id } }));
  return html`<li class="entry found"><button type="button" onClick=${open}>
    <span class="entry-text">
      <span class="entry-line">
        <bdi class="entry-name">${row ? titleOf(row) : ""}</bdi>
        <time dateTime=${new Date(hit.message.sentAt).toISOString()}>${short(hit.message.sentAt)}</time>
      </span>
      ${row?.protection.kind === "plain" && html`<span class="entry-plain">${t("not-encrypted")}</span>`}
      <span class="preview two"><bdi>${before}<mark>${found}</mark>${after}</bdi></span>
    </span>
  </button></li>`;
}
