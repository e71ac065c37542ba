// @ts-check
// Files of messages: prepared before they are sent, and opened when they are looked at. Until a file is sent it is held here,
// in memory, under a number.

import { Refusal } from "./failure.js";
import { prepare } from "./pictures.js";

/** The most bytes of a file that travel in a message. */
const MOST = 256 * 1024;

/** @typedef {import("./host.js").Host} Host */
/** @typedef {{ name?: string, bytes: Blob, width?: number, height?: number, seconds?: number, thumbnail?: Blob }} Held */

/** Files that wait to be sent. */
export class Tray {
  /** @type {Map<number, Held>} */
  #held = new Map();
  #last = 0;

  /** Takes a file in. @param {{ file: File, keepMetadata: boolean, voice?: { seconds: number } }} given */
  async attach({ file, keepMetadata, voice }) {
    const held = await holdable(file, keepMetadata, voice);
    if (held.bytes.size > MOST) throw new Refusal("file-too-large");
    const number = ++this.#last;
    this.#held.set(number, held);
    const { name = "", bytes, ...more } = held;
    return {
      file: number, index: 0, name, mediaType: bytes.type || "application/octet-stream", bytes: bytes.size,
      kind: voice ? "voice" : held.thumbnail ? "picture" : "file", inline: true, held: true, ...more,
    };
  }

  /** @param {number} file */
  drop(file) {
    this.#held.delete(file);
  }

  /** These files as the core takes them; they stay until they are dropped. @param {number[]} files */
  async given(files) {
    return Promise.all(files.map(async (file) => {
      const held = this.#held.get(file);
      if (held === undefined) throw new Refusal("file-gone");
      const { name, bytes, width, height, seconds, thumbnail } = held;
      return {
        name, width, height, seconds, mediaType: bytes.type || "application/octet-stream", bytes: await base64(bytes),
        thumbnail: thumbnail && (await base64(thumbnail)),
      };
    }));
  }
}

/** @param {File} file @param {boolean} keepMetadata @param {{ seconds: number } | undefined} voice @returns {Promise<Held>} */
async function holdable(file, keepMetadata, voice) {
  if (voice) return { bytes: file, seconds: Math.max(1, Math.round(voice.seconds)) };
  const picture = file.type.startsWith("image/") ? await prepare(file, MOST) : undefined;
  if (picture === undefined) return { name: file.name, bytes: file };
  const { thumbnail, width, height } = picture;
  return keepMetadata ? { name: file.name, bytes: file, thumbnail } : { name: file.name, bytes: picture.bytes, width, height, thumbnail };
}

/** A file of a message. @param {Host} host @param {{ chat: string, message: object, index: number }} args */
export async function open(host, { chat, message, index }) {
  const record = await recordOf(host, chat, message);
  const opened = record && (await host.desk.look((core) => core.file(record.key, record.value, index)));
  if (!opened) throw new Refusal("file-gone");
  return new Blob([opened.bytes], { type: opened.mediaType });
}

/** Puts the thumbnails into a page of messages. @param {Host} host @param {string} chat @param {any[]} messages */
export async function showThumbnails(host, chat, messages) {
  const withFiles = messages.filter(({ position, body }) => position !== null && body.files?.some(hasThumbnail));
  for (const { sender, id, body } of withFiles) {
    const record = await recordOf(host, chat, { sender, id });
    if (record === undefined) continue;
    for (const file of body.files.filter(hasThumbnail)) {
      const small = await host.desk.look((core) => core.thumbnail(record.key, record.value, file.index));
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
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}
