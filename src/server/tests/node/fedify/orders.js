// What the stories can have done here. Whatever is sent is sent before the order is answered, and a delivery that fails
// fails the order.

import { parseNodeInfo } from "@fedify/fedify/nodeinfo";
import { generateCryptoKeyPair } from "@fedify/fedify/sig";
import { traverseCollection } from "@fedify/fedify/vocab";
import { answerFollow } from "./server.js";
import * as publishing from "./publishing.js";

/** All orders, by name. */
export function ordersOf(world) {
  const publish = Object.entries(publishing.orders).map(([name, order]) => [name, (details) => order(world, details)]);
  return {
    ...Object.fromEntries(publish),
    address: () => world.origin,
    person: (details) => addPerson(world, details),
    change: ({ name, ...changes }) => void Object.assign(world.person(name), changes),
    answer: ({ by, follow, with: answer }) => answerFollow(world, world.context(), world.person(by), follow, answer),
    newKeys: async ({ name }) => void (world.person(name).keys = await keysOf(world.person(name).algorithms)),
    accepts: ({ scheme }) => void (world.accepts = scheme),
    signs: ({ scheme }) => void (world.signs = scheme),
    received: () => world.received,
    requests: () => world.requests,
    forget: ({ name }) => world.person(name).followers.clear(),
    followers: ({ name }) => [...world.person(name).followers.keys()],
    finger: ({ resource }) => world.context().lookupWebFinger(resource),
    nodeInfo: ({ url }) => nodeInfo(url),
    lookUp: (details) => lookUp(world, details),
    items: (details) => items(world, details),
  };
}

async function addPerson(world, { name, algorithms = ["RSASSA-PKCS1-v1_5", "Ed25519"], locked = false }) {
  const person = { name, title: `${name} of Fedify`, algorithms, locked, aliases: [], successor: null };
  const empty = { asked: new Map(), followers: new Map(), outbox: [] };
  world.people.set(name, { ...person, ...empty, keys: await keysOf(algorithms) });
  return world.context().getActorUri(name).href;
}

async function keysOf(algorithms) {
  return await Promise.all(algorithms.map(keyOf));
}

async function keyOf(algorithm) {
  if (algorithm === "Ed25519") return await generateCryptoKeyPair(algorithm);
  // Half as long as Fedify's own, which take seconds to find.
  const parameters = { name: algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
  return await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
}

/** What a server says about itself, if Fedify finds nothing wrong with it; its own look-up never asks this machine. */
async function nodeInfo(url) {
  const { links } = await (await fetch(new URL("/.well-known/nodeinfo", url))).json();
  const documents = await Promise.all(links.map(async (link) => await (await fetch(link.href)).json()));
  return documents.map((document) => parseNodeInfo(document));
}

/** What stands at an id or a handle, as somebody here finds it. */
async function lookUp(world, { what, by }) {
  const context = world.context();
  const documentLoader = by === undefined ? context.documentLoader : await context.getDocumentLoader({ identifier: by });
  const object = await context.lookupObject(what, { documentLoader });
  return (await object?.toJsonLd(context)) ?? null;
}

/** The ids of what a collection holds, page after page. */
async function items(world, { of, by }) {
  const context = world.context();
  const documentLoader = by === undefined ? context.documentLoader : await context.getDocumentLoader({ identifier: by });
  const collection = await context.lookupObject(of, { documentLoader });
  const ids = [];
  for await (const item of traverseCollection(collection, { ...context, documentLoader })) ids.push(item.id?.href);
  return { total: collection.totalItems, ids };
}
