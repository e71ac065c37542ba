// @ts-check
// A menu at a button: arrows move, Escape closes, and the button is focused again. Items are `{ name, icon, act, grave }`.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { Icon, IconButton } from "./icon.js";

/** @typedef {{ name: string, icon?: string, act: () => void, grave?: boolean, checked?: boolean }} Item */

/** @param {{ label: string, icon?: string, items: () => (Item | null)[], class?: string }} props */
export function MenuButton({ label, icon = "more", items, class: look }) {
  const [open, setOpen] = useState(false);
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const close = () => {
    setOpen(false);
    /** @type {HTMLElement | null | undefined} */ (button.current?.querySelector("button"))?.focus();
  };
  return html`<span class="menu-anchor" ref=${button}>
    <${IconButton} name=${icon} label=${label} class=${look} aria-haspopup="menu" aria-expanded=${String(open)}
      onClick=${() => setOpen(!open)} />
    ${open && html`<${Menu} label=${label} items=${items()} close=${close} anchor=${button.current} />`}
  </span>`;
}

/** @param {{ label: string, items: (Item | null)[], close: () => void, anchor: Element | null }} props */
export function Menu({ label, items, close, anchor }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const menu = element.current;
    if (!menu || !anchor) return;
    menu.showPopover?.();
    place(menu, anchor.getBoundingClientRect());
    /** @type {HTMLElement | null} */ (menu.querySelector("button"))?.focus();
  }, []);
  useEffect(() => {
    const outside = (/** @type {Event} */ event) => {
      const inside = event.target instanceof Node && (element.current?.contains(event.target) || anchor?.contains(event.target));
      if (!inside) close();
    };
    addEventListener("pointerdown", outside);
    addEventListener("resize", close);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("resize", close);
    };
  }, []);
  const choose = (/** @type {Item} */ item) => {
    close();
    item.act();
  };
  return html`<div ref=${element} popover="manual" class="menu" role="menu" aria-label=${label}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => move(event, close)}>
    ${items.filter((item) => item !== null).map((item) => html`<button type="button" role="menuitem" tabindex="-1"
        class=${item.grave ? "grave" : ""} onClick=${() => choose(item)}>
      ${item.icon && html`<${Icon} name=${item.icon} />`}<span>${item.name}</span>
      ${item.checked && html`<${Icon} name="check" small />`}
    </button>`)}
  </div>`;
}

/** Below or above what it belongs to, inside the window. @param {HTMLElement} box @param {DOMRect} at */
export function place(box, at) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const rightward = getComputedStyle(box).direction === "ltr";
  const start = rightward ? at.right - width : at.left;
  const left = Math.max(8, Math.min(start, innerWidth - width - 8));
  const below = at.bottom + 4;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, at.top - height - 4);
  Object.assign(box.style, { left: `${left}px`, top: `${top}px` });
}

/** @param {KeyboardEvent} event @param {() => void} close */
function move(event, close) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[role=menuitem]")]);
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const keys = /** @type {Record<string, number>} */ ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 });
  if (event.key in keys) buttons.at(keys[event.key] % buttons.length)?.focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
