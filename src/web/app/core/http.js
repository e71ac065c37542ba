// @ts-check
// Requests to the app's own server, which is the only one that is ever asked: the token goes into one header, to one
// origin, redirections are not followed. What an answer to the device means is the courier's business; here it is only
// fetched, and for the few requests beside, told from a refusal.

import { Refusal } from "./failure.js";

/** How long a whole request may take. */
const DEADLINE = 60_000;
/** How far this clock may be from the server's. */
const SKEW = 5 * 60_000;

/** @typedef {{ status: number, contentType?: string, location?: string, activity?: string, retryAfter?: string, body: Uint8Array }} Reply */

/** The server of this origin. */
export class Server {
  constructor() {
    /** @type {string | undefined} */
    this.token = undefined;
    /** Told when this clock turns out to be wrong, and when it is right again.
     * @type {(skew: number) => void} */
    this.onSkew = () => {};
    this.skewed = false;
  }

  /** Makes a request of the courier's; a reason in words instead of a reply when the server was not reached.
   * @param {{ method: string, address: string, mediaType?: string, body?: Uint8Array<ArrayBuffer>, token?: string }} errand
   *   with a token of its own in place of the account's
   * @returns {Promise<Reply | string>} */
  async deliver({ method, address, mediaType, body, token }) {
    const url = own(address);
    if (url === undefined) return "it points to another server";
    try {
      const headers = this.#headers();
      if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
      if (mediaType !== undefined) headers.set("Content-Type", mediaType);
      const response = await this.#fetch(url, { method, headers, body }, AbortSignal.timeout(DEADLINE));
      return { ...partsOf(response), body: new Uint8Array(await response.arrayBuffer()) };
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** A request of the client API with JSON on both sides. Throws what the interface has sentences for.
   * @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async ask(method, path, body) {
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
    const mediaType = bytes && "application/json";
    const reply = await this.deliver({ method, address: path, mediaType, body: bytes });
    if (typeof reply === "string") throw new Refusal("offline", reply);
    const text = new TextDecoder().decode(reply.body);
    if (reply.status >= 200 && reply.status < 300) return text === "" ? null : JSON.parse(text);
    throw refusalOf(reply, text);
  }

  /** The same for the answer as text. @param {string} method @param {string} path @param {unknown} [body] */
  async askText(method, path, body) {
    return JSON.stringify(await this.ask(method, path, body));
  }

  /** Opens an event stream after an event. @param {string} address @param {string | undefined} after @param {AbortSignal} signal */
  async stream(address, after, signal) {
    const url = own(address);
    if (url === undefined) throw new Refusal("offline", "it points to another server");
    const headers = this.#headers("text/event-stream");
    if (after !== undefined) headers.set("Last-Event-ID", after);
    return this.#fetch(url, { headers }, signal);
  }

  /** Asks the server for a sealed file, wherever that lies, from a byte on. @param {string} address @param {number} from
   * @param {AbortSignal} signal */
  async sealedFile(address, from, signal) {
    const headers = this.#headers("application/octet-stream");
    if (from > 0) headers.set("Range", `bytes=${from}-`);
    const url = new URL(`/api/alcove/v1/blobs/fetch?url=${encodeURIComponent(address)}`, location.origin);
    return this.#fetch(url, { headers }, signal);
  }

  /** @param {string} [accept] */
  #headers(accept = "application/json, application/activity+json") {
    const headers = new Headers({ Accept: accept });
    if (this.token !== undefined) headers.set("Authorization", `Bearer ${this.token}`);
    return headers;
  }

  /** @param {URL} url @param {RequestInit} init @param {AbortSignal} signal */
  async #fetch(url, init, signal) {
    const asked = Date.now();
    const response = await fetch(url, {
      ...init, signal, cache: "no-store", credentials: "omit", redirect: "manual", referrerPolicy: "no-referrer",
    });
    this.#compareClocks(response.headers.get("Date"), asked);
    return response;
  }

  /** @param {string | null} date @param {number} asked */
  #compareClocks(date, asked) {
    const theirs = date === null ? NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    const [early, late] = [asked - theirs, Date.now() - theirs];
    const skew = early > SKEW ? early : late < -SKEW ? late : 0;
    if ((skew !== 0) === this.skewed) return;
    this.skewed = skew !== 0;
    this.onSkew(skew);
  }
}

/** An address of this origin; nothing if it leads elsewhere, where the token would follow. @param {string} address */
function own(address) {
  const url = new URL(address, location.origin);
  return url.origin === location.origin ? url : undefined;
}

/** @param {Response} response */
function partsOf({ status, headers }) {
  const header = (/** @type {string} */ name) => headers.get(name) ?? undefined;
  return {
    status, contentType: header("Content-Type"), location: header("Location"), activity: header("X-Activity-Id"),
    retryAfter: header("Retry-After"),
  };
}

/** @param {unknown} error */
function reasonOf(error) {
  const name = error instanceof Error ? error.name : "";
  return name === "TimeoutError" || name === "AbortError" ? "it did not answer in time" : "it could not be reached";
}

/** What a refusal is called in the contract. @param {Reply} reply @param {string} text */
function refusalOf({ status, contentType = "" }, text) {
  const isProblem = contentType.startsWith("application/problem+json");
  const problem = isProblem ? JSON.parse(text) : {};
  const detail = problem.detail ?? problem.title ?? "";
  if (status === 429) return new Refusal("busy", detail);
  if (!isProblem || status >= 500) return new Refusal("server-trouble", detail || `it answered ${status}`);
  if (status === 401) return new Refusal("signed-out", detail);
  const word = String(problem.type ?? "").replace(/^urn:alcove:problem:/, "");
  return new Refusal(/^[a-z][a-z-]*$/.test(word) ? word : "refused", detail);
}
