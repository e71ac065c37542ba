// @ts-check
// What the server knows about people and the device does not: whom this person has blocked, and whom a message has reached.

const API = "/api/alcove/v1";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("../contract.js").Person} Person */
/** @typedef {import("../contract.js").Delivery} Delivery */

/** Somebody, and whether they are blocked, as far as the server can be asked. @param {Host} host @param {{ actor: string }} args
 * @returns {Promise<Person>} */
export async function person(host, args) {
  const [known, blocked] = await Promise.all([
    host.desk.look((core) => core.look("person", JSON.stringify(args), Date.now())),
    host.server.ask("GET", `${API}/blocks`).catch(() => []),
  ]);
  return { ...JSON.parse(known ?? "null"), blocked: blocked.includes(args.actor) };
}

/** Everybody who is blocked, with the names by which the server knows them. @param {Host} host @returns {Promise<Person[]>} */
export async function blocked(host) {
  const actors = /** @type {string[]} */ (await host.server.ask("GET", `${API}/blocks`));
  const named = new Map();
  for (let at = 0; at < actors.length; at += 200) {
    const { people } = await host.server.ask("POST", `${API}/people`, { actors: actors.slice(at, at + 200) });
    for (const { actor, name, handle } of people) named.set(actor, { name, handle });
  }
  return Promise.all(actors.map(async (actor) => {
    const known = await host.desk.look((core) => core.look("person", JSON.stringify({ actor }), Date.now()));
    return { ...JSON.parse(known ?? "null"), ...named.get(actor), blocked: true };
  }));
}

/** @param {Host} host @param {{ actor: string }} args */
export async function block(host, { actor }) {
  await host.server.ask("POST", `${API}/blocks`, { actor });
  return changed(host);
}

/** @param {Host} host @param {{ actor: string }} args */
export async function unblock(host, { actor }) {
  await host.server.ask("DELETE", `${API}/blocks?actor=${encodeURIComponent(actor)}`);
  return changed(host);
}

/** What somebody sees of others depends on whom they block. @param {Host} host */
async function changed(host) {
  host.post({ event: "chats" });
  void host.desk.sync();
  return null;
}

/** What became of an own message for each who should have it: what they have said themselves, else what the server knows.
 * @param {Host} host @param {object} args @returns {Promise<Delivery[]>} */
export async function deliveries(host, args) {
  const { path, readBy } = JSON.parse((await host.desk.look((core) => core.look("fate", JSON.stringify(args), Date.now()))) ?? "{}");
  /** @type {Map<string, Delivery>} */
  const all = new Map();
  for (const { recipient, state, reason } of path ? await known(host, path) : []) {
    all.set(recipient, { actor: recipient, state, ...(state !== "delivered" && reason && { detail: reason }) });
  }
  for (const actor of readBy) all.set(actor, { actor, state: "read" });
  return [...all.values()];
}

/** Nothing once the server has forgotten it. @param {Host} host @param {string} path @returns {Promise<any[]>} */
async function known(host, path) {
  try {
    return await host.server.ask("GET", path);
  } catch (error) {
    if (error instanceof Error && error.name === "not-found") return [];
    throw error;
  }
}
