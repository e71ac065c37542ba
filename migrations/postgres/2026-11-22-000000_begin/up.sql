-- The first tables. Times are milliseconds since 1970, ids 64-bit and time-ordered, enums and documents text.

-- Facts about this server that never change once written, and its incarnation.
CREATE TABLE fact (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Node numbers are leased, so that ids made by several nodes never collide. holder: a random name of the process.
CREATE TABLE node (
    number BIGINT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    leased_until BIGINT NOT NULL
);

-- Actors, local and remote. A local actor has an account of the same id, or is the instance actor.
CREATE TABLE actor (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    display_name TEXT NOT NULL,
    url TEXT,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    key_packages TEXT,
    document TEXT,
    fetched_at BIGINT,
    created_at BIGINT NOT NULL,
    gone_at BIGINT,
    handle_confirmed_at BIGINT
);
CREATE INDEX actor_by_domain_name ON actor (domain, name);

-- Keys that sign HTTP requests; the private half is there for local actors only.
CREATE TABLE actor_key (
    id BIGINT NOT NULL PRIMARY KEY,
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    uri TEXT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    private_pem TEXT,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE INDEX actor_key_by_actor_id ON actor_key (actor_id);

-- Names that were ever given to an account: a handle is never given to somebody else.
CREATE TABLE taken_name (
    name TEXT NOT NULL PRIMARY KEY,
    taken_at BIGINT NOT NULL
);

-- Of a link without a device only the SHA-256 of its token is kept; of one that a device made, what it gave: the public half
-- of the link's key and the inviter's identity key. proof and answer: JSON, as the two devices say it.
CREATE TABLE invitation (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    token_hash BYTEA UNIQUE,
    public_key BYTEA UNIQUE,
    identity_key BYTEA,
    role TEXT NOT NULL,
    uses BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires_at BIGINT,
    note TEXT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    proof TEXT,
    answer TEXT
);
CREATE INDEX invitation_by_created_by ON invitation (created_by);

-- People with a password here. The id is that of the actor. last_position numbers what arrives. frozen_at: since when
-- nothing is sent in its name, because its person said that a device is in other hands.
CREATE TABLE account (
    id BIGINT NOT NULL PRIMARY KEY REFERENCES actor (id),
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    invitation_id BIGINT REFERENCES invitation (id),
    last_position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    frozen_at BIGINT
);

-- A link with which an admin lets somebody set a new password.
CREATE TABLE reset_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Browser sessions of the pages.
CREATE TABLE session (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    client_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_by_account_id ON session (account_id);

-- OAuth 2 clients (RFC 7591).
CREATE TABLE oauth_client (
    id BIGINT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash BYTEA,
    name TEXT NOT NULL,
    website TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- One device of an account; it signs key packages with its own key.
CREATE TABLE device (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    title TEXT NOT NULL,
    signature_key BYTEA NOT NULL UNIQUE,
    state TEXT NOT NULL,
    cursor_incarnation BIGINT NOT NULL,
    cursor_position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    removed_at BIGINT
);
CREATE INDEX device_by_account_id ON device (account_id);

-- Access tokens, of OAuth clients and of our own; only the SHA-256 is kept.
CREATE TABLE token (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    oauth_client_id BIGINT REFERENCES oauth_client (id),
    client_name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    device_id BIGINT REFERENCES device (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX token_by_account_id ON token (account_id);

-- Authorization codes, single use; the token made from a code ends when the code comes twice.
CREATE TABLE oauth_code (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    oauth_client_id BIGINT NOT NULL REFERENCES oauth_client (id),
    account_id BIGINT NOT NULL REFERENCES account (id),
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    token_id BIGINT REFERENCES token (id)
);

-- Key packages as posted. audience: public, self until the device is approved, or unlisted.
CREATE TABLE key_package (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    device_id BIGINT REFERENCES device (id),
    audience TEXT NOT NULL,
    content BYTEA NOT NULL,
    signature_key BYTEA NOT NULL,
    document TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX key_package_by_account_id ON key_package (account_id);

-- An approval of a device under way; the four parts are written once each.
CREATE TABLE pairing (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    device_id BIGINT NOT NULL REFERENCES device (id),
    commitment BYTEA NOT NULL,
    identity_key BYTEA,
    answer_nonce BYTEA,
    device_key BYTEA,
    reveal_nonce BYTEA,
    verdict TEXT,
    endorsement BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pairing_by_account_id ON pairing (account_id);

-- Conversations that this server sequences (place here) or only knows (place elsewhere). protection is never updated.
CREATE TABLE conversation (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    group_id TEXT NOT NULL,
    protection TEXT NOT NULL,
    place TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX conversation_by_group_id ON conversation (group_id);
CREATE INDEX conversation_by_host_created_at ON conversation (host, created_at);

-- Who is or was on the roster; left_epoch is the epoch that began without them. read_id: the last post that somebody here
-- has read, where it is not encrypted.
CREATE TABLE conversation_member (
    conversation_id BIGINT NOT NULL REFERENCES conversation (id),
    actor_uri TEXT NOT NULL,
    joined_epoch BIGINT NOT NULL,
    left_epoch BIGINT,
    read_id BIGINT,
    PRIMARY KEY (conversation_id, actor_uri, joined_epoch)
);
CREATE INDEX conversation_member_by_actor_uri ON conversation_member (actor_uri);

-- The winners, one per epoch that a commit ended.
CREATE TABLE conversation_commit (
    conversation_id BIGINT NOT NULL REFERENCES conversation (id),
    epoch BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    poster TEXT NOT NULL,
    activity_uri TEXT NOT NULL,
    document TEXT NOT NULL,
    add_document TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, epoch)
);

-- An activity as it is sent or was received, stored once. digest is SHA-256 of the MLS bytes, epoch that of their header.
CREATE TABLE envelope (
    id BIGINT NOT NULL PRIMARY KEY,
    activity_uri TEXT NOT NULL UNIQUE,
    actor_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest BYTEA,
    conversation_uri TEXT,
    epoch BIGINT,
    device_uri TEXT,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX envelope_by_digest ON envelope (digest);
CREATE INDEX envelope_by_created_at ON envelope (created_at);
CREATE INDEX envelope_by_actor_uri_created_at ON envelope (actor_uri, created_at);

-- What arrived for an account, in order of arrival.
CREATE TABLE inbox_item (
    account_id BIGINT NOT NULL REFERENCES account (id),
    position BIGINT NOT NULL,
    envelope_id BIGINT NOT NULL REFERENCES envelope (id),
    received_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, position)
);
CREATE UNIQUE INDEX inbox_item_by_account_id_envelope_id ON inbox_item (account_id, envelope_id);
CREATE INDEX inbox_item_by_envelope_id ON inbox_item (envelope_id);

-- What an account sent. audience: public, or named for what is for certain people only.
CREATE TABLE outbox_item (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    envelope_id BIGINT NOT NULL REFERENCES envelope (id),
    audience TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX outbox_item_by_account_id_audience_id ON outbox_item (account_id, audience, id);
CREATE INDEX outbox_item_by_envelope_id ON outbox_item (envelope_id);

-- One recipient of one envelope, or one inbox that a whole server shares. lane keeps order: the first queued row of a lane goes first, the others wait. The database
-- numbers them, because the clocks of several nodes may differ.
CREATE TABLE delivery (
    id BIGINT NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    envelope_id BIGINT NOT NULL REFERENCES envelope (id),
    sender_id BIGINT NOT NULL REFERENCES actor (id),
    recipient_uri TEXT NOT NULL,
    inbox TEXT,
    host TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX delivery_by_state_next_at ON delivery (state, next_at);
CREATE INDEX delivery_by_lane_state ON delivery (lane, state);
CREATE INDEX delivery_by_envelope_id ON delivery (envelope_id);
CREATE INDEX delivery_by_host_state ON delivery (host, state);

-- What we know of other servers' readiness to take deliveries: the breaker.
CREATE TABLE host (
    name TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    open_until BIGINT NOT NULL,
    failing_since BIGINT,
    failed_at BIGINT,
    last_contact_at BIGINT,
    last_error TEXT
);

-- Follows between any two actors of which one is local.
CREATE TABLE follow (
    id BIGINT NOT NULL PRIMARY KEY,
    activity_uri TEXT NOT NULL UNIQUE,
    follower_uri TEXT NOT NULL,
    followed_uri TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX follow_by_follower_uri_followed_uri ON follow (follower_uri, followed_uri);
CREATE INDEX follow_by_followed_uri_follower_uri ON follow (followed_uri, follower_uri);

-- Signatures that were accepted within their window; a second sight is a replay.
CREATE TABLE seen_signature (
    digest BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

-- Activities that were handled and are not stored.
CREATE TABLE seen_activity (
    uri TEXT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);

-- What an actor, here or elsewhere, says of itself. summary: safe HTML; source: what was typed here; fields, emojis,
-- also_known_as: JSON.
CREATE TABLE profile (
    actor_id BIGINT NOT NULL PRIMARY KEY REFERENCES actor (id),
    summary TEXT NOT NULL,
    source TEXT NOT NULL,
    fields TEXT NOT NULL,
    avatar TEXT,
    header TEXT,
    emojis TEXT,
    follow_approval TEXT NOT NULL,
    discovery TEXT NOT NULL,
    followers TEXT,
    featured TEXT,
    also_known_as TEXT,
    moved_to TEXT,
    moved_at BIGINT,
    updated_at BIGINT NOT NULL
);

-- What somebody here has chosen, such as the visibility of new posts.
CREATE TABLE preference (
    account_id BIGINT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- Posts, of people here and elsewhere. content: safe HTML; source: what was typed here; details: JSON of all that is
-- only shown, such as title, language, attachments and tags. touched_at: somebody here has to do with it, so it is
-- kept.
CREATE TABLE post (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    in_reply_to TEXT,
    context TEXT,
    conversation_id BIGINT REFERENCES conversation (id),
    summary TEXT,
    content TEXT NOT NULL,
    source TEXT,
    details TEXT,
    published_at BIGINT NOT NULL,
    edited_at BIGINT,
    created_at BIGINT NOT NULL,
    touched_at BIGINT
);
CREATE INDEX post_by_actor_id_published_at ON post (actor_id, published_at);
CREATE INDEX post_by_in_reply_to ON post (in_reply_to);
CREATE INDEX post_by_context ON post (context);
CREATE INDEX post_by_conversation_id ON post (conversation_id);

-- The actors that a post names in its addresses: those here, and of our own posts everybody.
CREATE TABLE post_recipient (
    post_id BIGINT NOT NULL REFERENCES post (id),
    actor_uri TEXT NOT NULL,
    PRIMARY KEY (post_id, actor_uri)
);
CREATE INDEX post_recipient_by_actor_uri ON post_recipient (actor_uri);

-- What a post said before it was edited.
CREATE TABLE post_revision (
    id BIGINT NOT NULL PRIMARY KEY,
    post_id BIGINT NOT NULL REFERENCES post (id),
    summary TEXT,
    content TEXT NOT NULL,
    details TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX post_revision_by_post_id ON post_revision (post_id);

-- Ids of posts that were deleted, also of those that never came: they do not return. evidence: seen where the post was
-- here, told where an actor only said that it was its own.
CREATE TABLE tombstone (
    uri TEXT NOT NULL PRIMARY KEY,
    actor_uri TEXT NOT NULL,
    evidence TEXT NOT NULL,
    deleted_at BIGINT NOT NULL
);
CREATE INDEX tombstone_by_deleted_at ON tombstone (deleted_at);

-- Shares of posts (Announce).
CREATE TABLE boost (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    post_id BIGINT NOT NULL REFERENCES post (id),
    visibility TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX boost_by_actor_id_post_id ON boost (actor_id, post_id);
CREATE INDEX boost_by_post_id ON boost (post_id);

-- Likes of posts.
CREATE TABLE post_like (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    post_id BIGINT NOT NULL REFERENCES post (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX post_like_by_actor_id_post_id ON post_like (actor_id, post_id);
CREATE INDEX post_like_by_post_id ON post_like (post_id);

-- Questions of posts. mode: one or any. options: JSON, with the votes that are known. closed_at: when the end was
-- told to those who took part.
CREATE TABLE poll (
    post_id BIGINT NOT NULL PRIMARY KEY REFERENCES post (id),
    mode TEXT NOT NULL,
    options TEXT NOT NULL,
    voters BIGINT,
    closes_at BIGINT,
    closed_at BIGINT
);
CREATE INDEX poll_by_closes_at ON poll (closes_at);

-- Who chose which option, counted from 0.
CREATE TABLE poll_vote (
    post_id BIGINT NOT NULL REFERENCES post (id),
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    choice BIGINT NOT NULL,
    PRIMARY KEY (post_id, actor_id, choice)
);
CREATE INDEX poll_vote_by_actor_id ON poll_vote (actor_id);

-- Hashtags of posts, in lower case.
CREATE TABLE hashtag (
    name TEXT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES post (id),
    PRIMARY KEY (name, post_id)
);
CREATE INDEX hashtag_by_post_id ON hashtag (post_id);

-- Posts that an actor shows first (featured).
CREATE TABLE featured_post (
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    post_id BIGINT NOT NULL REFERENCES post (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor_id, post_id)
);
CREATE INDEX featured_post_by_post_id ON featured_post (post_id);

-- What somebody here is shown, newest last: a post once, by whichever way it came first. place: home, mention or
-- direct.
CREATE TABLE timeline_item (
    account_id BIGINT NOT NULL REFERENCES account (id),
    id BIGINT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES post (id),
    boost_id BIGINT REFERENCES boost (id),
    place TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX timeline_item_by_post_id_account_id ON timeline_item (post_id, account_id);
CREATE INDEX timeline_item_by_boost_id ON timeline_item (boost_id) WHERE boost_id IS NOT NULL;

-- What others have done that concerns somebody here.
CREATE TABLE notification (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    actor_id BIGINT NOT NULL REFERENCES actor (id),
    post_id BIGINT REFERENCES post (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX notification_by_account_id_id ON notification (account_id, id);
CREATE INDEX notification_by_actor_id_account_id ON notification (actor_id, account_id);
CREATE INDEX notification_by_post_id ON notification (post_id);

-- How far somebody here has read something.
CREATE TABLE marker (
    account_id BIGINT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    item_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- Blocks between any two actors of which one is local.
CREATE TABLE block (
    id BIGINT NOT NULL PRIMARY KEY,
    activity_uri TEXT NOT NULL UNIQUE,
    blocker_uri TEXT NOT NULL,
    blocked_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX block_by_blocker_uri_blocked_uri ON block (blocker_uri, blocked_uri);
CREATE INDEX block_by_blocked_uri ON block (blocked_uri);

-- Servers with which the people who run this one want nothing to do.
CREATE TABLE blocked_domain (
    domain TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Whom somebody here does not want to see, and until when.
CREATE TABLE mute (
    account_id BIGINT NOT NULL REFERENCES account (id),
    actor_uri TEXT NOT NULL,
    until BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, actor_uri)
);
CREATE INDEX mute_by_actor_uri ON mute (actor_uri);

-- Reports to the people who run this server, by people here and by other servers (Flag). posts: JSON list of ids.
CREATE TABLE report (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    reporter_uri TEXT NOT NULL,
    target_uri TEXT NOT NULL,
    posts TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by BIGINT
);

-- Files of people here. name: random, in its address. shape: what it is for. position: among the files of its post.
-- state: processing, ready or failed. focus: as 0.1,-0.3.
CREATE TABLE media (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES account (id),
    post_id BIGINT REFERENCES post (id),
    position BIGINT NOT NULL,
    shape TEXT NOT NULL,
    content_type TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    blurhash TEXT,
    description TEXT NOT NULL,
    focus TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_by_post_id ON media (post_id);
CREATE INDEX media_by_account_id ON media (account_id);
CREATE INDEX media_by_state ON media (state);

-- Files of other servers that are kept for a while. digest: SHA-256 of the address. content_type is null where there
-- was nothing to show.
CREATE TABLE remote_media (
    digest BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    content_type TEXT,
    bytes BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX remote_media_by_used_at ON remote_media (used_at);

-- Sealed files of conversations, in parts of one size in the storage: `length` is what was announced, `received` how much
-- has come. Only the SHA-256 of the token is kept with which a file is sent and removed.
CREATE TABLE blob (
    name TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    token_hash BYTEA NOT NULL,
    length BIGINT NOT NULL,
    received BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX blob_by_account ON blob (account_id);
CREATE INDEX blob_by_created_at ON blob (created_at);

-- This server's own emoji.
CREATE TABLE emoji (
    shortcode TEXT NOT NULL PRIMARY KEY,
    media_id BIGINT NOT NULL REFERENCES media (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX emoji_by_media_id ON emoji (media_id);

-- Posts that wait for their files, as they were typed (JSON). problem: why one did not go out; post_id: what became of it.
CREATE TABLE waiting_post (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    typed TEXT NOT NULL,
    problem TEXT,
    post_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX waiting_post_by_account_id ON waiting_post (account_id);

-- Work that is not done within a request: what to fetch, what to import, what to count. detail: JSON.
CREATE TABLE job (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT,
    account_id BIGINT REFERENCES account (id),
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_by_kind_subject ON job (kind, subject);
CREATE INDEX job_by_next_at ON job (next_at);

-- Lists that somebody here has given to be imported, and how far that is. problems: JSON.
CREATE TABLE import (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    problems TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX import_by_account_id ON import (account_id);

-- Which policy for private messages this server has had, and since when.
CREATE TABLE policy_change (
    id BIGINT NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
