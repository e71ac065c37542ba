// @ts-check
// The methods of the contract that need more than the core: the server, the key, settings of this device. Every other one
// is handed to the core as it is.

import { Refusal } from "./failure.js";
import { opens } from "./wasm.js";

const API = "/api/alcove/v1";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("../contract.js").Settings} Settings */

/** @type {Settings} */
const FIRST_SETTINGS = {
  language: null, theme: "system", receipts: true, notifications: false, notificationText: "name", enterSends: true,
};

/** @type {Record<string, (host: Host, args: any) => Promise<any>>} */
export const methods = {
  start: (host) => host.start(),
  unlock: (host, { passphrase }) => host.unlock(passphrase),

  async join(host, { link, name, displayName, password, title, passphrase }) {
    const join = {
      invitation: invitationOf(link), name, display_name: displayName || null, password, client_name: `Alcove on ${title}`,
    };
    // An invitation must not be used up for a device that cannot be kept.
    await host.requireEmpty();
    return host.create(await host.server.askText("POST", `${API}/join`, join), title, passphrase);
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
    const device = await host.desk.look((core) => core.device);
    const path = device === undefined ? "tokens" : `devices/${device.split("/").pop()}`;
    // Offline, or signed out already: this device is wiped all the same, which is what was asked for.
    await host.server.ask("DELETE", `${API}/${path}`).catch(() => {});
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
    return JSON.parse((await host.desk.look((core) => core.look("messages", JSON.stringify(args)))) ?? "null");
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
    return JSON.parse((await host.desk.look((core) => core.look("devices", "{}"))) ?? "[]");
  },

  async removeDevice(host, args) {
    await methods.devices(host, {});
    return host.desk.perform((core) => core.obey("removeDevice", JSON.stringify(args), Date.now()));
  },

  async settings(host) {
    return { ...FIRST_SETTINGS, ...(await host.storage.own("settings")) };
  },

  async setSettings(host, changed) {
    const settings = { ...(await methods.settings(host, {})), ...changed };
    await host.storage.keep({ settings });
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

/** What the server knows an invitation by. The secret behind `#` stays here. @param {string} link */
function invitationOf(link) {
  const [, kind, name, rest] = URL.parse(link)?.pathname.split("/") ?? [];
  if ((kind !== "i" && kind !== "join") || !name || rest !== undefined) throw new Refusal("no-invitation");
  return name;
}
