// @ts-check
// Why something was not done, in the contract's codes: the interface has the sentences.

/** A refusal with a code of the contract. */
export class Refusal extends Error {
  /** @param {string} code @param {string} [detail] */
  constructor(code, detail = "") {
    super(detail);
    this.name = code;
  }
}

/** What the interface is told of anything that was thrown.
 * @param {unknown} thrown @returns {import("../contract.js").Failure} */
export function failureOf(thrown) {
  if (isPanic(thrown)) return { code: "crashed" };
  if (!(thrown instanceof Error)) return { code: "unexpected", detail: String(thrown) };
  const code = /^[a-z][a-z-]*$/.test(thrown.name) ? thrown.name : "unexpected";
  return thrown.message ? { code, detail: thrown.message } : { code };
}

/** Whether the core has ended: nothing of it may be used any more.
 * @param {unknown} thrown */
export function isPanic(thrown) {
  return thrown instanceof WebAssembly.RuntimeError || (thrown instanceof RangeError && /stack|memory/i.test(thrown.message));
}
