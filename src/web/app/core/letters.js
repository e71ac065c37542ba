// @ts-check
// What conversations that are not encrypted need of the server beside the exchange that the core runs: older letters when
// somebody looks at them, and files. Which chats these are is for the core to say.

import { Refusal } from "./failure.js";

/** The most pages that are fetched for one that is shown. */
const MOST_PAGES = 20;

/** @typedef {import("./host.js").Host} Host */

/** Fetches older letters, as far as a page of messages wants them and the server can be reached; nothing for other chats.
 * @param {Host} host @param {object} args those of `messages` */
export async function fetchOlder(host, args) {
  let before;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const here = await host.desk.look((core) => core.wantOlder(JSON.stringify(args)));
    if (here === undefined || here === before) return;
    before = here;
    await host.desk.run();
  }
}

/** A file of a letter, if it is of one: from the own server, which has fetched it. @param {Host} host
 * @param {{ chat: string, message: object, index: number }} args @returns {Promise<Blob | undefined>} */
export async function openFile(host, args) {
  const found = await host.desk.look((core) => core.look("letterFile", JSON.stringify(args), Date.now()));
  if (found === undefined) return undefined;
  const address = JSON.parse(found);
  if (address === null) throw new Refusal("file-gone");
  const reply = await host.server.deliver({ method: "GET", address });
  if (typeof reply === "string") throw new Refusal("offline", reply);
  if (reply.status !== 200) throw new Refusal("file-gone");
  return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (reply.body)], { type: reply.contentType });
}
