// @ts-check
// The key of the records under a key that the browser keeps and does not give out. No protection for somebody who copies
// the whole profile: that is what the passphrase inside the slot is for, and the app says so.

const ALGORITHM = { name: "AES-GCM", length: 256 };

/** @typedef {{ iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} WrappedSlot */

/** A key that can be used here and never be read. */
export async function makeKey() {
  return /** @type {Promise<CryptoKey>} */ (crypto.subtle.generateKey(ALGORITHM, false, ["encrypt", "decrypt"]));
}

/** @param {CryptoKey} key @param {Uint8Array<ArrayBuffer>} slot @returns {Promise<WrappedSlot>} */
export async function wrap(key, slot) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: ALGORITHM.name, iv }, key, slot) };
}

/** Throws if it was changed, or belongs to another key. @param {CryptoKey} key @param {WrappedSlot} wrapped */
export async function unwrap(key, { iv, sealed }) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: ALGORITHM.name, iv }, key, sealed));
}
