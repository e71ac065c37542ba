// @ts-check
// Sealed files on this device until they have been sent: in parts as they travel, so that an upload goes on where it was, after a
// closed tab or a crash too. Nothing is sealed a second time (ENCRYPTION.md 1.10); nothing here is in the clear, and the keys are
// elsewhere.

import { Refusal } from "./failure.js";
import { FileSealer } from "./wasm.js";

/** How many bytes a part has; only the last may have less. The same as in `protocol::api::BLOB_PART`. */
const PART = 512 * 1024;

/** @typedef {import("./storage.js").Storage} Storage */
/** @typedef {{ stored: string, seal: unknown }} Sealed the name of the sealed bytes, and what opens them */

/** The sealed files in a storage. */
export class SealedFiles {
  /** @param {Storage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /** Seals a file, slice by slice, and keeps it under a name. Ended, it throws the signal's reason.
   * @param {string} stored @param {Blob} file @param {AbortSignal} stop @param {(done: number, total: number) => void} see
   * @returns {Promise<Sealed>} */
  async seal(stored, file, stop, see) {
    const sealer = new FileSealer(file.size);
    const parts = new Parts((number, bytes) => {
      // After this nothing is written: whoever ended it removes what is there.
      stop.throwIfAborted();
      return this.#keep(stored, number, bytes);
    });
    for (let from = 0; from < file.size; from += PART) {
      stop.throwIfAborted();
      await parts.take(sealer.push(await read(file.slice(from, from + PART))));
      see(Math.min(from + PART, file.size), file.size);
    }
    const end = sealer.finish();
    const { bytes, seal } = end;
    end.free();
    await parts.take(bytes);
    await parts.end();
    return { stored, seal: JSON.parse(seal) };
  }

  /** @param {string} stored @param {number} number @param {Uint8Array} bytes */
  #keep(stored, number, bytes) {
    // On the disk before the message that names them is.
    return this.storage.write(["sealed"], "strict", (transaction) => {
      transaction.objectStore("sealed").put(bytes, [stored, number]);
    });
  }

  /** A part of one; nothing if it is not there, or the disk does not give it back.
   * @param {string} stored @param {number} number @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} */
  async part(stored, number) {
    try {
      return await this.storage.sealed((store) => store.get([stored, number]));
    } catch (error) {
      if (isClosed(error)) throw error;
      return undefined;
    }
  }

  /** Removes those that nobody wants of those that are there now. @param {() => Promise<Set<string>>} names of those that are wanted */
  async keepOnly(names) {
    const keys = /** @type {[string, number][]} */ (await this.storage.sealed((store) => store.getAllKeys()));
    if (keys.length === 0) return;
    const wanted = await names();
    const unwanted = keys.filter(([stored]) => !wanted.has(stored));
    if (unwanted.length === 0) return;
    await this.storage.write(["sealed"], "relaxed", (transaction) => {
      for (const key of unwanted) transaction.objectStore("sealed").delete(key);
    });
  }
}

/** Bytes of any lengths as parts of one. */
class Parts {
  #part = new Uint8Array(PART);
  #filled = 0;
  #number = 0;

  /** @param {(number: number, bytes: Uint8Array) => Promise<void>} keep */
  constructor(keep) {
    this.keep = keep;
  }

  /** @param {Uint8Array} bytes */
  async take(bytes) {
    while (bytes.length > 0) {
      const some = bytes.subarray(0, PART - this.#filled);
      this.#part.set(some, this.#filled);
      this.#filled += some.length;
      bytes = bytes.subarray(some.length);
      if (this.#filled === PART) await this.end();
    }
  }

  async end() {
    if (this.#filled === 0) return;
    await this.keep(this.#number, this.#part.slice(0, this.#filled));
    this.#number += 1;
    this.#filled = 0;
  }
}

/** Whether the database was closed, which is opened again. @param {unknown} error */
function isClosed(error) {
  return error instanceof DOMException && ["AbortError", "InvalidStateError"].includes(error.name);
}

/** The bytes of a file, or a refusal when it is not there any more. @param {Blob} file */
export async function read(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Refusal("file-unreadable");
  }
}
