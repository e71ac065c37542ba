//! What is not for everybody, and what hostile people write.

use alcove_protocol::time::MINUTE;
use alcove_server::{
    actions::posts::details::{Attachment, PostDetails},
    app::Moment,
    db::{
        actors::{self, ActorRow},
        posts::{self, PostRow},
        timelines::{self, Place},
    },
};
use reqwest::StatusCode;

use super::{
    browser::Browser,
    posts::{follow, write},
    world::World,
};

/// S-23: a post that somebody may not see is answered byte for byte as one that never was.
#[tokio::test]
async fn what_is_private_looks_as_if_it_was_not_there() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    let post = write(&mut ana, &[("text", "For few"), ("visibility", "followers")]).await;
    assert_eq!(ana.get(&post).await.status, StatusCode::OK);
    let never = "/@ana/1";
    let mut visitor = Browser::new(&world);
    for browser in [&mut ben, &mut visitor] {
        let (hidden, missing) = (browser.get(&post).await, browser.get(never).await);
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_eq!(hidden.html, missing.html);
        assert_eq!(hidden.headers.get("content-length"), missing.headers.get("content-length"));
    }
    follow(&mut ben, "ana").await;
    assert!(ben.get(&post).await.says("For few"));
    world.pass(2 * MINUTE);
    assert!(!visitor.get("/@ana").await.says("For few"));
}

#[tokio::test]
async fn who_is_blocked_sees_nothing_and_who_is_muted_is_not_seen() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    follow(&mut ben, "ana").await;
    let post = write(&mut ana, &[("text", "Good morning")]).await;
    let profile = ben.get("/@ana").await;
    let id = super::posts::button(&profile, "/follow").trim_end_matches("/follow").to_owned();
    ben.submit(&format!("{id}/mute"), &profile, &[("do", "do"), ("back", "/home")]).await;
    assert!(!ben.get("/home").await.says("Good morning") && ben.get(&post).await.says("Good morning"));
    assert!(ben.get("/settings/blocks").await.says("Unmute"));
    let sure = ben.get(&format!("{id}/block")).await;
    assert!(sure.says("Block ana?"));
    ben.submit(&format!("{id}/block"), &sure, &[("do", "do"), ("back", "/@ana")]).await;
    assert_eq!(ben.get(&post).await.status, StatusCode::NOT_FOUND);
    assert!(ben.get("/@ana").await.says("one of you has blocked the other"));
    assert!(!ana.get("/@ana/followers").await.says("@ben@"));
    let blocks = ben.get("/settings/blocks").await;
    ben.submit(&format!("{id}/block"), &blocks, &[("do", "undo"), ("back", "/settings/blocks")]).await;
    assert!(ben.get(&post).await.says("Good morning"));
}

/// A stranger with markup in the name.
fn mallory(moment: &Moment) -> ActorRow {
    ActorRow {
        id: moment.id(),
        uri: "https://evil.example/users/1".into(),
        kind: "Person".into(),
        name: "mallory".into(),
        domain: "evil.example".into(),
        display_name: format!("<script>alert(1)</script>\u{202e}{}", "W".repeat(400)),
        url: Some("javascript:alert(1)".into()),
        inbox: "https://evil.example/inbox".into(),
        shared_inbox: None,
        key_packages: None,
        document: None,
        fetched_at: Some(moment.now.0),
        created_at: moment.now.0,
        gone_at: None,
    }
}

/// A post and a picture of theirs.
fn article(moment: &Moment, actor: &ActorRow) -> PostRow {
    let picture = Attachment {
        url: "https://evil.example/\"><script>.png".into(),
        content_type: "image/png".into(),
        description: "\" onerror=\"alert(1)".into(),
        width: Some(4_000_000_000),
        height: Some(1),
        ..Attachment::default()
    };
    let details = PostDetails {
        title: Some("<h1>title".into()),
        language: Some("\" onload=".into()),
        url: Some("javascript:alert(1)".into()),
        attachments: vec![picture],
        ..PostDetails::default()
    };
    PostRow {
        id: moment.id(),
        uri: "https://evil.example/notes/1".into(),
        actor_id: actor.id,
        kind: "Article".into(),
        visibility: "public".into(),
        in_reply_to: None,
        context: None,
        conversation_id: None,
        summary: Some(format!("</summary><script>{}", "S".repeat(5_000))),
        content: format!("<p>{}</p>", "A".repeat(5_000)),
        source: None,
        details: details.to_column().unwrap(),
        published_at: moment.now.0,
        edited_at: None,
        created_at: moment.now.0,
        touched_at: None,
    }
}

/// Shows somebody a post of the stranger; its path.
async fn stranger(world: &World, account: i64) -> String {
    let app = &world.server.app;
    let moment = app.moment();
    let actor = mallory(&moment);
    let post = article(&moment, &actor);
    let path = format!("/posts/{}", post.id);
    app.db
        .write(move |transaction| {
            actors::insert(transaction, &actor)?;
            posts::insert(transaction, &post)?;
            timelines::put(transaction, &moment, account, post.id, None, Place::Home)
        })
        .await
        .unwrap();
    path
}

/// S-43: whatever a stranger writes stays text, and every picture has an address of ours.
#[tokio::test]
async fn what_a_stranger_writes_is_text_and_nothing_else() {
    let world = World::start().await;
    let token = world.person("ana", "member").await;
    let account = token.activitypub_actor_id.as_str().rsplit('/').next().unwrap().parse().unwrap();
    let post = stranger(&world, account).await;
    let mut ana = Browser::new(&world);
    let form = ana.get("/signin").await;
    ana.submit("/signin", &form, &[("name", "ana"), ("password", super::world::PASSWORD)]).await;
    for path in ["/home", post.as_str(), "/@mallory@evil.example"] {
        let page = ana.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for harm in [
            "<script",
            "href=\"javascript:",
            "onerror=\"",
            "\u{202e}",
            "src=\"https://evil",
            "<h1>title",
            "onload=",
        ] {
            assert!(!page.says(harm), "{harm} at {path}: {}", page.html);
        }
        assert!(page.says("/media/remote/") || path.starts_with("/@"), "{path}");
    }
    assert!(ana.get("/@nobody@evil.example").await.status == StatusCode::NOT_FOUND);
    let visitor = Browser::new(&world).get(&post).await;
    assert!(visitor.location.unwrap().starts_with("/signin?next="), "remote posts are for people here");
}
