// @ts-check
// One row of the list: a message with what stands above and below it. Drawn again only when something of it is another.

import { Component, html } from "../html.js";
import { harmless, t } from "../texts.js";
import { day, time } from "../format.js";
import { hueOf as hue, isGroup, nameOf, nameOrYou } from "../people.js";
import { Avatar } from "../parts/avatar.js";
import { eventLine } from "./events.js";
import { Files } from "./files.js";
import { labelOf } from "./label.js";
import { Reactions } from "./reactions.js";
import { Failed, StateMark } from "./state.js";
import { isOnlyEmoji, Text } from "./text.js";
import { Tools } from "./tools.js";
import { Uploading } from "./transfer.js";

/** @import { Chat, Message } from "../../contract.js" */

const DRAWN_BY = ["chat", "focusable", "marked", "tools"];
const OF_ROW = ["message", "day", "fresh", "first", "last"];

export class MessageRow extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    const now = /** @type {any} */ (this.props);
    return DRAWN_BY.some((name) => now[name] !== next[name]) || OF_ROW.some((name) => now.row[name] !== next.row[name]);
  }

  /** @param {any} props */
  render({ row, chat, act, hover, activate, focusable, marked, tools }) {
    const { message } = row;
    const { body } = message;
    const look = [
      "row", message.own ? "own" : "other", row.first ? "first" : "", row.last ? "last" : "", marked ? "marked" : "",
      body.kind, isGroup(chat) ? "in-group" : "",
    ].join(" ");
    const article = {
      tabindex: focusable ? 0 : -1,
      "aria-label": labelOf(message, chat),
      onFocusIn: () => activate(row.key),
    };
    // A long press; the menu of a mouse stays the browser's.
    const menu = (/** @type {PointerEvent} */ event) => {
      if (body.kind !== "text" || event.pointerType === "mouse" || getSelection()?.toString()) return;
      event.preventDefault();
      activate(row.key);
    };
    return html`<div class=${look} data-key=${row.key}
        onPointerEnter=${(/** @type {PointerEvent} */ event) => event.pointerType === "mouse" && hover(row.key)}>
      ${row.day && html`<p class="day"><span>${day(message.sentAt)}</span></p>`}
      ${row.fresh && html`<p class="fresh"><span>${t("new-messages")}</span></p>`}
      ${body.kind === "event"
        ? html`<article class="event" ...${article}>${eventLine(message, chat)}</article>`
        : html`<div class="line">
            ${isGroup(chat) && !message.own && row.first && html`<${Avatar} name=${nameOf(chat, message.sender)}
                of=${message.sender} size="small" />`}
            <article class=${`bubble ${lookOf(body)}`} onContextMenu=${menu} ...${article}>
              <${Inside} row=${row} chat=${chat} act=${act} />
            </article>
            ${tools && html`<${Tools} message=${message} chat=${chat} act=${act} />`}
          </div>
          ${message.reactions.length > 0 && html`<${Reactions} message=${message} chat=${chat} act=${act} />`}
          ${message.state?.kind === "waiting" && message.state.upload && html`<${Uploading} message=${message} act=${act} />`}
          ${message.state?.kind === "failed" && html`<${Failed} message=${message} act=${act} />`}`}
    </div>`;
  }
}

/** @param {Message["body"]} body */
function lookOf(body) {
  if (body.kind !== "text") return "";
  if (isOnlyEmoji(body)) return "big";
  return body.files.length > 0 && body.files.every(({ kind }) => kind === "voice") ? "voice-only" : "";
}

/** @param {any} props */
function Inside({ row, chat, act }) {
  const { message, first } = row;
  const { body } = message;
  const author = isGroup(chat) && !message.own && first && html`<bdi
      class=${`author hue-text-${hue(message.sender)}`}>${nameOf(chat, message.sender)}</bdi>`;
  const meta = html`<span class="meta">
    ${message.editedAt && html`<span>${t("edited")}</span>`}
    <time dateTime=${new Date(message.sentAt).toISOString()}>${time(message.sentAt)}</time>
    ${message.state && html`<${StateMark} state=${message.state} />`}
  </span>`;
  if (body.kind === "deleted") return html`${author}<div class="text quiet">${t("deleted")}${meta}</div>`;
  if (body.kind === "unsupported") return html`${author}<div class="text quiet">${t("unsupported")}${meta}</div>`;
  return html`${author}
    ${message.inReplyTo && html`<${Quote} message=${message} chat=${chat} act=${act} />`}
    ${body.files.length > 0 && html`<${Files} message=${message} chat=${chat} />`}
    <${Text} message=${message} chat=${chat} meta=${meta} />`;
}

/** What a message answers, as a way there. @param {{ message: Message, chat: Chat, act: any }} props */
function Quote({ message, chat, act }) {
  const to = message.inReplyTo;
  if (!to || "missing" in to) return html`<p class="quote missing">${t("quote-missing")}</p>`;
  return html`<button type="button" class=${`quote edge-${hue(to.by)}`} onClick=${() => act("jump", to.name)}>
    <bdi class=${`hue-text-${hue(to.by)}`}>${nameOrYou(chat, to.by)}</bdi><bdi>${harmless(to.excerpt, 160)}</bdi>
  </button>`;
}
