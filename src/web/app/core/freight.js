// @ts-check
// Sealed files on their way to the server: one request after the other, as the core says, beside what the device itself has to
// send. Whatever ends in the middle, the network or this worker, the core knows how to go on.

import { SealedFiles } from "./sealed.js";

/** How soon it is looked again whether something is to be done. */
const PAUSE = 1_000;
/** The most that is waited after steps that could not be saved. */
const LONGEST_PAUSE = 60_000;
/** How long a server may have told how much it takes. */
const STALE = 60 * 60_000;

/** @typedef {import("./host.js").Host} Host */

/** What one device has on its way. */
export class Freight {
  /** @type {Promise<void> | undefined} */
  #running;
  #timer = 0;
  /** How long is waited after a step that could not be saved, and until when. It is kept here: the core that knew is gone then. */
  #pause = PAUSE;
  #restsUntil = 0;
  #stopped = false;
  #asked = 0;
  #online = () => this.hasten();

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.files = new SealedFiles(host.storage);
    self.addEventListener("online", this.#online);
  }

  /** Goes on with what the last run has left, and lets go of what nobody has sent. */
  begin() {
    this.learnLimits();
    this.sweep();
    this.run();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    self.removeEventListener("online", this.#online);
  }

  /** The network is back. */
  async hasten() {
    await this.host.desk.look((core) => core.hasten()).catch(() => {});
    this.#go();
  }

  /** Makes requests, at once: somebody has asked for something, and that was saved. */
  run() {
    this.#saved();
    this.#go();
  }

  /** Makes requests until there is nothing to do, or nothing can be done now. */
  #go() {
    clearTimeout(this.#timer);
    if (performance.now() < this.#restsUntil) return void this.#later();
    this.#running ??= this.#haul().catch(() => this.#unsaved()).finally(() => {
      this.#running = undefined;
      this.#later();
    });
  }

  async #later() {
    if (this.#stopped) return;
    const laden = await this.host.desk.look((core) => core.laden).catch(() => true);
    clearTimeout(this.#timer);
    if (laden && !this.#stopped) this.#timer = setTimeout(() => this.#go(), Math.max(PAUSE, this.#restsUntil - performance.now()));
  }

  #saved() {
    [this.#pause, this.#restsUntil] = [PAUSE, 0];
  }

  #unsaved() {
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.#restsUntil = performance.now() + this.#pause;
  }

  async #haul() {
    let moved = false;
    while (!this.#stopped) {
      const request = await this.host.desk.look((core) => core.haul(Date.now()));
      if (request === undefined) break;
      moved = true;
      const { method, address, token, stored, part } = request;
      const body = stored === undefined ? request.body : await this.files.part(stored, part ?? 0);
      request.free();
      if (stored !== undefined && body === undefined) {
        await this.host.desk.perform((core) => core.lost(Date.now()));
        continue;
      }
      const mediaType = body && (stored === undefined ? "application/json" : "application/octet-stream");
      const reply = await this.host.server.deliver({ method, address, mediaType, body, token });
      try {
        await this.host.desk.perform((core) => (typeof reply === "string" ? core.unhauled(reply, Date.now())
          : core.hauled(reply.status, reply.contentType, reply.retryAfter, reply.body, Date.now())));
      } catch (error) {
        if (method === "POST") await this.#takeBack(address, reply);
        throw error;
      }
    }
    if (!moved) return;
    this.#saved();
    await this.sweep();
  }

  /** Gives back the room that the server keeps for a file of which nobody here will know. If that fails, it ends by itself.
   * @param {string} address @param {import("./http.js").Reply | string} reply */
  async #takeBack(address, reply) {
    try {
      if (typeof reply === "string" || reply.status >= 300) return;
      const { name, upload_token: token } = JSON.parse(new TextDecoder().decode(reply.body));
      await this.host.server.deliver({ method: "DELETE", address: `${address}/${encodeURIComponent(name)}`, token });
    } catch {
      // What is no answer names nothing.
    }
  }

  /** Removes sealed bytes that neither a message that waits nor the tray has. */
  async sweep() {
    const { desk, tray } = this.host;
    await this.files.keepOnly(async () => {
      // Before and after: what is sent goes from the tray into the core meanwhile.
      const before = tray.stored();
      const needed = JSON.parse(await desk.look((core) => core.stored()));
      return new Set([...before, ...needed, ...tray.stored()]);
    }).catch(() => {});
  }

  /** Asks how much the server takes, if that has not been known for a while; an older answer does where there is none. */
  async learnLimits() {
    if (Date.now() - this.#asked < STALE) return;
    try {
      const server = await this.host.server.askText("GET", "/api/alcove/v1/server");
      await this.host.desk.perform((core) => core.limit(server));
      this.#asked = Date.now();
    } catch {
      // Without an answer only small files are taken, which needs no server.
    }
  }
}
