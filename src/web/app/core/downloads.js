// @ts-check
// Sealed files of messages as they are fetched and opened: through the account's own server, slice by slice, on from where they were
// after an interruption. Nothing of a file is given out before all of it was checked.

import { Refusal } from "./failure.js";

/** How often in a row nothing may come before it is given up. */
const TRIES = 5;
/** How long nothing may come. */
const SILENCE = 45_000;
/** How many opened bytes are gathered before they are handed to the browser, which can lay them on its disk. */
const GATHERED = 8 * 1024 * 1024;
/** How many bytes have to come before it is said again how far it is. */
const STRIDE = 256 * 1024;

/** @typedef {import("./http.js").Server} Server */
/** @typedef {import("./wasm.js").FileOpener} FileOpener */
/** @typedef {(done: number, total: number) => void} See */

/** What is fetched at the moment. */
export class Downloads {
  /** @type {Map<string, { stop: AbortController, file: Promise<Blob> }>} */
  #running = new Map();

  /** Fetches a file, once at a time. @param {string} key @param {() => Promise<Blob>} get @param {AbortController} stop */
  run(key, get, stop) {
    const running = this.#running.get(key);
    if (running !== undefined) return running.file;
    const file = get().finally(() => this.#running.delete(key));
    this.#running.set(key, { stop, file });
    return file;
  }

  /** @param {string} key */
  stop(key) {
    this.#running.get(key)?.stop.abort();
  }

  stopAll() {
    for (const { stop } of this.#running.values()) stop.abort();
  }
}

/** Fetches and opens a file. @param {Server} server @param {FileOpener} opener @param {AbortSignal} stop @param {See} see */
export async function download(server, opener, stop, see) {
  const { url, total, mediaType } = opener;
  const opened = new Gathered();
  let [done, told, trouble] = [0, 0, 0];
  const answered = { status: 0 };
  see(0, total);
  while (done < total) {
    for await (const bytes of pieces(server, url, done, stop, answered)) {
      opened.add(opener.push(bytes));
      done += bytes.length;
      trouble = 0;
      if (done - told >= STRIDE || done === total) see((told = done), total);
    }
    if (stop.aborted) throw new Refusal("stopped");
    if (done < total) await rest(++trouble, stop, answered.status);
  }
  opener.finish();
  return opened.blob(mediaType);
}

/** What comes of a file from a byte on, until it ends or breaks off. Throws for what will not be better another time.
 * @param {Server} server @param {string} url @param {number} from @param {AbortSignal} stop
 * @param {{ status: number }} answered with what, 0 for nothing */
async function* pieces(server, url, from, stop, answered) {
  const silence = new AbortController();
  const signal = AbortSignal.any([stop, silence.signal]);
  const timer = () => setTimeout(() => silence.abort(), SILENCE);
  let alarm = timer();
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  let reader;
  try {
    const response = await server.sealedFile(url, from, signal).catch(() => undefined);
    answered.status = response?.status ?? 0;
    if (response === undefined || isPassing(response.status)) return;
    if (response.status === 401) throw new Refusal("signed-out");
    const isPart = from > 0 && response.status === 206;
    if ((!isPart && response.status !== 200) || response.body === null) throw new Refusal("file-expired");
    // A server may answer with all of it, whatever was asked for.
    let known = isPart ? 0 : from;
    reader = response.body.getReader();
    for (;;) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value === undefined) return;
      clearTimeout(alarm);
      alarm = timer();
      const skipped = Math.min(known, value.length);
      known -= skipped;
      if (skipped < value.length) yield value.subarray(skipped);
    }
  } finally {
    clearTimeout(alarm);
    reader?.cancel().catch(() => {});
  }
}

/** @param {number} status */
function isPassing(status) {
  return status === 429 || status === 408 || status >= 500;
}

/** Waits before another try, or no longer than until the network is back. @param {number} trouble @param {AbortSignal} stop
 * @param {number} status what was answered to the last one */
async function rest(trouble, stop, status) {
  if (trouble > TRIES) throw new Refusal(status === 429 ? "busy" : isPassing(status) ? "server-trouble" : "offline");
  await new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      self.removeEventListener("online", over);
      stop.removeEventListener("abort", over);
      resolve(undefined);
    };
    const timer = setTimeout(over, 1_000 * 2 ** (trouble - 1));
    self.addEventListener("online", over);
    stop.addEventListener("abort", over);
  });
  if (stop.aborted) throw new Refusal("stopped");
}

/** Bytes that are handed to the browser, some at a time. */
class Gathered {
  /** @type {Blob[]} */
  #blobs = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #bytes = [];
  #length = 0;

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  add(bytes) {
    this.#bytes.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= GATHERED) this.#hand();
  }

  #hand() {
    this.#blobs.push(new Blob(this.#bytes));
    this.#bytes = [];
    this.#length = 0;
  }

  /** @param {string} type */
  blob(type) {
    this.#hand();
    return new Blob(this.#blobs, { type });
  }
}
