// @ts-check
// Where one writes. What is typed stays in this component until it is sent, so that typing draws nothing else; the draft is
// kept by the worker after a pause.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { attempt, reason, toast } from "../act.js";
import { call, Refused } from "../rpc.js";
import { useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { size } from "../format.js";
import { isGroup, nameOrYou, titleOf } from "../people.js";
import { isPicture } from "../../core/pictures.js";
import { EmojiPicker } from "../parts/emoji.js";
import { Icon, IconButton } from "../parts/icon.js";
import { Mentions, mentionAt, mentionedIn } from "./mentions.js";
import { excerpt } from "./excerpt.js";
import { Recorder } from "./recorder.js";
import { Tray } from "./tray.js";

/** @import { Chat, Message } from "../../contract.js" */

const PAUSE = 500;
const LONGEST = 64_000;
const TOUCH = matchMedia("(pointer: coarse)");
let lastKey = 0;
/** In which chats how much is being sent. Until the worker has it its words are the draft: a tab that is closed meanwhile loses
 * none. @type {Map<string, number>} */
const sending = new Map();

/** @param {{ chat: Chat, replyTo: Message | null, editing: Message | null, clear: () => void, editLast: () => void, sent: () => void }} props */
export function Composer({ chat, replyTo, editing, clear, editLast, sent }) {
  const id = chat.chat;
  const plain = chat.protection.kind === "plain";
  const attaches = chat.can.includes("attach");
  const enterSends = useShared((state) => state.settings.enterSends);
  const drafted = sending.get(id) ? "" : chat.draft ?? "";
  const [text, setText] = useState(drafted);
  const [items, setItems] = useState(/** @type {import("./tray.js").Item[]} */ ([]));
  const [keepMetadata, setKeep] = useState(false);
  const [recording, setRecording] = useState(false);
  const [picking, setPicking] = useState(false);
  const [caret, setCaret] = useState(0);
  // The numbers of what is in the tray, at once, and whether there is one: what is taken in goes on after the last drawing.
  const inTray = useRef(/** @type {Set<number>} */ (new Set()));
  const here = useRef(true);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const smile = useRef(null);
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));
  const draft = useRef({ text: drafted, answers: replyTo, kept: said(drafted, replyTo), timer: 0 });

  const keepDraft = () => {
    const { current } = draft;
    clearTimeout(current.timer);
    if (sending.get(id)) return;
    const now = said(current.text, current.answers);
    if (now === current.kept) return;
    current.kept = now;
    // Unasked, so nothing is said where it cannot be kept; the text stays in the field.
    call("setDraft", { chat: id, text: current.text, inReplyTo: nameOf(current.answers) }).catch(() => {});
  };
  const write = (/** @type {string} */ now) => {
    setText(now);
    if (editing) return;
    draft.current.text = now;
    clearTimeout(draft.current.timer);
    draft.current.timer = window.setTimeout(keepDraft, PAUSE);
  };
  useEffect(() => {
    const hidden = () => document.visibilityState === "hidden" && keepDraft();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      keepDraft();
      document.removeEventListener("visibilitychange", hidden);
    };
  }, []);
  useEffect(() => {
    if (editing || draft.current.answers === replyTo) return;
    draft.current.answers = replyTo;
    keepDraft();
  }, [editing, replyTo]);
  useEffect(() => {
    if (editing?.body.kind === "text") setText(editing.body.text);
    else setText(draft.current.text);
    if (editing || replyTo) field.current?.focus();
  }, [editing, replyTo]);
  useLayoutEffect(() => grow(field.current), [text]);

  const takeIn = async (/** @type {File[]} */ files, /** @type {{ seconds: number } | undefined} */ voice = undefined, keep = keepMetadata) => {
    if (!here.current) return;
    const taken = files.map((file) => ({ key: ++lastKey, file }));
    taken.forEach(({ key }) => inTray.current.add(key));
    setItems((all) => [...all, ...taken]);
    for (const { key: number, file } of taken) {
      if (!inTray.current.has(number)) continue;
      const put = (/** @type {any} */ change) => setItems((all) => all.map((item) => (item.key === number ? { ...item, ...change } : item)));
      await call("attach", { chat: id, file, number, keepMetadata: keep, voice }).then((attached) => put({ attached }), async (error) => put({ wrong: await whyNot(error, id) }));
    }
  };
  const drop = (/** @type {import("./tray.js").Item} */ item) => {
    setItems((all) => all.filter((one) => one.key !== item.key));
    letGo(item.key);
  };
  const letGo = (/** @type {number} */ number) => {
    inTray.current.delete(number);
    call("dropAttached", { file: number }).catch(() => {});
  };
  useEffect(() => () => {
    here.current = false;
    inTray.current.forEach(letGo);
  }, []);
  const takeOut = (/** @type {import("./tray.js").Item} */ item) => {
    drop(item);
    field.current?.focus();
  };
  // Pictures that are in the tray are prepared anew.
  const changeKeep = (/** @type {boolean} */ keep) => {
    setKeep(keep);
    const pictures = items.filter(({ file }) => isPicture(file));
    for (const item of pictures) drop(item);
    void takeIn(pictures.map(({ file }) => file), undefined, keep);
  };

  const putBack = (/** @type {import("./tray.js").Item[]} */ before, /** @type {number[]} */ numbers) => {
    if (!here.current) return numbers.forEach(letGo);
    numbers.forEach((number) => inTray.current.add(number));
    setItems(before);
  };

  const ready = items.filter((item) => item.attached);
  const preparing = items.some((item) => !item.attached && !item.wrong);
  const something = text.trim().length > 0 || ready.length > 0;
  const send = async () => {
    if (!something || preparing) return;
    const longest = chat.limits.characters ?? LONGEST;
    const length = chat.limits.characters ? [...text.trim()].length : text.length;
    if (length > longest) return toast(t("text-too-long", { count: length, limit: longest }));
    const words = text.trim();
    if (editing) {
      clear();
      await attempt("edit", { chat: id, message: { sender: editing.sender, id: editing.id }, text: words });
      return;
    }
    const message = {
      chat: id, text: words, mentions: mentionedIn(words, chat), files: ready.map((item) => /** @type {any} */ (item.attached).file),
      inReplyTo: nameOf(replyTo),
    };
    const before = { text, items };
    const numbers = [...inTray.current];
    // What goes along may take a while.
    if (numbers.length > 0) keepDraft();
    sending.set(id, (sending.get(id) ?? 0) + 1);
    write("");
    setItems([]);
    inTray.current.clear();
    clear();
    sent();
    try {
      await call("send", message);
    } catch (error) {
      // Nothing that was written is lost.
      write(before.text);
      putBack(before.items, numbers);
      toast(reason(error));
    }
    sending.set(id, (sending.get(id) ?? 1) - 1);
    keepDraft();
  };

  const insert = (/** @type {string} */ piece, from = field.current?.selectionStart ?? text.length, to = field.current?.selectionEnd ?? from) => {
    write(text.slice(0, from) + piece + text.slice(to));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(from + piece.length, from + piece.length);
      setCaret(from + piece.length);
    });
  };
  const query = isGroup(chat) ? mentionAt(text, caret) : null;
  const mentions = useRef(/** @type {((event: KeyboardEvent) => boolean) | null} */ (null));
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || (query && mentions.current?.(event))) return;
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && (control || (enterSends && !TOUCH.matches))) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && (editing || replyTo)) {
      event.preventDefault();
      clear();
    } else if (event.key === "ArrowUp" && !text && !control && !event.altKey) {
      event.preventDefault();
      editLast();
    }
  };
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (attaches) void takeIn(files);
  };
  const taking = useRef(takeIn);
  taking.current = takeIn;
  useEffect(() => {
    const dropped = (/** @type {DragEvent} */ event) => void (attaches && taking.current([...(event.dataTransfer?.files ?? [])]));
    addEventListener("drop", dropped);
    return () => removeEventListener("drop", dropped);
  }, []);
  const chosen = (/** @type {any} */ event) => {
    void takeIn([...event.target.files]);
    event.target.value = "";
  };
  const record = () => {
    if (items.length < 1) setRecording(true);
  };
  const about = editing ?? replyTo;
  const sendLabel = editing ? t("save-edit") : plain ? t("send-unencrypted") : t("send");
  return html`<form class=${`composer ${plain ? "plain-text" : ""}`} aria-label=${t("composer")} data-region tabindex="-1"
      onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
    ${about && html`<div class="strip">
      <span><strong>${editing ? t("editing") : t("replying", { name: nameOrYou(chat, about.sender) })}</strong><bdi>${harmless(excerpt(about), 120)}</bdi></span>
      <${IconButton} name="close" small label=${editing ? t("edit-cancel") : t("reply-cancel")} onClick=${clear} />
    </div>`}
    ${items.length > 0 && html`<${Tray} items=${items} drop=${takeOut} keepMetadata=${keepMetadata} setKeep=${changeKeep} />`}
    ${query !== null && html`<${Mentions} chat=${chat} query=${query} keys=${mentions}
        choose=${(/** @type {string} */ handle) => insert(`@${handle} `, caret - query.length - 1, caret)} />`}
    ${recording ? html`<${Recorder} cancel=${() => (setRecording(false), field.current?.focus())}
        done=${(/** @type {File} */ file, /** @type {number} */ seconds) => (setRecording(false), takeIn([file], { seconds }))} />`
    : html`<div class="composer-line">
      ${!editing && attaches && html`<${IconButton} name="plus" label=${t("attach")} class="attach"
          onClick=${() => chooser.current?.click()} />
        <input type="file" multiple hidden ref=${chooser} tabindex="-1" aria-label=${t("attach")} onChange=${chosen} />`}
      <textarea ref=${field} id="composer" rows="1" value=${text} aria-label=${placeholder(chat)}
          placeholder=${placeholder(chat)} dir="auto"
        aria-autocomplete=${query === null ? undefined : "list"} aria-controls=${query === null ? undefined : "mentions"}
        aria-activedescendant=${query === null ? undefined : "mention-now"}
        onInput=${(/** @type {any} */ event) => (write(event.target.value), setCaret(event.target.selectionStart))}
        onSelect=${(/** @type {any} */ event) => setCaret(event.target.selectionStart)} onKeyDown=${key} onPaste=${paste} />
      <span class="smile" ref=${smile}><${IconButton} name="emoji" label=${t("emoji")}
          onClick=${() => setPicking(!picking)} /></span>
      ${picking && html`<${EmojiPicker} anchor=${smile.current} keep close=${() => setPicking(false)} choose=${insert} />`}
      ${something || editing || !attaches
        ? html`<button type="submit" class=${plain ? "send amber" : "round filled send"} aria-label=${sendLabel}
            title=${sendLabel} aria-disabled=${something && !preparing ? undefined : "true"}>
            ${plain && !editing ? t("send-unencrypted") : html`<${Icon} name=${editing ? "check" : "send"} />`}</button>`
        : html`<${IconButton} name="mic" label=${t("record")} onClick=${record} />`}
    </div>`}
  </form>`;
}

/** @param {Message | null} message */
const nameOf = (message) => (message ? { sender: message.sender, id: message.id } : undefined);

/** A draft as it can be compared. @param {string} text @param {Message | null} answers */
const said = (text, answers) => JSON.stringify([text, nameOf(answers)]);

/** Why a file was not taken in, with the limit where that is why. @param {unknown} error @param {string} chat */
async function whyNot(error, chat) {
  if (!(error instanceof Refused) || error.code !== "file-too-large") return reason(error);
  const now = await call("chat", { chat }).catch(() => undefined);
  return now ? t("file-too-large", { limit: size(now.limits.fileBytes) }) : reason(error);
}

/** @param {Chat} chat */
const placeholder = (chat) => t("message-to", { name: titleOf(chat) });

/** For browsers whose fields do not grow by themselves. @param {HTMLTextAreaElement | null} field */
function grow(field) {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
