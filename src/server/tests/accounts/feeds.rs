//! The feeds of a person, read as a feed reader does.

use alcove_protocol::{Timestamp, api::Token, post::Visibility, time::DAY};
use alcove_server::{
    actions::posts::details::PostDetails,
    db::{
        media::{self, MediaRow},
        posts::{self, PostRow, word},
    },
};
use reqwest::{Method, StatusCode};
use roxmltree::Document;

use crate::world::World;

/// What nothing but the most careful XML survives.
const AWKWARD: &str = "<p>5 &lt; 6 &amp;&amp; \"]]&gt;\" \u{fffe}\u{ffff}</p>";

fn post(world: &World, token: &Token, visibility: Visibility, content: &str) -> PostRow {
    let moment = world.server.app.moment();
    PostRow {
        id: moment.id(),
        uri: world.server.app.site.object(&moment.name()),
        actor_id: world.server.app.site.account_of(&token.activitypub_actor_id).unwrap(),
        kind: "Note".into(),
        visibility: word(visibility).into(),
        in_reply_to: None,
        context: None,
        conversation_id: None,
        summary: None,
        content: content.into(),
        source: None,
        details: None,
        published_at: moment.now.0,
        edited_at: None,
        created_at: moment.now.0,
        touched_at: None,
    }
}

fn picture(post: &PostRow) -> MediaRow {
    MediaRow {
        id: post.id,
        name: "a-picture".into(),
        account_id: post.actor_id,
        post_id: Some(post.id),
        position: 0,
        shape: "whole".into(),
        content_type: "image/png".into(),
        state: media::State::Ready.as_str().into(),
        problem: None,
        bytes: 17,
        width: None,
        height: None,
        blurhash: None,
        description: "A \"tent\" & <more>".into(),
        focus: None,
        created_at: 0,
    }
}

async fn store(world: &World, post: PostRow, picture: Option<MediaRow>) {
    let stored = world.server.app.db.write(move |transaction| {
        posts::insert(transaction, &post)?;
        picture.map_or(Ok(()), |row| media::insert(transaction, &row))
    });
    stored.await.unwrap();
}

async fn read(world: &World, path: &str) -> String {
    let answer = world.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

fn texts<'a>(document: &'a Document<'_>, name: &str) -> Vec<&'a str> {
    let found = document.descendants().filter(|node| node.tag_name().name() == name);
    found.map(|node| node.text().unwrap_or_default()).collect()
}

/// S-29: what is for everybody, and nothing else.
#[tokio::test]
async fn feeds_have_public_posts_only_and_are_valid_whatever_is_in_them() {
    let world = World::start().await;
    let ana = world.person("ana", "owner").await;
    for (visibility, content) in [
        (Visibility::Public, AWKWARD),
        (Visibility::Unlisted, "<p>unlisted</p>"),
        (Visibility::Followers, "<p>for followers</p>"),
        (Visibility::Direct, "<p>for one</p>"),
    ] {
        let post = post(&world, &ana, visibility, content);
        let picture = (visibility == Visibility::Public).then(|| picture(&post));
        store(&world, post, picture).await;
    }
    for path in ["/@ana.rss", "/@Ana.atom"] {
        let text = read(&world, path).await;
        let feed = Document::parse(&text).unwrap();
        assert!(!text.contains("for followers") && !text.contains("for one"), "{text}");
        let contents = [texts(&feed, "description"), texts(&feed, "content")].concat();
        assert!(contents.contains(&"<p>5 &lt; 6 &amp;&amp; \"]]&gt;\" </p>"), "{contents:?}");
        assert!(contents.contains(&"<p>unlisted</p>"), "{contents:?}");
        assert!(texts(&feed, "title").contains(&"5 < 6 && \"]]>\""), "{text}");
        let enclosed = |node: &roxmltree::Node<'_, '_>| {
            node.tag_name().name() == "enclosure" || node.attribute("rel") == Some("enclosure")
        };
        let file = feed.descendants().find(enclosed).unwrap();
        assert_eq!((file.attribute("type"), file.attribute("length")), (Some("image/png"), Some("17")));
    }
}

/// What stands behind a content warning stays there, with its pictures.
#[tokio::test]
async fn content_warnings_are_respected() {
    let world = World::start().await;
    let ana = world.person("ana", "owner").await;
    let mut warned = post(&world, &ana, Visibility::Public, "<p>the end of the film</p>");
    warned.summary = Some("About a <film>".into());
    let with_picture = picture(&warned);
    store(&world, warned, Some(with_picture)).await;
    let mut sensitive = post(&world, &ana, Visibility::Public, "<p>look</p>");
    sensitive.details = PostDetails { sensitive: true, ..PostDetails::default() }.to_column().unwrap();
    let hidden = MediaRow { name: "another".into(), ..picture(&sensitive) };
    store(&world, sensitive, Some(hidden)).await;
    for path in ["/@ana.rss", "/@ana.atom"] {
        let text = read(&world, path).await;
        assert!(!text.contains("the end of the film") && !text.contains("image/png"), "{text}");
        assert!(texts(&Document::parse(&text).unwrap(), "title").contains(&"About a <film>"), "{text}");
    }
}

#[tokio::test]
async fn a_reader_that_has_the_feed_is_told_so() {
    let world = World::start().await;
    let ana = world.person("ana", "owner").await;
    let get = |etag: String| world.request(Method::GET, "/@ana.atom").header("if-none-match", etag).send();
    let first = get(String::new()).await.unwrap();
    assert_eq!(first.headers()["content-type"], "application/atom+xml; charset=utf-8");
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(Document::parse(&first.text().await.unwrap()).is_ok());
    assert_eq!(get(etag.clone()).await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let mut edited = post(&world, &ana, Visibility::Public, "<p>new</p>");
    edited.edited_at = Some(Timestamp(edited.published_at).plus(DAY).0);
    store(&world, edited, None).await;
    assert_eq!(get(etag).await.unwrap().status(), StatusCode::OK);
    let nobody = world.request(Method::GET, "/@nobody.rss").send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
}
