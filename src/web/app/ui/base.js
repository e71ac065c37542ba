// @ts-check
// Where the set of files lies that this page belongs to: beside `main.js`. The same whether the modules come one by one or
// joined into one file.

const script = /** @type {HTMLScriptElement | null} */ (document.querySelector('script[type="module"]'));
const BASE = new URL(".", script?.src ?? location.href);

/** The address of a file of the set. @param {string} path */
export const fileOf = (path) => new URL(path, BASE).pathname;
