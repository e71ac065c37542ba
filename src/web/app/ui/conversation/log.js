// @ts-check
// The messages of a chat as one long list of which only a few rows exist. What one looks at stays where it is while rows
// are added, measured or taken away; at the end it stays at the end. Arrows go from message to message.

import { Component, createRef, html } from "../html.js";
import { t } from "../texts.js";
import { count } from "../format.js";
import { Icon } from "../parts/icon.js";
import { Heights } from "./window.js";
import { MessageRow } from "./message.js";

/** @import { Row } from "./rows.js" */

const AT_END = 4;
const NEAR_BEGINNING = 1200;
/** Rows must be there this far beyond the screen, in pixels; when they are not, some more than that are drawn. */
const NEAR = 350;

/** Props: rows, chat, more, older(), seen(position), act(name, message), thread, target. */
export class Log extends Component {
  heights = new Heights();
  box = /** @type {{ current: HTMLElement | null }} */ (createRef());
  content = /** @type {{ current: HTMLElement | null }} */ (createRef());
  atEnd = true;
  /** Where it stood when it was last looked at. */
  looked = 0;
  placed = false;
  top = 0;
  height = 600;
  frame = 0;
  /** @type {ResizeObserver | null} */
  observer = null;
  /** @type {{ active: string | null, hovered: string | null, marked: string | null, draws: number, away: boolean }} */
  state = { active: null, hovered: null, marked: null, draws: 0, away: false };

  /** @returns {any} */
  get given() {
    return this.props;
  }

  componentDidMount() {
    const { box, content } = this;
    this.observer = new ResizeObserver(() => this.resized());
    if (box.current) this.observer.observe(box.current);
    if (content.current) this.observer.observe(content.current);
    this.settle(null);
  }

  componentWillUnmount() {
    this.observer?.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** Before a change: which row stands where on the screen. */
  getSnapshotBeforeUpdate() {
    const box = this.box.current;
    if (!box) return null;
    const edge = box.getBoundingClientRect().top;
    for (const row of this.drawn()) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > edge) return { key: row.dataset.key, top: top - edge };
    }
    return null;
  }

  /** @param {any} _props @param {any} _state @param {any} anchor */
  componentDidUpdate(_props, _state, anchor) {
    this.settle(anchor);
  }

  /** @returns {HTMLElement[]} */
  drawn() {
    return /** @type {HTMLElement[]} */ ([...(this.content.current?.querySelectorAll("[data-key]") ?? [])]);
  }

  /** After a change: heights are learned, and what was looked at is put back to where it was. @param {any} anchor */
  settle(anchor) {
    const box = this.box.current;
    if (!box) return;
    this.notice(box);
    this.measure();
    if (!this.placed && this.given.rows.length > 0) this.place();
    else if (this.atEnd) toEnd(box);
    else if (anchor) {
      const row = this.drawn().find(({ dataset }) => dataset.key === anchor.key);
      const off = row && row.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.top;
      if (off && Math.abs(off) > 0.5) box.scrollTop += off;
    }
    this.look();
  }

  measure() {
    let news = false;
    for (const row of this.drawn()) news = this.heights.learn(row.dataset.key ?? "", row.offsetHeight) || news;
    return news;
  }

  resized() {
    const box = this.box.current;
    if (!box) return;
    this.notice(box);
    this.measure();
    if (this.atEnd) toEnd(box);
    this.look();
  }

  /** A message that gets the focus is scrolled to, and drawn anew before the event of scrolling comes: nobody is held at the end who
   * has just left it. @param {HTMLElement} box */
  notice(box) {
    if (box.scrollTop < this.looked - 1) this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
  }

  /** The first time: at the message that was asked for, at the first new one, or at the end. */
  place() {
    this.placed = true;
    const fresh = this.given.rows.findIndex((/** @type {Row} */ row) => row.fresh);
    if (this.given.target) this.reveal(this.given.target);
    else if (fresh > 0) this.reveal(this.given.rows[fresh].key, 0.25, false);
    else this.end();
  }

  /**
   * Shows a row.
   * @param {string} key
   * @param {number} [share] of the height, from above
   * @param {boolean} [mark] shows which one is meant
   */
  reveal(key, share = 0.4, mark = true) {
    const { rows } = this.given;
    const index = rows.findIndex((/** @type {Row} */ row) => row.key === key);
    const box = this.box.current;
    if (index < 0 || !box) return;
    this.atEnd = false;
    box.scrollTop = this.heights.offset(rows, index) - box.clientHeight * share;
    this.look();
    this.setState({ marked: mark ? key : null, active: mark ? key : this.state.active });
    // Twice: the first time its neighbours were estimated.
    requestAnimationFrame(() => {
      const row = this.drawn().find(({ dataset }) => dataset.key === key);
      if (row) box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * share;
      this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
      if (mark) row?.querySelector("article")?.focus({ preventScroll: true });
    });
  }

  end() {
    const box = this.box.current;
    this.atEnd = true;
    if (!box) return;
    toEnd(box);
    this.look();
    requestAnimationFrame(() => this.atEnd && toEnd(box));
  }

  /** @param {WheelEvent} event */
  wheel = (event) => {
    if (event.deltaY < 0) this.atEnd = false;
  };

  /** At once, so that nothing that is drawn in between holds somebody at the end who has begun to leave it. */
  scrolled = () => {
    const box = this.box.current;
    if (!box) return;
    this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.look());
  };

  /** Draws other rows where others are to be seen now, loads older ones, says what has been seen. */
  look() {
    const box = this.box.current;
    if (!box) return;
    this.looked = this.top = box.scrollTop;
    this.height = box.clientHeight;
    const wanted = this.heights.window(this.given.rows, this.top, this.height, NEAR);
    const drawn = this.window;
    const away = box.scrollHeight - box.scrollTop - box.clientHeight > 400;
    if (!drawn || wanted.from < drawn.from || wanted.to > drawn.to || away !== this.state.away) this.setState({ draws: this.state.draws + 1, away });
    if (this.placed && this.top < NEAR_BEGINNING && this.given.more) this.given.older();
    this.seen(box);
  }

  /** @param {HTMLElement} box */
  seen(box) {
    if (!this.placed || document.visibilityState !== "visible") return;
    const edge = box.getBoundingClientRect().bottom;
    const last = this.drawn().findLast((row) => row.getBoundingClientRect().top < edge - 8);
    const row = last && this.given.rows.find((/** @type {Row} */ one) => one.key === last.dataset.key);
    if (row) this.given.seen(row.message.position);
  }

  /** What is drawn: of which rows, and where among them. @type {{ from: number, to: number, before: number, after: number } | null} */
  window = null;
  /** @type {Row[]} */
  rows = [];

  /** @param {KeyboardEvent} event */
  key = (event) => {
    if (!(event.target instanceof HTMLElement) || event.target.tagName !== "ARTICLE") return;
    const { rows } = this.given;
    const at = rows.findIndex((/** @type {Row} */ row) => row.key === this.state.active);
    const keys = /** @type {Record<string, number>} */ ({ ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 });
    const to = keys[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.focus(Math.max(0, Math.min(rows.length - 1, to)));
  };

  /** @param {number} index */
  focus(index) {
    const row = this.given.rows[index];
    if (!row) return;
    const drawn = () => this.drawn().find(({ dataset }) => dataset.key === row.key);
    if (!drawn()) this.reveal(row.key);
    this.setState({ active: row.key }, () => {
      const article = drawn()?.querySelector("article");
      article?.focus({ preventScroll: true });
      drawn()?.scrollIntoView({ block: "nearest" });
    });
  }

  hover = (/** @type {string | null} */ key) => this.state.hovered !== key && this.setState({ hovered: key });
  activate = (/** @type {string} */ key) => this.state.active !== key && this.setState({ active: key });

  /** Rows came before those that are drawn: what is seen is further down now. @param {Row[]} rows */
  follow(rows) {
    const { window, rows: before } = this;
    this.rows = rows;
    if (!window || before === rows || before.length === 0 || !this.placed) return;
    const first = before[window.from]?.key;
    const index = rows.findIndex((row) => row.key === first);
    if (index >= 0) this.top += this.heights.offset(rows, index) - window.before;
  }

  /** @param {any} props @param {any} state */
  render({ rows, chat, act, unseen, thread }, { active, hovered, marked, away }) {
    this.follow(rows);
    const window = (this.window = this.heights.window(rows, this.placed ? this.top : Number.MAX_SAFE_INTEGER, this.height));
    if (!this.placed) Object.assign(window, lastOf(rows, this.heights));
    thread.window = [window.from, window.to];
    const focusable = rows.some((/** @type {Row} */ row) => row.key === active) ? active : rows[rows.length - 1]?.key;
    return html`<div class="log-frame">
      <div class="log" role="log" aria-live="off" aria-label=${t("messages")} ref=${this.box} onScroll=${this.scrolled}
          onWheel=${this.wheel} onKeyDown=${this.key}
          onPointerLeave=${() => this.hover(null)} tabindex=${rows.length ? undefined : "0"}>
        <div class="log-content" ref=${this.content}>
          <div style=${{ height: `${window.before}px` }} />
          ${rows.slice(window.from, window.to).map((/** @type {Row} */ row) => html`<${MessageRow} key=${row.key} row=${row}
              chat=${chat} act=${act}
            hover=${this.hover} activate=${this.activate} focusable=${row.key === focusable} marked=${row.key === marked}
            tools=${row.key === hovered || row.key === active} />`)}
          <div style=${{ height: `${window.after}px` }} />
        </div>
      </div>
      ${away && html`<button type="button" class="round latest"
          aria-label=${unseen ? t("jump-new", { count: unseen }) : t("jump")} onClick=${() => this.end()}>
        <${Icon} name="down" />${unseen > 0 && html`<span class="number" aria-hidden="true">${count(unseen)}</span>`}
      </button>`}
    </div>`;
  }
}

/** Only if there is a way to go: setting the place ends a movement that has just begun. @param {HTMLElement} box */
function toEnd(box) {
  if (box.scrollHeight - box.scrollTop - box.clientHeight > 1) box.scrollTop = box.scrollHeight;
}

/** The last rows, before anything is known of the screen. @param {Row[]} rows @param {Heights} heights */
function lastOf(rows, heights) {
  const from = Math.max(0, rows.length - 30);
  return { from, to: rows.length, before: heights.offset(rows, from), after: 0 };
}
