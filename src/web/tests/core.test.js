// The worker's own logic about what may fail and is tried again: pages that end the core, uploads that rest longer and longer, files
// that are fetched on from where they broke off. In node, over a core, a server and a clock that play their part; what the core
// itself decides is tested in Rust.

import { registerHooks } from "node:module";
import { Attempts } from "../app/core/attempts.js";
import { download, Downloads } from "../app/core/downloads.js";

// The core's module is made by a build; nothing of it is needed here.
registerHooks({
  resolve: (name, context, next) => (name === "./wasm.js"
    ? { url: "data:text/javascript,export class FileSealer {}", format: "module", shortCircuit: true } : next(name, context)),
});
globalThis.self = new EventTarget();
const { Freight } = await import("../app/core/freight.js");

/** Time that passes when somebody says so, for everything that waits. */
class Clock {
  #real = { setTimeout, clearTimeout, now: performance.now };
  #waiting = new Map();
  #last = 0;
  now = 1_000;

  constructor() {
    globalThis.setTimeout = (act, time = 0) => (this.#waiting.set(++this.#last, { act, at: this.now + time }), this.#last);
    globalThis.clearTimeout = (number) => void this.#waiting.delete(number);
    performance.now = () => this.now;
  }

  /** Lets everything happen that waits for nothing but its turn. */
  async settle() {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
  }

  async pass(time) {
    const end = this.now + time;
    for (;;) {
      await this.settle();
      const due = [...this.#waiting].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
      if (due === undefined) break;
      this.#waiting.delete(due[0]);
      this.now = due[1].at;
      due[1].act();
    }
    this.now = end;
  }

  end() {
    Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
    performance.now = this.#real.now;
  }
}

/** @type {[string, (clock: Clock, is: (name: string, found: unknown, expected: unknown) => void) => Promise<void>][]} */
const TESTS = [
  ["attempts: what ends the core is opened item by item, then put aside", async (_clock, is) => {
    const kept = {};
    const storage = { own: async (name) => kept[name], keep: async (values) => void Object.assign(kept, structuredClone(values)) };
    const items = [{ position: 7, activity: { poison: true } }, { position: 9, activity: {} }];
    const page = new TextEncoder().encode(JSON.stringify({ items, more: false, space: " ".repeat(120) }));
    const begin = async () => {
      const attempts = new Attempts(storage);
      let care;
      await attempts.open((to, skipped) => (care = { to, skipped }));
      return { attempts, care };
    };
    let { attempts, care } = await begin();
    is("in the beginning nothing is careful", care, { to: 0, skipped: undefined });
    is("a page without items is nothing to be careful of", await attempts.before("1-6", new Uint8Array(100)), undefined);
    is("nor is it kept", kept, {});
    is("the first time all is opened at once", await attempts.before("1-6", page), { to: 0, skipped: undefined });
    ({ attempts } = await begin());
    is("the second time one by one up to its end", await attempts.before("1-6", page), { to: 9, skipped: undefined });
    is("nothing is put aside yet", Object.keys(kept), ["attempt"]);
    ({ attempts, care } = await begin());
    is("a new worker knows it", care, { to: 9, skipped: undefined });
    is("the third time without its first item", await attempts.before("1-6", page), { to: 9, skipped: 7 });
    is("whose bytes are kept", kept["quarantine 7"], { poison: true });
    is("elsewhere it is counted anew", await attempts.before("1-7", page), { to: 9, skipped: 7 });
    is("and nothing else is put aside", Object.keys(kept).sort(), ["attempt", "quarantine 7"]);
  }],

  ["freight: what cannot be saved rests longer and longer, what goes well does not", async (clock, is) => {
    const play = freight();
    play.requests = () => ({ method: "PATCH", address: "/blobs/a?offset=0", body: new Uint8Array(3) });
    play.saves = () => {
      throw new Error("the disk is full");
    };
    play.freight.run();
    await clock.settle();
    is("one try at once", play.asked.length, 1);
    for (const pause of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const before = play.asked.length;
      await clock.pass(pause - 1);
      is(`none within ${pause} ms`, play.asked.length - before, 0);
      await clock.pass(1);
      is(`one after ${pause} ms`, play.asked.length - before, 1);
    }
    const before = play.asked.length;
    play.freight.run();
    await clock.settle();
    is("at once when a person has asked for something", play.asked.length - before, 1);
    play.saves = () => undefined;
    play.requests = once(play.requests());
    await clock.pass(2_000);
    is("and as soon as that goes on", play.asked.length - before, 2);
    play.requests = once({ method: "PATCH", address: "/blobs/a?offset=3", body: new Uint8Array(3) });
    await clock.pass(1_000);
    is("a second later where all is well", play.asked.length - before, 3);
    play.freight.stop();
    play.requests = () => ({ method: "PATCH", address: "/blobs/a?offset=6", body: new Uint8Array(3) });
    await clock.pass(120_000);
    is("never once it has stopped", play.asked.length - before, 3);
  }],

  ["freight: the network is back, and nobody waits for the clock", async (clock, is) => {
    const play = freight();
    play.freight.run();
    await clock.settle();
    play.requests = once({ method: "PATCH", address: "/blobs/a?offset=0", body: new Uint8Array(1) });
    self.dispatchEvent(new Event("online"));
    await clock.settle();
    is("the core is told", play.hastened, 1);
    is("and asked", play.asked.length, 1);
    play.freight.stop();
    self.dispatchEvent(new Event("online"));
    await clock.settle();
    is("but not after it has stopped", play.hastened, 1);
  }],

  ["freight: room that nobody here will know of is given back", async (clock, is) => {
    const play = freight();
    play.requests = once({ method: "POST", address: "/api/alcove/v1/blobs", body: new Uint8Array(1) });
    play.reply = { status: 201, body: new TextEncoder().encode('{"name":"a/b","upload_token":"secret"}') };
    play.saves = () => {
      throw new Error("the disk is full");
    };
    play.freight.run();
    await clock.settle();
    is("by its name and token", play.asked.slice(1), [{ method: "DELETE", address: "/api/alcove/v1/blobs/a%2Fb", token: "secret" }]);
    const refused = freight();
    refused.requests = once({ method: "POST", address: "/api/alcove/v1/blobs", body: new Uint8Array(1) });
    refused.reply = { ...play.reply, status: 507 };
    refused.saves = play.saves;
    refused.freight.run();
    await clock.settle();
    is("where there is any", refused.asked.length, 1);
  }],

  ["freight: a part that is not there any more is lost, and nothing is sent for it", async (clock, is) => {
    const play = freight();
    play.requests = once({ method: "PATCH", address: "/blobs/a?offset=0", stored: "s1", part: 4 });
    play.freight.run();
    await clock.settle();
    is("the core hears of it", play.lost, 1);
    is("the server does not", play.asked.length, 0);
    play.sealed.set("s1", ["part 0"]);
    play.requests = once({ method: "PATCH", address: "/blobs/a?offset=0", stored: "s1", part: 0 });
    play.freight.run();
    await clock.settle();
    is("what is there is sent", play.asked[0]?.body, "part 0");
    is("and what nobody wants is swept away after", [...play.sealed.keys()], []);
  }],

  ["freight: what the tray or a message has is not swept away", async (_clock, is) => {
    const play = freight();
    for (const name of ["tray", "message", "nobody"]) play.sealed.set(name, ["part"]);
    [play.tray, play.stored] = [["tray"], ["message"]];
    await play.freight.sweep();
    is("only the rest", [...play.sealed.keys()], ["tray", "message"]);
  }],

  ["downloads: on from where it broke off, whatever the server answers", async (clock, is) => {
    const file = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
    const play = source([
      () => broken(200, file.subarray(0, 300)),
      () => new Response("busy", { status: 503 }),
      (from) => broken(206, file.subarray(from, from + 200)),
      () => broken(200, file.subarray(0, 700)),
      (from) => new Response(file.subarray(from), { status: 206 }),
    ]);
    const seen = [];
    const opener = { url: "https://other.example/blobs/a", total: 1_000, mediaType: "text/plain", push: (bytes) => bytes, finish: () => void seen.push("checked") };
    const fetched = download(play.server, opener, new AbortController().signal, (done) => seen.push(done));
    fetched.catch(() => {});
    await clock.pass(60_000);
    const blob = await fetched;
    is("every byte once", Buffer.from(await blob.arrayBuffer()).equals(Buffer.from(file)), true);
    is("of its type", blob.type, "text/plain");
    is("asked for from where it was", play.asked, [0, 300, 300, 500, 700]);
    is("checked before it is given out, with how far it is said in between", seen, [0, 1_000, "checked"]);
  }],

  ["downloads: as long as something comes it goes on", async (clock, is) => {
    const play = source(Array(30).fill((from) => broken(from === 0 ? 200 : 206, Uint8Array.of(from))));
    const opener = { url: "https://other.example/blobs/a", total: 30, mediaType: "", push: (bytes) => bytes, finish: () => {} };
    let length = 0;
    download(play.server, opener, new AbortController().signal, () => {}).then((blob) => (length = blob.size), () => {});
    await clock.pass(60_000);
    is("however often it breaks off", length, 30);
  }],

  ["downloads: what will not be better is said at once, what may be is tried", async (clock, is) => {
    const ends = [
      [404, "file-expired", 1], [410, "file-expired", 1], [403, "file-expired", 1], [401, "signed-out", 1],
      [429, "busy", 6], [503, "server-trouble", 6], [0, "offline", 6],
    ];
    for (const [status, code, tries] of ends) {
      const play = source(Array(9).fill(() => (status === 0 ? Promise.reject(new TypeError("no network")) : new Response("", { status }))));
      const opener = { url: "https://other.example/blobs/a", total: 10, mediaType: "", push: (bytes) => bytes, finish: () => {} };
      const begun = clock.now;
      let ended;
      download(play.server, opener, new AbortController().signal, () => {}).catch((error) => (ended = { code: error.name, after: clock.now - begun }));
      await clock.pass(60_000);
      is(`${status}: its name`, ended?.code, code);
      is(`${status}: how often`, play.asked.length, tries);
      is(`${status}: for how long`, ended?.after, tries === 1 ? 0 : 31_000);
    }
  }],

  ["downloads: somebody ends it, or the network comes back, while it rests", async (clock, is) => {
    const opener = { url: "https://other.example/blobs/a", total: 2, mediaType: "", push: (bytes) => bytes, finish: () => {} };
    const away = () => Promise.reject(new TypeError("no network"));
    const stop = new AbortController();
    let ended = "";
    const stopped = source([away, away]);
    download(stopped.server, opener, stop.signal, () => {}).catch((error) => (ended = error.name));
    await clock.settle();
    stop.abort();
    await clock.settle();
    is("ended at once", [ended, stopped.asked.length], ["stopped", 1]);
    const back = source([away, () => new Response("ok")]);
    let length = 0;
    download(back.server, opener, new AbortController().signal, () => {}).then((blob) => (length = blob.size));
    await clock.settle();
    is("waits", back.asked.length, 1);
    self.dispatchEvent(new Event("online"));
    await clock.settle();
    is("goes on at once", [length, back.asked.length], [2, 2]);
  }],

  ["downloads: a file is fetched once at a time", async (clock, is) => {
    const downloads = new Downloads();
    const stop = new AbortController();
    let begun = 0;
    const get = () => new Promise((_resolve, reject) => {
      begun += 1;
      stop.signal.addEventListener("abort", () => reject(new Error("stopped")));
    });
    const both = [downloads.run("a", get, stop), downloads.run("a", get, new AbortController())];
    const ended = Promise.allSettled(both);
    is("by whoever asks", begun, 1);
    downloads.stop("b");
    downloads.stop("a");
    is("and ended for all of them", (await ended).map(({ status }) => status), ["rejected", "rejected"]);
    await clock.settle();
    downloads.run("a", get, new AbortController());
    is("then it can be fetched again", begun, 2);
  }],
];

/** @returns {Promise<string[]>} one after the other: each has the clock for itself */
export async function problems() {
  const found = [];
  for (const [name, test] of TESTS) {
    const clock = new Clock();
    const is = (what, value, expected) => {
      const [one, other] = [value, expected].map((each) => JSON.stringify(each));
      if (one !== other) found.push(`${name}: ${what}: ${one}, not ${other}`);
    };
    await test(clock, is).catch((error) => found.push(`${name}: ${error.stack}`));
    clock.end();
  }
  return found;
}

/** Freight with everything around it; what the core wants and how the server answers can be set. */
function freight() {
  const play = {
    asked: [], lost: 0, hastened: 0, tray: [], stored: [], sealed: new Map(),
    requests: () => undefined, saves: () => undefined, reply: { status: 204, body: new Uint8Array() },
  };
  const core = {
    laden: true,
    haul: () => {
      const request = play.requests();
      return request && { ...request, free: () => {} };
    },
    hauled: () => play.saves(),
    unhauled: () => play.saves(),
    lost: () => void (play.lost += 1),
    hasten: () => void (play.hastened += 1),
    stored: () => JSON.stringify(play.stored),
  };
  const desk = { look: async (look) => look(core), perform: async (step) => step(core) };
  const server = {
    deliver: async ({ method, address, token, body }) => {
      play.asked.push({ method, address, ...(token && { token }), ...(body && method !== "POST" && { body }) });
      return play.reply;
    },
  };
  const keys = () => [...play.sealed].flatMap(([name, parts]) => parts.map((_, part) => [name, part]));
  const store = { get: ([name, part]) => play.sealed.get(name)?.[part], getAllKeys: keys };
  const storage = {
    sealed: async (look) => look(store),
    write: async (_stores, _durability, write) => write({ objectStore: () => ({ delete: ([name]) => play.sealed.delete(name) }) }),
  };
  play.freight = new Freight({ desk, server, storage, tray: { stored: () => play.tray } });
  return play;
}

/** What is given once, and then nothing. */
function once(request) {
  let left = request;
  return () => {
    const given = left;
    left = undefined;
    return given;
  };
}

/** A server that answers in turn, and notes from which byte on it was asked. */
function source(answers) {
  const asked = [];
  const sealedFile = async (_url, from) => {
    asked.push(from);
    return answers[asked.length - 1](from);
  };
  return { asked, server: { sealedFile } };
}

/** An answer that ends too early. */
function broken(status, bytes) {
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(bytes);
      setImmediate(() => stream.error(new TypeError("it broke off")));
    },
  });
  return new Response(body, { status });
}
