// @ts-check
// The beginning: texts first, then the worker, then whatever it says there is.

import { html, render } from "./html.js";
import { call, connect, listen } from "./rpc.js";
import { set } from "./store.js";
import { speak } from "./texts.js";
import { follow } from "./route.js";
import { hear, take } from "./model.js";
import { App } from "./app.js";
import { keys } from "./keyboard.js";

/** @param {HTMLElement | null} root */
export async function begin(root) {
  if (!root) return;
  await speak(null);
  follow();
  listen(hear);
  connect(() => set({ start: { state: "stopped", reason: "other" } }));
  render(html`<${App} />`, root);
  keys();
  // A file that is dropped beside what takes files would be opened in the place of the app.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  try {
    await take(await call("start"));
  } catch {
    set({ start: { state: "stopped", reason: "other" } });
  }
}
