// @ts-check
// The device at work. Everything that touches the core stands in one line, and every step goes the same way: saved in one
// transaction, then sent, then told (invariant 6). When a save fails, or the core has ended in a panic, the core is dropped
// and opened again from what was saved: nothing that was told or sent is lost, because all of it was saved before.

import { Refusal, isPanic } from "./failure.js";
import { Attempts } from "./attempts.js";
import { listen } from "./stream.js";
import { Core, __wbg_reset_state as resetCore } from "./wasm.js";

/** How often the device looks at its clock. */
const TICK = 1_000;
/** How often everything is asked for anew although the stream is silent. */
const RESYNC = 60_000;
/** The same without a stream. */
const POLL = 5_000;
/** How often at most it is looked whether another device of the person asks to be approved. */
const ALERT = 5_000;

/** @typedef {import("./wasm.js").Work} Work */
/** @typedef {import("./storage.js").Storage} Storage */
/** @typedef {import("./http.js").Server} Server */

/** One signed-in device, open in this worker. */
export class Desk {
  /** @type {Core | undefined} */
  #core;
  /** The last thing in the line. @type {Promise<unknown>} */
  #line = Promise.resolve();
  /** @type {Promise<void> | undefined} */
  #exchange;
  /** @type {Promise<void> | undefined} */
  #again;
  /** Whether anything was saved since people's names were last looked at. */
  #changed = true;
  #stopping = new AbortController();
  #streaming = false;
  #begunAt = 0;
  /** When it was last looked for other devices, and whether one may have come since. */
  #lookedAt = 0;
  #mayHaveCome = false;
  #connection = "";
  /** Whether all messages are in memory. @type {Promise<void>} */
  complete = Promise.resolve();

  /** @param {Storage} storage @param {Server} server @param {Uint8Array} slot the key, not wrapped any more
   * @param {(event: any) => void} tell */
  constructor(storage, server, slot, tell) {
    this.storage = storage;
    this.server = server;
    this.slot = slot;
    this.tell = tell;
    this.attempts = new Attempts(storage);
  }

  /** Opens the device that was saved, and begins to work.
   * @param {Storage} storage @param {Server} server @param {Uint8Array} slot @param {string | undefined} passphrase
   * @param {(event: any) => void} tell */
  static async open(storage, server, slot, passphrase, tell) {
    const desk = new Desk(storage, server, slot, tell);
    await desk.#open(passphrase);
    // From here on a restart must not ask for the passphrase again.
    desk.slot = desk.#present.slot();
    return desk.#work();
  }

  /** Makes a new device of the account that a server has just signed in to. The device is saved before it says anything.
   * @param {Storage} storage @param {Server} server @param {string} token @param {string} title
   * @param {(core: Core) => Promise<Record<string, unknown>>} own what the host keeps beside it: the wrapped key
   * @param {(event: any) => void} tell @param {unknown} [takenUp] the invitation that it came by, if a device made that */
  static async create(storage, server, token, title, own, tell, takenUp) {
    const created = Core.create(token, title, Date.now());
    const core = created.core();
    const desk = new Desk(storage, server, core.slot(), tell);
    desk.#core = core;
    await desk.#keep(created.work(), await own(core));
    // Before anything goes out: a device that is ready says at once who it is.
    if (takenUp) await desk.#step((core) => core.obey("takeUpInvitation", JSON.stringify(takenUp), Date.now()));
    return desk.#work();
  }

  /** The core, if it is there. */
  get #present() {
    if (this.#core === undefined) throw new Refusal("storage-lost");
    return this.#core;
  }

  /** @param {string} [passphrase] */
  async #open(passphrase) {
    const { root, keys, values } = await this.storage.hot();
    if (root === undefined || values.length === 0) throw new Refusal("evicted");
    this.#core = Core.open(this.slot, passphrase, root, keys, values);
    const core = this.#core;
    await this.attempts.open((to, skipped) => core.careful(to, skipped));
    this.complete = this.storage.cold((keys, values) => core.recall(keys, values)).then(() => core.recalled());
    // Until then the core asks nothing about letters that are not encrypted.
    this.complete.then(() => this.run(), (error) => this.#failed(error));
  }

  #work() {
    this.server.token = this.#present.token;
    const timer = setInterval(() => this.#tick(), TICK);
    const online = () => this.sync();
    self.addEventListener("online", online);
    this.#stopping.signal.addEventListener("abort", () => {
      clearInterval(timer);
      self.removeEventListener("online", online);
    });
    this.sync();
    return this;
  }

  /** Stops for good. */
  async stop() {
    this.#stopping.abort();
    await this.#line.catch(() => {});
    this.#core = undefined;
  }

  /** Looks at the core. @template T @param {(core: Core) => T} look @returns {Promise<T>} */
  look(look) {
    return this.#inLine(async () => look(this.#present));
  }

  /** Makes a step: done, saved, told, and what it wants sent is sent after. Answers what the core answers.
   * @param {(core: Core) => Work | undefined} step @returns {Promise<any>} */
  async perform(step) {
    const answer = await this.#step(step);
    this.run();
    return answer;
  }

  /** @param {(core: Core) => Work | undefined} step @param {Record<string, unknown>} [own] @returns {Promise<any>} */
  #step(step, own) {
    return this.#inLine(async () => {
      const work = step(this.#present);
      if (work === undefined) return undefined;
      const answer = JSON.parse(work.answer);
      await this.#keep(work, own);
      return answer;
    });
  }

  /** One thing after the other. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  #inLine(work) {
    const done = this.#line.then(work);
    this.#line = done.catch((error) => this.#failed(error));
    return done;
  }

  /** Saves, then tells. @param {Work} work @param {Record<string, unknown>} [own] */
  async #keep(work, own) {
    try {
      await this.storage.save(work, own);
    } catch (error) {
      // The core is ahead of what is on the disk: it must not be seen, now or by a later step.
      this.#core = undefined;
      throw error;
    }
    this.#changed ||= work.saves;
    for (const event of JSON.parse(work.events)) this.tell(event);
    work.free();
  }

  /** After a failed save and after a panic: what was saved counts. @param {unknown} error */
  async #failed(error) {
    const code = error instanceof Error ? error.name : "";
    if (code === "storage-full") this.tell({ event: "storage", state: "full" });
    if (isPanic(error)) {
      this.#core = undefined;
      resetCore();
    }
    if (this.#core !== undefined || this.#stopping.signal.aborted) return;
    try {
      await this.storage.reopen();
      await this.#open();
    } catch (reason) {
      // Tried again with the next tick, unless the records themselves are the trouble.
      const name = reason instanceof Error ? reason.name : "";
      if (name === "damaged" || name === "evicted") {
        this.#stopping.abort();
        this.tell({ event: "state", start: { state: "stopped", reason: name } });
      }
    }
  }

  /** Makes a round: what has no answer is asked again, what has arrived is fetched. */
  async sync() {
    this.#begunAt = Date.now();
    await this.look((core) => core.begin()).catch(() => {});
    this.#mayHaveCome = true;
    await this.#lookForDevices();
    await this.run();
  }

  /** A device that wants to be added is heard of on every one of the person's, whether or not they look for it (promise P28). One
   * that waits to be approved itself asks when its person says so. */
  async #lookForDevices() {
    const passed = Date.now() - this.#lookedAt;
    if (!this.#mayHaveCome || (passed >= 0 && passed < ALERT)) return;
    [this.#lookedAt, this.#mayHaveCome] = [Date.now(), false];
    const look = this.#step((core) => (JSON.parse(core.start()).state === "ready" ? core.obey("lookForPairings", "{}", Date.now()) : undefined));
    await look.catch(() => {});
  }

  /** Runs errands until there is nothing to do. What is asked for meanwhile is done when this resolves.
   * @returns {Promise<void>} */
  run() {
    if (this.#exchange !== undefined) {
      this.#again ??= this.#exchange.then(() => {
        this.#again = undefined;
        return this.run();
      });
      return this.#again;
    }
    this.#exchange = this.#errands().catch(() => {}).finally(() => (this.#exchange = undefined));
    return this.#exchange;
  }

  async #errands() {
    while (!this.#stopping.signal.aborted) {
      const errand = await this.look((core) => core.next(Date.now()));
      if (errand === undefined) break;
      await this.#errand(errand);
    }
    await this.#tellConnection();
    if (this.#changed) {
      this.#changed = false;
      await this.#meetStrangers();
    }
    this.#stream();
  }

  /** @param {import("./wasm.js").Errand} errand */
  async #errand(errand) {
    const { kind, method, address, mediaType, body } = errand;
    errand.free();
    const reply = await this.server.deliver({ method, address, mediaType, body });
    if (typeof reply === "string") {
      await this.#step((core) => core.unanswered(reply, Date.now()));
      return;
    }
    const { status, contentType, location, activity, retryAfter } = reply;
    if (kind === "page" && status === 200) await this.#prepareFor(reply.body);
    await this.#step((core) => core.answered(status, contentType, location, activity, retryAfter, reply.body, Date.now()));
  }

  /** Trap T37: that a page is about to be opened is written down before, in case it ends the core. @param {Uint8Array} page */
  async #prepareFor(page) {
    const cursor = await this.look((core) => core.cursor ?? "");
    const care = await this.attempts.before(cursor, page);
    if (care !== undefined) await this.look((core) => core.careful(care.to, care.skipped));
  }

  async #tellConnection() {
    const connection = await this.look((core) => core.connection());
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.tell(JSON.parse(connection));
  }

  /** Looks up the people of conversations whose names are not known; whoever is not found now is asked for again. */
  async #meetStrangers() {
    const strangers = JSON.parse(await this.look((core) => core.strangers()));
    for (const actor of strangers) {
      try {
        const found = await this.server.askText("GET", `/api/alcove/v1/find?actor=${encodeURIComponent(actor)}`);
        await this.#step((core) => core.learn(found));
      } catch (error) {
        if (error instanceof Error && ["offline", "signed-out", "busy"].includes(error.name)) return;
      }
    }
  }

  async #tick() {
    const passed = Date.now() - this.#begunAt;
    const behind = await this.look((core) => core.behind).catch(() => true);
    if (passed < 0 || passed >= (this.#streaming && !behind ? RESYNC : POLL)) return this.sync();
    await this.#lookForDevices();
    await this.#step((core) => core.tick(Date.now())).catch(() => {});
    await this.run();
  }

  /** Keeps one event stream open. */
  async #stream() {
    if (this.#streaming || this.#stopping.signal.aborted) return;
    const place = await this.look((core) => ({ inbox: core.inbox, cursor: core.cursor }));
    if (place.inbox === undefined || this.#streaming) return;
    this.#streaming = true;
    const news = () => this.sync();
    await listen(this.server, place.inbox, place.cursor, this.#stopping.signal, news).catch(() => {});
    this.#streaming = false;
  }

  /** Signs in again with this device, whose token has ended. @param {string} token */
  async enrol(token) {
    await this.#step((core) => core.enrol(token, Date.now()));
    this.server.token = await this.look((core) => core.token);
    await this.sync();
  }
}
