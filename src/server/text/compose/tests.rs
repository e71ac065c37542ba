//! What typed texts become.

use proptest::prelude::*;

use super::*;
use crate::text::plain;

fn people() -> Mentions {
    let known = [("@ana@here.example", "7"), ("@bob@there.example", "8")].map(|(handle, id)| {
        let handle = Handle::parse(handle).unwrap();
        let actor = ActorId::parse(&format!("https://{}/users/{id}", handle.domain)).unwrap();
        let page = format!("https://{}/@{}", handle.domain, handle.name);
        (handle, Mentioned { actor, page })
    });
    known.into()
}

fn composed(text: &str) -> Composed {
    let surroundings =
        Surroundings { origin: "https://here.example", domain: "here.example", mentions: &people() };
    compose(text, surroundings)
}

fn handles(text: &str) -> Vec<String> {
    mentioned(text, "here.example").iter().map(Handle::to_string).collect()
}

#[test]
fn lines_and_paragraphs_are_kept() {
    assert_eq!(composed(" One\r\ntwo\n\n\n\nthree\n").html, "<p>One<br>two</p><p>three</p>");
    assert_eq!(composed("").html, "");
}

#[test]
fn markup_is_shown_as_it_was_typed() {
    assert_eq!(composed("<b>*x*</b> & [y](z)").html, "<p>&lt;b&gt;*x*&lt;/b&gt; &amp; [y](z)</p>");
}

#[test]
fn addresses_become_links() {
    let rel = "rel=\"nofollow noopener noreferrer ugc\"";
    assert_eq!(
        composed("See https://h.example/a?b=c&d=(e), or not.").html,
        format!(
            "<p>See <a href=\"https://h.example/a?b=c&amp;d=(e)\" {rel}>https://h.example/a?b=c&amp;d=(e)</a>, or not.</p>"
        )
    );
    for text in ["javascript://h.example/%0Aalert(1)", "ftp://h.example/", "https://"] {
        assert!(!composed(text).html.contains("<a "), "{text}");
    }
}

#[test]
fn mentions_become_links_to_the_people_they_mean() {
    let composed = composed("Hi @Ana, @bob@there.example and @nobody@there.example.");
    assert!(
        composed.html.contains(
            "<span class=\"h-card\"><a href=\"https://there.example/@bob\" class=\"u-url mention\" \
             rel=\"nofollow noopener noreferrer ugc\">@<span>bob</span></a></span>"
        ),
        "{}",
        composed.html
    );
    assert!(composed.html.ends_with("@nobody@there.example.</p>"), "{}", composed.html);
    let found: Vec<String> = composed.mentions.iter().map(Handle::to_string).collect();
    assert_eq!(found, ["@ana@here.example", "@bob@there.example"]);
}

#[test]
fn only_what_is_a_mention_is_one() {
    assert_eq!(
        handles("@ana @ana, (@a.b-c@x.example.) @bob@localhost:8443"),
        ["@a.b-c@x.example", "@ana@here.example", "@bob@localhost:8443"]
    );
    assert_eq!(handles("@a@bücher.example"), ["@a@xn--bcher-kva.example"]);
    for text in
        ["ana@x.example", "https://x.example/@ana", "a@b", "@", "@@ana", "@ana@", "@.", "/@ana", "@анна"]
    {
        assert_eq!(handles(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn hashtags_have_letters_of_any_script() {
    let composed = composed("#Tent #日本 #हिन्दी #2026 #a1 x#no &#38; #ünder_score/ ##two");
    let found: Vec<&str> = composed.hashtags.iter().map(String::as_str).collect();
    assert_eq!(found, ["a1", "tent", "ünder_score", "हिन्दी", "日本"]);
    assert!(
        composed.html.contains(
            "<a href=\"https://here.example/tags/tent\" class=\"mention hashtag\" \
             rel=\"nofollow noopener noreferrer ugc\">#<span>Tent</span></a>"
        ),
        "{}",
        composed.html
    );
    assert!(composed.html.contains("/tags/%E6%97%A5%E6%9C%AC\""), "{}", composed.html);
}

#[test]
fn texts_are_counted_as_people_count() {
    assert_eq!(length("four"), 4);
    assert_eq!(length(" a\r\nb "), 3);
    assert_eq!(length("👩‍👩‍👧é"), 2);
    assert_eq!(length(&format!("https://h.example/{}", "x".repeat(500))), 23);
    assert_eq!(length("@bob@there.example hi #tag"), 4 + 3 + 1 + 4);
}

/// S-52: the worst that can be typed.
#[test]
fn the_longest_texts_compose() {
    for text in ["@a@a", "@", "#", "#a", "www.", "https://", "a.b@", ":", "\n", "@a.b.c"] {
        let text = text.repeat(LIMIT / text.len());
        let html = composed(&text).html;
        assert!(sanitize(&html) == html, "{}", text.get(..10).unwrap_or_default());
    }
}

proptest! {
    /// What we publish is what anybody's sanitiser leaves alone, and it says what was typed.
    #[test]
    fn words_survive_and_the_sanitiser_has_nothing_to_do(
        words in prop::collection::vec(
            prop_oneof!["[a-zA-Z0-9<>&\"'_:;,!?*-]{1,8}", "@[a-z]{1,5}", "#[a-zé]{1,5}", "https://[a-z]{1,5}\\.example/[a-z]{0,5}"],
            0..12,
        ),
        gap in prop::sample::select(vec![" ", "\n", "\n\n"]),
    ) {
        let text = words.join(gap);
        let html = composed(&text).html;
        prop_assert_eq!(&sanitize(&html), &html);
        let plain = plain(&html);
        prop_assert_eq!(plain.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }

    /// However it is typed.
    #[test]
    fn any_text_composes(text in "\\PC{0,60}") {
        let html = composed(&text).html;
        prop_assert_eq!(&sanitize(&html), &html);
    }
}
