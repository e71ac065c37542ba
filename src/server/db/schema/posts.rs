//! The tables of posts, of what is done with them, and of their files. Not of sealed messages, which are in `traffic.rs`.

#![expect(missing_docs, reason = "columns are named by what they hold; the tables say the rest")]

diesel::table! {
    /// Posts, of people here and elsewhere. content: safe HTML; source: what was typed here; details: JSON of all
    /// that is only shown, such as title, language, attachments and tags. touched_at: somebody here has to do with
    /// it, so it is kept.
    post (id) {
        id -> BigInt,
        uri -> Text,
        actor_id -> BigInt,
        kind -> Text,
        visibility -> Text,
        in_reply_to -> Nullable<Text>,
        context -> Nullable<Text>,
        conversation_id -> Nullable<BigInt>,
        summary -> Nullable<Text>,
        content -> Text,
        source -> Nullable<Text>,
        details -> Nullable<Text>,
        published_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        created_at -> BigInt,
        touched_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// The actors that a post names in its addresses: those here, and of our own posts everybody.
    post_recipient (post_id, actor_uri) {
        post_id -> BigInt,
        actor_uri -> Text,
    }
}

diesel::table! {
    /// What a post said before it was edited.
    post_revision (id) {
        id -> BigInt,
        post_id -> BigInt,
        summary -> Nullable<Text>,
        content -> Text,
        details -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Ids of posts that were deleted, also of those that never came: they do not return. evidence: seen where the post
    /// was here, told where an actor only said that it was its own.
    tombstone (uri) {
        uri -> Text,
        actor_uri -> Text,
        evidence -> Text,
        deleted_at -> BigInt,
    }
}

diesel::table! {
    /// Shares of posts (Announce).
    boost (id) {
        id -> BigInt,
        uri -> Text,
        actor_id -> BigInt,
        post_id -> BigInt,
        visibility -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Likes of posts.
    post_like (id) {
        id -> BigInt,
        uri -> Text,
        actor_id -> BigInt,
        post_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Questions of posts. mode: one or any. options: JSON, with the votes that are known. closed_at: when the end
    /// was told to those who took part.
    poll (post_id) {
        post_id -> BigInt,
        mode -> Text,
        options -> Text,
        voters -> Nullable<BigInt>,
        closes_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Who chose which option, counted from 0.
    poll_vote (post_id, actor_id, choice) {
        post_id -> BigInt,
        actor_id -> BigInt,
        choice -> BigInt,
    }
}

diesel::table! {
    /// Hashtags of posts, in lower case.
    hashtag (name, post_id) {
        name -> Text,
        post_id -> BigInt,
    }
}

diesel::table! {
    /// Posts that an actor shows first (featured).
    featured_post (actor_id, post_id) {
        actor_id -> BigInt,
        post_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// What somebody here is shown, newest last: a post once, by whichever way it came first. place: home, mention or
    /// direct.
    timeline_item (account_id, id) {
        account_id -> BigInt,
        id -> BigInt,
        post_id -> BigInt,
        boost_id -> Nullable<BigInt>,
        place -> Text,
    }
}

diesel::table! {
    /// What others have done that concerns somebody here.
    notification (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        actor_id -> BigInt,
        post_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Files of people here. name: random, in its address. shape: what it is for. position: among the files of its
    /// post. state: processing, ready or failed. focus: as 0.1,-0.3.
    media (id) {
        id -> BigInt,
        name -> Text,
        account_id -> BigInt,
        post_id -> Nullable<BigInt>,
        position -> BigInt,
        shape -> Text,
        content_type -> Text,
        state -> Text,
        problem -> Nullable<Text>,
        bytes -> BigInt,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        blurhash -> Nullable<Text>,
        description -> Text,
        focus -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Files of other servers that are kept for a while. digest: SHA-256 of the address. content_type is null where
    /// there was nothing to show.
    remote_media (digest) {
        digest -> Binary,
        name -> Text,
        content_type -> Nullable<Text>,
        bytes -> BigInt,
        fetched_at -> BigInt,
        used_at -> BigInt,
    }
}

diesel::table! {
    /// Sealed files of conversations, in parts of one size in the storage.
    blob (name) {
        name -> Text,
        account_id -> BigInt,
        token_hash -> Binary,
        length -> BigInt,
        received -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// This server's own emoji.
    emoji (shortcode) {
        shortcode -> Text,
        media_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Posts that wait for their files, as they were typed (JSON). problem: why one did not go out; post_id: what became
    /// of it.
    waiting_post (id) {
        id -> BigInt,
        account_id -> BigInt,
        typed -> Text,
        problem -> Nullable<Text>,
        post_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}
