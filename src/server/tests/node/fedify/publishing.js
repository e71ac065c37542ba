// What people here publish: each order makes one activity of Fedify's own vocabulary and delivers it.

import { Temporal } from "@js-temporal/polyfill";
import {
  Announce, Block, Collection, Create, Delete, Follow, Like, Mention, Move, Note, PUBLIC_COLLECTION, Question, Tombstone,
  Undo, Update,
} from "@fedify/fedify/vocab";
import { actorOf } from "./server.js";

/** The orders, by name: each is given the world and the details. */
export const orders = { follow, block, post, boost, like, edit, remove, undo, vote, move, updateProfile, leave };

async function follow(world, { by, whom }) {
  return await send(world, by, Follow, { object: new URL(whom), to: new URL(whom) }, [whom]);
}

async function block(world, { by, whom }) {
  return await send(world, by, Block, { object: new URL(whom), to: new URL(whom) }, [whom]);
}

/** A note, or with `choices` a poll. `mentions` are ids of actors. */
async function post(world, { by, text, visibility = "public", mentions = [], inReplyTo, summary, choices, closes }) {
  const context = world.context();
  const path = choices === undefined ? "notes" : "questions";
  const id = new URL(`/${path}/${world.fresh()}`, world.origin);
  const { tos, ccs } = audience(context, by, visibility, mentions);
  const common = {
    id, tos, ccs, summary,
    attribution: context.getActorUri(by),
    content: `<p>${text}</p>`,
    replyTarget: inReplyTo && new URL(inReplyTo),
    sensitive: summary !== undefined,
    published: Temporal.Now.instant(),
    tags: mentions.map((mention) => new Mention({ href: new URL(mention), name: mention })),
  };
  const object = choices === undefined ? new Note(common) : new Question({ ...common, ...poll(choices, closes) });
  const followers = visibility === "direct" ? [] : [...world.person(by).followers.keys()];
  const recipients = [...new Set([...mentions, ...followers])];
  const readers = ["public", "unlisted"].includes(visibility) ? "everybody" : recipients;
  world.objects.set(id.href, { object, recipients, readers });
  return await send(world, by, Create, { object, tos, ccs }, recipients, { preferSharedInbox: true });
}

function audience(context, by, visibility, mentions) {
  const followers = context.getFollowersUri(by);
  const named = mentions.map((mention) => new URL(mention));
  switch (visibility) {
    case "public": return { tos: [PUBLIC_COLLECTION, ...named], ccs: [followers] };
    case "unlisted": return { tos: [followers, ...named], ccs: [PUBLIC_COLLECTION] };
    case "followers": return { tos: [followers, ...named], ccs: [] };
    case "direct": return { tos: named, ccs: [] };
    default: throw new Error(`expected public, unlisted, followers or direct, not ${visibility}`);
  }
}

function poll(choices, closes) {
  const option = (name) => new Note({ name, replies: new Collection({ totalItems: 0 }) });
  return { exclusiveOptions: choices.map(option), endTime: closes && Temporal.Instant.from(closes), voters: 0 };
}

async function boost(world, { by, object, author }) {
  const context = world.context();
  const recipients = [author, ...world.person(by).followers.keys()];
  const addresses = { to: PUBLIC_COLLECTION, ccs: [context.getFollowersUri(by), new URL(author)] };
  return await send(world, by, Announce, { object: new URL(object), ...addresses }, recipients);
}

async function like(world, { by, object, author }) {
  return await send(world, by, Like, { object: new URL(object), to: new URL(author) }, [author]);
}

async function edit(world, { by, object: id, text }) {
  const known = world.objects.get(id);
  const object = known.object.clone({ content: `<p>${text}</p>`, updated: Temporal.Now.instant() });
  world.objects.set(id, { ...known, object });
  const { toIds: tos, ccIds: ccs } = object;
  return await send(world, by, Update, { object, tos, ccs }, known.recipients, { preferSharedInbox: true });
}

async function remove(world, { by, object: id }) {
  const known = world.objects.get(id);
  const object = new Tombstone({ id: new URL(id), deleted: Temporal.Now.instant() });
  world.objects.set(id, { ...known, object });
  const { toIds: tos, ccIds: ccs } = known.object;
  return await send(world, by, Delete, { object, tos, ccs }, known.recipients, { preferSharedInbox: true });
}

async function undo(world, { by, activity: id }) {
  const { activity, recipients } = world.activities.get(id);
  const { toIds: tos, ccIds: ccs } = activity;
  return await send(world, by, Undo, { object: activity, tos, ccs }, recipients);
}

async function vote(world, { by, question, author, choice }) {
  const object = new Note({
    id: new URL(`/notes/${world.fresh()}`, world.origin),
    attribution: world.context().getActorUri(by),
    name: choice,
    replyTarget: new URL(question),
    to: new URL(author),
  });
  return await send(world, by, Create, { object, to: new URL(author) }, [author]);
}

async function move(world, { by, target }) {
  const context = world.context();
  world.person(by).successor = target;
  const followers = [...world.person(by).followers.keys()];
  const addresses = { to: context.getFollowersUri(by) };
  return await send(world, by, Move, { object: context.getActorUri(by), target: new URL(target), ...addresses }, followers);
}

/** Tells followers, and whom else `to` names, what the actor's document is now. */
async function updateProfile(world, { by, to = [] }) {
  const object = await actorOf(world.context(), world.person(by));
  const recipients = [...to, ...world.person(by).followers.keys()];
  return await send(world, by, Update, { object, to: PUBLIC_COLLECTION }, recipients, { preferSharedInbox: true });
}

/** Deletes an account: its last word goes to its followers, and then nobody has that name. */
async function leave(world, { by }) {
  const recipients = [...world.person(by).followers.keys()];
  const farewell = { object: world.context().getActorUri(by), to: PUBLIC_COLLECTION };
  const sent = await send(world, by, Delete, farewell, recipients);
  world.people.delete(by);
  return sent;
}

/** Makes an activity and delivers it; answers its id and that of its object. */
async function send(world, by, Kind, values, recipients, options = {}) {
  const context = world.context();
  const id = new URL(`/activities/${world.fresh()}`, world.origin);
  const activity = new Kind({ id, actor: context.getActorUri(by), ...values });
  world.activities.set(id.href, { activity, recipients });
  world.person(by).outbox.push(activity);
  const actors = await Promise.all(recipients.map((recipient) => context.lookupObject(recipient)));
  const unknown = recipients.filter((_, at) => actors[at]?.inboxId == null);
  if (unknown.length > 0) throw new Error(`no inbox of ${unknown} was found`);
  await context.sendActivity({ identifier: by }, actors, activity, { immediate: true, ...options });
  return { activity: id.href, object: activity.objectId?.href ?? null };
}
