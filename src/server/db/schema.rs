//! The tables, as diesel knows them; the same for SQLite and PostgreSQL. Times are milliseconds since 1970, ids 64-bit
//! and time-ordered, enums and documents text. `migrations/` makes them; a test compares the two trees with this file.

#![expect(missing_docs, reason = "columns are named by what they hold; the tables say the rest")]

diesel::table! {
    /// Facts about this server that never change once written, and its incarnation.
    fact (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    /// Node numbers are leased, so that ids made by several nodes never collide.
    node (number) {
        number -> BigInt,
        leased_until -> BigInt,
    }
}

diesel::table! {
    /// Actors, local and remote. A local actor has an account of the same id, or is the instance actor.
    actor (id) {
        id -> BigInt,
        uri -> Text,
        kind -> Text,
        name -> Text,
        domain -> Text,
        display_name -> Text,
        url -> Nullable<Text>,
        inbox -> Text,
        shared_inbox -> Nullable<Text>,
        key_packages -> Nullable<Text>,
        document -> Nullable<Text>,
        fetched_at -> Nullable<BigInt>,
        created_at -> BigInt,
        gone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Keys that sign HTTP requests; the private half is there for local actors only.
    actor_key (id) {
        id -> BigInt,
        actor_id -> BigInt,
        uri -> Text,
        algorithm -> Text,
        public_pem -> Text,
        private_pem -> Nullable<Text>,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Names that were ever given to an account: a handle is never given to somebody else.
    taken_name (name) {
        name -> Text,
        taken_at -> BigInt,
    }
}

diesel::table! {
    /// Only the SHA-256 of an invitation's token is kept.
    invitation (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Binary,
        role -> Text,
        uses -> BigInt,
        used -> BigInt,
        expires_at -> Nullable<BigInt>,
        note -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// People with a password here. The id is that of the actor. last_position numbers what arrives.
    account (id) {
        id -> BigInt,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        invitation_id -> Nullable<BigInt>,
        last_position -> BigInt,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// A link with which an admin lets somebody set a new password.
    reset_link (token_hash) {
        token_hash -> Binary,
        account_id -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Browser sessions of the pages.
    session (id) {
        id -> BigInt,
        token_hash -> Binary,
        account_id -> BigInt,
        client_name -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// OAuth 2 clients (RFC 7591).
    oauth_client (id) {
        id -> BigInt,
        client_id -> Text,
        secret_hash -> Nullable<Binary>,
        name -> Text,
        website -> Nullable<Text>,
        redirect_uris -> Text,
        scopes -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// One device of an account; it signs key packages with its own key.
    device (id) {
        id -> BigInt,
        name -> Text,
        account_id -> BigInt,
        title -> Text,
        signature_key -> Binary,
        state -> Text,
        cursor_incarnation -> BigInt,
        cursor_position -> BigInt,
        created_at -> BigInt,
        last_seen_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Access tokens, of OAuth clients and of our own; only the SHA-256 is kept.
    token (id) {
        id -> BigInt,
        token_hash -> Binary,
        account_id -> BigInt,
        oauth_client_id -> Nullable<BigInt>,
        client_name -> Text,
        scopes -> Text,
        device_id -> Nullable<BigInt>,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Authorization codes, single use; the token made from a code ends when the code comes twice.
    oauth_code (code_hash) {
        code_hash -> Binary,
        oauth_client_id -> BigInt,
        account_id -> BigInt,
        redirect_uri -> Text,
        scopes -> Text,
        challenge -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        token_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Key packages as posted. audience: public, self until the device is approved, or unlisted.
    key_package (id) {
        id -> BigInt,
        name -> Text,
        account_id -> BigInt,
        device_id -> Nullable<BigInt>,
        audience -> Text,
        content -> Binary,
        signature_key -> Binary,
        document -> Text,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// An approval of a device under way; the four parts are written once each.
    pairing (id) {
        id -> BigInt,
        name -> Text,
        account_id -> BigInt,
        device_id -> BigInt,
        commitment -> Binary,
        identity_key -> Nullable<Binary>,
        answer_nonce -> Nullable<Binary>,
        device_key -> Nullable<Binary>,
        reveal_nonce -> Nullable<Binary>,
        verdict -> Nullable<Text>,
        endorsement -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    /// Conversations that this server sequences (place here) or only knows (place elsewhere). protection is never updated.
    conversation (id) {
        id -> BigInt,
        uri -> Text,
        group_id -> Text,
        protection -> Text,
        place -> Text,
        epoch -> BigInt,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Who is or was on the roster; left_epoch is the epoch that began without them.
    conversation_member (conversation_id, actor_uri, joined_epoch) {
        conversation_id -> BigInt,
        actor_uri -> Text,
        joined_epoch -> BigInt,
        left_epoch -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// The winners, one per epoch that a commit ended.
    conversation_commit (conversation_id, epoch) {
        conversation_id -> BigInt,
        epoch -> BigInt,
        digest -> Binary,
        poster -> Text,
        activity_uri -> Text,
        document -> Text,
        add_document -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    /// An activity as it is sent or was received, stored once. digest is SHA-256 of the MLS bytes, epoch that of their header.
    envelope (id) {
        id -> BigInt,
        activity_uri -> Text,
        actor_uri -> Text,
        kind -> Text,
        digest -> Nullable<Binary>,
        conversation_uri -> Nullable<Text>,
        epoch -> Nullable<BigInt>,
        device_uri -> Nullable<Text>,
        document -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Posts by their own id, to find what an edit or a Delete is about; one that was deleted stays known.
    object (uri) {
        uri -> Text,
        actor_uri -> Text,
        envelope_id -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What arrived for an account, in order of arrival.
    inbox_item (account_id, position) {
        account_id -> BigInt,
        position -> BigInt,
        envelope_id -> BigInt,
        received_at -> BigInt,
    }
}

diesel::table! {
    /// What an account sent.
    outbox_item (id) {
        id -> BigInt,
        account_id -> BigInt,
        envelope_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// One recipient of one envelope. lane keeps order: the first queued row of a lane goes first, the others wait.
    delivery (id) {
        id -> BigInt,
        envelope_id -> BigInt,
        sender_id -> BigInt,
        recipient_uri -> Text,
        inbox -> Nullable<Text>,
        host -> Text,
        lane -> Text,
        state -> Text,
        attempts -> BigInt,
        next_at -> BigInt,
        leased_until -> BigInt,
        reason -> Nullable<Text>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What we know of other servers' readiness to take deliveries: the breaker.
    host (name) {
        name -> Text,
        failures -> BigInt,
        open_until -> BigInt,
        last_contact_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    /// Follows between any two actors of which one is local.
    follow (id) {
        id -> BigInt,
        activity_uri -> Text,
        follower_uri -> Text,
        followed_uri -> Text,
        state -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Signatures that were accepted within their window; a second sight is a replay.
    seen_signature (digest) {
        digest -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    /// Activities that were handled and are not stored.
    seen_activity (uri) {
        uri -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    /// Work that runs later or again and again.
    job (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        run_at -> BigInt,
        leased_until -> BigInt,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
    }
}

diesel::joinable!(actor_key -> actor (actor_id));
diesel::joinable!(account -> actor (id));
diesel::joinable!(account -> invitation (invitation_id));
diesel::joinable!(reset_link -> account (account_id));
diesel::joinable!(session -> account (account_id));
diesel::joinable!(device -> account (account_id));
diesel::joinable!(token -> account (account_id));
diesel::joinable!(token -> oauth_client (oauth_client_id));
diesel::joinable!(token -> device (device_id));
diesel::joinable!(oauth_code -> oauth_client (oauth_client_id));
diesel::joinable!(oauth_code -> account (account_id));
diesel::joinable!(oauth_code -> token (token_id));
diesel::joinable!(key_package -> account (account_id));
diesel::joinable!(key_package -> device (device_id));
diesel::joinable!(pairing -> account (account_id));
diesel::joinable!(pairing -> device (device_id));
diesel::joinable!(conversation_member -> conversation (conversation_id));
diesel::joinable!(conversation_commit -> conversation (conversation_id));
diesel::joinable!(object -> envelope (envelope_id));
diesel::joinable!(inbox_item -> account (account_id));
diesel::joinable!(inbox_item -> envelope (envelope_id));
diesel::joinable!(outbox_item -> account (account_id));
diesel::joinable!(outbox_item -> envelope (envelope_id));
diesel::joinable!(delivery -> envelope (envelope_id));
diesel::joinable!(delivery -> actor (sender_id));

diesel::allow_tables_to_appear_in_same_query!(
    fact,
    node,
    actor,
    actor_key,
    taken_name,
    invitation,
    account,
    reset_link,
    session,
    oauth_client,
    device,
    token,
    oauth_code,
    key_package,
    pairing,
    conversation,
    conversation_member,
    conversation_commit,
    envelope,
    object,
    inbox_item,
    outbox_item,
    delivery,
    host,
    follow,
    seen_signature,
    seen_activity,
    job
);
