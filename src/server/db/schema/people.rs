//! The tables of this server, its actors, accounts and devices. Not of what they say to each other.

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
        holder -> Text,
        leased_until -> BigInt,
    }
}

diesel::table! {
    /// Actors, local and remote. A local actor has an account of the same id, or is the instance actor.
    /// handle_confirmed_at: when WebFinger last led both ways, of remote actors.
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
        handle_confirmed_at -> Nullable<BigInt>,
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
    /// Of a link without a device only the SHA-256 of its token is kept; of one that a device made, what it gave.
    invitation (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Nullable<Binary>,
        public_key -> Nullable<Binary>,
        identity_key -> Nullable<Binary>,
        role -> Text,
        uses -> BigInt,
        used -> BigInt,
        expires_at -> Nullable<BigInt>,
        note -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        proof -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    /// People with a password here. The id is that of the actor. last_position numbers what arrives; nothing is sent in its
    /// name while frozen_at is set.
    account (id) {
        id -> BigInt,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        invitation_id -> Nullable<BigInt>,
        last_position -> BigInt,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        frozen_at -> Nullable<BigInt>,
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
