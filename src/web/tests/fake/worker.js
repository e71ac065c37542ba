// Plays the worker for tests and development: every method of contract.d.ts over a made-up world (`world.js`), with latency,
// failures and states as the scenario asks. It encrypts nothing and keeps nothing.

import { makeWorld, me } from "./world.js";
import { methods } from "./methods.js";

/**
 * @param {string} text a scenario: words with a space between them, some with a value: `state=locked latency=50 fail=send`.
 *   What the words mean is said where they are used, here, in world.js and in methods.js.
 */
export function play(text) {
  const words = new Map(text.split(" ").filter(Boolean).map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? [word, "yes"] : [word.slice(0, at), word.slice(at + 1)];
  }));
  const world = makeWorld(words);
  const tell = (event) => self.postMessage(event);
  const answers = methods(world, words, tell);
  const failing = new Map((words.get("fail") ?? "").split(",").filter(Boolean).map((one) => one.split(":")));

  self.onmessage = async ({ data: { id, method, args } }) => {
    // What a test makes happen: an event, or a function of the world.
    if (method === "test-event") return tell(args);
    await new Promise((done) => setTimeout(done, Number(words.get("latency") ?? 0)));
    try {
      if (failing.has(method)) throw { code: failing.get(method) ?? "offline", detail: words.get("detail") };
      self.postMessage({ id, result: (await answers[method](args)) ?? null });
    } catch (error) {
      self.postMessage({ id, error: error.code ? error : { code: "other", detail: String(error) } });
    }
  };
  if (words.has("event")) setTimeout(() => tell(JSON.parse(decodeURIComponent(words.get("event")))), 300);
}

export { me };
