//! The tables, as diesel knows them; the same for SQLite and PostgreSQL. Times are milliseconds since 1970, ids 64-bit
//! and time-ordered, enums and documents text. `migrations/` makes them; a test compares the two trees with these files.

mod people;
mod posts;
mod social;
mod traffic;

pub use people::*;
pub use posts::*;
pub use social::*;
pub use traffic::*;

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
diesel::joinable!(inbox_item -> account (account_id));
diesel::joinable!(inbox_item -> envelope (envelope_id));
diesel::joinable!(outbox_item -> account (account_id));
diesel::joinable!(outbox_item -> envelope (envelope_id));
diesel::joinable!(delivery -> envelope (envelope_id));
diesel::joinable!(delivery -> actor (sender_id));
diesel::joinable!(profile -> actor (actor_id));
diesel::joinable!(preference -> account (account_id));
diesel::joinable!(post -> actor (actor_id));
diesel::joinable!(post -> conversation (conversation_id));
diesel::joinable!(post_recipient -> post (post_id));
diesel::joinable!(post_revision -> post (post_id));
diesel::joinable!(boost -> actor (actor_id));
diesel::joinable!(boost -> post (post_id));
diesel::joinable!(post_like -> actor (actor_id));
diesel::joinable!(post_like -> post (post_id));
diesel::joinable!(poll -> post (post_id));
diesel::joinable!(poll_vote -> post (post_id));
diesel::joinable!(poll_vote -> actor (actor_id));
diesel::joinable!(hashtag -> post (post_id));
diesel::joinable!(featured_post -> actor (actor_id));
diesel::joinable!(featured_post -> post (post_id));
diesel::joinable!(timeline_item -> account (account_id));
diesel::joinable!(timeline_item -> post (post_id));
diesel::joinable!(timeline_item -> boost (boost_id));
diesel::joinable!(notification -> account (account_id));
diesel::joinable!(notification -> actor (actor_id));
diesel::joinable!(notification -> post (post_id));
diesel::joinable!(marker -> account (account_id));
diesel::joinable!(mute -> account (account_id));
diesel::joinable!(media -> account (account_id));
diesel::joinable!(media -> post (post_id));
diesel::joinable!(emoji -> media (media_id));
diesel::joinable!(waiting_post -> account (account_id));
diesel::joinable!(blob -> account (account_id));
diesel::joinable!(job -> account (account_id));
diesel::joinable!(import -> account (account_id));

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
    inbox_item,
    outbox_item,
    delivery,
    host,
    follow,
    seen_signature,
    seen_activity,
    profile,
    preference,
    post,
    post_recipient,
    post_revision,
    tombstone,
    boost,
    post_like,
    poll,
    poll_vote,
    hashtag,
    featured_post,
    timeline_item,
    notification,
    marker,
    block,
    mute,
    report,
    media,
    remote_media,
    blob,
    emoji,
    waiting_post,
    job,
    import,
    policy_change,
    blocked_domain
);
