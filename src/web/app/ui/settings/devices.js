// @ts-check
// One's devices: which there are, what they are called, taking one away, adding one.

import { html, useEffect, useState } from "../html.js";
import { attempt, toast } from "../act.js";
import { call } from "../rpc.js";
import { useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { date, moment } from "../format.js";
import { Dialog, show } from "../parts/dialog.js";
import { Choice, Field, Form } from "../parts/form.js";
import { Icon } from "../parts/icon.js";
import { MenuButton } from "../parts/menu.js";
import { LinkDevice } from "./pairing.js";

/** @import { Device } from "../../contract.js" */

export function Devices() {
  const [devices, setDevices] = useState(/** @type {Device[] | null} */ (null));
  const pairing = useShared((state) => state.pairing);
  const ask = () => attempt("devices").then((found) => found && setDevices(found));
  useEffect(() => void ask(), [pairing]);
  return html`
    <p class="hint">${t("devices-hint")}</p>
    <div class="actions"><button type="button" onClick=${() => show(LinkDevice)}>${t("link-device")}</button></div>
    <ul class="rows devices">${(devices ?? []).map((device) => html`<${Entry} key=${device.device} device=${device}
        changed=${ask} />`)}</ul>
    <h2>${t("lost-device")}</h2>
    <p>${t("lost-device-text")}</p>`;
}

/** @param {{ device: Device, changed: () => void }} props */
function Entry({ device, changed }) {
  const title = harmless(device.title, 80) || t("device");
  const small = /android|iphone|ipad|phone/i.test(device.title);
  const line = device.current ? t("device-this") : device.state === "pending" ? t("device-pending")
    : device.lastSeenAt ? t("device-seen", { moment: moment(device.lastSeenAt) }) : t("device-since", { date: date(device.createdAt) });
  return html`<li><div>
    <${Icon} name=${small ? "device" : "computer"} />
    <span><bdi>${title}</bdi><span class="hint">${line}</span></span>
    <${MenuButton} label=${t("device-actions", { title })} items=${() => [
      { name: t("device-rename"), icon: "edit", act: () => show(RenameDevice, { device, changed }) },
      device.current ? null : { name: t("device-remove"), icon: "delete", grave: true, act: () => show(RemoveDevice, { device, title, changed }) },
    ]} />
  </div></li>`;
}

/** @param {any} props */
function RenameDevice({ device, changed, close }) {
  const [title, setTitle] = useState(device.title);
  const act = async () => {
    if (title.trim()) await call("renameDevice", { device: device.device, title: title.trim() });
    changed();
    close();
  };
  return html`<${Dialog} title=${t("device-rename")} close=${close}>
    <${Form} act=${act} button=${t("save")}><${Field} id="device-title" data-first label=${t("device-name")} value=${title}
        onValue=${setTitle} maxlength="80" /><//>
  <//>`;
}

/** @param {any} props */
function RemoveDevice({ device, title, changed, close }) {
  const [why, setWhy] = useState(/** @type {"retired" | "lost"} */ ("retired"));
  const act = async () => {
    await call("removeDevice", { device: device.device, why });
    changed();
    close();
    toast(t("device-removed", { title }));
  };
  return html`<${Dialog} title=${t("device-remove-title", { title })} close=${close}>
    <${Form} act=${act} button=${t("device-remove")} grave second=${html`<button type="button" class="second"
        onClick=${close}>${t("cancel")}</button>`}>
      <${Choice} name="why" legend=${t("device-remove-why")} value=${why} onChange=${setWhy}
          options=${[["retired", t("device-retired")], ["lost", t("device-lost")]]} />
      <p class=${why === "lost" ? "caution" : "hint"}>${t(`device-${why}-text`)}</p>
    <//>
  <//>`;
}
