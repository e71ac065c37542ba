// What this server asks of others goes over the loopback in clear text, and is written down. Addresses elsewhere are never
// asked: there is nobody in a test, and nothing of it concerns them.

import { schemeOf } from "./world.js";

// Contexts of documents that Fedify does not carry itself. It would fetch them; that their terms mean nothing to it makes
// no difference to what it reads.
const CONTEXTS = [
  "https://purl.archive.org/socialweb/mls",
  "https://purl.archive.org/socialweb/sse",
  "https://purl.archive.org/socialweb/seekitem/1.0",
];

/** Puts itself before every request that Fedify makes. */
export function watchRequests(world) {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    if (CONTEXTS.includes(url.href)) return context();
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

function context() {
  const headers = { "Content-Type": "application/ld+json" };
  return new Response(JSON.stringify({ "@context": {} }), { headers });
}
