// @ts-check
// How this worker begins and ends: what the browser can do, who holds the device, the key, the device itself. Everything
// the contract's `Start` says.

import { Desk } from "./desk.js";
import { Downloads } from "./downloads.js";
import { Refusal } from "./failure.js";
import { Tray } from "./files.js";
import { Freight } from "./freight.js";
import { Server } from "./http.js";
import * as keyring from "./keyring.js";
import { Storage, isPersisted } from "./storage.js";
import load, { needsPassphrase } from "./wasm.js";

/** The name of the lock; one device for each origin. */
const LOCK = "alcove device";

/** @typedef {import("../contract.js").Start} Start */

/** What the methods of the contract work with. */
export class Host {
  /** @type {Desk | undefined} */
  #desk;
  /** @type {Freight | undefined} */
  #freight;
  /** @type {Promise<Start> | undefined} */
  #starting;
  #holds = false;
  #waits = false;

  /** @param {(event: any) => void} tell */
  constructor(tell) {
    this.post = tell;
    this.server = new Server();
    this.tray = new Tray(this);
    this.downloads = new Downloads();
    this.server.onSkew = (skew) => tell({ event: "clock", skew });
    /** @type {Storage} */
    this.storage = /** @type {any} */ (undefined);
  }

  /** The device; refused while there is none. */
  get desk() {
    if (this.#desk === undefined) throw new Refusal("no-device");
    return this.#desk;
  }

  /** What the device has on its way; refused while there is none. */
  get freight() {
    if (this.#freight === undefined) throw new Refusal("no-device");
    return this.#freight;
  }

  get hasDevice() {
    return this.#desk !== undefined;
  }

  /** Refuses what only a browser without a device may do. */
  async requireEmpty() {
    const { state } = await this.start();
    if (state !== "nobody") throw new Refusal(state === "elsewhere" || state === "locked" ? state : "device-exists");
  }

  /** How the app begins. Asked again it answers how things stand. @returns {Promise<Start>} */
  start() {
    this.#starting ??= this.#begin().catch((error) => this.#stopped(error));
    const standing = this.#starting;
    this.#starting.finally(() => (this.#starting = undefined));
    return standing;
  }

  /** @returns {Promise<Start>} */
  async #begin() {
    if (this.#desk !== undefined) return this.standing();
    const why = unsupported();
    if (why !== undefined) return { state: "unsupported", why };
    if (!(await this.#hold())) return { state: "elsewhere" };
    await load({ module_or_path: new URL("core_bg.wasm", import.meta.url) });
    try {
      this.storage ??= await Storage.open();
    } catch (error) {
      if (error instanceof Error && error.name === "no-storage") return { state: "unsupported", why: "no-storage" };
      throw error;
    }
    const slot = await this.#slot();
    if (slot === undefined) return { state: "nobody" };
    if (needsPassphrase(slot)) return { state: "locked" };
    return this.#open(slot);
  }

  /** Opens the device with its passphrase. @param {string} passphrase @returns {Promise<Start>} */
  async unlock(passphrase) {
    const slot = await this.#slot();
    if (slot === undefined) return { state: "nobody" };
    return this.#desk === undefined ? this.#open(slot, passphrase) : this.standing();
  }

  /** @param {Uint8Array} slot @param {string} [passphrase] @returns {Promise<Start>} */
  async #open(slot, passphrase) {
    this.#desk = await Desk.open(this.storage, this.server, slot, passphrase, (event) => this.#tell(event));
    this.#load();
    return this.standing();
  }

  /** A new device of an account. @param {string} token the server's answer @param {string} title @param {string} [passphrase]
   * @param {unknown} [takenUp] the invitation that it came by @returns {Promise<Start>} */
  async create(token, title, passphrase, takenUp) {
    const key = await keyring.makeKey();
    const own = async (/** @type {import("./wasm.js").Core} */ core) => {
      return { key, slot: await keyring.wrap(key, core.slot(passphrase)) };
    };
    const tell = (/** @type {any} */ event) => this.#tell(event);
    this.#desk = await Desk.create(this.storage, this.server, token, title, own, tell, takenUp);
    this.#load();
    if (!(await navigator.storage.persist?.())) this.post({ event: "storage", state: "at-risk" });
    await this.#desk.run();
    return this.standing();
  }

  /** Files that were on their way go on. */
  #load() {
    this.#freight = new Freight(this);
    this.#freight.begin();
  }

  /** Wraps the key anew. @param {string} [passphrase] */
  async rewrap(passphrase) {
    const key = await this.storage.own("key");
    const slot = await this.desk.look((core) => core.slot(passphrase));
    await this.storage.keep({ slot: await keyring.wrap(key, slot) });
  }

  /** Where the device stands. @returns {Promise<Start>} */
  async standing() {
    return this.#completed(JSON.parse(await this.desk.look((core) => core.start())));
  }

  /** The key of the records, as it was wrapped; nothing if there is no device here. */
  async #slot() {
    const [key, wrapped] = await Promise.all([this.storage.own("key"), this.storage.own("slot")]);
    if (key === undefined || wrapped === undefined) return undefined;
    try {
      return await keyring.unwrap(key, wrapped);
    } catch {
      throw new Refusal("damaged");
    }
  }

  /** Whether a passphrase is asked for when the app begins. */
  async hasPassphrase() {
    const slot = await this.#slot();
    return slot !== undefined && needsPassphrase(slot);
  }

  /** The slot as it is stored now, for checking a passphrase. */
  slot() {
    return this.#slot();
  }

  /** What only the browser knows of a start. @param {any} start @returns {Promise<Start>} */
  async #completed(start) {
    if (start.me) start.me.safe = { passphrase: await this.hasPassphrase(), persisted: await isPersisted() };
    return start;
  }

  /** @param {any} event */
  async #tell(event) {
    if (event.event === "state") event.start = await this.#completed(event.start);
    if (event.event === "connection" && event.state === "online") this.#freight?.hasten();
    this.post(event);
  }

  /** @param {unknown} error @returns {Start} */
  #stopped(error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = name === "damaged" || name === "evicted" ? name : "other";
    return { state: "stopped", reason, detail: message || name };
  }

  /** Takes the lock, or waits for it behind the tab that has it. */
  async #hold() {
    if (this.#holds) return true;
    const taken = await new Promise((resolve) => {
      navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      });
    });
    this.#holds = taken;
    if (!taken) this.#waitForTurn();
    return taken;
  }

  /** Takes over when the other tab closes. */
  #waitForTurn() {
    if (this.#waits) return;
    this.#waits = true;
    navigator.locks.request(LOCK, async () => {
      this.#holds = true;
      this.post({ event: "state", start: await this.start() });
      await new Promise(() => {});
    });
  }

  /** Forgets the device. */
  async wipe() {
    this.downloads.stopAll();
    this.tray.clear();
    this.#freight?.stop();
    this.#freight = undefined;
    await this.#desk?.stop();
    this.#desk = undefined;
    this.server.token = undefined;
    await this.storage.wipe();
  }
}

/** What this browser lacks. @returns {"no-webcrypto" | "no-storage" | "no-locks" | "no-wasm" | undefined} */
function unsupported() {
  if (globalThis.crypto?.subtle === undefined) return "no-webcrypto";
  if (globalThis.indexedDB === undefined) return "no-storage";
  if (navigator.locks === undefined) return "no-locks";
  if (globalThis.WebAssembly === undefined) return "no-wasm";
  return undefined;
}
