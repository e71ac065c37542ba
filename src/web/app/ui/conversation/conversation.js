// @ts-check
// One chat: its head, its messages, and where one writes or what is in the way of it. It owns the thread while it is shown.

import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { call } from "../rpc.js";
import { useShared } from "../store.js";
import { t } from "../texts.js";
import { Announcer } from "./announce.js";
import { Below } from "./below.js";
import { actions } from "./actions.js";
import { Header, PlainPill } from "./header.js";
import { Info } from "./info.js";
import { Log } from "./log.js";
import { InChatSearch } from "./search.js";
import { rowsOf } from "./rows.js";
import { keyOf, Thread } from "./thread.js";
import { EmptyChat } from "./empty.js";

/** @import { Message } from "../../contract.js" */

/** @param {{ id: string, at?: { sender: string, id: string } }} props */
export function Conversation({ id, at }) {
  const [version, draw] = useState(0);
  const [info, setInfo] = useState(false);
  const [searching, setSearching] = useState(false);
  const [replyTo, setReplyTo] = useState(/** @type {Message | null} */ (null));
  const [editing, setEditing] = useState(/** @type {Message | null} */ (null));
  const [unseen, setUnseen] = useState(0);
  const [said, setSaid] = useState(/** @type {Message | null} */ (null));
  useShared((state) => state.language);
  const log = useRef(/** @type {Log | null} */ (null));
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const thread = useMemo(() => new Thread(id, () => draw((count) => count + 1)), [id]);
  const marks = useRef({ upTo: -1, read: -1, timer: 0 });
  const [ready, setReady] = useState(false);
  const [target, setTarget] = useState(/** @type {string | undefined} */ (undefined));

  const jump = async (/** @type {{ sender: string, id: string }} */ name) => {
    if ((await thread.reach(name)) < 0) return;
    if (log.current) log.current.reveal(keyOf(name));
    else setTarget(keyOf(name));
  };
  useEffect(() => {
    thread.arrivals = (message) => {
      setSaid(message);
      if (!log.current?.atEnd) setUnseen((count) => count + 1);
    };
    void (async () => {
      await thread.refresh();
      thread.loaded = true;
      setReplyTo(thread.chat?.answering ?? null);
      if (at && (await thread.reach(at)) >= 0) setTarget(keyOf(at));
      setReady(true);
    })();
    return () => {
      clearTimeout(marks.current.timer);
      thread.close();
    };
  }, [thread]);
  useEffect(() => {
    if (at && ready) void jump(at);
  }, [at?.id]);

  useEffect(() => {
    if (!ready || at) return;
    // Where there are keys, one writes at once; where there are none, writing would bring up a keyboard over what was asked for.
    const field = matchMedia("(pointer: fine)").matches ? /** @type {HTMLElement | null | undefined} */ (main.current?.querySelector("#composer")) : null;
    (field ?? main.current)?.focus();
  }, [ready]);

  const { chat } = thread;
  if (chat && marks.current.upTo < 0) marks.current.upTo = chat.readUpTo;
  const rows = useMemo(() => rowsOf(thread.messages, marks.current.upTo), [thread.messages, version]);
  const seen = (/** @type {number | null} */ position) => {
    const { current } = marks;
    if (log.current?.atEnd && unseen) setUnseen(0);
    if (position === null || !chat || chat.standing === "request" || position <= Math.max(current.read, chat.readUpTo)) return;
    current.read = position;
    clearTimeout(current.timer);
    current.timer = window.setTimeout(() => call("markRead", { chat: id, upTo: current.read }).catch(() => {}), 250);
  };
  const clear = () => {
    setReplyTo(null);
    setEditing(null);
  };
  const reply = (/** @type {Message} */ message) => (setEditing(null), setReplyTo(message));
  const edit = (/** @type {Message} */ message) => (setReplyTo(null), setEditing(message));
  const act = useMemo(() => actions(id, { jump, reply, edit }), [id]);
  const editLast = () => {
    if (!chat?.can.includes("edit")) return;
    const last = thread.messages.findLast((message) => message.own && message.body.kind === "text" && message.body.text && message.position !== null);
    if (last) act("edit", last);
  };
  if (!chat || !ready) return html`<main class="conversation" aria-label=${t("conversation")} data-region tabindex="-1"><div
      class="blank" /></main>`;
  return html`<main class=${`conversation ${info ? "with-info" : ""}`} aria-label=${t("conversation")}
      ref=${main} data-region tabindex="-1">
    <${Header} chat=${chat} info=${info} setInfo=${setInfo} search=${() => setSearching(!searching)} />
    ${chat.protection.kind === "plain" && html`<${PlainPill} servers=${chat.protection.servers} />`}
    ${searching && html`<${InChatSearch} chat=${id} jump=${jump} close=${() => setSearching(false)} />`}
    ${rows.length === 0 ? html`<${EmptyChat} chat=${chat} />`
      : html`<${Log} ref=${log} rows=${rows} chat=${chat} more=${thread.more} older=${() => thread.older()} seen=${seen}
          act=${act}
          unseen=${unseen} thread=${thread} target=${target} />`}
    <${Announcer} message=${said} chat=${chat} />
    <${Below} key=${id} chat=${chat} replyTo=${replyTo} editing=${editing} clear=${clear} editLast=${editLast}
        sent=${() => log.current?.end()} />
    ${info && html`<${Info} chat=${chat} close=${() => setInfo(false)} />`}
  </main>`;
}
