// @ts-check
// Pictures that somebody sends: decoded and written anew, so that nothing but pixels leaves, within bounds of size, and with
// a thumbnail. What no browser decodes is no picture, whatever it calls itself.

import { Refusal } from "./failure.js";

/** The longest sides of a picture as it is sent, tried one after the other until it is short enough. */
const SIDES = [2048, 1600, 1280, 1024, 800, 640];
/** The longest side of its thumbnail. */
const THUMBNAIL_SIDE = 320;
/** More pixels are not decoded. */
const MOST_PIXELS = 100_000_000;

/** @typedef {{ bytes: Blob, width: number, height: number, thumbnail: Blob }} Picture */

/** Whether a file says that it is a picture. Not every system knows the newer kinds. @param {File} file */
export function isPicture({ type, name }) {
  return type === "" ? /\.(avif|heic|heif)$/i.test(name) : type.startsWith("image/");
}

/** The picture in a file, in at most so many bytes, or nothing if it holds none that is read here. Refused if it is too large.
 * @param {Blob} file @param {number} most @returns {Promise<Picture | undefined>} */
export async function prepare(file, most) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS) throw new Refusal("picture-too-large");
    const thumbnail = await written(draw(bitmap, THUMBNAIL_SIDE), "image/jpeg", 0.6);
    for (const side of SIDES) {
      const canvas = draw(bitmap, side);
      for (const type of file.type === "image/png" ? ["image/png", "image/jpeg"] : ["image/jpeg"]) {
        const bytes = await written(canvas, type, 0.85);
        if (bytes.size <= most) return { bytes, width: canvas.width, height: canvas.height, thumbnail };
      }
    }
    throw new Refusal("picture-too-large");
  } finally {
    bitmap.close();
  }
}

/** @param {OffscreenCanvas} canvas @param {string} type @param {number} quality */
function written(canvas, type, quality) {
  return canvas.convertToBlob({ type, quality });
}

/** @param {ImageBitmap} bitmap @param {number} side @returns {OffscreenCanvas} */
function draw(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const size = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
  const canvas = new OffscreenCanvas(size(bitmap.width), size(bitmap.height));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
