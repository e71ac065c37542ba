//! The tables of conversations, of what arrives and of what is sent. Not of who is here.

#![expect(missing_docs, reason = "columns are named by what they hold; the tables say the rest")]

diesel::table! {
    /// Conversations that this server sequences (place here) or only knows (place elsewhere). protection is never updated.
    conversation (id) {
        id -> BigInt,
        uri -> Text,
        host -> Text,
        group_id -> Text,
        protection -> Text,
        place -> Text,
        epoch -> BigInt,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Who is or was on the roster; left_epoch is the epoch that began without them, read_id the last post that somebody
    /// here has read.
    conversation_member (conversation_id, actor_uri, joined_epoch) {
        conversation_id -> BigInt,
        actor_uri -> Text,
        joined_epoch -> BigInt,
        left_epoch -> Nullable<BigInt>,
        read_id -> Nullable<BigInt>,
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
        audience -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// One recipient of one envelope, or one inbox that a whole server shares. lane keeps order: the first queued row of a lane goes first, the others wait.
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
        give_up_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What we know of other servers' readiness to take deliveries: the breaker.
    host (name) {
        name -> Text,
        failures -> BigInt,
        open_until -> BigInt,
        failing_since -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
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
