// @ts-check
// The messages of the open chat as far as they are loaded: the newest page first, older ones when somebody looks at them.
// After a change only what can have changed on the screen is asked for again. No drawing here.

import { call } from "../rpc.js";
import { reason, toast } from "../act.js";

/** @import { Chat, ChatId, Message, MessageName } from "../../contract.js" */

const PAGE = 60;
const LEAP = 400;

/** @param {MessageName} name */
export const keyOf = (name) => `${name.sender} ${name.id}`;

/** @type {Thread | null} */
let open = null;

/** A chat changed, or something arrived in it. @param {ChatId} chat @param {Message} [message] */
export function heard(chat, message) {
  if (open?.id !== chat) return;
  if (message && !message.own) open.arrivals(message);
  void open.refresh();
}

/** Something changed that may concern every chat: who somebody is, how far they are trusted. */
export function heardOfAll() {
  void open?.refresh();
}

export class Thread {
  /** @param {ChatId} id @param {() => void} changed */
  constructor(id, changed) {
    this.id = id;
    this.changed = changed;
    /** @type {Chat | null} */
    this.chat = null;
    /** @type {Message[]} */
    this.messages = [];
    this.more = true;
    this.loaded = false;
    this.gone = false;
    this.busy = false;
    this.again = false;
    /** What is on the screen: names of the first and the last. @type {[number, number]} */
    this.window = [0, PAGE];
    /** @type {(message: Message) => void} */
    this.arrivals = () => {};
    open = this;
  }

  close() {
    if (open === this) open = null;
    this.gone = true;
  }

  /** Asks again for the chat, its newest messages and those on the screen. */
  async refresh() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        await this.ask();
      } while (this.again && !this.gone);
    } catch (error) {
      toast(reason(error));
    } finally {
      this.busy = false;
    }
  }

  async ask() {
    const chat = this.id;
    const [about, newest] = await Promise.all([call("chat", { chat }), call("messages", { chat, limit: PAGE })]);
    const first = newest.messages.find((message) => message.position !== null)?.position ?? 0;
    const seen = this.messages.slice(...this.window).filter(({ position }) => position !== null && position < first);
    const before = (seen.at(-1)?.position ?? 0) + 1;
    const old = seen.length ? await call("messages", { chat, before, limit: seen.length }) : null;
    if (this.gone) return;
    this.chat = about;
    if (this.messages.length === 0) this.more = newest.more;
    this.merge(old?.messages ?? [], false);
    this.merge(newest.messages, true);
    this.changed();
  }

  /**
   * Takes messages over those known by the same name.
   * @param {Message[]} fresh
   * @param {boolean} newest own ones on their way are all in it
   */
  merge(fresh, newest) {
    const known = new Map(this.messages.map((message) => [keyOf(message), message]));
    const named = new Map(fresh.map((message) => [keyOf(message), same(known.get(keyOf(message)), message)]));
    const first = fresh.find((message) => message.position !== null)?.position ?? Infinity;
    const kept = this.messages.filter((message) => {
      if (named.has(keyOf(message))) return false;
      // What a newest page no longer names in its own stretch has been discarded.
      return !newest || (message.position !== null && message.position < first);
    });
    this.messages = [...kept, ...named.values()].sort(byPosition);
  }

  /** Loads older ones. @param {number} [limit] */
  async older(limit = PAGE) {
    if (this.busy || !this.more || !this.loaded) return;
    this.busy = true;
    try {
      const before = this.messages.find((message) => message.position !== null)?.position;
      const page = await call("messages", { chat: this.id, before: before ?? undefined, limit });
      if (this.gone) return;
      this.more = page.more && page.messages.length > 0;
      this.messages = [...page.messages, ...this.messages];
      this.changed();
    } catch (error) {
      this.more = false;
      toast(reason(error));
    } finally {
      this.busy = false;
    }
    if (this.again) void this.refresh();
  }

  /** Loads back to a message. @param {MessageName} name @returns {Promise<number>} where it is, or -1 */
  async reach(name) {
    const find = () => this.messages.findIndex((message) => keyOf(message) === keyOf(name));
    for (let rounds = 0; find() < 0 && this.more && rounds < 500 && !this.gone; rounds += 1) {
      if (this.busy) await new Promise((done) => setTimeout(done, 20));
      else await this.older(LEAP);
    }
    return find();
  }
}

/** Those on their way come last. @param {Message} one @param {Message} other */
function byPosition(one, other) {
  if (one.position === other.position) return one.sentAt - other.sentAt;
  return (one.position ?? Infinity) - (other.position ?? Infinity);
}

/**
 * The one that is drawn already, if nothing of it is another.
 * @template T
 * @param {T | undefined} old
 * @param {T} fresh
 * @returns {T}
 */
export const same = (old, fresh) => (old !== undefined && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh);
