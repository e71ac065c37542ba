// @ts-check
// The page's side of the worker that reads QR codes (`main.js`), which is started when the first picture is to be read. No
// picture can hold up anything: a worker that takes too long over one, or fails at it, is ended, and the next picture has a
// new one.

/** How long one picture may take, in milliseconds; it takes a few hundredths of that. */
const LONGEST = 3000;
/** How long it may take to load what reads codes, in milliseconds. */
const LOADED = 20_000;

/** The worker could not be had: there is no connection, or the browser does not run it. */
export class Unloaded extends Error {}

export class Decoder {
  /** @type {Promise<Worker> | undefined} */
  #worker;
  #start;

  /** @param {() => Worker} start */
  constructor(start) {
    this.#start = start;
  }

  /** @param {ImageData} picture @returns {Promise<string | null>} what a code in it says */
  async read(picture) {
    const worker = await (this.#worker ??= ready(this.#start()));
    const answer = heard(worker);
    worker.postMessage(picture, [picture.data.buffer]);
    const late = new Promise((_, reject) => setTimeout(reject, LONGEST));
    try {
      return await Promise.race([answer, late]);
    } catch {
      this.end();
      return null;
    }
  }

  end() {
    this.#worker?.then((worker) => worker.terminate(), () => {});
    this.#worker = undefined;
  }
}

/** @param {Worker} worker @returns {Promise<Worker>} the same, as soon as it can read */
async function ready(worker) {
  const late = new Promise((resolve) => setTimeout(resolve, LOADED, "failed"));
  const said = await Promise.race([heard(worker).catch(() => "failed"), late]);
  if (said === "ready") return worker;
  worker.terminate();
  throw new Unloaded();
}

/** The next thing that a worker says. @param {Worker} worker @returns {Promise<any>} */
function heard(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
}
