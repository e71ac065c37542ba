// @ts-check
// What can be done with a chat as a whole. What can be lost is asked about; what can be undone offers that.

import { attempt, toast } from "../act.js";
import { replace } from "../route.js";
import { t } from "../texts.js";
import { ask, show } from "../parts/dialog.js";
import { isGroup, nameOf, others, titleOf } from "../people.js";
import { AddPeople, Mute, Rename } from "./dialogs.js";

/** @import { ActorId, Chat } from "../../contract.js" */

/** The items of a chat's menu. @param {Chat} chat */
export function chatItems(chat) {
  const id = chat.chat;
  const active = chat.standing === "active";
  const mls = chat.protection.kind === "mls";
  const muted = chat.mutedUntil !== undefined && chat.mutedUntil > Date.now();
  const pinned = chat.section === "pinned";
  const archived = chat.section === "archived";
  const single = others(chat).length === 1 ? others(chat)[0] : null;
  return [
    chat.standing === "request" ? null : { name: t(pinned ? "unpin" : "pin"), icon: "pin", act: () => attempt("setChat", { chat: id, pinned: !pinned }) },
    muted ? { name: t("unmute"), icon: "bell", act: () => attempt("setChat", { chat: id, mutedUntil: null }) }
      : { name: t("mute"), icon: "mute", act: () => show(Mute, { chat }) },
    chat.standing === "request" ? null : { name: t(archived ? "unarchive" : "do-archive"), icon: "archive", act: () => archive(chat, !archived) },
    active && mls ? { name: t("add-people"), icon: "person-add", act: () => show(AddPeople, { chat }) } : null,
    active && mls && isGroup(chat) ? { name: t("rename"), icon: "edit", act: () => show(Rename, { chat }) } : null,
    single ? { name: t("block"), icon: "block", grave: true, act: () => block(chat, single) } : null,
    active && mls ? { name: t("leave"), icon: "leave", grave: true, act: () => leave(chat) } : null,
  ];
}

/** @param {Chat} chat @param {boolean} archived */
async function archive(chat, archived) {
  const set = (/** @type {boolean} */ value) => attempt("setChat", { chat: chat.chat, archived: value });
  if ((await set(archived)) !== undefined) toast(t(archived ? "archived-done" : "unarchived-done"), () => void set(!archived));
}

/** @param {Chat} chat */
async function leave(chat) {
  const sure = await ask({ title: t("leave-title", { name: titleOf(chat) }), text: t("leave-text"), yes: t("leave") });
  if (sure) await attempt("leave", { chat: chat.chat });
}

/** @param {Chat} chat @param {ActorId} actor */
export async function block(chat, actor) {
  const sure = await ask({ title: t("block-title", { name: nameOf(chat, actor) }), text: t("block-text"), yes: t("block") });
  if (sure && (await attempt("block", { actor })) !== undefined) {
    const name = nameOf(chat, actor);
    toast(t("blocked-done", { name }), () => void unblock(actor, name));
    replace({ screen: "chats" });
  }
}

/** @param {ActorId} actor @param {string} name @returns {Promise<boolean>} whether it is done */
export async function unblock(actor, name) {
  const done = (await attempt("unblock", { actor })) !== undefined;
  if (done) toast(t("unblocked-done", { name }));
  return done;
}

/** @param {Chat} chat @param {ActorId} actor */
export async function removePerson(chat, actor) {
  const name = nameOf(chat, actor);
  const sure = await ask({ title: t("remove-title", { name }), text: t("remove-text", { name }), yes: t("remove") });
  if (sure) await attempt("removePerson", { chat: chat.chat, actor });
}
