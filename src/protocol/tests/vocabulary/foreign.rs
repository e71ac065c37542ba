//! Documents of other software: what we understand of each, written as we write, means the same.

use alcove_protocol::{
    activity::{Activity, announce::Announce, create::Create, like::Like, undo::Undo},
    actor::{Actor, ActorKind},
    post::{AttachmentKind, Choice, Post, PostKind, Vote},
};
use serde_json::{Map, Value};

use super::{meaning::Meaning, samples};

/// Every sample is read, and written as we would write it; the snapshots show the latter, one file for each software.
#[test]
fn what_others_send_is_understood_and_written_alike() {
    for (software, samples) in samples::of_others() {
        let mut written = Map::new();
        for sample in samples {
            let meaning = Meaning::of(&sample.document);
            let mut rebuilt = meaning.to_value();
            assert_eq!(Meaning::of(&rebuilt), meaning, "{software} {}", sample.name);
            rebuilt.as_object_mut().unwrap().remove("@context");
            written.insert(sample.name, rebuilt);
        }
        insta::assert_json_snapshot!(software, Value::Object(written));
    }
}

#[test]
fn what_we_write_means_the_same_to_us() {
    for sample in samples::of_ours().into_iter().filter(|sample| sample.name != "vote") {
        let meaning = Meaning::of(&sample.document);
        assert_eq!(Meaning::of(&meaning.to_value()), meaning, "{}", sample.name);
    }
}

fn activity(software: &str, name: &str) -> Activity {
    Activity::parse(samples::one(software, name)).unwrap()
}

fn post(software: &str, name: &str) -> Post {
    let activity = activity(software, name);
    Post::parse(Create::parse(&activity).unwrap().object, &activity.actor).unwrap()
}

/// FEDERATION.md 1.2: all votes of a ballot in one `Create`, and Pleroma's type of its own.
#[test]
fn votes_are_no_posts() {
    for (software, name, expected) in [
        ("mastodon", "vote", vec!["Tea"]),
        ("gotosocial", "votes", vec!["Bread", "Cake"]),
        ("akkoma", "vote", vec!["Now"]),
        ("misskey", "vote", vec!["Noon"]),
        ("snac", "vote", vec!["Yes"]),
    ] {
        let activity = activity(software, name);
        let all = Create::parse_all(&activity).unwrap();
        let votes: Vec<Vote> = all.iter().map(|one| Vote::parse(one.object, one.actor).unwrap()).collect();
        let names: Vec<&str> = votes.iter().map(|vote| vote.name.as_str()).collect();
        assert_eq!(names, expected, "{software}");
        assert!(votes.iter().all(|vote| vote.in_reply_to.as_str() == "https://h.example/o/77"));
        assert!(activity.audience_with_object().contains(&samples::ANA), "{software}");
    }
    let reply = activity("mastodon", "create_reply");
    assert_eq!(Vote::parse(Create::parse(&reply).unwrap().object, &reply.actor), None);
}

#[test]
fn polls_are_found_in_every_form() {
    for (software, choice) in [
        ("mastodon", Choice::Single),
        ("gotosocial", Choice::Multiple),
        ("akkoma", Choice::Single),
        ("misskey", Choice::Single),
        ("mitra", Choice::Single),
        ("snac", Choice::Single),
    ] {
        let poll = post(software, "create_question").poll.unwrap();
        assert_eq!((poll.choice, poll.options.len()), (choice, 2), "{software}");
        assert!(poll.closes_at.is_some(), "{software}");
    }
    assert_eq!(post("mastodon", "create_question").poll.unwrap().options[0].votes, 2);
}

#[test]
fn pictures_come_with_what_is_needed_to_lay_them_out() {
    let picture = post("mastodon", "create_picture");
    let [first, second] = picture.attachments.as_slice() else { panic!("two attachments") };
    assert_eq!((first.kind, second.kind), (AttachmentKind::Image, AttachmentKind::Video));
    assert_eq!(first.description.as_deref(), Some("A bee on a blue flower"));
    assert_eq!((first.width, first.height, first.focal_point), (Some(1200), Some(800), Some([0.25, -0.5])));
    assert!(first.blurhash.is_some() && picture.sensitive);
    assert_eq!((picture.hashtags[0].name.as_str(), picture.emojis[0].shortcode.as_str()), ("garden", "bee"));
    assert_eq!(picture.language.as_deref(), Some("en"));
    let crow = post("akkoma", "create").attachments.remove(0);
    assert_eq!(crow.url.as_str(), "https://akkoma.example/media/crow.jpg", "the link inside");
    assert_eq!((crow.kind, crow.width), (AttachmentKind::Image, Some(1600)));
}

/// A video is by a person in a channel; its page and its file are among the links of its `url`.
#[test]
fn videos_have_an_author_a_page_and_a_file() {
    let video = Post::parse_fetched(&samples::one("peertube", "video")).unwrap();
    assert_eq!(video.kind, PostKind::Video);
    assert_eq!(video.attributed_to.as_str(), "https://peertube.example/accounts/ada");
    assert_eq!(video.url.unwrap().as_str(), "https://peertube.example/videos/watch/9c9de5e8");
    let file = &video.attachments[0];
    assert_eq!(file.url.as_str(), "https://peertube.example/static/web-videos/9c9de5e8-720.mp4");
    assert_eq!((file.height, file.duration), (Some(720), Some(1145)));
    assert_eq!(video.content, "<p>Flour &amp; water.</p><p>**Salt** &lt; 2%</p>", "plain text, escaped");
    assert_eq!(video.title.as_deref(), Some("How to knead"));
    assert_eq!(video.hashtags.len(), 1, "a tag with a space is none");
}

/// Lemmy's communities announce the activities of their members, and WordPress does it after them.
#[test]
fn communities_announce_activities() {
    for (software, kind) in [("lemmy", "announce_create"), ("wordpress", "announce")]
        .map(|(software, name)| (software, Announce::parse(&activity(software, name)).unwrap().object_kind))
    {
        assert_eq!(kind.as_deref(), Some("Create"), "{software}");
    }
    let linked = Announce::parse(&activity("lemmy", "announce_page")).unwrap();
    assert_eq!((linked.object_kind, linked.object.as_str()), (None, "https://lemmy.example/post/12"));
    let page = post("lemmy", "create_page");
    assert_eq!((page.kind, page.title.as_deref()), (PostKind::Page, Some("Which flour?")));
    assert_eq!(page.attachments[0].kind, AttachmentKind::Link);
    assert_eq!(page.language.as_deref(), Some("en"));
}

#[test]
fn reactions_are_likes_with_an_emoji() {
    for (software, name, reaction) in [
        ("misskey", "like", Some(":meow:")),
        ("akkoma", "emoji_react", Some(":crow:")),
        ("fedify", "emoji_react", Some("🎉")),
        ("mitra", "emoji_react", Some("🌧️")),
        ("mastodon", "like", None),
    ] {
        let like = Like::parse(&activity(software, name)).unwrap();
        assert_eq!(like.reaction.as_deref(), reaction, "{software}");
    }
}

#[test]
fn what_is_undone_is_known_as_far_as_it_is_told() {
    for (software, name, kind) in [
        ("mastodon", "undo_announce", Some("Announce")),
        ("mastodon", "undo_block", Some("Block")),
        ("mastodon", "undo_like", Some("Like")),
        ("akkoma", "undo_emoji_react", Some("EmojiReact")),
        ("lemmy", "undo_follow", Some("Follow")),
        ("mitra", "undo_like", None),
    ] {
        let undo = Undo::parse(&activity(software, name)).unwrap();
        assert_eq!(undo.kind.as_deref(), kind, "{software}");
        assert!(undo.undone.is_some() && undo.object.is_some() == kind.is_some(), "{software}");
    }
}

#[test]
fn profiles_are_read_in_every_form() {
    let actor = |software, name| Actor::parse(&samples::one(software, name)).unwrap();
    let group = actor("peertube", "group");
    assert_eq!(group.kind, ActorKind::Group);
    assert_eq!(
        group.profile.icon.unwrap().url.as_str(),
        "https://peertube.example/lazy-static/avatars/48.png"
    );
    let bot = actor("fedify", "actor");
    assert_eq!(
        (bot.kind, bot.profile.fields.len(), bot.profile.also_known_as.len()),
        (ActorKind::Service, 1, 1)
    );
    assert_eq!(bot.profile.icon.unwrap().url.as_str(), "https://fedify.example/ada.webp");
    assert_eq!(bot.keys.len(), 3, "RSA, and two Multikeys");
    let blog = actor("wordpress", "actor");
    assert_eq!(blog.profile.fields.len(), 1, "a link is no field");
    assert!(blog.featured.is_some() && blog.following.is_some() && blog.profile.discoverable);
    assert_eq!(actor("akkoma", "actor").profile.emojis[0].shortcode, "crow");
}
