// What this server asks of others goes over the loopback in clear text, and is written down. Addresses elsewhere are never
// asked: there is nobody in a test, and nothing of it concerns them. So what we write must be read without them: no context
// that Fedify would have to fetch.

import { schemeOf } from "./world.js";

/** Puts itself before every request that Fedify makes. */
export function watchRequests(world) {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    if (url.hostname !== "127.0.0.1") throw new TypeError(`${url.href} is not on this machine`);
    const entry = { method: request.method, url: url.href, scheme: schemeOf(request.headers), status: null };
    world.requests.push(entry);
    const response = await (url.protocol === "https:" ? send(inClear(url), init) : send(input, init));
    entry.status = response.status;
    return response;
  };
}

// WebFinger knows only names of hosts, which stand for https everywhere but here.
function inClear(url) {
  return new URL(url.href.replace(/^https:/, "http:"));
}
