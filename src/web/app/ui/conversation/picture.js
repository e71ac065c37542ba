// @ts-check
// A picture, as large as the window has room for. It is shown as a picture and as nothing else.

import { html, useEffect, useState } from "../html.js";
import { harmless, t } from "../texts.js";
import { Dialog } from "../parts/dialog.js";
import { keep, useAddress } from "./files.js";
import { Loading, useFile } from "./transfer.js";

/** @param {any} props */
export function PictureViewer({ message, chat, file, close }) {
  const { way, wrong, load, stop } = useFile(message, chat, file);
  const [blob, setBlob] = useState(/** @type {Blob | undefined} */ (file.thumbnail));
  const [broken, setBroken] = useState(false);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    load().then((loaded) => {
      if (loaded) setBlob(loaded);
      setWhole(Boolean(loaded));
    });
  }, []);
  const address = useAddress(blob);
  return html`<${Dialog} title=${harmless(file.name, 60) || t("kind-picture", { name: "" })} close=${close} look="viewer">
    ${broken ? html`<p class="problem">${t("picture-broken")}</p>`
      : address ? html`<img class="whole" src=${address} alt=${harmless(file.alt ?? file.name, 400)}
          onError=${() => setBroken(true)} />`
      : html`<p class="quiet">${t("loading")}</p>`}
    ${file.alt && html`<p class="hint"><bdi>${harmless(file.alt, 1000)}</bdi></p>`}
    <${Loading} way=${way} stop=${stop} />
    ${wrong && html`<p class="problem" role="alert">${wrong}</p>`}
    <div class="actions end">
      <button type="button" class="second" disabled=${!whole} onClick=${() => blob && keep(blob, file.name)}>${t("save")}</button>
    </div>
  <//>`;
}
