// @ts-check
// Notifications, as long as the app is open: nothing arrives while it is closed, and the settings say so.

import { fileOf } from "./base.js";
import { get } from "./store.js";
import { go } from "./route.js";
import { excerpt } from "./conversation/excerpt.js";
import { harmless, t } from "./texts.js";
import { titleOf } from "./people.js";

/** @import { ChatId, Message } from "../contract.js" */

/** Says that something has come, unless it is seen anyway. @param {ChatId} chat @param {Message} message */
export function notify(chat, message) {
  const { settings, chats } = get();
  if (!settings.notifications || message.own || document.hasFocus()) return;
  const row = chats?.find((one) => one.chat === chat);
  const muted = row?.mutedUntil && row.mutedUntil > Date.now() && !row.mentioned;
  if (!row || muted || row.section === "request" || globalThis.Notification?.permission !== "granted") return;
  const title = settings.notificationText === "none" ? t("app-name") : titleOf(row);
  const body = settings.notificationText === "all" ? harmless(excerpt(message), 120) : t("notification-new");
  const shown = new Notification(title, { body, tag: chat, icon: fileOf("icons/alcove.svg") });
  shown.onclick = () => {
    window.focus();
    go({ screen: "chat", chat });
    shown.close();
  };
}
