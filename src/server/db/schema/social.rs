//! The tables of profiles, choices, blocks and reports, and of work for later. Not of posts.

#![expect(missing_docs, reason = "columns are named by what they hold; the tables say the rest")]

diesel::table! {
    /// What an actor, here or elsewhere, says of itself. summary: safe HTML; source: what was typed here; fields,
    /// emojis, also_known_as: JSON.
    profile (actor_id) {
        actor_id -> BigInt,
        summary -> Text,
        source -> Text,
        fields -> Text,
        avatar -> Nullable<Text>,
        header -> Nullable<Text>,
        emojis -> Nullable<Text>,
        follow_approval -> Text,
        discovery -> Text,
        followers -> Nullable<Text>,
        featured -> Nullable<Text>,
        also_known_as -> Nullable<Text>,
        moved_to -> Nullable<Text>,
        moved_at -> Nullable<BigInt>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// What somebody here has chosen, such as the visibility of new posts.
    preference (account_id, name) {
        account_id -> BigInt,
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    /// How far somebody here has read something.
    marker (account_id, name) {
        account_id -> BigInt,
        name -> Text,
        item_id -> BigInt,
    }
}

diesel::table! {
    /// Blocks between any two actors of which one is local.
    block (id) {
        id -> BigInt,
        activity_uri -> Text,
        blocker_uri -> Text,
        blocked_uri -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Servers with which the people who run this one want nothing to do.
    blocked_domain (domain) {
        domain -> Text,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Whom somebody here does not want to see, and until when.
    mute (account_id, actor_uri) {
        account_id -> BigInt,
        actor_uri -> Text,
        until -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Reports to the people who run this server, by people here and by other servers (Flag). posts: JSON list of
    /// ids.
    report (id) {
        id -> BigInt,
        uri -> Text,
        reporter_uri -> Text,
        target_uri -> Text,
        posts -> Text,
        comment -> Text,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        closed_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Work that is not done within a request: what to fetch, what to import, what to count. detail: JSON.
    job (id) {
        id -> BigInt,
        kind -> Text,
        subject -> Text,
        detail -> Nullable<Text>,
        account_id -> Nullable<BigInt>,
        attempts -> BigInt,
        next_at -> BigInt,
        leased_until -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Lists that somebody here has given to be imported, and how far that is. problems: JSON.
    import (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        total -> BigInt,
        done -> BigInt,
        failed -> BigInt,
        problems -> Text,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Which policy for private messages this server has had, and since when.
    policy_change (id) {
        id -> BigInt,
        policy -> Text,
        created_at -> BigInt,
    }
}
