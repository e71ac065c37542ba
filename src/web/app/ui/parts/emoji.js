// @ts-check
// A small choice of emoji: the usual ones at once, by keyboard as by pointer. What else there is comes from the keyboard of
// the system.

import { html, useEffect, useLayoutEffect, useRef } from "../html.js";
import { t } from "../texts.js";
import { place } from "./menu.js";

const EMOJI = [..."👍❤😂😮😢🙏🎉🔥👏😊😍🤔😅😎😭😡👋🙌💪✨✅❌❓💯🌞🌧🎂☕🍕🌷🐶🐱🚗🏠⚽🎵📷📎⏰🎁"].filter((sign) => sign !== "\ufe0f");
const COLUMNS = 8;

/** @param {any} props `choose` gets the emoji */
export function EmojiPicker({ anchor, close, choose, keep }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const box = element.current;
    if (!box || !anchor) return;
    box.showPopover?.();
    place(box, anchor.getBoundingClientRect());
    box.querySelector("button")?.focus();
  }, []);
  useEffect(() => {
    const outside = (/** @type {Event} */ event) => {
      if (event.target instanceof Node && !element.current?.contains(event.target) && !anchor?.contains(event.target)) close();
    };
    addEventListener("pointerdown", outside);
    addEventListener("resize", close);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("resize", close);
    };
  }, []);
  const leave = () => {
    close();
    anchor?.querySelector("button")?.focus();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const buttons = [...(element.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const forward = document.dir === "rtl" ? -1 : 1;
    const steps = /** @type {Record<string, number>} */ ({ ArrowRight: forward, ArrowLeft: -forward, ArrowDown: COLUMNS, ArrowUp: -COLUMNS });
    if (event.key in steps) buttons[at + steps[event.key]]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pick = (/** @type {string} */ emoji) => {
    choose(emoji);
    if (keep) close();
    else leave();
  };
  return html`<div ref=${element} popover="manual" class="menu emoji" role="dialog" aria-label=${t("emoji")} onKeyDown=${key}>
    ${EMOJI.map((emoji) => html`<button type="button" onClick=${() => pick(withLook(emoji))}>${withLook(emoji)}</button>`)}
  </div>`;
}

/** Some signs are letters unless asked to be pictures. @param {string} sign */
const withLook = (sign) => (/\p{Emoji_Presentation}/u.test(sign) ? sign : `${sign}\ufe0f`);
