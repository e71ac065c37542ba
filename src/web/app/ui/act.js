// @ts-check
// What people do, as calls to the worker: what was refused is said in a sentence, never swallowed.

import { call, Refused } from "./rpc.js";
import { set } from "./store.js";
import { has, t } from "./texts.js";

/** @import { Methods } from "../contract.js" */

let last = 0;

/** Says something for a moment. @param {string} text @param {() => void} [undo] */
export function toast(text, undo) {
  const id = ++last;
  set({ toast: { id, text, undo } });
}

/** Why something was refused, as a sentence; what a server said is quoted. @param {unknown} error */
export function reason(error) {
  if (!(error instanceof Refused)) return t("error-other");
  const id = `error-${error.code}`;
  const sentence = has(id) ? t(id) : t("error-other");
  return error.detail ? t("error-quoted", { sentence, detail: error.detail }) : sentence;
}

/**
 * As `call`, and says so where it is refused.
 * @template {keyof Methods} M
 * @param {M} method
 * @param {Parameters<Methods[M]>} args
 * @returns {Promise<ReturnType<Methods[M]> | undefined>} nothing: refused
 */
export async function attempt(method, ...args) {
  try {
    return await call(method, ...args);
  } catch (error) {
    toast(reason(error));
    return undefined;
  }
}
