// @ts-check
// A new chat: people are found by their address; whether they can be written to encrypted decides what the button says.

import { html, useState } from "../html.js";
import { attempt } from "../act.js";
import { call } from "../rpc.js";
import { back, go, replace } from "../route.js";
import { get, useShared } from "../store.js";
import { harmless, t } from "../texts.js";
import { handleOf, knownName, others } from "../people.js";
import { list } from "../format.js";
import { refresh } from "../model.js";
import { Avatar } from "../parts/avatar.js";
import { Field, Form } from "../parts/form.js";
import { Icon, IconButton } from "../parts/icon.js";

/** @import { ActorId, Person } from "../../contract.js" */

/** Whom this person already talks to, the latest first. @returns {ActorId[]} */
export function acquaintances() {
  const found = new Set();
  for (const row of get().chats ?? []) {
    if (row.section !== "request") for (const actor of others(row)) found.add(actor);
  }
  return [...found].slice(0, 30);
}

/** Chooses people: found by address, or tapped. @param {any} props `chosen` and `choose` are a list of `Person` */
export function PeopleChooser({ chosen, choose, without = [] }) {
  const [handle, setHandle] = useState("");
  useShared((state) => state.named);
  const add = (/** @type {Person} */ person) => {
    if (!chosen.some((/** @type {Person} */ one) => one.actor === person.actor)) choose([...chosen, person]);
  };
  const find = async () => {
    if (!handle.trim()) return;
    add(await call("find", { handle: handle.trim() }));
    setHandle("");
  };
  const known = acquaintances().filter((actor) => !without.includes(actor) && !chosen.some((/** @type {Person} */ one) => one.actor === actor));
  const tap = async (/** @type {ActorId} */ actor) => {
    const person = await attempt("person", { actor });
    if (person) add(person);
  };
  return html`
    ${chosen.length > 0 && html`<ul class="chips"
        aria-label=${t("chosen")}>${chosen.map((/** @type {Person} */ person) => html`<li>
      <bdi>${harmless(person.name || person.handle, 60)}</bdi>
      ${person.encrypted === "no" && html`<span class="tag amber">${t("not-encrypted")}</span>`}
      <button type="button" aria-label=${t("take-out", { name: person.name || person.handle })}
        onClick=${() => choose(chosen.filter((/** @type {Person} */ one) => one !== person))}><${Icon}
        name="close" small /></button>
    </li>`)}</ul>`}
    <${Form} act=${find} button=${t("find")} class="inline">
      <${Field} id="handle" label=${t("address")} hint=${t("address-hint")} value=${handle} onValue=${setHandle}
          autocapitalize="none"
        autocomplete="off" spellcheck=${false} inputmode="email" maxlength="320" />
    <//>
    ${known.length > 0 && html`<h2 class="section">${t("known-people")}</h2>
      <ul class="rows people-rows">${known.map((actor) => html`<li key=${actor}><button type="button" onClick=${() => tap(actor)}>
        <${Avatar} name=${knownName(actor)} of=${actor} size="small" /><bdi>${knownName(actor)}</bdi><${Icon} name="plus" small />
      </button></li>`)}</ul>`}`;
}

export function NewChat() {
  const [people, setPeople] = useState(/** @type {Person[]} */ ([]));
  const [name, setName] = useState("");
  const plain = people.filter((person) => person.encrypted === "no");
  const names = list(plain.map((one) => one.name || one.handle));
  const servers = list([...new Set(people.map((one) => one.server))]);
  const start = async () => {
    const chat = await call("newChat", { people: people.map(({ actor }) => actor), name: name.trim() || undefined, encrypted: plain.length === 0 });
    await refresh();
    replace({ screen: "chat", chat });
  };
  return html`<main class="page-pane" aria-labelledby="page-title" data-region tabindex="-1">
    <header class="head">
      <${IconButton} name="back" flip label=${t("back")} class="to-list" onClick=${() => back({ screen: "chats" })} />
      <h1 id="page-title">${t("new-chat")}</h1>
    </header>
    <div class="scroll"><div class="page-body">
      <${PeopleChooser} chosen=${people} choose=${setPeople} />
      ${people.length > 0 && html`<${Form} act=${start} class="start"
          button=${plain.length ? t("start-unencrypted") : people.length > 1 ? t("start-group") : t("start-chat")}>
        ${people.length > 1 && !plain.length && html`<${Field} id="group-name" label=${t("group-name")}
            hint=${t("group-name-hint")} value=${name} onValue=${setName} maxlength="120" />`}
        ${plain.length > 0 ? html`<p class="caution">${t("new-plain", { names, servers, count: plain.length })}</p>`
          : html`<p class="hint">${t("new-encrypted")}</p>`}
        ${people.some((one) => one.encrypted === "waiting") && html`<p class="hint">${t("new-waiting")}</p>`}
      <//>`}
    </div></div>
  </main>`;
}

/** Offers to look for an address that was typed into the search. @param {{ handle: string }} props */
export function FindPerson({ handle }) {
  const [person, setPerson] = useState(/** @type {Person | null} */ (null));
  const find = async () => {
    const found = await attempt("find", { handle });
    if (found) setPerson(found);
  };
  const start = async () => {
    if (!person) return;
    if (person.encrypted === "no") return go({ screen: "new" });
    const chat = await attempt("newChat", { people: [person.actor], encrypted: true });
    if (chat) go({ screen: "chat", chat });
  };
  if (!person) return html`<button type="button" class="shelf" onClick=${find}><${Icon}
      name="person-add" /><span>${t("find-address", { handle })}</span></button>`;
  return html`<button type="button" class="shelf" onClick=${start}>
    <${Avatar} name=${person.name} of=${person.actor} size="small" />
    <span><bdi>${harmless(person.name, 80)}</bdi><span
        class="hint"><bdi>${harmless(person.handle || handleOf(person.actor), 120)}</bdi></span></span>
  </button>`;
}
