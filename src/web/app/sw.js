// @ts-check
// The app without a network: keeps the whole set of files that this worker belongs to, and answers from it. Never anything of
// the API, and nothing for one person: the same bytes for everybody. Another set is taken only whole, each file as its
// manifest says, and only once no page of the present set is open. Whether a manifest is one that was released is not
// checked here yet: `isGenuine` is the place for it.

const SET = "__SET__";
const PREFIX = "alcove app ";
const CACHE = PREFIX + SET;
const INDEX = "/app/";

/** A service worker's global scope, which the types of pages do not know. @type {any} */
const worker = self;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepSet()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(forgetOthers()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin || !pathname.startsWith(INDEX)) return;
  event.respondWith(answer(event.request, mode === "navigate" ? INDEX : pathname));
});

/** Fetches every file of the set; if one is missing or another, nothing is kept and the present worker stays. */
async function keepSet() {
  const response = await fetch("/app/manifest.json", { cache: "no-store" });
  const { hash, files } = await response.json();
  if (hash !== SET) throw new Error("the server gives out another set by now");
  const cache = await caches.open(CACHE);
  await Promise.all(Object.entries(files).map(async ([path, digest]) => {
    const fetched = await fetch(path, { cache: "no-cache", credentials: "omit" });
    const bytes = await fetched.arrayBuffer();
    if (!fetched.ok || !(await isGenuine(bytes, digest))) throw new Error(`${path} is not what the manifest says`);
    await cache.put(path, new Response(bytes, { headers: fetched.headers }));
  }));
}

/** @param {ArrayBuffer} bytes @param {string} digest */
async function isGenuine(bytes, digest) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("") === digest;
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

/** What is kept, or, for what is not in the set, what the server says. @param {Request} request @param {string} path */
async function answer(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
