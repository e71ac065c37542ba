// @ts-check
// Looks for a QR code with the camera until one is taken. The interface fetches this when somebody opens the camera, and
// decides what a code means.

import { closeCamera, isMirror, openCamera, pictureOf, whyNoCamera } from "./camera.js";
import { Decoder, Unloaded } from "./decoder.js";

/** Milliseconds between pictures, and after one with a code that was not taken: what is said of it is to be read. */
const PAUSE = 250;
const PAUSE_AFTER_CODE = 2500;

/**
 * @typedef {object} Looker
 * @property {() => Worker} start starts the worker that reads codes (`main.js`)
 * @property {(text: string) => Promise<string | null>} take takes a code, or answers in a sentence why not
 * @property {(id: string) => string} t the sentences of the interface
 * @property {(words: string, ends: boolean) => void} tell says how it goes; `ends`: nothing is seen any more
 */

/**
 * Looks as long as the page is looked at: nobody is filmed while it is not.
 * @param {HTMLVideoElement} video shows what is seen
 * @param {Looker} looker
 * @returns {() => void} ends it
 */
export function look(video, looker) {
  let end = () => {};
  const see = () => {
    end();
    if (!document.hidden) end = film(video, looker);
  };
  document.addEventListener("visibilitychange", see);
  see();
  return () => {
    document.removeEventListener("visibilitychange", see);
    end();
  };
}

/** @param {HTMLVideoElement} video @param {Looker} looker @returns {() => void} ends it */
function film(video, { start, take, t, tell }) {
  const decoder = new Decoder(start);
  let over = false;
  /** @type {MediaStream | undefined} */
  let camera;
  const end = () => {
    over = true;
    closeCamera(camera);
    video.srcObject = null;
    decoder.end();
  };
  const failed = (/** @type {string} */ why) => {
    if (over) return;
    end();
    tell(why, true);
  };
  const work = async () => {
    tell(t("scan-starting"), false);
    camera = await openCamera();
    // Whoever has gone meanwhile gets no camera.
    if (over) return closeCamera(camera);
    for (const track of camera.getVideoTracks()) track.onended = () => failed(t("scan-stopped"));
    video.classList.toggle("mirror", isMirror(camera));
    video.srcObject = camera;
    await video.play();
    while (!over) {
      const picture = pictureOf(video);
      const text = picture && (await decoder.read(picture));
      if (over) return;
      const why = text ? await take(text) : t("scan-looking");
      if (why === null) return end();
      if (!over) tell(why, false);
      await new Promise((next) => setTimeout(next, text ? PAUSE_AFTER_CODE : PAUSE));
    }
  };
  work().catch((error) => failed(t(error instanceof Unloaded ? "scan-unloaded" : whyNoCamera(error))));
  return end;
}
