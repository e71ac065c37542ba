// @ts-check
// Dialogs about a chat: adding people, its name, being quiet.

import { html, useState } from "../html.js";
import { call } from "../rpc.js";
import { go } from "../route.js";
import { t } from "../texts.js";
import { list } from "../format.js";
import { PeopleChooser } from "../chats/new-chat.js";
import { Dialog } from "../parts/dialog.js";
import { Choice, Field, Form } from "../parts/form.js";

/** @import { Person } from "../../contract.js" */

const HOUR = 3_600_000;
const EVER = 8_640_000_000_000_000;

/** @param {any} props */
export function AddPeople({ chat, close }) {
  const [people, setPeople] = useState(/** @type {Person[]} */ ([]));
  const plain = people.filter((person) => person.encrypted === "no");
  const add = async () => {
    if (people.length) await call("addPeople", { chat: chat.chat, people: people.map(({ actor }) => actor) });
    close();
  };
  const separate = async () => {
    const all = [...new Set([...chat.people, ...people.map(({ actor }) => actor)])].filter((actor) => actor !== chat.me);
    const made = await call("newChat", { people: all, encrypted: false });
    close();
    go({ screen: "chat", chat: made });
  };
  return html`<${Dialog} title=${t("add-people")} close=${close}>
    <${PeopleChooser} chosen=${people} choose=${setPeople} without=${chat.people} />
    ${plain.length > 0 ? html`<${Form} act=${separate} button=${t("start-separate")}>
        <p class="caution">${t("add-plain", { names: list(plain.map((one) => one.name || one.handle)), count: plain.length })}</p>
      <//>`
    : people.length > 0 && html`<${Form} act=${add} button=${t("add")}><p class="hint">${t("add-hint")}</p><//>`}
  <//>`;
}

/** @param {any} props */
export function Rename({ chat, close }) {
  const [name, setName] = useState(chat.title);
  const act = async () => {
    if (name.trim() && name !== chat.title) await call("rename", { chat: chat.chat, name: name.trim() });
    close();
  };
  return html`<${Dialog} title=${t("rename")} close=${close}>
    <${Form} act=${act} button=${t("save")}>
      <${Field} id="chat-name" data-first label=${t("group-name")} hint=${t("rename-hint")} value=${name} onValue=${setName}
          maxlength="120" />
    <//>
  <//>`;
}

/** @param {any} props */
export function Mute({ chat, close }) {
  const [hours, setHours] = useState(8);
  const act = async () => {
    await call("setChat", { chat: chat.chat, mutedUntil: hours ? Date.now() + hours * HOUR : EVER });
    close();
  };
  const options = [[1, t("mute-hour")], [8, t("mute-8-hours")], [168, t("mute-week")], [0, t("mute-always")]];
  return html`<${Dialog} title=${t("mute")} close=${close}>
    <${Form} act=${act} button=${t("mute")}>
      <${Choice} name="mute" legend=${t("mute-legend")} value=${hours} options=${options} onChange=${setHours} />
      <p class="hint">${t("mute-hint")}</p>
    <//>
  <//>`;
}
