// @ts-check
// A QR code (ISO/IEC 18004) of a text: bytes, error correction M, versions 1 to 20, which is up to 666 bytes. Pure: rows of
// dark and light modules.

/** By version: error correction codewords in a block, and blocks. */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
const LEVEL_M = 0;

/** Powers of 2 in GF(256) modulo x^8+x^4+x^3+x^2+1, and their logarithms. */
const POWER = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  POWER[exponent] = POWER[exponent + 255] = value;
  LOG[value] = exponent;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}

/** @param {string} text @returns {boolean[][]} rows, from above; none if it is too long */
export function encode(text) {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((_, at) => bytes.length + (at + 1 < 10 ? 2 : 3) <= dataLength(at + 1)) + 1;
  if (version === 0) return [];
  const code = interleave(codewords(bytes, version), version);
  let best = /** @type {boolean[][]} */ ([]);
  let least = Infinity;
  for (let mask = 0; mask < 8; mask += 1) {
    const tried = draw(code, version, mask);
    const cost = penalty(tried);
    if (cost < least) [best, least] = [tried, cost];
  }
  return best;
}

/** Codewords of a version, error correction included. @param {number} version */
function allLength(version) {
  const aligns = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const side = version * 4 + 17;
  // Finders with their format bits, timing, and the dark module are taken.
  let free = side * side - 3 * 64 - 31 - 2 * (side - 16);
  if (aligns) free -= (aligns * aligns - 3) * 25 - 2 * (aligns - 2) * 5;
  if (version >= 7) free -= 36;
  return free >> 3;
}

/** @param {number} version */
const dataLength = (version) => allLength(version) - CORRECTION[version - 1] * BLOCKS[version - 1];

/** Mode, length, bytes and padding. @param {Uint8Array} bytes @param {number} version */
function codewords(bytes, version) {
  /** @type {number[]} */
  const bits = [];
  const put = (/** @type {number} */ value, /** @type {number} */ length) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const length = dataLength(version);
  put(0, Math.min(4, length * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const words = [];
  for (let at = 0; at < bits.length; at += 8) words.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0xec; words.length < length; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/**
 * Splits into blocks, adds error correction, and takes one of each block in turn.
 * @param {number[]} data
 * @param {number} version
 */
function interleave(data, version) {
  const [blocks, correction] = [BLOCKS[version - 1], CORRECTION[version - 1]];
  const short = Math.floor(data.length / blocks);
  const long = data.length % blocks;
  const divisor = generator(correction);
  const parts = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const length = short + (block >= blocks - long ? 1 : 0);
    const words = data.slice(at, (at += length));
    parts.push({ words, check: remainder(words, divisor) });
  }
  const out = [];
  for (let at = 0; at <= short; at += 1) for (const { words } of parts) if (at < words.length) out.push(words[at]);
  for (let at = 0; at < correction; at += 1) for (const { check } of parts) out.push(check[at]);
  return out;
}

/** @param {number} one @param {number} other */
const times = (one, other) => (one && other ? POWER[LOG[one] + LOG[other]] : 0);

/** (x - 1)(x - 2)(x - 4)…, highest power first, without the leading 1. @param {number} degree */
function generator(degree) {
  let terms = [1];
  for (let root = 0; root < degree; root += 1) {
    const next = [...terms, 0];
    terms.forEach((term, at) => (next[at + 1] ^= times(term, POWER[root])));
    terms = next;
  }
  return terms.slice(1);
}

/** @param {number[]} words @param {number[]} divisor */
function remainder(words, divisor) {
  const rest = divisor.map(() => 0);
  for (const word of words) {
    const factor = word ^ /** @type {number} */ (rest.shift());
    rest.push(0);
    divisor.forEach((term, at) => (rest[at] ^= times(term, factor)));
  }
  return rest;
}

/** Where alignment patterns have their middles. @param {number} version */
function aligned(version) {
  if (version === 1) return [];
  const number = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (number * 2 - 2)) * 2;
  const places = [6];
  for (let at = number - 2; at >= 0; at -= 1) places.push(version * 4 + 10 - at * step);
  return places;
}

/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0, (_x, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** @param {number[]} code @param {number} version @param {number} mask */
function draw(code, version, mask) {
  const side = version * 4 + 17;
  /** @type {(boolean | null)[][]} */
  const grid = Array.from({ length: side }, () => Array(side).fill(null));
  const put = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ dark) => {
    if (x >= 0 && y >= 0 && x < side && y < side) grid[y][x] = dark;
  };
  const square = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ reach, /** @type {(ring: number) => boolean} */ dark) => {
    for (let dy = -reach; dy <= reach; dy += 1) for (let dx = -reach; dx <= reach; dx += 1) put(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let at = 0; at < side; at += 1) {
    put(at, 6, at % 2 === 0);
    put(6, at, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [side - 4, 3], [3, side - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const places = aligned(version);
  const last = places.length - 1;
  places.forEach((x, i) => places.forEach((y, j) => {
    const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
    if (!corner) square(x, y, 2, (ring) => ring !== 1);
  }));
  formats(put, side, version, mask);
  fill(grid, code, mask);
  return /** @type {boolean[][]} */ (grid);
}

/**
 * Level and mask twice, and the version where it is 7 or more.
 * @param {(x: number, y: number, dark: boolean) => void} put
 * @param {number} side
 * @param {number} version
 * @param {number} mask
 */
function formats(put, side, version, mask) {
  const data = (LEVEL_M << 3) | mask;
  const bits = ((data << 10) | divide(data, 10, 0x537)) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const dark = ((bits >> at) & 1) === 1;
    put(8, at < 6 ? at : at < 8 ? at + 1 : side - 15 + at, dark);
    put(at < 8 ? side - 1 - at : at === 8 ? 7 : 14 - at, 8, dark);
  }
  put(8, side - 8, true);
  if (version < 7) return;
  const signed = (version << 12) | divide(version, 12, 0x1f25);
  for (let at = 0; at < 18; at += 1) {
    const [far, near] = [side - 11 + (at % 3), Math.floor(at / 3)];
    put(far, near, ((signed >> at) & 1) === 1);
    put(near, far, ((signed >> at) & 1) === 1);
  }
}

/** The remainder of a BCH code. @param {number} data @param {number} degree @param {number} divisor */
function divide(data, degree, divisor) {
  let rest = data;
  for (let at = 0; at < degree; at += 1) rest = (rest << 1) ^ ((rest >> (degree - 1)) * divisor);
  return rest;
}

/**
 * Lays the bits in pairs of columns from the right, up and down in turn.
 * @param {(boolean | null)[][]} grid
 * @param {number[]} code
 * @param {number} mask
 */
function fill(grid, code, mask) {
  const side = grid.length;
  let bit = 0;
  for (let right = side - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step += 1) {
      const y = up ? side - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        const dark = bit < code.length * 8 && ((code[bit >> 3] >> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
        grid[y][x] = dark !== MASKS[mask](x, y);
      }
    }
  }
}

/**
 * How hard a drawing is to read: long runs, blocks, what looks like a finder, too much of one shade.
 * @param {boolean[][]} grid
 */
function penalty(grid) {
  const side = grid.length;
  const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]))].map((line) => line.map((dark) => (dark ? "1" : "0")).join(""));
  let cost = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) cost += run.length - 2;
    cost += 40 * ([...line.matchAll(/(?=10111010000)/g)].length + [...line.matchAll(/(?=00001011101)/g)].length);
  }
  for (let y = 1; y < side; y += 1) {
    for (let x = 1; x < side; x += 1) {
      const dark = grid[y][x];
      if (dark === grid[y - 1][x] && dark === grid[y][x - 1] && dark === grid[y - 1][x - 1]) cost += 3;
    }
  }
  const share = grid.flat().filter(Boolean).length / (side * side);
  return cost + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}
