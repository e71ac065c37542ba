// @ts-check
// The worker, as `contract.d.ts` describes it: `call` asks, `listen` hears what comes unasked. Nothing else speaks to it. And
// where every worker begins that this page starts.

import { fileOf } from "./base.js";

/** @import { Methods, Event, Failure } from "../contract.js" */

/** What a call that was refused throws; `code` is one of `error-…` in the texts. */
export class Refused extends Error {
  /** @param {Failure} failure */
  constructor({ code, detail }) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** What this person does to chats: these are asked for again afterwards, whether or not the worker says that they changed. */
const CHANGES = new Set([
  "accept", "addPeople", "block", "continueUnverified", "decline", "discard", "edit", "goOn", "leave", "newChat", "react",
  "rejoin", "remove", "removeLeaf", "removePerson", "rename", "retry", "send", "sendAnyway", "setChat", "trustIdentity", "unblock", "unreact",
]);
/** What changes the chat's row only. */
const ROW = new Set(["markRead", "setDraft"]);

/** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
const waiting = new Map();
/** @type {Set<(event: Event) => void>} */
const listeners = new Set();
/** @type {Worker | undefined} */
let worker;
let last = 0;

const SCANNER = fileOf("scanner/main.js");
// The policy of the page lets workers begin at these addresses and no others.
const SCRIPTS = ["/app/worker.js", "/app/sw.js", SCANNER];

/** @type {{ createScriptURL(url: string): any }} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("app", { createScriptURL: only }) ?? {
  createScriptURL: only,
};

/** @param {string} url */
function only(url) {
  if (SCRIPTS.includes(url)) return url;
  throw new TypeError("not a script of this app");
}

/** Starts the worker. `failed` hears that it could not be, or ended. @param {() => void} failed */
export function connect(failed) {
  worker = new Worker(policy.createScriptURL("/app/worker.js"), { type: "module" });
  worker.onmessage = ({ data }) => ("event" in data ? tell(data) : answer(data));
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new Refused({ code: "crashed" }));
    waiting.clear();
    failed();
  };
}

/** Starts the worker that reads QR codes in pictures of the camera. */
export const startScanner = () => new Worker(policy.createScriptURL(SCANNER), { type: "module" });

let kept = false;

/** Registers the service worker, which keeps the app for when there is no network; once. */
export function keepOffline() {
  if (kept) return;
  kept = true;
  navigator.serviceWorker?.register(policy.createScriptURL("/app/sw.js"), { scope: "/app/" }).catch(() => {});
}

/**
 * @template {keyof Methods} M
 * @param {M} method
 * @param {Parameters<Methods[M]>} args
 * @returns {Promise<ReturnType<Methods[M]>>}
 */
export function call(method, ...args) {
  const id = ++last;
  const given = /** @type {any} */ (args[0] ?? {});
  const answered = new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker?.postMessage({ id, method, args: given });
  });
  if (ROW.has(method)) return answered.then((result) => changed(undefined, result));
  return CHANGES.has(method) ? answered.then((result) => changed(given.chat, result)) : answered;
}

/** @template T @param {string | undefined} chat @param {T} result @returns {T} */
function changed(chat, result) {
  tell(chat ? { event: "chat", chat } : { event: "chats" });
  return result;
}

/** @param {(event: Event) => void} listener @returns {() => void} ends it */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {Event} event */
function tell(event) {
  for (const listener of listeners) listener(event);
}

/** @param {{ id: number, result?: any, error?: Failure }} answer */
function answer({ id, result, error }) {
  const asked = waiting.get(id);
  waiting.delete(id);
  if (error) asked?.reject(new Refused(error));
  else asked?.resolve(result);
}
