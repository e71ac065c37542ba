/**
 * What the interface may ask of the worker, and what the worker tells it. The only border between the two: the interface
 * holds no keys, no storage and no network; the worker holds no words and no screen.
 *
 * A request is `{id, method, args}`; it is answered by `{id, result}` or `{id, error}`. Events come unasked and say only
 * what has changed: the interface asks again for what it shows. Not a description of the server's API.
 */

/** An actor's id, an https address. */
export type ActorId = string;
/** A conversation: its MLS group id, or `plain <id>` where nothing is encrypted; no group id has a space in it. */
export type ChatId = string;
/** A message in its conversation: its position once it has arrived, and the inner id with its sender always. */
export interface MessageName { sender: ActorId; id: string; }
/** Milliseconds since the Unix epoch. */
export type Time = number;

/** Every request: arguments and result. */
export interface Methods {
  // Beginning
  start(): Start;
  unlock(args: { passphrase: string }): Start;
  /** Reads an invitation's link, fragment included; asks the server for the rest. The secret never leaves the worker. */
  invitation(args: { link: string }): Invitation;
  join(args: { link: string; name: string; displayName: string; password: string; title: string; passphrase?: string }): Start;
  signIn(args: { name: string; password: string; title: string; passphrase?: string }): Start;
  /** Ends the session and wipes this device. */
  signOut(): null;
  // What is there
  chats(): ChatRow[];
  chat(args: { chat: ChatId }): Chat;
  /** A page, oldest first; the newest page without `before`. */
  messages(args: { chat: ChatId; before?: number; limit: number }): Page;
  search(args: { text: string; chat?: ChatId; limit: number }): Hit[];
  person(args: { actor: ActorId }): Person;
  /** Finds somebody by handle or address, over the server. */
  find(args: { handle: string }): Person;
  deliveries(args: { chat: ChatId; message: MessageName }): Delivery[];
  readers(args: { chat: ChatId }): Readers;
  // Saying
  send(args: { chat: ChatId; text: string; inReplyTo?: MessageName; mentions?: ActorId[]; files?: number[] }): null;
  /**
   * Takes a file in: metadata removed, thumbnail made, sealed if it is too large for a message (`transfer` events say how far that
   * is). The interface names it by a number, another for each, until it is sent or dropped.
   */
  attach(args: { chat: ChatId; file: File; number: number; keepMetadata: boolean; voice?: { seconds: number } }): Attached;
  /** Also one that is still being taken in: `attach` is refused as `stopped`. */
  dropAttached(args: { file: number }): null;
  edit(args: { chat: ChatId; message: MessageName; text: string }): null;
  remove(args: { chat: ChatId; message: MessageName }): null;
  react(args: { chat: ChatId; message: MessageName; emoji: string }): null;
  unreact(args: { chat: ChatId; message: MessageName; emoji: string }): null;
  retry(args: { chat: ChatId; id: string }): null;
  /** Also one whose files are on their way: they go from the server. */
  discard(args: { chat: ChatId; id: string }): null;
  /** A file of a message, opened and checked. Progress comes as `transfer` events. */
  file(args: { chat: ChatId; message: MessageName; index: number }): Blob;
  /** Ends that: `file` is refused as `stopped`. */
  stopFile(args: { chat: ChatId; message: MessageName; index: number }): null;
  // A chat, for this person only
  setDraft(args: { chat: ChatId; text: string; inReplyTo?: MessageName }): null;
  markRead(args: { chat: ChatId; upTo: number }): null;
  setChat(args: { chat: ChatId; pinned?: boolean; archived?: boolean; mutedUntil?: Time | null }): null;
  // A chat, for everybody in it
  newChat(args: { people: ActorId[]; name?: string; encrypted: boolean }): ChatId;
  addPeople(args: { chat: ChatId; people: ActorId[] }): null;
  removePerson(args: { chat: ChatId; actor: ActorId }): null;
  removeLeaf(args: { chat: ChatId; leaf: string }): null;
  rename(args: { chat: ChatId; name: string }): null;
  leave(args: { chat: ChatId }): null;
  accept(args: { chat: ChatId }): null;
  decline(args: { chat: ChatId }): null;
  block(args: { actor: ActorId }): null;
  unblock(args: { actor: ActorId }): null;
  blocked(): Person[];
  sendAnyway(args: { chat: ChatId; text: string }): null;
  /** Both have compared: verified. */
  trustIdentity(args: { actor: ActorId; identity: string }): null;
  /** Goes on with a changed identity that nobody has compared. */
  continueUnverified(args: { actor: ActorId; identity: string }): null;
  goOn(args: { chat: ChatId }): null;
  rejoin(args: { chat: ChatId }): null;
  // Invitations
  invite(args: { name?: string; days: number }): NewInvitation;
  invitations(): OwnInvitation[];
  revokeInvitation(args: { id: string }): null;
  // Devices
  devices(): Device[];
  removeDevice(args: { device: string; why: "retired" | "lost" }): null;
  renameDevice(args: { device: string; title: string }): null;
  lookForPairings(): null;
  approvePairing(args: { name: string }): null;
  approveByCode(args: { code: string }): null;
  confirmPairing(args: { name: string; digits: string }): null;
  acceptPairing(args: { name: string }): null;
  refusePairing(args: { name: string }): null;
  // Settings of this device
  settings(): Settings;
  setSettings(args: Partial<Settings>): Settings;
  /** Without `passphrase`: takes it away. */
  setPassphrase(args: { current?: string; passphrase?: string }): null;
  changePassword(args: { current: string; password: string }): null;
}

/** How the app begins. */
export type Start =
  | { state: "nobody" }
  | { state: "locked" }
  | { state: "elsewhere" }
  | { state: "unsupported"; why: "no-webcrypto" | "no-storage" | "no-locks" | "no-wasm" }
  | { state: "waiting"; me: Me; code?: string; digits?: string; pairing?: string }
  | { state: "ready"; me: Me }
  | { state: "stopped"; reason: "removed" | "copied" | "signed-out" | "damaged" | "evicted" | "other"; detail?: string };

export interface Me { actor: ActorId; handle: string; name: string; server: string; safe: { passphrase: boolean; persisted: boolean } }

export interface Person {
  actor: ActorId; handle: string; name: string; server: string;
  /** Whether they can be written to encrypted, as far as is known now. */
  encrypted: "yes" | "no" | "waiting";
  identity?: string;
  trust: Trust; safetyNumber?: string; blocked: boolean;
}

/** How far somebody's identity key was checked. */
export type Trust =
  | { kind: "first-contact" } | { kind: "vouched-for-by-server" }
  | { kind: "verified"; by: "invitation" | "comparison"; at: Time } | { kind: "invited" }
  | { kind: "changed"; identity: string; was: "first-contact" | "verified" } | { kind: "none" };

export type Protection =
  | { kind: "mls" }
  /** The servers whose operators can read it. */
  | { kind: "plain"; servers: string[] };

export interface ChatRow {
  chat: ChatId; protection: Protection; title: string; people: ActorId[];
  section: "request" | "pinned" | "all" | "archived";
  /** `text` is the name of the event where that is the kind. */
  preview?: { by: ActorId | null; kind: "text" | "file" | "picture" | "voice" | "deleted" | "event" | "unsupported"; text: string };
  draft?: string; at: Time; unread: number; mentioned: boolean; mutedUntil?: Time; failed: boolean;
}

export interface Chat extends ChatRow {
  standing: "active" | "request" | "leaving" | "over" | "read-only";
  names: Record<ActorId, { name: string; handle: string; trust: Trust }>;
  me: ActorId; readUpTo: number; mixed: boolean;
  /** What is in the way of writing, worst first; none: the composer is free. */
  obstacle?: Obstacle;
  requestFrom?: ActorId;
  /** What can be done in it beside writing and answering; nothing else is offered. */
  can: ("attach" | "edit" | "react" | "remove")[];
  /** What the draft answers. */
  answering?: Message;
  /** The longest text, in characters, where the server has said so. */
  limits: { inlineBytes: number; fileBytes: number; characters?: number };
}

export type Obstacle =
  | { kind: "unverified"; suspects: { leaf: string; actor: ActorId | null }[] }
  | { kind: "identity-changed"; actor: ActorId; identity: string }
  | { kind: "waiting-for-server"; server: string } | { kind: "waiting-for-keys"; actor: ActorId }
  | { kind: "cannot-go-on"; why: string } | { kind: "continuation-offered"; by: ActorId } | { kind: "rejoin-offered"; by: ActorId }
  | { kind: "policy"; policy: string };

export interface Page { messages: Message[]; more: boolean }

export interface Message extends MessageName {
  position: number | null; sentAt: Time; own: boolean;
  body: Body; editedAt?: Time;
  inReplyTo?: { name: MessageName; excerpt: string; by: ActorId } | { missing: true };
  reactions: { emoji: string; by: ActorId[] }[];
  /** Own messages only. `upload`, in bytes: its files are on their way to the server. */
  state?: { kind: "waiting"; upload?: { done: number; total: number } } | { kind: "sending" | "sent" | "delivered" } | { kind: "read"; by: ActorId[]; of: number } | { kind: "failed"; detail: string };
}

export type Body =
  | { kind: "text"; text: string; mentions: ActorId[]; links: { start: number; end: number; url: string; shown: string }[]; files: FileView[]; inert: boolean; /** Said before it is opened. */ warning?: string }
  | { kind: "deleted" } | { kind: "unsupported"; type: string }
  | { kind: "event"; event: "added" | "removed" | "left" | "renamed" | "device-changed" | "identity-changed" | "joined" | "continued" | "policy" | "ended"; by: ActorId | null; about: ActorId[]; text?: string };

/** `bytes` 0: not known. `elsewhere`: it is on another server, at this address, and nothing of it is loaded here. `preview`: a small picture of it on the own server. */
export interface FileView {
  elsewhere?: string;
  index: number; name: string; mediaType: string; bytes: number; kind: "picture" | "voice" | "file";
  width?: number; height?: number; alt?: string; thumbnail?: Blob; preview?: string; seconds?: number; inline: boolean; held: boolean;
}
export interface Attached extends FileView { file: number }
export interface Hit { chat: ChatId; message: Message; excerpt: string; start: number; end: number }
export interface Delivery { actor: ActorId; state: "queued" | "delivered" | "failed" | "read"; detail?: string; at?: Time }
export interface Readers {
  protection: Protection; servers: string[]; mixed: boolean;
  people: { actor: ActorId; name: string; handle: string; trust: Trust; devices: number; leaves: { leaf: string; ok: boolean }[] }[];
}

export interface Invitation {
  id: string; server: { name: string; domain: string; operator: string | null; policy: "off" | "allowed" | "default" | "required" };
  inviter: { actor: ActorId; name: string; handle: string; picture?: string } | null;
  suggestedName?: string; expiresAt: Time | null;
  state: "open" | "expired" | "used" | "revoked" | "unknown";
  /** Whether taking it up proves both sides to each other. */
  proves: boolean;
}
export interface NewInvitation { id: string; link: string; expiresAt: Time }
export interface OwnInvitation { id: string; name?: string; expiresAt: Time; state: "open" | "expired" | "used" | "revoked"; newcomer?: ActorId }
export interface Device { device: string; title: string; current: boolean; state: "approved" | "pending"; createdAt: Time; lastSeenAt?: Time }

export interface Settings {
  language: "en" | "de" | "es" | "ar" | null; theme: "system" | "light" | "dark";
  receipts: boolean; notifications: boolean; notificationText: "all" | "name" | "none"; enterSends: boolean;
}

/** What comes unasked. */
export type Event =
  | { event: "state"; start: Start }
  | { event: "chats" }
  | { event: "chat"; chat: ChatId }
  | { event: "arrived"; chat: ChatId; message: Message }
  | { event: "connection"; state: "online" | "offline" | "busy" | "signed-out"; detail?: string; waiting: number }
  /** In bytes. `file` is the number of one that is taken in; `<id of the message> <index>` of one that is fetched; the id of a
   * message for all of its files on their way to the server. */
  | { event: "transfer"; file: number | string; done: number; total: number }
  | { event: "pairing"; pairing: PairingNews }
  | { event: "storage"; state: "full" | "at-risk" }
  | { event: "clock"; skew: number };

export type PairingNews =
  | { kind: "waiting"; name: string; title: string; expiresAt: Time }
  | { kind: "digits-wanted"; name: string } | { kind: "digits"; digits: string } | { kind: "code"; code: string }
  | { kind: "confirm"; name: string } | { kind: "wrong"; name: string; attemptsLeft: number }
  | { kind: "ended"; name: string; end: "approved" | "matched" | "scanned" | "refused" | "expired" | "mismatch" | "elsewhere" };

export interface Failure { code: string; detail?: string }
