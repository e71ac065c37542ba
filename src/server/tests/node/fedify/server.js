// The server: what Fedify is told about our world, and the HTTP server around it.

import { createServer } from "node:http";
import { Readable } from "node:stream";
import { createFederationBuilder, MemoryKvStore } from "@fedify/fedify";
import { detachSignature, verifyObject, verifyRequest } from "@fedify/fedify/sig";
import {
  Accept, Activity, Endpoints, Follow, Image, Note, Person, PropertyValue, Question, Reject, Tombstone, Undo,
} from "@fedify/fedify/vocab";
import { schemeOf } from "./world.js";

const SPECIFICATIONS = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" };

/** Listens on a free port and answers from then on. */
export async function serve(world) {
  const builder = createFederationBuilder();
  describeActors(builder, world);
  describeObjects(builder, world);
  describeInbox(builder, world);
  for (const [scheme, firstKnock] of Object.entries(SPECIFICATIONS)) {
    world.federations[scheme] = await builder.build({
      kv: new MemoryKvStore(),
      allowPrivateAddress: true,
      firstKnock,
    });
  }
  const server = createServer((request, response) => answer(world, request, response));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  world.origin = `http://127.0.0.1:${server.address().port}`;
}

function describeActors(builder, world) {
  const actors = builder.setActorDispatcher("/users/{identifier}", async (context, name) => {
    if (!world.people.has(name)) return null;
    return actorOf(context, world.person(name));
  });
  actors.setKeyPairsDispatcher((_, name) => world.people.get(name)?.keys ?? []);
  builder.setFollowersDispatcher("/users/{identifier}/followers", (_, name) => {
    return { items: [...world.person(name).followers.values()] };
  }).setCounter((_, name) => world.person(name).followers.size);
  builder.setOutboxDispatcher("/users/{identifier}/outbox", (_, name) => {
    return { items: [...world.person(name).outbox].reverse() };
  }).setCounter((_, name) => world.person(name).outbox.length);
  builder.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "fedify-counterpart", version: { major: 1, minor: 0, patch: 0 } },
    protocols: ["activitypub"],
    usage: { users: { total: world.people.size }, localPosts: world.objects.size, localComments: 0 },
  }));
}

/** The document of somebody here. */
export async function actorOf(context, person) {
  const keys = await context.getActorKeyPairs(person.name);
  return new Person({
    id: context.getActorUri(person.name),
    preferredUsername: person.name,
    name: person.title,
    summary: person.summary,
    url: context.getActorUri(person.name),
    icon: person.icon && new Image({ url: new URL(person.icon), mediaType: "image/png" }),
    attachments: Object.entries(person.fields ?? {}).map(([name, value]) => new PropertyValue({ name, value })),
    manuallyApprovesFollowers: person.locked,
    inbox: context.getInboxUri(person.name),
    outbox: context.getOutboxUri(person.name),
    followers: context.getFollowersUri(person.name),
    endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
    publicKey: keys[0].cryptographicKey,
    assertionMethods: keys.map((key) => key.multikey),
    aliases: person.aliases.map((id) => new URL(id)),
    successor: person.successor && new URL(person.successor),
  });
}

// What is not for everybody is shown to the servers of whom it is for: they ask in their own name, not in a person's.
function describeObjects(builder, world) {
  const stored = (path) => (context, values) => {
    const object = world.objects.get(`${context.origin}/${path}/${values.id}`)?.object;
    return object === undefined || object instanceof Tombstone ? null : object;
  };
  const authorized = (path) => async (context, values) => {
    const readers = world.objects.get(`${context.origin}/${path}/${values.id}`)?.readers;
    if (readers === undefined || readers === "everybody") return true;
    const owner = await context.getSignedKeyOwner();
    return owner?.id != null && readers.some((id) => new URL(id).origin === owner.id.origin);
  };
  builder.setObjectDispatcher(Note, "/notes/{id}", stored("notes")).authorize(authorized("notes"));
  builder.setObjectDispatcher(Question, "/questions/{id}", stored("questions")).authorize(authorized("questions"));
}

function describeInbox(builder, world) {
  const inbox = builder.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  inbox.onError((_, error) => process.stderr.write(`inbox: ${error?.stack ?? error}\n`));
  const note = async (context, activity) => {
    world.received.push({ type: activity.constructor.name, inbox: context.recipient, ...context.data });
    await passOn(world, context);
  };
  inbox.on(Activity, note);
  inbox.on(Follow, async (context, follow) => {
    await note(context, follow);
    const person = world.person(context.parseUri(follow.objectId)?.identifier);
    const follower = await follow.getActor(context);
    person.asked.set(follow.id.href, { follow, follower });
    if (!person.locked) await answerFollow(world, context, person, follow.id.href, "Accept");
  });
  inbox.on(Undo, async (context, undo) => {
    await note(context, undo);
    const undone = await undo.getObject(context);
    const followed = undone instanceof Follow && context.parseUri(undone.objectId)?.identifier;
    if (followed) world.person(followed).followers.delete(undo.actorId.href);
  });
}

// A relay, or whoever answers on a thread: the activity goes on as it came, under the signature of who passes it on.
async function passOn(world, context) {
  for (const { name, passesOnTo = [] } of world.people.values()) {
    const recipients = await Promise.all(passesOnTo.map((id) => context.lookupObject(id)));
    if (recipients.length === 0) continue;
    await context.forwardActivity({ identifier: name }, recipients, { skipIfUnsigned: true, immediate: true });
  }
}

/** Says yes or no to somebody who asked to follow. */
export async function answerFollow(world, context, person, id, answer) {
  const { follow, follower } = person.asked.get(id);
  const Answer = { Accept, Reject }[answer];
  if (answer === "Accept") person.followers.set(follower.id.href, follower);
  else person.followers.delete(follower.id.href);
  const activity = new Answer({
    id: new URL(`/activities/${world.fresh()}`, world.origin),
    actor: context.getActorUri(person.name),
    object: follow,
    to: follower.id,
  });
  await context.sendActivity({ identifier: person.name }, follower, activity, { immediate: true });
  return { activity: activity.id.href };
}

async function answer(world, incoming, outgoing) {
  const response = await respond(world, await requestOf(world, incoming)).catch((error) => {
    process.stderr.write(`${incoming.method} ${incoming.url}: ${error?.stack ?? error}\n`);
    return new Response("failed", { status: 500 });
  });
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function requestOf(world, incoming) {
  const { method, url, headers } = incoming;
  const body = method === "POST" ? Readable.toWeb(incoming) : undefined;
  return new Request(new URL(url, world.origin), { method, headers, body, duplex: "half" });
}

async function respond(world, request) {
  const isDelivery = request.method === "POST";
  if (isDelivery && world.accepts !== null && schemeOf(request.headers) !== world.accepts) {
    return new Response(`expected a signature by ${world.accepts}`, { status: 401 });
  }
  const federation = world.federations[world.signs];
  const contextData = isDelivery ? await proofsOf(world, request.clone()) : {};
  return await federation.fetch(request, { contextData });
}

// Fedify is content with one way to prove who sent an activity. Stories want to know of each whether it holds.
async function proofsOf(world, request) {
  const { documentLoader, contextLoader } = world.context();
  const loaders = { documentLoader, contextLoader };
  const activity = await request.clone().json().catch(() => null);
  const verified = await verifyRequest(request, loaders).catch(() => null);
  const proven = await verifyObject(Activity, detachSignature(activity), loaders).catch(() => null);
  return { activity, http: verified && schemeOf(request.headers), proof: proven !== null };
}
