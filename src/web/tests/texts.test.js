// Every language has the same messages with the same variables, nothing of them is broken, the app asks for no other, and no
// sentence stands in its code.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FluentBundle, FluentResource } from "@fluent/bundle";

const HERE = dirname(fileURLToPath(import.meta.url));
const TEXTS = join(HERE, "../../protocol/texts");
const LANGUAGES = ["en", "de", "es", "ar"];

/** Messages that are named by what the worker says; see contract.d.ts. */
const FAMILIES = {
  "error-": null,
  "settings-": ["devices", "invitations", "notifications", "privacy", "looks", "security"],
  "stopped-": ["removed", "copied", "signed-out", "damaged", "evicted", "other"],
  "unsupported-": ["no-webcrypto", "no-storage", "no-locks", "no-wasm"],
  "invitation-": ["expired", "used", "revoked", "unknown"],
  "own-invitation-": ["open", "expired", "used", "revoked"],
  "policy-": ["off", "allowed", "default", "required"],
  "pairing-": ["approved", "matched", "scanned", "refused", "expired", "mismatch", "elsewhere"],
  "standing-": ["leaving", "over", "read-only"],
  "state-": ["waiting", "sending", "sent", "delivered", "read", "failed"],
  "delivery-": ["queued", "delivered", "failed", "read"],
  "event-": ["added", "removed", "left", "renamed", "device-changed", "identity-changed", "joined", "continued", "policy", "ended"],
  "short-": ["added", "removed", "left", "renamed", "device-changed", "identity-changed", "joined", "continued", "policy", "ended"],
  "trust-": ["first-contact", "vouched-for-by-server", "verified-invitation", "verified-comparison", "invited", "changed-first", "changed-verified", "none"],
  "why-": ["silent", "apart", "unappliable", "forgotten", "lost", "forked"],
  "device-": ["retired-text", "lost-text"], "request-": ["empty"], "archived-": ["empty"],
};

/** @returns {string[]} what is wrong */
export function problems() {
  const languages = new Map(LANGUAGES.map((tag) => [tag, messagesOf(tag)]));
  const english = languages.get("en");
  const found = [];
  for (const [tag, messages] of languages) {
    for (const [id, variables] of english) {
      if (!messages.has(id)) found.push(`${tag} has no ${id}`);
      else if (String(messages.get(id)) !== String(variables)) found.push(`${tag}: ${id} has the variables ${messages.get(id)}, not ${variables}`);
    }
    for (const id of messages.keys()) if (!english.has(id)) found.push(`${tag} has ${id}, which English has not`);
  }
  return [...found, ...used(english)];
}

/** Ids and variables, after formatting each once. @returns {Map<string, string[]>} */
function messagesOf(tag) {
  const text = readFileSync(join(TEXTS, tag, "app.ftl"), "utf8");
  const ids = [...text.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map((match) => match[1]);
  const bundle = new FluentBundle(tag);
  const wrong = bundle.addResource(new FluentResource(text));
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (wrong.length || twice.length) throw new Error(`${tag}: ${wrong} ${twice}`);
  return new Map(ids.map((id) => {
    const block = new RegExp(`^${id} =([^]*?)(?=^[a-z#][^]*|$(?![^]))`, "m").exec(text)[1];
    const variables = [...new Set([...block.matchAll(/\$([a-z]+)/gi)].map((match) => match[1]))].sort();
    const errors = [];
    const message = bundle.getMessage(id);
    if (!message?.value) throw new Error(`${tag}: ${id} cannot be read`);
    bundle.formatPattern(message.value, Object.fromEntries(variables.map((name) => [name, 2])), errors);
    if (errors.length) throw new Error(`${tag}: ${id}: ${errors}`);
    return [id, variables];
  }));
}

/** What the code asks for against what there is, and sentences in the code. @param {Map<string, string[]>} english */
function used(english) {
  const sources = ["ui", "scanner"].flatMap((folder) => files(join(HERE, "../app", folder))).map((path) => [path, readFileSync(path, "utf8")]);
  const all = sources.map(([, text]) => text).join("\n");
  const found = [];
  const wanted = new Set(Object.entries(FAMILIES).flatMap(([prefix, names]) => (names ?? []).map((name) => prefix + name)));
  for (const [, id] of all.matchAll(/\bt\("([a-z0-9-]+)"/g)) wanted.add(id);
  for (const id of wanted) if (!english.has(id)) found.push(`the app asks for ${id}, which is not there`);
  const words = new Set([...all.matchAll(/"([a-z0-9-]+)"/g)].map((match) => match[1]));
  for (const id of english.keys()) {
    const ofFamily = Object.keys(FAMILIES).some((prefix) => id.startsWith(prefix));
    if (!words.has(id) && !wanted.has(id) && !ofFamily) found.push(`nothing asks for ${id}`);
  }
  for (const [path, text] of sources) for (const words of sentences(text)) found.push(`${path} holds words: ${words}`);
  return found;
}

/** Words between tags, and words in labels. @param {string} text */
function sentences(text) {
  const code = text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const markup = [...code.matchAll(/html`([^]*?)`/g)].map((match) => match[1].replace(/\$\{[^]*?\}/g, ""));
  const between = markup.flatMap((part) => [...part.matchAll(/>([^<>{}$`]*[a-z]{3}[^<>{}$`]*)</g)].map((match) => match[1].trim()));
  const labels = [...code.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]+)"/g)].map((match) => match[1]);
  return [...between.filter((part) => !/[=;(]/.test(part)), ...labels];
}

/** @param {string} folder @returns {string[]} */
const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));
