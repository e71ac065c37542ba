// @ts-check
// Which rows of a long list are drawn: those on the screen and some around them, with empty space for the others. Heights are
// estimated until a row has been drawn, then remembered. Pure, but for what it remembers.

const ESTIMATE = 64;
const AROUND = 700;
const MOST = 80;

export class Heights {
  /** @type {Map<string, number>} */
  known = new Map();

  /** @param {string} key @param {number} height @returns {boolean} whether that is news */
  learn(key, height) {
    if (Math.abs((this.known.get(key) ?? -1) - height) < 0.5) return false;
    this.known.set(key, height);
    return true;
  }

  /** @param {string} key */
  of(key) {
    return this.known.get(key) ?? ESTIMATE;
  }

  /**
   * What to draw at a place.
   * @param {{ key: string }[]} rows
   * @param {number} top @param {number} height of what is seen, in pixels from the beginning of the list
   * @param {number} [around] how far beyond it
   * @returns {{ from: number, to: number, before: number, after: number }} rows and the space around them
   */
  window(rows, top, height, around = AROUND) {
    let [from, before, at] = [0, 0, 0];
    while (from < rows.length && before + this.of(rows[from].key) < top - around) before += this.of(rows[from++].key);
    let to = from;
    for (at = before; to < rows.length && to - from < MOST && at < top + height + around; to += 1) at += this.of(rows[to].key);
    let after = 0;
    for (let rest = to; rest < rows.length; rest += 1) after += this.of(rows[rest].key);
    return { from, to, before, after };
  }

  /** Where a row begins. @param {{ key: string }[]} rows @param {number} index */
  offset(rows, index) {
    let top = 0;
    for (let at = 0; at < index && at < rows.length; at += 1) top += this.of(rows[at].key);
    return top;
  }
}
