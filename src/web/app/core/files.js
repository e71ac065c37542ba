// @ts-check
// Files of messages: prepared before they are sent, and opened when they are looked at. Until a file is sent it is held here, in
// memory, under the number that the interface has given it; one that is too large for a message is sealed into the storage.

import { download } from "./downloads.js";
import { Refusal } from "./failure.js";
import { isPicture, prepare } from "./pictures.js";
import { read } from "./sealed.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./sealed.js").Sealed} Sealed */
/** @typedef {{ name?: string, bytes: Blob, width?: number, height?: number, seconds?: number, thumbnail?: Blob, sealed?: Sealed }} Held */
/** @typedef {{ number: number, stop: AbortController, held?: Held, sealing?: string }} Place one in the tray: how to end what is done
 *   with it, what it is once that is known, and the name of the bytes that are being sealed */
/** @typedef {{ inlineBytes: number, fileBytes: number }} Limits */

/** Files that wait to be sent. */
export class Tray {
  /** By number, from the moment that one is taken in. @type {Map<number, Place>} */
  #places = new Map();

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
  }

  /** Takes a file in. @param {{ chat: string, file: File, number: number, keepMetadata: boolean, voice?: { seconds: number } }} given */
  async attach({ chat, file, number, keepMetadata, voice }) {
    /** @type {Place} */
    const place = { number, stop: new AbortController() };
    this.#places.set(number, place);
    try {
      const { inlineBytes, fileBytes } = await this.#limits(chat, file.size);
      place.stop.signal.throwIfAborted();
      const held = await holdable(file, keepMetadata, voice, fileBytes);
      place.stop.signal.throwIfAborted();
      if (held.bytes.size > fileBytes) throw new Refusal("file-too-large");
      place.held = held;
      if (held.bytes.size > inlineBytes) await this.#seal(place, held);
      return shown(number, held, voice !== undefined);
    } catch (error) {
      this.#places.delete(number);
      throw error;
    }
  }

  /** How much a chat takes. The server is asked only for so many bytes as need it: what is small waits for no network.
   * @param {string} chat @param {number} bytes @returns {Promise<Limits>} */
  async #limits(chat, bytes) {
    const look = async () => {
      const found = await this.host.desk.look((core) => core.look("chat", JSON.stringify({ chat }), Date.now()));
      return JSON.parse(found ?? "{}");
    };
    const { limits, mixed } = await look();
    if (mixed || bytes <= limits.inlineBytes || limits.fileBytes > limits.inlineBytes) return limits;
    await this.host.freight.learnLimits();
    return (await look()).limits;
  }

  /** @param {Place} place @param {Held} held */
  async #seal(place, held) {
    const { number: file, stop: { signal } } = place;
    const see = (/** @type {number} */ done, /** @type {number} */ total) => this.host.post({ event: "transfer", file, done, total });
    place.sealing = crypto.randomUUID();
    try {
      const sealed = await this.host.freight.files.seal(place.sealing, held.bytes, signal, see);
      signal.throwIfAborted();
      held.sealed = sealed;
    } catch (error) {
      this.host.freight.sweep();
      throw error;
    } finally {
      place.sealing = undefined;
    }
  }

  /** The names of the sealed bytes that are still wanted. */
  stored() {
    const names = [...this.#places.values()].flatMap(({ held, sealing }) => [held?.sealed?.stored, sealing]);
    return names.filter((name) => name !== undefined);
  }

  /** Takes a file out, also one that is being taken in. @param {number} file */
  drop(file) {
    const place = this.#places.get(file);
    this.#places.delete(file);
    place?.stop.abort(new Refusal("stopped"));
    if (place?.held?.sealed) this.host.freight.sweep();
  }

  /** Takes all of them out, of a device that is forgotten: nothing is written any more. */
  clear() {
    for (const { stop } of this.#places.values()) stop.abort(new Refusal("stopped"));
    this.#places.clear();
  }

  /** A message has taken these files over. @param {number[]} files */
  sent(files) {
    for (const file of files) this.#places.delete(file);
  }

  /** These files as the core takes them; they stay until they are dropped or sent. What a message has no room for is sealed.
   * @param {string} chat @param {number[]} files */
  async given(chat, files) {
    if (files.length === 0) return [];
    const places = files.map((file) => this.#places.get(file));
    const bytes = places.reduce((sum, place) => sum + (place?.held?.sealed ? 0 : place?.held?.bytes.size ?? 0), 0);
    const { inlineBytes, fileBytes } = await this.#limits(chat, bytes);
    let room = inlineBytes;
    const given = [];
    for (const place of places) {
      if (place?.held === undefined) throw new Refusal("gone");
      const { held } = place;
      if (!held.sealed && held.bytes.size > room && fileBytes > inlineBytes) await this.#seal(place, held);
      if (!held.sealed) room -= held.bytes.size;
      given.push(await written(held));
    }
    return given;
  }
}

/** A file that was taken in, for the interface. @param {number} file @param {Held} held @param {boolean} isVoice */
function shown(file, { name = "", bytes, sealed, ...more }, isVoice) {
  return {
    file, index: 0, name, mediaType: typeOf(bytes), bytes: bytes.size,
    kind: isVoice ? "voice" : more.thumbnail ? "picture" : "file", inline: sealed === undefined, held: true, ...more,
  };
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
  const { name } = file;
  if (!isPicture(file)) return { name, bytes: file };
  if (keepMetadata) return { name, bytes: file, thumbnail: (await prepare(file, most).catch(() => undefined))?.thumbnail };
  const picture = await prepare(file, most);
  // Whoever wants it removed is not told that it was.
  if (picture === undefined) throw new Refusal("metadata-stays");
  return { name, ...picture };
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
