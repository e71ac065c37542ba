// @ts-check
// A picture, as large as the window has room for. It is shown as a picture and as nothing else.

import { html, useEffect, useState } from "../html.js";
import { harmless, t } from "../texts.js";
import { Dialog } from "../parts/dialog.js";
import { keep, useAddress } from "./files.js";

/** @param {any} props */
export function PictureViewer({ file, load, close }) {
  const [blob, setBlob] = useState(/** @type {Blob | undefined} */ (file.thumbnail));
  const [broken, setBroken] = useState(false);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    load().then((/** @type {Blob | undefined} */ loaded) => {
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
    <div class="actions end">
      <button type="button" class="second" disabled=${!whole} onClick=${() => blob && keep(blob, file.name)}>${t("save")}</button>
    </div>
  <//>`;
}
