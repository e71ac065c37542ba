//! The tables, as diesel knows them; the same for SQLite and PostgreSQL. Times are milliseconds since 1970, ids 64-bit
//! and time-ordered, enums and documents text. `migrations/` makes them; a test compares the two trees with these files.

mod people;
mod traffic;

pub use people::*;
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
    seen_activity
);
