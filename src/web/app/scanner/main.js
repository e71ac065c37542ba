// @ts-check
// The worker that reads QR codes, which lives as long as the camera is open: a picture comes in, the text of a code in it
// goes out, or null. First it says whether it can. It knows nothing of cameras, nor of what a code means.

import load, { read } from "./wasm.js";

/** A worker's global scope, which the types of pages do not know. @type {any} */
const scope = self;

scope.onmessage = (/** @type {{ data: ImageData }} */ { data: picture }) => {
  scope.postMessage(read(brightness(picture.data), picture.width, picture.height) ?? null);
};
load({ module_or_path: new URL("scanner_bg.wasm", import.meta.url) }).then(() => scope.postMessage("ready"), () => scope.postMessage("failed"));

/** One byte for each pixel, weighed as eyes do. @param {Uint8ClampedArray} colours red, green, blue and opacity of each */
function brightness(colours) {
  const gray = new Uint8Array(colours.length / 4);
  for (let at = 0; at < gray.length; at += 1) {
    gray[at] = (colours[4 * at] * 77 + colours[4 * at + 1] * 151 + colours[4 * at + 2] * 28) >> 8;
  }
  return gray;
}
