// @ts-check
// A message as one sentence for a screen reader: author, time, text, attachments, reactions, state.

import { harmless, t } from "../texts.js";
import { list, size, time, duration } from "../format.js";
import { nameOf } from "../people.js";
import { eventLine } from "./events.js";

/** @import { Chat, FileView, Message } from "../../contract.js" */

const LONGEST = 1000;

/** @param {Message} message @param {Chat} chat */
export function labelOf(message, chat) {
  const { body } = message;
  if (body.kind === "event") return t("label-event", { text: eventLine(message, chat), time: time(message.sentAt) });
  const author = message.own ? t("you") : nameOf(chat, message.sender);
  const parts = [t("label-author", { author, time: time(message.sentAt) })];
  if (body.kind === "deleted") parts.push(t("deleted"));
  if (body.kind === "unsupported") parts.push(t("unsupported"));
  if (body.kind === "text") {
    if (message.inReplyTo && "excerpt" in message.inReplyTo) parts.push(t("label-reply", { excerpt: message.inReplyTo.excerpt }));
    if (body.warning) parts.push(harmless(body.warning, LONGEST));
    else if (body.text) parts.push(harmless(body.text, LONGEST));
    parts.push(...body.files.map(fileLabel));
  }
  if (message.editedAt) parts.push(t("edited"));
  if (message.reactions.length) parts.push(t("label-reactions", { list: list(message.reactions.slice(0, 8).map(({ emoji, by }) => `${harmless(emoji, 16)} ${by.length}`)) }));
  if (message.state) parts.push(stateText(message));
  return parts.join(", ");
}

/** @param {FileView} file */
export function fileLabel(file) {
  if (file.kind === "voice") return t("label-voice", { duration: duration(file.seconds ?? 0) });
  return t(file.kind === "picture" ? "label-picture" : "label-file", { name: file.alt || file.name, size: file.bytes > 0 ? size(file.bytes) : "" });
}

/** "Sent 14:02, read by 3 of 5". @param {Message} message */
export function stateText({ state, sentAt }) {
  if (!state) return "";
  if (state.kind === "read") return t("state-read", { time: time(sentAt), by: state.by.length, of: state.of });
  return t(`state-${state.kind}`, { time: time(sentAt) });
}
