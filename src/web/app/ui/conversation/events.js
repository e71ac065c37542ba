// @ts-check
// What happened to a chat, as one grey line.

import { t } from "../texts.js";
import { list } from "../format.js";
import { nameOf } from "../people.js";

/** @import { Chat, Message } from "../../contract.js" */

const MANY = 6;

/** @param {Message} message @param {Chat} chat */
export function eventLine({ body }, chat) {
  if (body.kind !== "event") return "";
  const names = body.about.slice(0, MANY).map((actor) => (actor === chat.me ? t("you-object") : nameOf(chat, actor)));
  if (body.about.length > MANY) names.push(t("and-others", { count: body.about.length - MANY }));
  const values = {
    by: nameOf(chat, body.by),
    who: body.by === chat.me ? "you" : body.by === null ? "nobody" : "other",
    about: list(names),
    text: body.text ?? "",
  };
  return t(`event-${body.event}`, values);
}
