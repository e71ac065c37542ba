// @ts-check
// One chat in the list: who, when, what was said last, how much is new.

import { Component, html } from "../html.js";
import { go } from "../route.js";
import { get } from "../store.js";
import { harmless, t } from "../texts.js";
import { count, short } from "../format.js";
import { isGroup, knownName, others, titleOf } from "../people.js";
import { previewText } from "../conversation/excerpt.js";
import { Avatar } from "../parts/avatar.js";
import { Icon } from "../parts/icon.js";

/** @import { ChatRow } from "../../contract.js" */

/** Drawn again only when its row is another, or names have become known. */
export class ChatEntry extends Component {
  /** @param {{ row: ChatRow, current: boolean, named: number }} next */
  shouldComponentUpdate(next) {
    const { row, current, named } = /** @type {any} */ (this.props);
    return row !== next.row || current !== next.current || named !== next.named;
  }

  /** @param {any} props */
  render({ row, current }) {
    const name = titleOf(row);
    const muted = row.mutedUntil !== undefined && row.mutedUntil > Date.now();
    const about = others(row)[0] ?? row.chat;
    return html`<li class="entry">
      <button type="button" class=${row.unread ? "unread" : ""} aria-current=${current ? "true" : undefined} data-chat=${row.chat}
          onClick=${() => go({ screen: "chat", chat: row.chat })}>
        <${Avatar} name=${name} of=${isGroup(row) ? row.chat : about} group=${isGroup(row) && !row.title} />
        <span class="entry-text">
          <span class="entry-line">
            <bdi class="entry-name">${name}</bdi>
            ${muted && html`<${Icon} name="mute" small /><span class="unseen">${t("muted")}</span>`}
            <time dateTime=${new Date(row.at).toISOString()}>${short(row.at)}</time>
          </span>
          ${row.protection.kind === "plain" && html`<span class="entry-plain">${t("not-encrypted")}</span>`}
          <span class="entry-line">
            <${Preview} row=${row} />
            ${row.failed && html`<span class="failed-mark" title=${t("state-failed")}>!<span
                class="unseen">${t("state-failed")}</span></span>`}
            ${row.mentioned && html`<span class="mention-mark">@<span class="unseen">${t("mentioned")}</span></span>`}
            ${row.unread > 0 && row.section !== "request" && html`<span class=${`number ${muted ? "muted" : ""}`}
                aria-hidden="true">${row.unread > 999 ? "999+" : count(row.unread)}</span>
              <span class="unseen">${t("unread", { count: row.unread })}</span>`}
          </span>
        </span>
      </button>
    </li>`;
  }
}

/** @param {{ row: ChatRow }} props */
function Preview({ row }) {
  if (row.draft) return html`<span class="preview"><span
      class="draft">${t("draft")}</span> <bdi>${harmless(row.draft, 120)}</bdi></span>`;
  const { preview } = row;
  const start = get().start;
  const me = start && "me" in start ? start.me.actor : null;
  const mine = preview?.by !== null && preview?.by === me;
  const prefix = !preview || preview.kind === "event" ? "" : mine ? t("you-prefix") : isGroup(row) && preview.by ? `${knownName(preview.by)}:` : "";
  return html`<span class="preview">${prefix && html`<bdi>${prefix}</bdi> `}<bdi>${harmless(previewText(preview), 120)}</bdi></span>`;
}
