/** The core as `src/web/*.rs` exports it; wasm-bindgen writes the module beside the other ones of `core/`. */

/** A step: first saved, then told. */
export interface Work {
  readonly saves: boolean;
  readonly put: [Uint8Array, Uint8Array][];
  readonly delete: Uint8Array[];
  readonly root: Uint8Array;
  /** Events of the contract, as JSON. */
  readonly events: string;
  /** What a method answers, as JSON. */
  readonly answer: string;
  free(): void;
}

/** A request to the account's server. */
export interface Errand {
  readonly kind: "document" | "page" | "call" | "acknowledgement";
  readonly method: string;
  readonly address: string;
  readonly mediaType: string | undefined;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  free(): void;
}

/** The bytes of a file. */
export interface Opened { readonly mediaType: string; readonly bytes: Uint8Array<ArrayBuffer>; }

/** A request with a sealed file to the account's server. */
export interface Transport {
  readonly method: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly stored: string | undefined;
  readonly part: number | undefined;
  free(): void;
}

/** Seals one file once. */
export class FileSealer {
  constructor(size: number);
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  finish(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly seal: string; free(): void };
}

/** Opens one sealed file. */
export interface FileOpener {
  readonly url: string;
  readonly mediaType: string;
  readonly total: number;
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  finish(): void;
}

export interface Created { core(): Core; work(): Work; }

/** One signed-in device. Every method throws an `Error` whose name is a code of the contract. */
export class Core {
  static create(token: string, title: string, now: number): Created;
  static open(slot: Uint8Array, passphrase: string | undefined, root: Uint8Array, keys: Uint8Array[], hot: Uint8Array[]): Core;
  recall(keys: Uint8Array[], values: Uint8Array[]): void;
  recalled(): void;
  slot(passphrase?: string): Uint8Array<ArrayBuffer>;
  start(): string;
  obey(method: string, args: string, now: number): Work | undefined;
  look(method: string, args: string, now: number): string | undefined;
  tick(now: number): Work;
  begin(): void;
  next(now: number): Errand | undefined;
  answered(
    status: number, contentType: string | undefined, location: string | undefined, activity: string | undefined,
    retryAfter: string | undefined, body: Uint8Array, now: number,
  ): Work;
  unanswered(reason: string, now: number): Work;
  unreachable(reason: string): void;
  careful(oneByOneTo: number, skipped?: number): void;
  connection(): string;
  enrol(token: string, now: number): Work;
  strangers(): string;
  /** How many letters are here, if the server has older ones that are wanted. */
  wantOlder(args: string): number | undefined;
  learn(found: string): Work;
  place(args: string): Uint8Array<ArrayBuffer> | undefined;
  file(key: Uint8Array, value: Uint8Array, index: number): Opened | undefined;
  thumbnail(key: Uint8Array, value: Uint8Array, index: number): Opened | undefined;
  waitingThumbnail(chat: string, id: string, index: number): Opened | undefined;
  opener(key: Uint8Array, value: Uint8Array, index: number): FileOpener | undefined;
  haul(now: number): Transport | undefined;
  hauled(status: number, contentType: string | undefined, retryAfter: string | undefined, body: Uint8Array, now: number): Work;
  unhauled(reason: string, now: number): Work;
  lost(now: number): Work;
  hasten(): void;
  /** Names of sealed files as JSON. */
  stored(): string;
  limit(server: string): Work;
  readonly laden: boolean;
  readonly behind: boolean;
  readonly inbox: string | undefined;
  readonly cursor: string | undefined;
  readonly token: string;
  readonly handle: string;
  readonly title: string;
  readonly device: string | undefined;
}

/** `{id, proves}` as JSON. */
export function readLink(link: string): string;
export function joinProof(link: string, name: string): string | undefined;
export function needsPassphrase(slot: Uint8Array): boolean;
export function opens(slot: Uint8Array, passphrase?: string): boolean;
/** After a panic: a new instance; whatever the old one made is gone. */
export function __wbg_reset_state(): void;
export default function load(from: { module_or_path: URL }): Promise<unknown>;
