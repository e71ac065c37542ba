// @ts-check
// What this device keeps: IndexedDB `alcove` with three stores. `records` holds the sealed records of the core, `own` what the
// host needs before the core is open: the wrapped key, the key that wraps it, the sealed root, settings. `sealed` has sealed files
// until they are sent (sealed.js). Everything of one step is one transaction that is on the disk when it ends; nothing is sealed
// or opened here.

import { Refusal } from "./failure.js";

const NAME = "alcove";
const VERSION = 2;
const STORES = ["records", "own", "sealed"];
/** How many records are read at once. */
const CHUNK = 2000;

/** @typedef {import("./wasm.js").Work} Work */

/** The database of this origin. */
export class Storage {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** Opens it, or makes it. */
  static async open() {
    return new Storage(await database());
  }

  /** Opens it again: the browser closes a database whose files it deletes. */
  async reopen() {
    this.database.close();
    this.database = await database();
  }

  /** What the host has kept under a name. @param {string} name @returns {Promise<any>} */
  async own(name) {
    return settled(this.database.transaction("own").objectStore("own").get(name));
  }

  /** Keeps something of the host. @param {Record<string, unknown>} values @param {"strict" | "relaxed"} [durability] */
  async keep(values, durability = "strict") {
    await this.write(["own"], durability, (transaction) => {
      const own = transaction.objectStore("own");
      for (const [name, value] of Object.entries(values)) own.put(value, name);
    });
  }

  /** Saves a step: all of it or nothing. Once this returns, it is on the disk.
   * @param {Work} work @param {Record<string, unknown>} [values] what the host keeps with it */
  async save(work, values = {}) {
    if (!work.saves && Object.keys(values).length === 0) return;
    await this.write(["records", "own"], "strict", (transaction) => {
      const [records, own] = [transaction.objectStore("records"), transaction.objectStore("own")];
      for (const key of work.delete) records.delete(/** @type {any} */ (key));
      for (const [key, value] of work.put) records.put(value, /** @type {any} */ (key));
      if (work.saves) own.put(work.root, "root");
      for (const [name, value] of Object.entries(values)) own.put(value, name);
    });
  }

  /** The root, every key, and the values of the hot records, as one moment had them. */
  async hot() {
    const transaction = this.database.transaction(["records", "own"]);
    const records = transaction.objectStore("records");
    const [root, keys, values] = await Promise.all([
      settled(transaction.objectStore("own").get("root")), settled(records.getAllKeys()), settled(records.getAll(range(0, 1))),
    ]);
    return { root: /** @type {Uint8Array} */ (root), keys: keys.map(bytes), values: /** @type {Uint8Array[]} */ (values) };
  }

  /** The value of one record. @param {Uint8Array<ArrayBuffer>} key @returns {Promise<Uint8Array | undefined>} */
  async record(key) {
    return settled(this.database.transaction("records").objectStore("records").get(key));
  }

  /** The cold records, some at a time, newest shelf last.
   * @param {(keys: Uint8Array[], values: Uint8Array[]) => void} take */
  async cold(take) {
    let after = range(1, 2);
    for (;;) {
      const records = this.database.transaction("records").objectStore("records");
      const [keys, values] = await Promise.all([settled(records.getAllKeys(after, CHUNK)), settled(records.getAll(after, CHUNK))]);
      if (keys.length > 0) take(keys.map(bytes), values);
      if (keys.length < CHUNK) return;
      after = IDBKeyRange.bound(keys[keys.length - 1], Uint8Array.of(2), true, true);
    }
  }

  /** Looks into the sealed files. @template T @param {(store: IDBObjectStore) => IDBRequest<T>} look @returns {Promise<T>} */
  async sealed(look) {
    return settled(look(this.database.transaction("sealed").objectStore("sealed")));
  }

  /** Removes everything of this device. */
  async wipe() {
    await this.write(STORES, "strict", (transaction) => {
      for (const store of STORES) transaction.objectStore(store).clear();
    });
  }

  /** Writes all of it or nothing. @param {string[]} stores @param {"strict" | "relaxed"} durability @param {(transaction: IDBTransaction) => void} write */
  async write(stores, durability, write) {
    try {
      const transaction = this.database.transaction(stores, "readwrite", { durability });
      const ended = new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(undefined);
        transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
      });
      write(transaction);
      await ended;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

async function database() {
  try {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      for (const store of STORES) if (!result.objectStoreNames.contains(store)) result.createObjectStore(store);
    };
    const opened = await settled(opening);
    opened.onversionchange = () => opened.close();
    return opened;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Whether the browser has promised not to delete what is kept. */
export async function isPersisted() {
  return (await navigator.storage?.persisted?.()) ?? false;
}

/** Keys that begin with a byte from `first` on and before `end`. @param {number} first @param {number} end */
function range(first, end) {
  return IDBKeyRange.bound(Uint8Array.of(first), Uint8Array.of(end), false, true);
}

/** @param {IDBValidKey} key */
function bytes(key) {
  return new Uint8Array(/** @type {ArrayBuffer} */ (key));
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {unknown} error */
function refusalOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") return new Refusal("storage-full");
  if (name === "InvalidStateError" || name === "NotFoundError") return new Refusal("storage-lost");
  if (name === "SecurityError" || name === "NotAllowedError") return new Refusal("no-storage");
  return new Refusal("storage", error instanceof Error ? error.message : String(error));
}
