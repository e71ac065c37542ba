// @ts-check
// Records a voice note: started and ended by buttons, given up by Escape. What was recorded goes to the tray, so that it can
// be taken back before it is sent.

import { html, useEffect, useRef, useState } from "../html.js";
import { toast } from "../act.js";
import { t } from "../texts.js";
import { duration } from "../format.js";
import { IconButton } from "../parts/icon.js";

const LONGEST = 15 * 60;

/** @param {{ done: (file: File, seconds: number) => void, cancel: () => void }} props */
export function Recorder({ done, cancel }) {
  const [seconds, setSeconds] = useState(0);
  const recorder = useRef(/** @type {MediaRecorder | null} */ (null));
  const given = useRef(false);
  useEffect(() => {
    let begun = 0;
    let over = false;
    /** @type {Blob[]} */
    const parts = [];
    const clock = setInterval(() => {
      if (!begun) return;
      const now = (performance.now() - begun) / 1000;
      setSeconds(now);
      if (now >= LONGEST) finish();
    }, 200);
    navigator.mediaDevices?.getUserMedia({ audio: true }).then((stream) => {
      if (over) return stream.getTracks().forEach((track) => track.stop());
      const made = (recorder.current = new MediaRecorder(stream));
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        if (!given.current) return;
        const type = made.mimeType.split(";")[0];
        done(new File(parts, `voice.${type.split("/")[1] ?? "webm"}`, { type }), (performance.now() - begun) / 1000);
      };
      made.start(1000);
      begun = performance.now();
    }).catch(refused) ?? refused();
    function refused() {
      if (over) return;
      toast(t("no-microphone"));
      cancel();
    }
    return () => {
      over = true;
      clearInterval(clock);
      if (recorder.current?.state === "recording") recorder.current.stop();
    };
  }, []);
  const finish = () => {
    given.current = true;
    recorder.current?.stop();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    cancel();
  };
  const first = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    /** @type {HTMLElement | null | undefined} */ (first.current?.querySelector(".filled"))?.focus();
  }, []);
  return html`<div class="recorder" ref=${first} onKeyDown=${key}>
    <${IconButton} name="delete" label=${t("record-cancel")} onClick=${cancel} />
    <span class="recording" role="timer" aria-label=${t("recording")}>${t("recording")} ${duration(seconds)}</span>
    <${IconButton} name="check" label=${t("record-done")} class="filled" onClick=${finish} />
  </div>`;
}
