// @ts-check
// The worker's side of the border (contract.d.ts): requests come in, each is answered; events go out. Which tab's worker is
// the one that writes is decided by a lock of the browser: two with the same keys would use a key twice.

import { Refusal, failureOf } from "./failure.js";
import { Host } from "./host.js";
import { methods } from "./methods.js";

/** @param {any} scope the worker's global scope */
export function serve(scope) {
  const host = new Host((event) => scope.postMessage(event));
  scope.onmessage = async (/** @type {MessageEvent} */ { data: { id, method, args } }) => {
    try {
      scope.postMessage({ id, result: (await answer(host, method, args ?? {})) ?? null });
    } catch (thrown) {
      scope.postMessage({ id, error: failureOf(thrown) });
    }
  };
}

/** @param {Host} host @param {string} method @param {any} args @returns {Promise<any>} */
async function answer(host, method, args) {
  if (Object.hasOwn(methods, method)) return methods[method](host, args);
  const given = JSON.stringify(args);
  const desk = host.desk;
  const seen = await desk.look((core) => core.look(method, given, Date.now()));
  if (seen !== undefined) return JSON.parse(seen);
  const done = await desk.perform((core) => core.obey(method, given, Date.now()));
  if (done === undefined) throw new Refusal("not-yet", method);
  return done;
}
