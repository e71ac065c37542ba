// Everything that this server knows: people, what they published, what it was sent and what it asked others for.

/** How a request was signed, by the header that only one of the two ways has. */
export function schemeOf(headers) {
  if (headers.has("Signature-Input")) return "rfc9421";
  return headers.has("Signature") ? "cavage" : null;
}

export class World {
  /** `http://127.0.0.1:PORT`, once it listens. */
  origin = "";
  /** By name: `{ name, title, algorithms, keys, locked, followers, aliases, successor, outbox, passesOnTo }`. */
  people = new Map();
  /** By id: `{ object, recipients, readers }`; what was deleted is a Tombstone. */
  objects = new Map();
  /** By id: `{ activity, recipients }`, so that it can be taken back. */
  activities = new Map();
  /** What arrived and was verified, in order: `{ type, activity, inbox, http, proof }`. */
  received = [];
  /** What it asked others for, in order: `{ method, url, scheme, status }`. */
  requests = [];
  /** The one scheme that is accepted, if not both are. */
  accepts = null;
  /** The scheme that others are first tried with. */
  signs = "rfc9421";
  /** A server for each scheme that requests can begin with. */
  federations = {};

  #count = 0;

  person(name) {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`there is no ${name}, only ${[...this.people.keys()]}`);
    return person;
  }

  /** What Fedify does things by, for somebody here. */
  context() {
    return this.federations[this.signs].createContext(new URL(this.origin), {});
  }

  /** A name that nothing else has. */
  fresh() {
    this.#count += 1;
    return String(this.#count);
  }
}
