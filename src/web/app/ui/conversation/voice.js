// @ts-check
// A voice note: one button, a place to jump in it, its length.

import { html, useEffect, useRef, useState } from "../html.js";
import { t } from "../texts.js";
import { duration } from "../format.js";
import { IconButton } from "../parts/icon.js";
import { Loading, useFile } from "./transfer.js";

/** @import { OfFile } from "./files.js" */

/** The one that plays; another one stops it. @type {HTMLAudioElement | null} */
let playing = null;

/** @param {OfFile} props */
export function Voice({ message, chat, file }) {
  const { way, wrong, load, stop } = useFile(message, chat, file);
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const [on, setOn] = useState(false);
  const [at, setAt] = useState(0);
  const [broken, setBroken] = useState(false);
  const length = Math.min(Math.max(file.seconds ?? 0, 0), 36_000);
  useEffect(() => () => {
    audio.current?.pause();
    if (audio.current) URL.revokeObjectURL(audio.current.src);
  }, []);
  const there = message.position !== null;
  const ready = async () => {
    if (audio.current) return audio.current;
    const blob = there && !way ? await load() : undefined;
    if (!blob) return null;
    const made = new Audio(URL.createObjectURL(blob));
    made.ontimeupdate = () => setAt(made.currentTime);
    made.onended = () => (setOn(false), setAt(0));
    made.onpause = () => setOn(false);
    made.onplay = () => setOn(true);
    made.onerror = () => setBroken(true);
    return (audio.current = made);
  };
  const toggle = async () => {
    const sound = await ready();
    if (!sound) return;
    if (on) return sound.pause();
    if (playing !== sound) playing?.pause();
    playing = sound;
    await sound.play().catch(() => setBroken(true));
  };
  const jump = async (/** @type {any} */ event) => {
    const to = Number(event.target.value);
    const sound = await ready();
    if (sound) sound.currentTime = to;
    setAt(to);
  };
  if (broken) return html`<p class="voice quiet">${t("voice-broken")}</p>`;
  return html`<div class="voice">
    <${IconButton} name=${on ? "pause" : "play"} label=${on ? t("pause") : t("play")}
        aria-disabled=${there ? undefined : "true"} onClick=${toggle} />
    <input type="range" min="0" max=${Math.max(length, 1)} step="0.1" value=${at} aria-label=${t("voice-position")}
        aria-valuetext=${duration(at)} onInput=${jump} />
    <span class="hint">${duration(on || at ? at : length)}</span>
    </div>
    <${Loading} way=${way} stop=${stop} />
    ${wrong && html`<p class="problem" role="alert">${wrong}</p>`}`;
}
