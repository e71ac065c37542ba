// @ts-check
// Pictures that somebody sends: decoded and written anew, so that nothing but pixels leaves, within bounds of size, and with
// a thumbnail. What no browser decodes is no picture, whatever it calls itself.

/** The longest side of a picture as it is sent. */
const SIDE = 2048;
/** The longest side of its thumbnail. */
const THUMBNAIL_SIDE = 320;
/** More pixels are not decoded. */
const MOST_PIXELS = 100_000_000;

/** @typedef {{ bytes: Blob, mediaType: string, width: number, height: number, thumbnail: Blob }} Picture */

/** The picture in a file, or nothing if it holds none. @param {Blob} file @returns {Promise<Picture | undefined>} */
export async function prepare(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS) return undefined;
    const mediaType = file.type === "image/png" ? "image/png" : "image/jpeg";
    const picture = draw(bitmap, SIDE);
    return {
      bytes: await picture.convertToBlob({ type: mediaType, quality: 0.85 }), mediaType,
      width: picture.width, height: picture.height,
      thumbnail: await draw(bitmap, THUMBNAIL_SIDE).convertToBlob({ type: "image/jpeg", quality: 0.6 }),
    };
  } finally {
    bitmap.close();
  }
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
