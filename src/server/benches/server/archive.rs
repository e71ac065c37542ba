//! Years of posts, put into the database of a server that does not run: what the home timeline is measured with, and what a
//! post from elsewhere weighs. Rows as they are stored when posts arrive; nothing is received here.

use alcove_protocol::{Timestamp, time::MINUTE};
use alcove_server::{
    actions::posts::details::{Attachment, Mention, PostDetails},
    app::Moment,
    bus::Bus,
    config::Database,
    db::{
        Db, Transaction,
        actors::{self, ActorRow},
        posts::{self, PostRow},
        recipients, testing,
        timelines::{self, Place},
    },
    error::Result as Stored,
};

use crate::error::{Result, While};

/// How many posts.
pub const POSTS: usize = 100_000;
/// By how many people elsewhere.
const AUTHORS: usize = 200;
/// How many are stored at once.
const BATCH: usize = 1_000;

/// Stores everything, for one reader who follows all of the authors.
pub async fn fill(settings: &Database, reader: i64, now: Timestamp) -> Result<()> {
    let db = Db::open(settings, Bus::local()).while_("open the database")?;
    let ids = std::sync::Arc::new(testing::ids());
    let first = now.plus(-i64::try_from(POSTS).while_("count")? * MINUTE);
    let moment = Moment::new(first, ids.clone());
    let authors = db.write(move |transaction| authors(transaction, &moment)).await;
    let authors = std::sync::Arc::new(authors.while_("store authors")?);
    for batch in 0..POSTS / BATCH {
        let (authors, ids) = (authors.clone(), ids.clone());
        let stored = db.write(move |transaction| {
            for number in batch * BATCH..(batch + 1) * BATCH {
                let at = first.plus(i64::try_from(number).unwrap_or_default() * MINUTE);
                post(transaction, &Moment::new(at, ids.clone()), number, &authors, reader)?;
            }
            Ok(())
        });
        stored.await.while_("store posts")?;
    }
    Ok(())
}

fn authors(transaction: &mut Transaction<'_>, moment: &Moment) -> Stored<Vec<i64>> {
    (0..AUTHORS)
        .map(|number| {
            let (id, uri) = (moment.id(), format!("https://social.example/users/author{number}"));
            let row = ActorRow {
                id,
                kind: "Person".into(),
                name: format!("author{number}"),
                domain: "social.example".into(),
                display_name: format!("Author {number}"),
                url: Some(format!("https://social.example/@author{number}")),
                inbox: format!("{uri}/inbox"),
                shared_inbox: Some("https://social.example/inbox".into()),
                key_packages: None,
                document: None,
                fetched_at: Some(moment.now.0),
                created_at: moment.now.0,
                gone_at: None,
                uri,
            };
            actors::insert(transaction, &row).map(|()| id)
        })
        .collect()
}

fn post(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    number: usize,
    authors: &[i64],
    reader: i64,
) -> Stored<()> {
    let author = number % authors.len();
    let base = format!("https://social.example/users/author{author}/statuses/11{number:016}");
    let row = PostRow {
        id: moment.id(),
        uri: base.clone(),
        actor_id: authors[author],
        kind: "Note".into(),
        visibility: if number.is_multiple_of(5) { "unlisted" } else { "public" }.into(),
        in_reply_to: number.is_multiple_of(3).then(|| base.replace("/statuses/11", "/statuses/10")),
        context: None,
        conversation_id: None,
        summary: number.is_multiple_of(20).then(|| "Politics".to_owned()),
        content: content(number),
        source: None,
        details: details(number, &base).to_column()?,
        published_at: moment.now.0,
        edited_at: None,
        created_at: moment.now.0,
        touched_at: None,
    };
    posts::insert(transaction, &row)?;
    if number.is_multiple_of(50) {
        recipients::add(transaction, row.id, &["https://alcove.example/users/1".to_owned()])?;
    }
    timelines::put(transaction, moment, reader, row.id, None, Place::Home).map(drop)
}

/// Some 300 bytes of HTML on average, as posts have it.
fn content(number: usize) -> String {
    let sentence = "The boat came in late again, and nobody had thought of the bread. ";
    format!("<p>{}</p><p>Number {number}.</p>", sentence.repeat(1 + number % 7))
}

/// Every third with a picture, every fourth naming somebody.
fn details(number: usize, base: &str) -> PostDetails {
    let picture = || Attachment {
        url: format!(
            "https://files.social.example/media_attachments/files/11{number:016}/original/0a1b2c3d.jpg"
        ),
        content_type: "image/jpeg".into(),
        description: "A harbour in the evening, with three boats.".into(),
        blurhash: Some("UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".into()),
        width: Some(1_920),
        height: Some(1_080),
        focus: None,
    };
    let named = || Mention {
        actor: "https://other.example/users/somebody".into(),
        name: "@somebody@other.example".into(),
    };
    PostDetails {
        language: Some("en".into()),
        url: Some(base.replace("/users/author", "/@author").replace("/statuses/", "/")),
        attachments: number.is_multiple_of(3).then(picture).into_iter().collect(),
        mentions: number.is_multiple_of(4).then(named).into_iter().collect(),
        ..PostDetails::default()
    }
}
