// @ts-check
// The camera: opened, looked through, closed. What it sees stays in this page and is kept nowhere.

/** Why there is no camera, by the names that browsers have for it; the sentences are `scan-…` of the texts. */
const REASONS = /** @type {Record<string, string>} */ ({
  NotAllowedError: "scan-refused", SecurityError: "scan-refused", NotFoundError: "scan-none", OverconstrainedError: "scan-none",
  NotReadableError: "scan-busy", AbortError: "scan-busy",
});
/** The longest side of a picture that is read, in pixels. */
const SIDE = 640;

/** The camera that looks away from the person, if there are several. @returns {Promise<MediaStream>} */
export async function openCamera() {
  const devices = navigator.mediaDevices;
  if (!devices?.getUserMedia) throw new DOMException("", "NotFoundError");
  return devices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
}

/** @param {MediaStream | undefined} camera */
export const closeCamera = (camera) => camera?.getTracks().forEach((track) => track.stop());

/** Which sentence says why. @param {unknown} error */
export const whyNoCamera = (error) => (error instanceof DOMException && REASONS[error.name]) || "scan-failed";

/** Whether it looks at the person, so that its picture is shown as in a mirror. @param {MediaStream} camera */
export const isMirror = (camera) => camera.getVideoTracks()[0]?.getSettings().facingMode !== "environment";

const canvas = document.createElement("canvas");

/**
 * What is seen now: the square in the middle, which is what is shown, made smaller.
 * @param {HTMLVideoElement} video
 * @returns {ImageData | null} nothing: it shows nothing yet
 */
export function pictureOf(video) {
  const { videoWidth, videoHeight } = video;
  const shown = Math.min(videoWidth, videoHeight);
  const side = Math.min(shown, SIDE);
  const context = side > 0 && canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  canvas.width = canvas.height = side;
  context.drawImage(video, (videoWidth - shown) / 2, (videoHeight - shown) / 2, shown, shown, 0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}
