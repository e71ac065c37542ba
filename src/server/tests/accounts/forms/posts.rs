//! Posts: written, read, answered, liked, boosted, changed and deleted.

use alcove_protocol::time::{HOUR, MINUTE};
use reqwest::StatusCode;

use super::{
    browser::{Browser, Page},
    world::World,
};

/// Writes a post; the path of its page.
pub async fn write(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> String {
    let form = browser.get("/write").await;
    let mut all = vec![("visibility", "public"), ("language", "en"), ("do", "post")];
    all.retain(|(name, _)| fields.iter().all(|(other, _)| name != other));
    all.extend(fields);
    let answer = browser.submit("/write", &form, &all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    answer.location.unwrap()
}

/// Lets `reader` follow `name` by the button on the profile.
pub async fn follow(reader: &mut Browser<'_>, name: &str) {
    let profile = reader.get(&format!("/@{name}")).await;
    let path = button(&profile, "/follow");
    let answer = reader.submit(&path, &profile, &[("do", "do"), ("back", &format!("/@{name}"))]).await;
    assert_eq!(answer.location, Some(format!("/@{name}")));
}

/// The path of the first form or button of a page whose address ends like this.
pub fn button(page: &Page, end: &str) -> String {
    let paths = page.html.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let paths: Vec<String> = paths.map(|path| path.replace("&#x2F;", "/")).collect();
    paths.iter().find(|path| path.ends_with(end)).unwrap_or_else(|| panic!("{end} in {}", page.html)).clone()
}

#[tokio::test]
async fn a_post_is_written_read_answered_liked_and_boosted() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    assert!(ben.get("/home").await.says("Nothing is here yet"));
    follow(&mut ben, "ana").await;
    assert!(ben.get("/@ana").await.says("Unfollow"));
    let post = write(&mut ana, &[("text", "Tomatoes are #red now"), ("warning", "Food")]).await;
    let page = ana.get(&post).await;
    assert!(page.says("Tomatoes are") && page.says("<summary") && page.says("Food"), "{}", page.html);
    assert!(page.says("property=\"og:description\" content=\"Food\""), "a preview tells the warning only");
    assert!(page.says("Edit") && page.says("Delete") && !page.says(">Report<"));
    let home = ben.get("/home").await;
    assert!(home.says("Tomatoes are") && home.says("/tags/red"), "{}", home.html);
    let back = format!("{post}#x");
    for (end, word) in [("/like", "Liked 1"), ("/boost", "Boosted 1")] {
        let path = button(&home, end);
        let answer = ben.submit(&path, &home, &[("do", "do"), ("back", &back)]).await;
        assert_eq!(answer.location.as_ref(), Some(&back));
        assert!(ben.get(&post).await.says(word));
    }
    let id = post.rsplit('/').next().unwrap().to_owned();
    let form = ben.get(&format!("/write?to={id}")).await;
    assert!(form.says("Answer ana") && form.says("@ana@localhost:8440"), "{}", form.html);
    let fields = [("to", id.as_str()), ("text", "Lovely"), ("visibility", "public"), ("do", "post")];
    ben.submit("/write", &form, &fields).await;
    assert!(ana.get(&post).await.says("Lovely"));
    assert!(ana.get(&format!("/posts/{id}/likes")).await.says("@ben@localhost:8440"));
    let home = ana.get("/home").await;
    assert!(home.says("3<span class=\"unseen\"> new"), "a follow, a like, a boost: {}", home.html);
    let news = ana.get("/notifications").await;
    for sentence in ["follows you.", "likes what you wrote.", "boosted what you wrote."] {
        assert!(news.says(sentence), "{sentence} in {}", news.html);
    }
    assert!(!ana.get("/home").await.says("class=\"count\""), "what was looked at is not new");
}

#[tokio::test]
async fn a_post_is_changed_and_deleted_after_a_question() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let post = write(&mut ana, &[("text", "The first version")]).await;
    let id = post.rsplit('/').next().unwrap().to_owned();
    world.pass(HOUR);
    let path = format!("/posts/{id}/edit");
    let form = ana.get(&path).await;
    assert!(form.says("The first version"));
    let empty = ana.submit(&path, &form, &[("text", " "), ("do", "post"), ("warning", "kept")]).await;
    assert!(empty.status.is_client_error() && empty.says("value=\"kept\""), "{}", empty.html);
    ana.submit(&path, &form, &[("text", "The second version"), ("do", "post")]).await;
    let page = ana.get(&post).await;
    assert!(page.says("The second version") && !page.says("The first version") && page.says("Edited"));
    assert!(ana.get(&format!("{post}/history")).await.says("The first version"));
    let sure = ana.get(&format!("/posts/{id}/delete")).await;
    assert!(sure.says("This cannot be undone.") && ana.get(&post).await.status == StatusCode::OK);
    let gone = ana.submit(&format!("/posts/{id}/delete"), &sure, &[]).await;
    assert_eq!(gone.location.as_deref(), Some("/@ana"));
    assert!(!ana.get("/@ana").await.says("The second version"));
    assert!(ana.get(&post).await.status.is_client_error());
}

/// What is wrong is said above the form, and nothing that was typed is lost.
#[tokio::test]
async fn a_draft_that_is_refused_comes_back_whole() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/write").await;
    let long = "x".repeat(20_000);
    let fields = [
        ("text", long.as_str()),
        ("warning", "<b>careful</b>"),
        ("visibility", "followers"),
        ("language", "pt"),
        ("option_0", "yes & no"),
        ("multiple", "yes"),
        ("do", "post"),
    ];
    let page = ana.submit("/write", &form, &fields).await;
    assert!(page.status.is_client_error() && page.says("That did not work"), "{}", page.status);
    for kept in [
        long.as_str(),
        "&lt;b&gt;careful",
        "yes &amp; no",
        "value=\"pt\" selected",
        "value=\"followers\" checked",
    ] {
        assert!(page.says(kept), "{}", kept.get(..20).unwrap_or(kept));
    }
}

#[tokio::test]
async fn a_question_is_answered_once_and_then_shows_its_shares() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    let fields = [("text", "When?"), ("option_0", "Sunday"), ("option_1", "Monday"), ("ends", "3600000")];
    let post = write(&mut ana, &fields).await;
    assert!(ana.get(&post).await.says("0 people have voted"), "who asks sees the shares");
    let page = ben.get(&post).await;
    let path = button(&page, "/vote");
    ben.submit(&path, &page, &[("choice", "1"), ("back", &post)]).await;
    let page = ben.get(&post).await;
    assert!(
        page.says("1 person has voted") && page.says("(your choice)") && !page.says(">Vote<"),
        "{}",
        page.html
    );
    let again = ben.submit(&path, &page, &[("choice", "0"), ("back", &post)]).await;
    assert!(again.status.is_client_error() && again.says("before"), "{}", again.html);
}

/// What visitors see of a profile comes from memory for a minute, with a validator.
#[tokio::test]
async fn a_profile_is_for_everybody_and_names_its_feeds() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    write(&mut ana, &[("text", "Good morning")]).await;
    world.pass(2 * MINUTE);
    let mut visitor = Browser::new(&world);
    let page = visitor.get("/@ana").await;
    for part in [
        "Good morning",
        "class=\"profile h-card\"",
        "h-entry",
        "type=\"application/activity+json\"",
        "/@ana.rss",
        "/@ana.atom",
        "rel=\"canonical\"",
        "property=\"og:title\"",
    ] {
        assert!(page.says(part), "{part} in {}", page.html);
    }
    assert!(!page.says("name=\"csrf\"") && visitor.set.is_empty(), "nothing in it is of one browser");
    assert_eq!(page.headers["vary"], "Accept, Cookie");
    assert!(page.headers.contains_key("etag"));
    assert!(visitor.get("/tags/nothing").await.says("No posts."));
}
