// @ts-check
// Trap T37: bytes of strangers may end the core in a panic, or the whole worker. Before a page is opened it is written down
// where; what comes back to the same place opens the page item by item, and an item that has ended the core twice is put
// aside, with its bytes, and not opened any more.

/** How often one place is tried. */
const TRIES = 2;
/** Pages without items are shorter than this. */
const EMPTY = 120;

/** @typedef {{ after: string, count: number, to: number, skipped?: number }} Attempt */

/** What was tried on this device. */
export class Attempts {
  /** @type {Attempt} */
  #last = { after: "", count: 0, to: 0 };

  /** @param {import("./storage.js").Storage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /** @param {(to: number, skipped?: number) => void} careful */
  async open(careful) {
    this.#last = (await this.storage.own("attempt")) ?? this.#last;
    careful(this.#last.to, this.#last.skipped);
  }

  /** A page is about to be opened after this cursor; how carefully, if that has changed.
   * @param {string} after @param {Uint8Array} page
   * @returns {Promise<{ to: number, skipped?: number } | undefined>} */
  async before(after, page) {
    if (page.length < EMPTY) return undefined;
    const again = this.#last.after === after;
    const count = again ? this.#last.count + 1 : 1;
    const attempt = { ...this.#last, after, count };
    /** @type {Record<string, unknown>} */
    const kept = { attempt };
    if (count > 1) {
      const { items } = JSON.parse(new TextDecoder().decode(page));
      attempt.to = Math.max(attempt.to, items.at(-1).position);
      if (count > TRIES) {
        attempt.skipped = items[0].position;
        kept[`quarantine ${attempt.skipped}`] = items[0].activity;
      }
    }
    await this.storage.keep(kept, "relaxed");
    this.#last = attempt;
    return { to: attempt.to, skipped: attempt.skipped };
  }
}
