// The methods of contract.d.ts over the made-up world. What they would do to others they do to the world, and tell of it.

import { actorOf, me, message, NOW, picture } from "./world.js";

const DAY = 86_400_000;
/** What the new device shows that the approved one is to take. */
const CODE = "alcove:CzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHWaHR0cHM6Ly9jaGF0LmV4YW1wbGUub3JnL3VzZXJzL3NhbQ==";

/** @param {any} world @param {Map<string, string>} words @param {(event: any) => void} tell */
export function methods(world, words, tell) {
  const settings = {
    language: words.get("language") ?? null, theme: words.get("theme") ?? "system", receipts: true, notifications: false, notificationText: "name",
    enterSends: true,
  };
  const safe = { passphrase: words.has("passphrase"), persisted: !words.has("unsafe") };
  const meIs = { actor: me, handle: "@sam@example.org", name: "Sam Okafor", server: "example.org", safe };
  let stopped = false;
  const ready = { state: "ready", me: meIs };

  const chatOf = (id) => world.chats.get(id) ?? fail("not-found");
  const find = (chat, { sender, id }) => world.messages.get(chat)?.find((one) => one.sender === sender && one.id === id) ?? fail("not-found");
  const changed = (chat) => {
    tell({ event: "chat", chat });
    tell({ event: "chats" });
  };
  const row = (chat) => {
    const last = world.messages.get(chat.chat).at(-1);
    return { ...pick(chat, ROW), preview: last && previewOf(last) };
  };
  const say = (chat, one) => {
    world.messages.get(chat).push(one);
    chatOf(chat).at = Date.now();
    changed(chat);
  };

  return {
    start: () => startOf(words.get("state") ?? "ready", words, meIs),
    unlock: ({ passphrase }) => (passphrase === "open sesame" ? ready : fail("wrong-passphrase")),
    invitation: () => invitationOf(words.get("invitation") ?? "open"),
    join: async ({ name }) => {
      if (name === "ana") fail("name-taken");
      await pause(words.get("keys") ?? 300);
      return ready;
    },
    signIn: ({ password }) => {
      if (password === "wrong password") fail("wrong-password");
      return startOf("waiting", words, meIs);
    },
    signOut: () => void setTimeout(() => tell({ event: "state", start: { state: "nobody" } }), 20),
    chats: () => [...world.chats.values()].map(row).sort((one, other) => other.at - one.at),
    chat: ({ chat }) => {
      const found = chatOf(chat);
      const names = Object.fromEntries(found.people.filter((actor) => world.people.has(actor)).map((actor) => [actor, pick(world.people.get(actor), ["name", "handle", "trust"])]));
      const answering = found.answers && find(chat, found.answers);
      return { ...found, names, me, answering, readUpTo: found.readUpTo ?? world.messages.get(chat).at(-1)?.position ?? 0 };
    },
    messages: async ({ chat, before = Infinity, limit }) => {
      const all = world.messages.get(chat) ?? [];
      const older = all.filter((one) => (before === Infinity ? true : one.position !== null && one.position < before));
      return { messages: await Promise.all(older.slice(-limit).map(drawn)), more: older.length > limit };
    },
    search: ({ text, chat, limit }) => searched(world, text.toLowerCase(), chat, limit),
    person: ({ actor }) => world.people.get(actor) ?? fail("not-found"),
    find: ({ handle }) => world.people.get(actorOf(handle.replace(/^@/, ""))) ?? fail("not-found"),
    deliveries: ({ chat }) => chatOf(chat).people.filter((actor) => actor !== me).map((actor, at) => ({
      actor, state: ["read", "delivered", "queued", "failed", "read"][at % 5], at: NOW - at * 60_000, detail: at % 5 === 3 ? "other.example did not answer" : undefined,
    })),
    readers: ({ chat }) => {
      const found = chatOf(chat);
      const people = found.people.filter((actor) => world.people.has(actor)).map((actor) => ({ ...pick(world.people.get(actor), ["actor", "name", "handle", "trust"]), devices: 1 + (actor.length % 3), leaves: [{ leaf: "7", ok: found.obstacle?.kind !== "unverified" || actor !== actorOf("carla") }] }));
      return { protection: found.protection, servers: found.protection.servers ?? ["example.org", "other.example"], mixed: found.mixed, people };
    },
    send: async ({ chat, text, inReplyTo, files = [] }) => {
      const one = message(me, text, 0, { state: { kind: "sending" }, sentAt: Date.now() });
      one.position = null;
      one.body.files = files.map((file, index) => ({ ...world.files.get(file), index }));
      if (inReplyTo) one.inReplyTo = { name: inReplyTo, excerpt: find(chat, inReplyTo).body.text ?? "", by: inReplyTo.sender };
      say(chat, one);
      const known = Math.max(...[...world.messages.values()].flat().map(({ position }) => position ?? 0));
      await pause(120);
      if (words.has("send-fails")) one.state = { kind: "failed", detail: "The server refused it: too many messages" };
      else [one.position, one.state] = [known + 1, { kind: "sent" }];
      changed(chat);
    },
    attach: async ({ chat, file, number, voice }) => {
      for (let done = 1; done <= 3 && words.has("slow-attach"); done += 1) {
        await pause(done === 1 ? 100 : words.get("slow-attach"));
        tell({ event: "transfer", file: number, done, total: 4 });
      }
      await pause(words.get("attach") ?? 150);
      if (file.name.includes("broken")) fail("file-unreadable");
      if (file.size > chatOf(chat).limits.fileBytes) fail("file-too-large");
      const kind = voice ? "voice" : file.type.startsWith("image/") ? "picture" : "file";
      const made = { file: number, index: 0, name: file.name, mediaType: file.type, bytes: file.size, kind, inline: true, held: false, seconds: voice?.seconds, thumbnail: kind === "picture" ? await picture(320, 210) : undefined, width: 640, height: 420 };
      world.files.set(number, made);
      return made;
    },
    dropAttached: ({ file }) => void world.files.delete(file),
    edit: ({ chat, message: name, text }) => {
      const one = find(chat, name);
      one.body.text = text;
      one.editedAt = Date.now();
      changed(chat);
    },
    remove: ({ chat, message: name }) => {
      find(chat, name).body = { kind: "deleted" };
      changed(chat);
    },
    react: ({ chat, message: name, emoji }) => {
      const { reactions } = find(chat, name);
      const one = reactions.find((reaction) => reaction.emoji === emoji);
      if (one) one.by.push(me);
      else reactions.push({ emoji, by: [me] });
      changed(chat);
    },
    unreact: ({ chat, message: name, emoji }) => {
      const one = find(chat, name);
      for (const reaction of one.reactions) if (reaction.emoji === emoji) reaction.by = reaction.by.filter((actor) => actor !== me);
      one.reactions = one.reactions.filter(({ by }) => by.length);
      changed(chat);
    },
    retry: async ({ chat, id }) => {
      const one = find(chat, { sender: me, id });
      one.state = { kind: "sending" };
      changed(chat);
      await pause(150);
      one.state = { kind: "sent" };
      changed(chat);
    },
    discard: ({ chat, id }) => {
      world.messages.set(chat, world.messages.get(chat).filter((one) => one.id !== id));
      changed(chat);
    },
    file: async ({ chat, message: name, index }) => {
      const file = find(chat, name).body.files[index];
      stopped = false;
      for (let done = 0; !file.inline && done < 1 && !stopped; done += 0.1) {
        tell({ event: "transfer", file: `${name.id} ${index}`, done: Math.round(file.bytes * done), total: file.bytes });
        await pause(words.get("slow") ?? 20);
      }
      if (stopped) fail("stopped");
      if (file.name.endsWith(".zip")) fail("file-damaged");
      await pause(100);
      return file.kind === "picture" && !words.has("broken") ? picture() : new Blob(["the file"], { type: file.mediaType });
    },
    stopFile: () => void (stopped = true),
    setDraft: ({ chat, text, inReplyTo }) => {
      Object.assign(chatOf(chat), { draft: text || undefined, answers: inReplyTo });
      tell({ event: "chats" });
    },
    markRead: ({ chat, upTo }) => {
      Object.assign(chatOf(chat), { unread: 0, mentioned: false, readUpTo: upTo });
      tell({ event: "chats" });
    },
    setChat: ({ chat, pinned, archived, mutedUntil }) => {
      const found = chatOf(chat);
      if (pinned !== undefined) found.section = pinned ? "pinned" : "all";
      if (archived !== undefined) found.section = archived ? "archived" : "all";
      if (mutedUntil !== undefined) found.mutedUntil = mutedUntil ?? undefined;
      changed(chat);
    },
    newChat: ({ people, name, encrypted }) => {
      const chat = `${encrypted ? "" : "plain "}made-${world.chats.size}`;
      const title = name ?? people.map((actor) => world.people.get(actor).name).join(", ");
      world.chats.set(chat, { ...chatOf("new"), chat, title, people: [me, ...people], at: Date.now(), can: encrypted ? chatOf("new").can : [], protection: encrypted ? { kind: "mls" } : { kind: "plain", servers: ["example.org", "mastodon.example"] } });
      world.messages.set(chat, []);
      tell({ event: "chats" });
      return chat;
    },
    addPeople: ({ chat, people }) => {
      chatOf(chat).people.push(...people);
      changed(chat);
    },
    removePerson: ({ chat, actor }) => {
      chatOf(chat).people = chatOf(chat).people.filter((one) => one !== actor);
      changed(chat);
    },
    removeLeaf: ({ chat }) => clear(chat),
    rename: ({ chat, name }) => {
      chatOf(chat).title = name;
      changed(chat);
    },
    leave: ({ chat }) => {
      chatOf(chat).standing = "over";
      changed(chat);
    },
    accept: ({ chat }) => {
      Object.assign(chatOf(chat), { standing: "active", section: "all" });
      changed(chat);
    },
    decline: ({ chat }) => {
      world.chats.delete(chat);
      tell({ event: "chats" });
    },
    block: ({ actor }) => void Object.assign(world.people.get(actor), { blocked: true }),
    unblock: ({ actor }) => void Object.assign(world.people.get(actor), { blocked: false }),
    blocked: () => [...world.people.values()].filter((person) => person.blocked),
    sendAnyway: ({ chat, text }) => {
      clear(chat);
      say(chat, message(me, text, 0, { sentAt: Date.now() }));
    },
    trustIdentity: ({ actor }) => {
      for (const chat of world.chats.values()) if (chat.obstacle?.actor === actor) clear(chat.chat);
    },
    continueUnverified: ({ actor }) => {
      for (const chat of world.chats.values()) if (chat.obstacle?.actor === actor) clear(chat.chat);
    },
    goOn: ({ chat }) => clear(chat),
    rejoin: ({ chat }) => clear(chat),
    invite: ({ name, days }) => {
      const made = { id: `i${world.invitations.length + 1}`, name, expiresAt: NOW + days * DAY, state: "open" };
      world.invitations.unshift(made);
      return { id: made.id, link: "https://example.org/i/4tq0m2v8x1c7b9n5#v1kq3yE8mXb2Vt0pWcZs7aQnGd5RfLhJ9uTx4oNiMe6Kw", expiresAt: made.expiresAt };
    },
    invitations: () => world.invitations,
    revokeInvitation: ({ id }) => void Object.assign(world.invitations.find((one) => one.id === id), { state: "revoked" }),
    devices: () => world.devices,
    removeDevice: ({ device }) => void (world.devices = world.devices.filter((one) => one.device !== device)),
    renameDevice: ({ device, title }) => void Object.assign(world.devices.find((one) => one.device === device), { title }),
    lookForPairings: () => void (words.get("state") === "waiting" && !words.has("digits") && tell({ event: "pairing", pairing: { kind: "code", code: CODE } })),
    approvePairing: ({ name }) => void setTimeout(() => tell({ event: "pairing", pairing: { kind: "digits-wanted", name } }), 50),
    approveByCode: ({ code }) => (code === CODE ? void tell({ event: "pairing", pairing: { kind: "ended", name: "p", end: "scanned" } }) : fail("wrong-code")),
    confirmPairing: ({ name, digits }) => void tell({ event: "pairing", pairing: digits === "123456" ? { kind: "ended", name, end: "matched" } : { kind: "wrong", name, attemptsLeft: 2 } }),
    acceptPairing: () => void tell({ event: "state", start: ready }),
    refusePairing: () => null,
    settings: () => (words.get("state") === "locked" ? fail("locked") : settings),
    setSettings: (change) => Object.assign(settings, change),
    setPassphrase: ({ current }) => (current === "wrong" ? fail("wrong-passphrase") : null),
    changePassword: ({ current }) => (current === "wrong" ? fail("wrong-password") : null),
  };

  function clear(chat) {
    delete chatOf(chat).obstacle;
    changed(chat);
  }
}

/** What a device that waits shows, once it is asked for. */
const ROW = ["chat", "protection", "title", "people", "section", "draft", "at", "unread", "mentioned", "mutedUntil", "failed"];
const pick = (from, names) => Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
const pause = (time) => new Promise((done) => setTimeout(done, Number(time)));
const fail = (code, detail) => {
  throw { code, detail };
};

function previewOf({ sender, body }) {
  if (body.kind === "text") return { by: sender, kind: body.text ? "text" : body.files[0]?.kind ?? "text", text: (body.text || body.files[0]?.name) ?? "" };
  return { by: sender, kind: body.kind, text: body.kind === "event" ? "" : "" };
}

/** Small pictures are made when they are asked for. */
async function drawn(one) {
  for (const file of one.body.files ?? []) if (file.thumbnail === "picture") file.thumbnail = await picture(320, 210);
  return structuredClone(one);
}

function searched(world, text, only, limit) {
  const hits = [];
  for (const [chat, all] of world.messages) {
    if (only && chat !== only) continue;
    for (const one of all.toReversed()) {
      const said = one.body.kind === "text" ? one.body.text : "";
      const at = said.toLowerCase().indexOf(text);
      if (at < 0 || hits.length >= limit) continue;
      const from = Math.max(0, at - 30);
      hits.push({ chat, message: one, excerpt: said.slice(from, at + text.length + 60), start: at - from, end: at - from + text.length });
    }
  }
  return hits;
}

function startOf(state, words, meIs) {
  const reason = words.get("reason") ?? "removed";
  return {
    nobody: { state }, locked: { state }, elsewhere: { state }, ready: { state, me: meIs },
    unsupported: { state, why: words.get("why") ?? "no-webcrypto" },
    waiting: { state, me: meIs, digits: words.get("digits"), code: words.has("digits") ? CODE : undefined, pairing: "p" },
    stopped: { state, reason, detail: words.get("detail") },
  }[state];
}

function invitationOf(state) {
  if (state === "page") {
    return { id: "4tq0m2v8x1c7b9n5", server: { name: "example.org", operator: null, policy: "required" }, inviter: null, expiresAt: null, state: "open", proves: false };
  }
  return {
    id: "4tq0m2v8x1c7b9n5", server: { name: "The Silvas’ place", domain: "example.org", operator: "The Silva family", policy: "default" },
    inviter: { actor: actorOf("ana"), name: "Ana Silva", handle: "@ana@example.org" }, suggestedName: "Sam Okafor", expiresAt: NOW + 6 * DAY, state, proves: true,
  };
}
