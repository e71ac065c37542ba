// @ts-check
// Files of messages: prepared before they are sent, and opened when they are looked at. Until a file is sent it is held here, in
// memory, under the number that the interface has given it; one that is too large for a message is sealed into the storage.

import { download } from "./downloads.js";
import { Refusal } from "./failure.js";
import { prepare } from "./pictures.js";
import { read } from "./sealed.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./sealed.js").Sealed} Sealed */
/** @typedef {{ name?: string, bytes: Blob, width?: number, height?: number, seconds?: number, thumbnail?: Blob, sealed?: Sealed }} Held */
/** @typedef {{ inlineBytes: number, fileBytes: number }} Limits */

/** What is taken where nothing is encrypted. @type {Limits} */
const PLAIN = { inlineBytes: 256 * 1024, fileBytes: 256 * 1024 };

/** Files that wait to be sent. */
export class Tray {
  /** @type {Map<number, Held>} */
  #held = new Map();
  /** Those that are being sealed: under which names, and how to end it. @type {Map<string, { number: number, stop: AbortController }>} */
  #sealing = new Map();

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
  }

  /** Takes a file in. @param {{ chat: string, file: File, number: number, keepMetadata: boolean, voice?: { seconds: number } }} given */
  async attach({ chat, file, number, keepMetadata, voice }) {
    const { inlineBytes, fileBytes } = await this.#limits(chat);
    const held = await holdable(file, keepMetadata, voice, fileBytes);
    if (held.bytes.size > fileBytes) throw new Refusal("file-too-large");
    this.#held.set(number, held);
    if (held.bytes.size > inlineBytes) await this.#seal(held, number);
    const { name = "", bytes, sealed, ...more } = held;
    return {
      file: number, index: 0, name, mediaType: typeOf(bytes), bytes: bytes.size,
      kind: voice ? "voice" : held.thumbnail ? "picture" : "file", inline: sealed === undefined, held: true, ...more,
    };
  }

  /** @param {string} chat @returns {Promise<Limits>} */
  async #limits(chat) {
    if (chat.startsWith("plain:")) return PLAIN;
    const look = async () => {
      const found = await this.host.desk.look((core) => core.look("chat", JSON.stringify({ chat }), Date.now()));
      return JSON.parse(found ?? "{}").limits;
    };
    const limits = await look();
    if (limits.fileBytes > limits.inlineBytes) return limits;
    // Perhaps the server has not been asked yet.
    await this.host.freight.learnLimits();
    return look();
  }

  /** @param {Held} held @param {number} number */
  async #seal(held, number) {
    const [stored, stop] = [crypto.randomUUID(), new AbortController()];
    const see = (/** @type {number} */ done, /** @type {number} */ total) => this.host.post({ event: "transfer", file: number, done, total });
    this.#sealing.set(stored, { number, stop });
    try {
      held.sealed = await this.host.freight.files.seal(stored, held.bytes, stop.signal, see);
      if (!this.#held.has(number)) throw new Refusal("stopped");
    } catch (error) {
      this.#held.delete(number);
      this.host.freight.sweep();
      throw error;
    } finally {
      this.#sealing.delete(stored);
    }
  }

  /** The names of the sealed bytes that are still wanted. */
  stored() {
    const held = [...this.#held.values()].flatMap(({ sealed }) => (sealed ? [sealed.stored] : []));
    return [...held, ...this.#sealing.keys()];
  }

  /** Takes a file out, also one that is being taken in. @param {number} file */
  drop(file) {
    for (const { number, stop } of this.#sealing.values()) if (number === file) stop.abort();
    const { sealed } = this.#held.get(file) ?? {};
    this.#held.delete(file);
    if (sealed) this.host.freight.sweep();
  }

  /** A message has taken these files over. @param {number[]} files */
  sent(files) {
    for (const file of files) this.#held.delete(file);
  }

  /** These files as the core takes them; they stay until they are dropped or sent. What a message has no room for is sealed.
   * @param {string} chat @param {number[]} files */
  async given(chat, files) {
    if (files.length === 0) return [];
    const { inlineBytes, fileBytes } = await this.#limits(chat);
    let room = inlineBytes;
    const given = [];
    for (const file of files) {
      const held = this.#held.get(file);
      if (held === undefined) throw new Refusal("gone");
      if (!held.sealed && held.bytes.size > room && fileBytes > inlineBytes) await this.#seal(held, file);
      if (!held.sealed) room -= held.bytes.size;
      given.push(await written(held));
    }
    return given;
  }
}

/** A file as the core takes it. @param {Held} held */
async function written({ name, bytes, width, height, seconds, thumbnail, sealed }) {
  return {
    name, width, height, seconds, mediaType: typeOf(bytes), thumbnail: thumbnail && (await base64(thumbnail)),
    ...(sealed ? { sealed } : { bytes: await base64(bytes) }),
  };
}

/** @param {Blob} bytes */
const typeOf = (bytes) => bytes.type || "application/octet-stream";

/** @param {File} file @param {boolean} keepMetadata @param {{ seconds: number } | undefined} voice @param {number} most
 * @returns {Promise<Held>} */
async function holdable(file, keepMetadata, voice, most) {
  if (voice) return { bytes: file, seconds: Math.max(1, Math.round(voice.seconds)) };
  const picture = file.type.startsWith("image/") ? await prepare(file, most) : undefined;
  // Whoever wants it removed is not told that it was.
  if (picture === undefined && !keepMetadata && file.type.startsWith("image/")) throw new Refusal("metadata-stays");
  if (picture === undefined) return { name: file.name, bytes: file };
  const { thumbnail, width, height } = picture;
  return keepMetadata ? { name: file.name, bytes: file, thumbnail } : { name: file.name, bytes: picture.bytes, width, height, thumbnail };
}

/** A file of a message. @param {Host} host @param {{ chat: string, message: { sender: string, id: string }, index: number }} args */
export async function open(host, { chat, message, index }) {
  const record = await recordOf(host, chat, message);
  const opened = record && (await host.desk.look((core) => core.file(record.key, record.value, index)));
  if (opened) return new Blob([opened.bytes], { type: opened.mediaType });
  const opener = record && (await host.desk.look((core) => core.opener(record.key, record.value, index)));
  if (!opener) throw new Refusal("gone");
  const see = (/** @type {number} */ done, /** @type {number} */ total) => {
    host.post({ event: "transfer", file: `${message.id} ${index}`, done, total });
  };
  const stop = new AbortController();
  return host.downloads.run(keyOf({ chat, message, index }), () => download(host.server, opener, stop.signal, see), stop);
}

/** Ends the fetching of a file. @param {Host} host @param {{ chat: string, message: { sender: string, id: string }, index: number }} args */
export function stop(host, args) {
  host.downloads.stop(keyOf(args));
}

/** @param {{ chat: string, message: { sender: string, id: string }, index: number }} file */
function keyOf({ chat, message, index }) {
  return JSON.stringify([chat, message.sender, message.id, index]);
}

/** Puts the thumbnails into a page of messages. @param {Host} host @param {string} chat @param {any[]} messages */
export async function showThumbnails(host, chat, messages) {
  for (const { sender, id, position, body } of messages.filter(({ body }) => body.files?.some(hasThumbnail))) {
    const record = position === null ? undefined : await recordOf(host, chat, { sender, id });
    for (const file of body.files.filter(hasThumbnail)) {
      const small = await host.desk.look((core) => (record ? core.thumbnail(record.key, record.value, file.index)
        : core.waitingThumbnail(chat, id, file.index)));
      if (small) file.thumbnail = new Blob([small.bytes], { type: small.mediaType });
    }
  }
}

/** @param {{ kind: string }} file */
function hasThumbnail({ kind }) {
  return kind === "picture";
}

/** @param {Host} host @param {string} chat @param {object} message */
async function recordOf(host, chat, message) {
  const key = await host.desk.look((core) => core.place(JSON.stringify({ chat, message })));
  const value = key && (await host.storage.record(key));
  return key && value && { key, value };
}

/** @param {Blob} blob */
async function base64(blob) {
  const bytes = await read(blob);
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}
