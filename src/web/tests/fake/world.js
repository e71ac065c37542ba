// A made-up world: people, chats of every kind, messages of every kind, and the kind of content that only an enemy sends.

export const me = "https://example.org/users/1";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** All times are counted from here, so that pictures of two runs are alike. */
export const NOW = new Date().setHours(14, 30, 0, 0);

const PEOPLE = [
  ["2", "Ana Silva", "ana@example.org", { kind: "verified", by: "invitation", at: Date.UTC(2026, 4, 3) }],
  ["3", "Ben", "ben@example.org", { kind: "first-contact" }],
  ["4", "Carla Méndez", "carla@other.example", { kind: "vouched-for-by-server" }],
  ["5", "Grandma Ruth", "ruth@example.org", { kind: "verified", by: "comparison", at: Date.UTC(2026, 9, 21) }],
  ["6", "Maya", "maya@other.example", { kind: "first-contact" }],
  ["7", "Omar الفارسي", "omar@other.example", { kind: "invited" }],
  ["8", "Jonas Weber", "jonas@mastodon.example", { kind: "none" }],
  ["9", "Li Wei", "liwei@example.org", { kind: "changed", identity: "k2", was: "first-contact" }],
  ["10", "<img src=x onerror=alert(1)>\u202egnp.exe", "evil@evil.example", { kind: "first-contact" }],
];
const id = (number) => (number === "8" ? "https://mastodon.example/users/jonas" : `https://example.org/users/${number}`);
export const actorOf = (handle) => id(PEOPLE.find((person) => person[2] === handle || person[2].split("@")[0] === handle)?.[0]);

export function people() {
  const all = new Map([[me, person("1", "Sam Okafor", "sam@example.org", { kind: "none" })]]);
  for (const one of PEOPLE) all.set(id(one[0]), person(...one));
  return all;
}

function person(number, name, handle, trust) {
  return {
    actor: id(number), handle: `@${handle}`, name, server: handle.split("@")[1], encrypted: number === "8" ? "no" : "yes",
    identity: "k1", trust, safetyNumber: "371920018472615530927746183905627718294401937265510283746591".slice(0, 60), blocked: number === "10",
  };
}

let position = 1000;
let number = 0;
/** @param {object} [rest] what of it is not usual */
export function message(sender, text, ago, rest = {}) {
  return {
    sender, id: `m${++number}`, position: ++position, sentAt: NOW - ago, own: sender === me,
    body: { kind: "text", text, mentions: [], links: linksIn(text), files: [], inert: false }, reactions: [],
    ...(sender === me ? { state: { kind: "read", by: [], of: 1 } } : {}), ...rest,
  };
}

const linksIn = (text) => [...text.matchAll(/https?:\/\/\S+/g)].map((found) => ({ start: found.index, end: found.index + found[0].length, url: found[0], shown: found[0] }));

export function event(kind, by, about, ago, text) {
  return { sender: by ?? me, id: `e${++number}`, position: ++position, sentAt: NOW - ago, own: false, body: { kind: "event", event: kind, by, about, text }, reactions: [] };
}

export function withFiles(sender, text, ago, files, rest = {}) {
  const made = message(sender, text, ago, rest);
  made.body.files = files.map((file, index) => ({ index, inline: true, held: false, bytes: 48_213, mediaType: "application/octet-stream", kind: "file", name: "file", ...file }));
  return made;
}

function warned(sender, warning, text, ago) {
  const made = message(sender, text, ago);
  made.body.warning = warning;
  return made;
}

/** A picture drawn here: hills under a sun. */
export async function picture(width = 640, height = 420) {
  const canvas = new OffscreenCanvas(width, height);
  const draw = canvas.getContext("2d");
  const sky = draw.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, "#a9d3f0");
  sky.addColorStop(1, "#fbe8c8");
  draw.fillStyle = sky;
  draw.fillRect(0, 0, width, height);
  draw.fillStyle = "#f6c453";
  draw.beginPath();
  draw.arc(width * 0.72, height * 0.32, height * 0.12, 0, 7);
  draw.fill();
  ["#7fae8b", "#5a8f6d", "#3d6f55"].forEach((colour, at) => {
    draw.fillStyle = colour;
    draw.beginPath();
    draw.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) draw.lineTo(x, height * (0.62 + at * 0.12) + Math.sin(x / (70 + at * 30) + at) * height * 0.07);
    draw.lineTo(width, height);
    draw.fill();
  });
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
}

/** @param {Map<string, string>} words `empty`: nobody but the inviter; `many`: 10,000 messages and 300 chats; `hostile` */
export function makeWorld(words) {
  const world = { people: people(), chats: new Map(), messages: new Map(), files: new Map(), invitations: [], devices: [] };
  const ana = actorOf("ana");
  const put = (chat, row, messages) => {
    const last = messages.at(-1);
    world.chats.set(chat, { chat, protection: { kind: "mls" }, title: "", section: "all", at: last?.sentAt ?? NOW, unread: 0, mentioned: false, failed: false, standing: "active", mixed: false, can: row.protection?.kind === "plain" ? [] : ["attach", "edit", "react", "remove"], limits: { inlineBytes: 256_000, fileBytes: Number(words.get("limit") ?? 100_000_000) }, ...row });
    world.messages.set(chat, messages);
  };
  put("ana", { title: "Ana Silva", people: [me, ana] }, words.has("empty") ? [message(ana, "Welcome! Glad you made it.", 60_000)] : withAna(ana));
  if (words.has("empty")) return world;
  fill(world, put);
  if (words.has("many")) many(put, ana);
  if (words.has("hostile")) hostile(put);
  if (words.has("kinds")) kinds(put);
  return world;
}

function withAna(ana) {
  const asked = message(ana, "Are we still on for Sunday?", DAY + 30 * 60_000);
  return [
    event("joined", ana, [ana], 9 * DAY),
    message(ana, "Welcome! Here you are among us.", 9 * DAY - 60_000),
    message(me, "Thank you! That was quick.", 9 * DAY - 120_000),
    asked, message(ana, "Bring the blue tent", DAY + 29 * 60_000),
    message(me, "Yes! I'll pack it.", DAY + 25 * 60_000, { inReplyTo: { name: { sender: ana, id: asked.id }, excerpt: "Are we still on for Sunday?", by: ana }, state: { kind: "read", by: [ana], of: 1 } }),
    event("device-changed", ana, [ana], 5 * HOUR, "Firefox on Windows"),
    withFiles(ana, "From last year", 4 * HOUR, [{ kind: "picture", name: "lake.jpg", mediaType: "image/jpeg", width: 640, height: 420, alt: "Hills under a low sun", thumbnail: "picture" }], { reactions: [{ emoji: "❤️", by: [me] }, { emoji: "😮", by: [ana, me] }] }),
    withFiles(ana, "", 3 * HOUR, [{ kind: "voice", name: "voice.webm", mediaType: "audio/webm", seconds: 42 }]),
    withFiles(me, "", 2 * HOUR, [{ name: "Packing list.pdf", bytes: 183_220, mediaType: "application/pdf" }], { state: { kind: "delivered" } }),
    message(ana, "Perfect. Weather looks fine: https://weather.example/lake", 40 * 60_000, { editedAt: NOW - 39 * 60_000 }),
    message(ana, "", 30 * 60_000, { body: { kind: "deleted" } }),
    message(me, "🎉", 20 * 60_000, { state: { kind: "sent" } }),
    message(me, "Shall I bring the stove as well, or does Ben still have his? If he does, ours can stay at home and we have room for the kids' bikes.", 10 * 60_000, { state: { kind: "delivered" } }),
    message(me, "Leaving at nine?", 5 * 60_000, { position: null, state: { kind: "failed", detail: "example.org did not answer for 14 days" } }),
  ];
}

function fill(world, put) {
  const [ana, ben, carla, ruth, maya, omar, jonas, li] = ["ana", "ben", "carla", "ruth", "maya", "omar", "jonas", "liwei"].map(actorOf);
  const family = [
    event("added", ana, [me, ben], 3 * DAY), event("renamed", ana, [], 3 * DAY - 1000, "Family"),
    message(ruth, "Who brings the cake on Saturday?", 3 * HOUR),
    message(ben, "I can! Lemon or chocolate?", 3 * HOUR - 60_000, { reactions: [{ emoji: "🍋", by: [ana] }, { emoji: "🍫", by: [me, ruth, carla] }] }),
    message(ben, "Or both", 3 * HOUR - 90_000),
    message(me, "Both, of course.", 2 * HOUR, { state: { kind: "read", by: [ana, ben, ruth], of: 5 } }),
    event("added", ben, [omar], HOUR), message(omar, "مرحبا بالجميع! شكرا على الدعوة", 50 * 60_000),
    message(ruth, "Welcome Omar 🌷", 40 * 60_000),
    message(ana, "@sam can you pick up Grandma at four?", 21 * 60_000),
    message(ana, "see you!", 20 * 60_000),
  ];
  family.at(-2).body.mentions = [me];
  put("family", { title: "Family", people: [me, ana, ben, carla, ruth, omar], section: "pinned", unread: 3, mentioned: true, readUpTo: family.at(-4).position }, family);
  put("ben", { title: "Ben", people: [me, ben], draft: "about the key to the shed, could you" }, [message(ben, "Call me when you're free", 2 * DAY), message(me, "Tonight!", 2 * DAY - HOUR, { state: { kind: "sent" } })]);
  put("plain 1", { title: "Club board", people: [me, jonas, carla], protection: { kind: "plain", servers: ["example.org", "mastodon.example"] }, unread: 1 }, [
    message(jonas, "Minutes of the meeting are on the website: https://mastodon.example/minutes", 5 * HOUR), message(me, "Thanks Jonas", 4.5 * HOUR, { state: { kind: "sent" } }),
    warned(jonas, "Spoilers for the autumn play", "The gardener did it.", 4.2 * HOUR),
    withFiles(jonas, "", 4.1 * HOUR, [{ name: "accounts.pdf", bytes: 0, mediaType: "application/pdf", elsewhere: "https://mastodon.example/media/accounts.pdf", inline: false }]), message(jonas, "Any corrections until Friday please.", 4 * HOUR)]);
  put("request", { title: "Maya", people: [me, maya], section: "request", standing: "request", requestFrom: maya }, [
    withFiles(maya, "Hi, I got your name from Ana. We met at the lake, remember? https://photos.example/lake", 6 * HOUR, [{ kind: "picture", name: "us.jpg", width: 640, height: 420, held: true, thumbnail: "picture" }])]);
  world.messages.get("request")[0].body.inert = true;
  put("request-group", { title: "Tent sale!!!", people: [me, maya, omar, li], section: "request", standing: "request", requestFrom: maya }, [message(maya, "Cheap tents", 7 * HOUR)]);
  put("ruth", { title: "Grandma Ruth", people: [me, ruth], obstacle: { kind: "identity-changed", actor: ruth, identity: "k2" }, draft: "See you on Saturday" }, [message(ruth, "I have a new telephone", 8 * HOUR)]);
  put("li", { title: "Li Wei", people: [me, li], mutedUntil: NOW + 400 * DAY, unread: 12 }, [message(li, "Thanks", 9 * HOUR)]);
  put("suspect", { title: "Book club", people: [me, ben, carla, li], obstacle: { kind: "unverified", suspects: [{ leaf: "7", actor: carla }] }, draft: "Next one: Middlemarch?" }, [message(carla, "Which book is next?", 2 * DAY)]);
  put("stuck", { title: "Old team", people: [me, ben, jonas], obstacle: { kind: "cannot-go-on", why: "unappliable" } }, [message(ben, "Hello all", 20 * DAY)]);
  put("again", { title: "Garden", people: [me, ana, ruth], obstacle: { kind: "rejoin-offered", by: ana } }, [message(ana, "Tomatoes!", 21 * DAY)]);
  put("moved", { title: "Choir", people: [me, ana, li], obstacle: { kind: "continuation-offered", by: li } }, [message(li, "Now here", 22 * DAY)]);
  put("late", { title: "Neighbours", people: [me, carla, ben], obstacle: { kind: "waiting-for-server", server: "other.example" }, mixed: true, failed: true }, [message(carla, "Bins are out tomorrow", 23 * DAY)]);
  put("keys", { title: "Omar", people: [me, omar], obstacle: { kind: "waiting-for-keys", actor: omar } }, []);
  put("policy", { title: "Office", people: [me, ben], obstacle: { kind: "policy", policy: "off" }, standing: "active" }, [message(ben, "Done", 24 * DAY)]);
  put("over", { title: "Camp 2025", people: [me, ana, ben], standing: "over", section: "archived" }, [message(ana, "That was lovely.", 60 * DAY), event("removed", ana, [me], 59 * DAY)]);
  put("files", { title: "Film night", people: [me, ben, maya], failed: true }, [
    withFiles(ben, "The whole evening, as it was", 3 * HOUR, [{ name: "Evening.mp4", bytes: 84_000_000, mediaType: "video/mp4", inline: false }]),
    withFiles(maya, "", 2 * HOUR, [{ name: "Notes.zip", bytes: 3_400_000, inline: false }, { kind: "voice", name: "", mediaType: "audio/webm", seconds: 214, bytes: 1_900_000, inline: false }]),
    withFiles(me, "", HOUR, [{ name: "Scan.pdf", bytes: 9_000_000, inline: false }], { id: "refused", position: null, state: { kind: "failed", detail: "Your files on this server take up all the room that there is for them." } }),
    withFiles(me, "From above", 60_000, [{ kind: "picture", name: "hills.jpg", mediaType: "image/jpeg", width: 640, height: 420, bytes: 900_000, thumbnail: "picture", inline: false }, { name: "Film.mp4", bytes: 21_000_000, mediaType: "video/mp4", inline: false }], { id: "upload", position: null, state: { kind: "waiting", upload: { done: 0, total: 22_000_000 } } }),
  ]);
  put("new", { title: "Carla Méndez", people: [me, carla] }, []);
  world.invitations.push(
    { id: "i1", name: "Aunt Ida", expiresAt: NOW + 5 * DAY, state: "open" }, { id: "i2", name: "Omar", expiresAt: NOW - DAY, state: "used", newcomer: omar },
    { id: "i3", expiresAt: NOW - 9 * DAY, state: "expired" }, { id: "i4", name: "Tom", expiresAt: NOW + DAY, state: "revoked" });
  world.devices.push(
    { device: "d1", title: "Chromium on Linux", current: true, state: "approved", createdAt: NOW - 9 * DAY },
    { device: "d2", title: "Chrome on Android", current: false, state: "approved", createdAt: NOW - 40 * DAY, lastSeenAt: NOW - HOUR },
    { device: "d3", title: "Firefox on Windows", current: false, state: "pending", createdAt: NOW - HOUR });
}

/** What is seldom seen: previews of all kinds, messages of other programs, ends of chats. */
function kinds(put) {
  const [ana, ben] = [actorOf("ana"), actorOf("ben")];
  const one = (chat, title, message, rest = {}) => put(chat, { title, people: [me, ana, ben], ...rest }, [message]);
  one("kind-deleted", "Deleted", message(ben, "", 70 * DAY, { body: { kind: "deleted" } }));
  one("kind-unsupported", "Another program", message(ben, "", 71 * DAY, { body: { kind: "unsupported", type: "Poll" } }));
  one("kind-picture", "Pictures", withFiles(ben, "", 72 * DAY, [{ kind: "picture", name: "lake.jpg", width: 640, height: 420, thumbnail: "picture" }]));
  one("kind-voice", "Voices", withFiles(ben, "", 73 * DAY, [{ kind: "voice", seconds: 3 }]));
  one("kind-file", "Files", withFiles(ben, "", 74 * DAY, [{ name: "list.txt" }]));
  one("kind-event", "Events", event("device-changed", ana, [ana], 75 * DAY));
  one("leaving", "Leaving", message(ana, "Farewell", 76 * DAY), { standing: "leaving" });
  one("read-only", "As it was", message(ana, "It goes on elsewhere", 77 * DAY), { standing: "read-only" });
  one("lost", "Lost", message(ana, "Are you there?", 78 * DAY), { obstacle: { kind: "cannot-go-on", why: "lost" } });
  one("worded", "In other words", message(ana, "Are you there?", 79 * DAY), { obstacle: { kind: "cannot-go-on", why: "The server of this chat is gone." } });
}

function many(put, ana) {
  const words = "the lake was calm and we rowed until the bells rang over the water then home by the old road".split(" ");
  const all = [];
  for (let at = 0; at < 10_000; at += 1) {
    const text = Array.from({ length: 1 + ((at * 7) % 29) }, (_, word) => words[(at + word * 3) % words.length]).join(" ");
    all.push(message(at % 3 === 0 ? me : ana, `${at}: ${text}`, (10_000 - at) * 90_000));
  }
  put("many", { title: "Ten thousand", people: [me, ana] }, all);
  for (let at = 0; at < 300; at += 1) put(`c${at}`, { title: `Chat ${at}`, people: [me, ana] }, [message(ana, `Message ${at}`, 30 * DAY + at * HOUR)]);
}

const ZALGO = `Z${"\u0300\u0315\u031b\u0320\u0334".repeat(40)}algo${"\u0489".repeat(200)}`;

function hostile(put) {
  const evil = actorOf("evil");
  const texts = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>", "\u202eevil\u2066 text that turns\u2067 around", ZALGO,
    "javascript:alert(1) data:text/html,<script>alert(1)</script>", "W".repeat(64_000), "\n".repeat(3_000),
    "{ $name } { DATETIME($x) } ${alert(1)} &lt;b&gt; \u0000\u0007\u001b[31m",
  ];
  const all = texts.map((text, at) => message(evil, text, HOUR - at * 60_000));
  all[3].body.links = [{ start: 0, end: 19, url: "javascript:alert(1)", shown: "javascript:alert(1)" }];
  all.push(withFiles(evil, "files", 30 * 60_000, [
    { name: "\u202egnp.exe<b>".repeat(40), bytes: 1e15 }, { kind: "picture", name: ZALGO, width: 1e9, height: 1, alt: "<svg onload=alert(1)>".repeat(50) },
    { kind: "picture", name: "x.svg", width: -5, height: Number.NaN, mediaType: "image/svg+xml" }, { kind: "voice", name: "v", seconds: 1e12 }]));
  all.push(message(evil, "reactions", 20 * 60_000, { reactions: Array.from({ length: 4000 }, (_, at) => ({ emoji: at === 0 ? ZALGO : `<b>${at}`, by: Array.from({ length: at === 0 ? 5000 : 1 }, () => evil) })) }));
  all.push(event("renamed", evil, [], 10 * 60_000, `<h1>${"\u202e".repeat(50)}${"x".repeat(20_000)}`), event("added", evil, Array(5000).fill(evil), 9 * 60_000));
  put("hostile", { title: `\u202e<u>evil</u>${ZALGO}${"title".repeat(3000)}`, people: [me, evil, actorOf("ben")], unread: 1e9, draft: "<i>\u202edraft" }, all);
}
