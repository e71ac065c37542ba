// @ts-check
// Says to a screen reader what has just come into the open chat, and nothing of what was there before.

import { html, useEffect, useRef, useState } from "../html.js";
import { labelOf } from "./label.js";
import { t } from "../texts.js";

/** @import { Chat, Message } from "../../contract.js" */

const PAUSE = 500;

/** @param {{ message: Message | null, chat: Chat }} props */
export function Announcer({ message, chat }) {
  const [text, setText] = useState("");
  const came = useRef(/** @type {Message[]} */ ([]));
  useEffect(() => {
    if (!message) return undefined;
    came.current.push(message);
    const timer = setTimeout(() => {
      const all = came.current.splice(0);
      setText(all.length > 3 ? t("arrived-many", { count: all.length }) : all.map((one) => labelOf(one, chat)).join(". "));
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [message]);
  return html`<p class="unseen" aria-live="polite" data-announcer>${text}</p>`;
}
