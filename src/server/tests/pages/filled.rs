//! A place in which something has happened, so that no page is empty: posts of every kind, a conversation, reports, and a
//! stranger who writes as badly as can be. Files are in `pictures.rs`.

use alcove_protocol::{
    ActorId,
    activity::create::ObjectId,
    post::{Choice, Visibility},
    time::DAY,
};
use alcove_server::{
    actions::{
        desk::Desk,
        following,
        posts::details::{Attachment, PostDetails},
        reports::{self, Readers, Report},
        sharing,
        writing::{self, Body, Draft, NewPoll},
    },
    app::Moment,
    db::{
        Transaction,
        accounts::{self, Role},
        actors::{self, ActorRow},
        posts::{self, PostRow},
        timelines::{self, Place as Shown},
    },
    error::Result,
    site::Site,
};

use super::world::{Person, Place};

/// What was made, as far as it has a page of its own.
pub struct Filled {
    /// A post of Ada's with answers.
    pub post: i64,
    /// The stranger's.
    pub foreign: i64,
    /// The stranger.
    pub stranger: i64,
    /// The conversation of Ada and Bob.
    pub conversation: i64,
}

/// Lets things happen between two people.
pub async fn fill(place: &Place, ada: &Person, bob: &Person) -> Filled {
    let (site, moment) = (place.app().site.clone(), place.app().moment());
    let (ada, bob) = (ada.id, bob.id);
    place.write(move |transaction| between(transaction, &site, &moment, ada, bob)).await
}

fn between(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    ada: i64,
    bob: i64,
) -> Result<Filled> {
    let (hers, his) = (Desk::new(site, moment, ada), Desk::new(site, moment, bob));
    accounts::set_role(transaction, ada, Role::Owner)?;
    following::ask(transaction, &hers, &his.actor)?;
    following::ask(transaction, &his, &hers.actor)?;
    let post =
        writing::publish(transaction, &hers, &text("Good morning #garden https://example.org/a/b"))?.post;
    let answer = Draft { in_reply_to: Some(post), ..text("Good morning to you") };
    writing::publish(transaction, &his, &answer)?;
    sharing::like(transaction, &his, post)?;
    sharing::boost(transaction, &his, post)?;
    sharing::pin(transaction, &hers, post)?;
    let warned = Draft { warning: "Food".into(), visibility: Visibility::Followers, ..text("Tomatoes") };
    writing::publish(transaction, &his, &warned)?;
    for asker in [&hers, &his] {
        let options = vec!["Sunday at ten".to_owned(), "Monday".to_owned()];
        let poll = NewPoll { options, choice: Choice::Single, duration: DAY };
        writing::publish(transaction, asker, &Draft { poll: Some(poll), ..text("When shall we meet?") })?;
    }
    let letter = Draft {
        visibility: Visibility::Direct,
        recipients: vec![hers.actor.clone()],
        ..text("Are we still on for Sunday?")
    };
    let letter = writing::publish(transaction, &his, &letter)?.post;
    let conversation = posts::find(transaction, letter)?.and_then(|row| row.conversation_id).unwrap();
    let (stranger, foreign) = strange(transaction, moment, ada)?;
    let report = Report {
        target: ActorId::parse(STRANGER).unwrap(),
        posts: vec![ObjectId::parse(FOREIGN).unwrap()],
        comment: "Spam".into(),
        readers: Readers::Here,
    };
    reports::report(transaction, &his, &report)?;
    Ok(Filled { post, foreign, stranger, conversation })
}

fn text(typed: &str) -> Draft {
    let body = Body::Typed(typed.to_owned(), Default::default());
    Draft { body, ..Draft::of_text("", Visibility::Public) }
}

const STRANGER: &str = "https://stranger.example/users/1";
const FOREIGN: &str = "https://stranger.example/notes/1";

/// Somebody with a name and words that do not end, on Ada's timeline.
fn strange(transaction: &mut Transaction<'_>, moment: &Moment, ada: i64) -> Result<(i64, i64)> {
    let actor = ActorRow {
        id: moment.id(),
        uri: STRANGER.into(),
        kind: "Service".into(),
        name: "n".repeat(200),
        domain: "stranger.example".into(),
        display_name: format!("<b>\u{202e}{}", "م".repeat(400)),
        url: None,
        inbox: "https://stranger.example/inbox".into(),
        shared_inbox: None,
        key_packages: None,
        document: None,
        fetched_at: Some(moment.now.0),
        created_at: moment.now.0,
        gone_at: None,
    };
    let picture = |description: &str| Attachment {
        url: "https://stranger.example/p.png".into(),
        content_type: "image/png".into(),
        description: description.into(),
        width: Some(40_000),
        height: Some(40_000),
        ..Attachment::default()
    };
    let details = PostDetails {
        title: Some("T".repeat(400)),
        language: Some("ar".into()),
        attachments: vec![picture(""), picture(&"d".repeat(1_000)), picture("three")],
        ..PostDetails::default()
    };
    let post = PostRow {
        id: moment.id(),
        uri: FOREIGN.into(),
        actor_id: actor.id,
        kind: "Article".into(),
        visibility: "public".into(),
        in_reply_to: Some("https://stranger.example/notes/0".into()),
        context: None,
        conversation_id: None,
        summary: None,
        content: format!("<p>{}</p><pre><code>{}</code></pre>", "م".repeat(5_000), "x".repeat(500)),
        source: None,
        details: details.to_column()?,
        published_at: moment.now.0,
        edited_at: Some(moment.now.0),
        created_at: moment.now.0,
        touched_at: None,
    };
    actors::insert(transaction, &actor)?;
    posts::insert(transaction, &post)?;
    timelines::put(transaction, moment, ada, post.id, None, Shown::Home)?;
    Ok((actor.id, post.id))
}
