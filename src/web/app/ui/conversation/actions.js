// @ts-check
// What can be done with one message. What others lose too is asked about first.

import { attempt, toast } from "../act.js";
import { t } from "../texts.js";
import { ask, show } from "../parts/dialog.js";
import { Deliveries } from "./deliveries.js";

/** @import { ChatId, Message } from "../../contract.js" */

/**
 * @param {ChatId} chat
 * @param {{ jump: Function, reply: Function, edit: Function }} view what the conversation itself does
 * @returns {(name: string, message: any, emoji?: string) => void}
 */
export function actions(chat, view) {
  const named = (/** @type {Message} */ message) => ({ chat, message: { sender: message.sender, id: message.id } });
  /** @type {Record<string, (message: any, emoji?: string) => unknown>} */
  const all = {
    jump: (name) => view.jump(name),
    reply: (message) => view.reply(message),
    edit: (message) => view.edit(message),
    react: (message, emoji = "") => attempt("react", { ...named(message), emoji }),
    unreact: (message, emoji = "") => attempt("unreact", { ...named(message), emoji }),
    retry: (message) => attempt("retry", { chat, id: message.id }),
    discard: async (message) => {
      if (await ask({ title: t("discard-title"), text: t("discard-text"), yes: t("delete") })) await attempt("discard", { chat, id: message.id });
    },
    delete: async (message) => {
      if (await ask({ title: t("delete-title"), text: t("delete-text"), yes: t("delete-everyone") })) await attempt("remove", named(message));
    },
    copy: async (message) => {
      await navigator.clipboard.writeText(message.body.text).then(() => toast(t("copied")), () => toast(t("copy-failed")));
    },
    delivery: (message) => show(Deliveries, { chat, message }),
  };
  return (name, message, emoji) => void all[name]?.(message, emoji);
}
