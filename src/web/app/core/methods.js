// @ts-check
// The methods of the contract that need more than the core: the server, the key, settings of this device. Every other one
// is handed to the core as it is.

import { Refusal } from "./failure.js";
import { open, showThumbnails, stop } from "./files.js";
import { fetchOlder, openFile } from "./letters.js";
import { block, blocked, deliveries, person, unblock } from "./people.js";
import { joinProof, opens, readLink } from "./wasm.js";

const API = "/api/alcove/v1";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("../contract.js").Settings} Settings */

/** @type {Settings} */
const FIRST_SETTINGS = {
  language: null, theme: "system", receipts: true, notifications: false, notificationText: "name", enterSends: true,
};

/** What is said of an invitation that the server does not know. */
const UNKNOWN_INVITATION = {
  server: { name: location.host, domain: location.host, operator: null, policy: "default" }, inviter: null, expiresAt: null, state: "unknown",
};

/** @type {Record<string, (host: Host, args: any) => Promise<any>>} */
export const methods = {
  start: (host) => host.start(),
  unlock: (host, { passphrase }) => host.unlock(passphrase),

  async invitation(host, { link }) {
    await host.start();
    const { id, proves } = JSON.parse(readLink(link));
    const offer = await offerOf(host, id);
    if (offer === undefined) return { ...UNKNOWN_INVITATION, id, proves };
    const { inviter } = offer;
    return {
      id, proves, server: offer.server, state: offer.state,
      expiresAt: offer.expires_at ? Date.parse(offer.expires_at) : null,
      inviter: inviter && { actor: inviter.actor, name: inviter.name, handle: inviter.handle, picture: inviter.picture },
      suggestedName: offer.suggested_name,
    };
  },

  async join(host, { link, name, displayName, password, title, passphrase }) {
    // An invitation must not be used up for a device that cannot be kept.
    await host.requireEmpty();
    const { kind, id } = invitationOf(link);
    const offer = kind === "i" ? await offerOf(host, id) : undefined;
    const proof = kind === "i" ? joinProof(link, name) : undefined;
    const join = {
      invitation: id, name, display_name: displayName || null, password, client_name: `Alcove on ${title}`,
      ...(proof && { proof: JSON.parse(proof) }),
    };
    const token = await host.server.askText("POST", `${API}/join`, join);
    return host.create(token, title, passphrase, proof && offer && { link, offer });
  },

  async signIn(host, { name, password, title, passphrase }) {
    const { state } = await host.start();
    if (host.hasDevice) {
      await host.desk.enrol(await signIn(host, name, password, title));
      return host.standing();
    }
    // What is left of a device that cannot be opened any more makes room for a new one.
    if (state === "stopped") await host.wipe();
    await host.requireEmpty();
    return host.create(await signIn(host, name, password, title), title, passphrase);
  },

  async signOut(host) {
    // Offline, signed out already, or a device that cannot be opened any more: it is wiped all the same, which is what was
    // asked for.
    await resign(host).catch(() => {});
    await host.wipe();
    host.post({ event: "state", start: { state: "nobody" } });
    return null;
  },

  async find(host, { handle }) {
    const found = await host.server.askText("GET", `${API}/find?handle=${encodeURIComponent(handle)}`);
    return host.desk.perform((core) => core.learn(found));
  },

  async messages(host, args) {
    await host.desk.complete;
    await fetchOlder(host, args);
    const page = JSON.parse((await host.desk.look((core) => core.look("messages", JSON.stringify(args), Date.now()))) ?? "null");
    await showThumbnails(host, args.chat, page.messages);
    return page;
  },

  async send(host, { files = [], ...args }) {
    await host.desk.complete;
    const given = JSON.stringify({ ...args, files: await host.tray.given(args.chat, files) });
    await host.desk.perform((core) => core.obey("send", given, Date.now()));
    host.tray.sent(files);
    host.freight.run();
    return null;
  },

  async retry(host, args) {
    await host.desk.perform((core) => core.obey("retry", JSON.stringify(args), Date.now()));
    host.freight.run();
    return null;
  },

  async discard(host, args) {
    await host.desk.perform((core) => core.obey("discard", JSON.stringify(args), Date.now()));
    host.freight.begin();
    return null;
  },

  async remove(host, args) {
    await host.desk.perform((core) => core.obey("remove", JSON.stringify(args), Date.now()));
    host.freight.run();
    return null;
  },

  attach: (host, args) => host.tray.attach(args),
  file: async (host, args) => (await openFile(host, args)) ?? open(host, args),

  person,
  blocked,
  block,
  unblock,
  deliveries,

  async stopFile(host, args) {
    stop(host, args);
    return null;
  },

  async dropAttached(host, { file }) {
    host.tray.drop(file);
    return null;
  },

  async approveByCode(host, args) {
    try {
      return await host.desk.perform((core) => core.obey("approveByCode", JSON.stringify(args), Date.now()));
    } catch (error) {
      // Somebody else's, of another server, used, too old, changed: no device of this person waits with it.
      throw error instanceof Error && error.name === "unknown" ? new Refusal("wrong-code") : error;
    }
  },

  async addPeople(host, { chat, people }) {
    for (const actor of people) {
      const args = JSON.stringify({ chat, actor });
      await host.desk.perform((core) => core.obey("addPerson", args, Date.now()));
    }
    return null;
  },

  async devices(host) {
    await host.desk.perform((core) => core.obey("devices", "{}", Date.now()));
    await host.desk.run();
    return JSON.parse((await host.desk.look((core) => core.look("devices", "{}", Date.now()))) ?? "[]");
  },

  async removeDevice(host, args) {
    await methods.devices(host, {});
    return host.desk.perform((core) => core.obey("removeDevice", JSON.stringify(args), Date.now()));
  },

  async invite(host, args) {
    const last = async () => JSON.parse((await host.desk.look((core) => core.look("made", "{}", Date.now()))) ?? "null");
    const before = await last();
    await host.desk.perform((core) => core.obey("invite", JSON.stringify(args), Date.now()));
    await host.desk.run();
    const made = await last();
    if (made !== null && made.id !== before?.id) return made;
    const me = await host.server.ask("GET", `${API}/me`);
    throw new Refusal(me.may_invite ? "server-trouble" : "forbidden");
  },

  async renameDevice(host, { device, title }) {
    await host.server.ask("PATCH", `${API}/devices/${device.split("/").pop()}`, { title });
    return null;
  },

  async settings(host) {
    return { ...FIRST_SETTINGS, ...(await host.storage.own("settings")) };
  },

  async setSettings(host, changed) {
    const settings = { ...(await methods.settings(host, {})), ...changed };
    await host.storage.keep({ settings });
    if ("receipts" in changed) {
      const args = JSON.stringify({ receipts: settings.receipts });
      await host.desk.perform((core) => core.obey("receipts", args, Date.now()));
    }
    return settings;
  },

  async setPassphrase(host, { current, passphrase }) {
    const slot = await host.slot();
    if (slot === undefined || !opens(slot, current || undefined)) throw new Refusal("wrong-passphrase");
    await host.rewrap(passphrase || undefined);
    return null;
  },

  async changePassword(host, { current, password }) {
    await host.server.ask("POST", `${API}/password`, { current, new: password });
    return null;
  },
};

/** @param {Host} host @param {string} name @param {string} password @param {string} title */
async function signIn(host, name, password, title) {
  return host.server.askText("POST", `${API}/tokens`, { name, password, client_name: `Alcove on ${title}` });
}

/** Tells the server that this device is none any more. @param {Host} host */
async function resign(host) {
  const device = await host.desk.look((core) => core.device);
  await host.server.ask("DELETE", `${API}/${device === undefined ? "tokens" : `devices/${device.split("/").pop()}`}`);
}

/** What the server says of an invitation; nothing if it knows none. @param {Host} host @param {string} id */
async function offerOf(host, id) {
  try {
    return await host.server.ask("GET", `${API}/invitation/${id}`);
  } catch (error) {
    if (error instanceof Error && error.name === "not-found") return undefined;
    throw error;
  }
}

/** What the server knows an invitation by. The secret behind `#` stays here. @param {string} link */
function invitationOf(link) {
  const [, kind, id, rest] = URL.parse(link)?.pathname.split("/") ?? [];
  if ((kind !== "i" && kind !== "join") || !id || rest !== undefined) throw new Refusal("no-invitation");
  return { kind, id };
}
