//! Forms in which others write posts, each on its own, and posts as we write them. Whole documents of other software are
//! read in `tests/vocabulary/`.

use serde_json::{Value, json};

use super::*;
use crate::{Id, activity::InvalidActivity, context};

const ANA: &str = "https://h.example/users/7301";
const ADA: &str = "https://mastodon.example/users/ada";
const FOLLOWERS: &str = "https://h.example/users/7301/followers";

fn ana() -> ActorId {
    ActorId::parse(ANA).unwrap()
}

fn own<Kind>(path: &str) -> Id<Kind> {
    Id::of_own("https://h.example", path)
}

/// A post that has everything.
fn full(kind: PostKind) -> Post {
    let photo = Attachment {
        kind: AttachmentKind::Image,
        url: own("/media/1.webp"),
        media_type: Some("image/webp".into()),
        description: Some("A hive\nin spring".into()),
        width: Some(1_200),
        height: Some(800),
        blurhash: Some("UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".into()),
        focal_point: Some([0.5, -0.25]),
        duration: None,
    };
    let icon = own("/media/bee.webp");
    Post {
        title: Some("Bees".to_owned()).filter(|_| kind.has_title()),
        summary: Some("Insects".into()),
        sensitive: true,
        language: Some("en".into()),
        published: Some(Timestamp(1_767_323_045_678)),
        updated: Some(Timestamp(1_767_323_999_000)),
        to: vec![context::PUBLIC.into()],
        cc: vec![FOLLOWERS.into(), ADA.into()],
        mentions: vec![Mention { href: ADA.parse().unwrap(), name: "@ada@mastodon.example".into() }],
        hashtags: vec![Hashtag { name: "bees".into(), href: Some(own("/tags/bees")) }],
        emojis: vec![Emoji { shortcode: "bee".into(), icon, id: Some(own("/emojis/bee")), updated: None }],
        attachments: vec![photo],
        in_reply_to: Some(Id::parse("https://mastodon.example/o/1").unwrap()),
        url: Some(own("/@ana/77")),
        context: Some("https://h.example/threads/9".into()),
        conversation: Some("tag:mastodon.example,2026:9".into()),
        replies: Some(own("/o/77/replies")),
        likes: Some(own("/o/77/likes")),
        shares: Some(own("/o/77/shares")),
        poll: (kind == PostKind::Question).then(poll),
        ..Post::new(own("/o/77"), kind, ana(), "<p>Do you like them? :bee:</p>".into())
    }
}

fn poll() -> Poll {
    let option = |title: &str, votes| PollOption { title: title.into(), votes };
    Poll {
        choice: Choice::Multiple,
        options: vec![option("Yes", 3), option("No", 0)],
        closes_at: Some(Timestamp(1_767_400_000_000)),
        closed: None,
        voters_count: Some(3),
    }
}

fn with(members: Value) -> Result<Post, InvalidActivity> {
    let mut object = json!({"id": "https://h.example/o/1", "type": "Note", "attributedTo": ANA});
    object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    Post::parse_fetched(&object)
}

#[test]
fn posts_are_written_exactly_and_read_back() {
    for kind in PostKind::ALL {
        let value = full(kind).to_value();
        assert_eq!(Post::parse(&value, &ana()).unwrap(), full(kind));
        assert_eq!(Post::parse_fetched(&value).unwrap(), full(kind));
    }
    insta::assert_json_snapshot!("question", full(PostKind::Question).to_value());
    insta::assert_json_snapshot!("article", full(PostKind::Article).to_value());
}

#[test]
fn every_term_is_in_the_context() {
    let context = context::post().to_string();
    let in_activity_streams = [
        "id",
        "type",
        "attributedTo",
        "name",
        "summary",
        "content",
        "contentMap",
        "published",
        "updated",
        "to",
        "cc",
        "tag",
        "attachment",
        "inReplyTo",
        "url",
        "context",
        "replies",
        "likes",
        "shares",
        "anyOf",
        "endTime",
        "href",
        "mediaType",
        "width",
        "height",
        "icon",
        "totalItems",
        "en",
        "@context",
    ];
    let mut todo = vec![full(PostKind::Question).to_value()];
    while let Some(value) = todo.pop() {
        let members = value.as_object().into_iter().flatten().filter(|(name, _)| *name != "@context");
        for (name, member) in members {
            let known =
                in_activity_streams.contains(&name.as_str()) || context.contains(&format!("\"{name}\":"));
            assert!(known, "{name}");
            todo.push(member.clone());
        }
        todo.extend(value.as_array().into_iter().flatten().cloned());
    }
}

#[test]
fn visibility_is_written_as_it_is_read() {
    let mentions = full(PostKind::Note).mentions;
    for (visibility, expected) in [
        (Visibility::Public, (vec![context::PUBLIC], vec![FOLLOWERS, ADA])),
        (Visibility::Unlisted, (vec![FOLLOWERS], vec![context::PUBLIC, ADA])),
        (Visibility::Followers, (vec![FOLLOWERS], vec![ADA])),
        (Visibility::Direct, (vec![ADA], vec![])),
    ] {
        let (to, cc) = visibility.addressing(FOLLOWERS, &mentions);
        assert_eq!(
            (&to, &cc),
            (
                &expected.0.iter().map(ToString::to_string).collect(),
                &expected.1.iter().map(ToString::to_string).collect()
            )
        );
        assert_eq!(Visibility::of(&to, &cc, Some(FOLLOWERS)), visibility);
    }
}

#[test]
fn one_value_is_a_list_of_one() {
    let post = with(json!({
        "to": "as:Public", "cc": {"id": ADA},
        "tag": {"type": "Hashtag", "name": "bees"},
        "attachment": {"type": "Document", "mediaType": "audio/ogg", "url": "https://files.example/größe.ogg"},
        "inReplyTo": [{"type": "Link", "href": "https://mastodon.example/o/1"}],
        "url": [{"type": "Link", "mediaType": "application/json", "href": "https://h.example/1.json"},
            {"type": "Link", "mediaType": "text/html", "href": "https://h.example/1"}],
    }));
    let post = post.unwrap();
    assert_eq!((post.to, post.cc), (vec![context::PUBLIC.to_owned()], vec![ADA.to_owned()]));
    assert_eq!(post.hashtags, [Hashtag { name: "bees".into(), href: None }]);
    assert_eq!(post.attachments[0].kind, AttachmentKind::Audio);
    assert_eq!(post.attachments[0].url.as_str(), "https://files.example/gr%C3%B6%C3%9Fe.ogg");
    assert_eq!(post.in_reply_to.unwrap().as_str(), "https://mastodon.example/o/1");
    assert_eq!(post.url.unwrap().as_str(), "https://h.example/1");
}

#[test]
fn the_language_is_the_one_whose_text_it_is() {
    let language = |members| with(members).map(|post| (post.content, post.language)).unwrap();
    let two = json!({"en": "<p>tea</p>", "de": "<p>Tee</p>"});
    let known = |text: &str, tag: Option<&str>| (text.to_owned(), tag.map(str::to_owned));
    assert_eq!(
        language(json!({"content": "<p>Tee</p>", "contentMap": two})),
        known("<p>Tee</p>", Some("de"))
    );
    assert_eq!(language(json!({"content": "x", "contentMap": two})), known("x", None));
    assert_eq!(language(json!({"contentMap": {"de": "<p>Tee</p>"}})), known("<p>Tee</p>", Some("de")));
    assert_eq!(language(json!({"content": "x", "language": {"identifier": "fr"}})), known("x", Some("fr")));
    assert_eq!(language(json!({"content": "x", "contentMap": {"<b>": "x"}})), known("x", None));
    assert_eq!(language(json!({"content": "x", "contentMap": {"und": "x"}})), known("x", None));
}

#[test]
fn attachments_are_read_in_every_form() {
    let all = with(json!({"attachment": [
        {"type": "Link", "href": "https://mill.example/", "name": "A mill"},
        {"type": "Image", "url": {"type": "Link", "href": "https://files.example/1", "width": 3, "height": 2}},
        {"type": "Video", "url": "https://files.example/2", "duration": "PT1H2M3.5S", "focalPoint": [9, -9]},
        "https://files.example/3",
        {"type": "Image", "url": "javascript:alert(1)"},
        {"type": "Document", "url": "https://files.example/4", "width": -1, "blurhash": "a b".repeat(99), "focalPoint": [1]},
        7,
    ]}));
    let all = all.unwrap().attachments;
    let kinds: Vec<AttachmentKind> = all.iter().map(|one| one.kind).collect();
    use AttachmentKind::{Image, Link, Other, Video};
    assert_eq!(kinds, [Link, Image, Video, Link, Other]);
    assert_eq!(all[0].description.as_deref(), Some("A mill"));
    assert_eq!((all[1].width, all[1].height), (Some(3), Some(2)));
    assert_eq!((all[2].duration, all[2].focal_point), (Some(3_723), Some([1.0, -1.0])));
    assert_eq!((all[4].width, all[4].focal_point), (None, None));
}

#[test]
fn polls_close_by_time_or_by_word() {
    let asked = json!([{"type": "Note", "name": "Yes"}]);
    let poll = |members: Value| {
        let mut question = json!({"type": "Question", "oneOf": asked, "published": "2026-01-02T03:04:05Z"});
        question.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        with(question).unwrap().poll.unwrap()
    };
    let at = |text| Timestamp::from_rfc3339(text).unwrap();
    let open = poll(json!({"endTime": "2026-02-01T00:00:00Z"}));
    assert!(open.is_open(at("2026-01-31T23:59:59Z")) && !open.is_open(at("2026-02-01T00:00:00Z")));
    let closed = poll(json!({"endTime": "2026-02-01T00:00:00Z", "closed": true}));
    assert_eq!(closed.closed, Some(at("2026-01-02T03:04:05Z")), "when it is known to have been there");
    assert!(!closed.is_open(at("2026-01-03T00:00:00Z")));
    assert!(poll(json!({})).is_open(at("2099-01-01T00:00:00Z")));
    assert_eq!(with(json!({"type": "Question"})).unwrap().poll, None);
    let several =
        with(json!({"type": "Question", "anyOf": asked[0], "votersCount": u64::MAX})).unwrap().poll.unwrap();
    assert_eq!((several.choice, several.voters_count), (Choice::Multiple, Some(u32::MAX)));
}

#[test]
fn an_edit_is_later_than_the_post() {
    let edited = |updated: &str| {
        with(json!({"published": "2026-01-02T03:04:05Z", "updated": updated})).unwrap().updated.is_some()
    };
    assert!(!edited("2026-01-02T03:04:05Z"), "some say so of every post");
    assert!(edited("2026-01-02T03:04:06Z"));
}

/// S-02, S-04: what belongs to another origin is left out, or refuses the whole.
#[test]
fn foreign_parts_of_a_post_are_left_out() {
    assert_eq!(with(json!({"id": "https://evil.example/o/1"})), Err(InvalidActivity::Owner));
    assert_eq!(with(json!({"attributedTo": []})), Err(InvalidActivity::Owner));
    assert_eq!(with(json!({"type": "Person"})), Err(InvalidActivity::Object));
    let evil = "https://evil.example/x";
    let emoji = json!({"type": "Emoji", "name": ":x:", "icon": evil, "id": evil});
    let post =
        with(json!({"url": evil, "replies": evil, "likes": evil, "shares": {"id": evil}, "tag": [emoji]}));
    let post = post.unwrap();
    assert!(post.url.is_none() && post.replies.is_none() && post.likes.is_none() && post.shares.is_none());
    assert_eq!(post.emojis[0].id, None);
}

/// PeerTube and Lemmy name the group beside the author, in any order.
#[test]
fn the_author_is_the_person_else_the_first() {
    let author = |authors| with(json!({"attributedTo": authors})).unwrap().attributed_to.to_string();
    let group = json!({"type": "Group", "id": "https://h.example/c/bread"});
    assert_eq!(author(json!([group, {"type": "Person", "id": ANA}])), ANA);
    assert_eq!(author(json!([ANA, "https://h.example/users/2"])), ANA);
    assert_eq!(author(json!({"type": "Organization", "id": ANA})), ANA);
    assert_eq!(author(group), "https://h.example/c/bread");
}

/// S-51: lists are cut, texts are refused.
#[test]
fn everything_has_a_limit() {
    let tag = json!({"type": "Hashtag", "name": "#x"});
    let image = json!({"type": "Image", "url": "https://files.example/1"});
    let post = with(
        json!({"type": "Article", "name": "x".repeat(9_999), "tag": vec![tag; 999], "attachment": vec![image; 99]}),
    );
    let post = post.unwrap();
    assert_eq!((post.hashtags.len(), post.attachments.len()), (MAX_TAGS, MAX_ATTACHMENTS));
    assert_eq!(post.title.unwrap().len(), MAX_TITLE);
    assert_eq!(with(json!({"summary": "x".repeat(MAX_CONTENT + 1)})), Err(InvalidActivity::Limit));
    let growing = json!({"content": "<".repeat(MAX_CONTENT / 2), "mediaType": "text/plain"});
    assert_eq!(with(growing), Err(InvalidActivity::Limit), "after it was escaped");
}

#[test]
fn tombstones_are_read_and_written() {
    let tombstone = Tombstone { id: own("/o/77"), deleted: Some(Timestamp(1_767_323_045_678)) };
    insta::assert_json_snapshot!("tombstone", tombstone.to_value());
    assert_eq!(Tombstone::parse(&tombstone.to_value()), Some(tombstone));
    assert_eq!(Tombstone::parse(&full(PostKind::Note).to_value()), None);
}

#[test]
fn votes_are_written_exactly() {
    let vote = Vote {
        id: own("/o/78"),
        attributed_to: ana(),
        name: "Yes".into(),
        in_reply_to: Id::parse("https://mastodon.example/o/1").unwrap(),
        to: vec![ADA.into()],
    };
    insta::assert_json_snapshot!("vote", vote.to_value());
    assert_eq!(Vote::parse(&vote.to_value(), &ana()), Some(vote.clone()));
    let mut said = vote.to_value();
    said["content"] = json!("<p>Yes</p>");
    assert_eq!(Vote::parse(&said, &ana()), None, "a reply that says something");
    assert_eq!(Vote::parse(&vote.to_value(), &ADA.parse().unwrap()), None, "S-04: another's vote");
}
