// @ts-check
// Waiting for news: the event stream of the account's `messages`. It only says that something arrived; what arrived is
// read as pages, so that there is one way in and nothing can be missed between two.

/** How long it may be silent before it counts as broken: servers send a sign of life every 30 seconds. */
const SILENCE = 75_000;

/** Reads events until the stream ends or is silent for too long; calls `news` for each, and once it is open.
 * @param {import("./http.js").Server} server @param {string} inbox @param {string | undefined} after
 * @param {AbortSignal} stop @param {() => void} news */
export async function listen(server, inbox, after, stop, news) {
  const { eventStream } = await server.ask("GET", inbox);
  const silence = new AbortController();
  const signal = AbortSignal.any([stop, silence.signal]);
  const timer = () => setTimeout(() => silence.abort(), SILENCE);
  let alarm = timer();
  try {
    const response = await server.stream(eventStream ?? `${inbox}/stream`, after, signal);
    if (response.status !== 200 || response.body === null) return;
    // What moved before it was open is not told on it, unless it is an item.
    news();
    const events = new Events();
    for await (const chunk of chunksOf(response.body)) {
      clearTimeout(alarm);
      alarm = timer();
      if (events.come(chunk)) news();
    }
  } finally {
    clearTimeout(alarm);
  }
}

/** The lines of a stream (WHATWG HTML 9.2): an empty one ends an event, and one without data is none. */
export class Events {
  #decoder = new TextDecoder();
  #rest = "";
  #hasData = false;

  /** Whether this chunk completes an event. @param {Uint8Array} chunk */
  come(chunk) {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    let came = false;
    for (const line of lines.map((line) => line.trimEnd())) {
      if (line === "") {
        came ||= this.#hasData;
        this.#hasData = false;
      } else if (line.startsWith("data")) {
        this.#hasData = true;
      }
    }
    return came;
  }
}

/** @param {ReadableStream<Uint8Array>} body */
async function* chunksOf(body) {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
