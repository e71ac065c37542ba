//! What remains of hostile HTML, asked of a parser that knows nothing of ours.

use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::*;
use crate::text::markup::MAX_DEPTH;

/// One hostile text on each line; a line that begins with `# ` says what the following are.
const HOSTILE: &str = include_str!("../samples/hostile.txt");

/// Undoes `\n`, `\0`, `\u{202e}` and the like.
fn unescaped(line: &str) -> String {
    let (mut text, mut rest) = (String::new(), line);
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let mut after = after.chars();
        match after.next().unwrap() {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            '0' => text.push('\0'),
            'u' => {
                let (code, following) = after.as_str()[1..].split_once('}').unwrap();
                text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                after = following.chars();
            }
            other => text.push(other),
        }
        rest = after.as_str();
    }
    text + rest
}

fn hostile() -> impl Iterator<Item = String> {
    HOSTILE.lines().filter(|line| !line.starts_with("# ")).map(unescaped)
}

/// Reads HTML as a browser does and finds everything that is not allowed.
fn complaints(html: &str) -> Vec<String> {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let parser = parse_fragment(RcDom::default(), ParseOpts::default(), context, Vec::new(), false);
    let dom = parser.one(html);
    let mut complaints = Vec::new();
    // The parser puts a fragment into an element `html`.
    for node in dom.document.children.borrow()[0].children.borrow().iter() {
        complain(node, 1, &mut complaints);
    }
    complaints
}

fn complain(node: &Handle, depth: usize, complaints: &mut Vec<String>) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let element = name.local.to_string();
            if name.ns != ns!(html) || !(ELEMENTS.contains(&&*element) || element == "br") {
                complaints.push(format!("element {element}"));
            }
            if depth > MAX_DEPTH {
                complaints.push("too deep".into());
            }
            for attribute in attrs.borrow().iter() {
                let (attribute, value) = (attribute.name.local.to_string(), attribute.value.to_string());
                let fine = match (&*element, &*attribute) {
                    ("a", "href") => {
                        let url = Url::parse(&value).unwrap();
                        matches!(url.scheme(), "http" | "https")
                            && url.username().is_empty()
                            && value.is_ascii()
                    }
                    ("a", "rel") => value == REL,
                    ("a" | "span", "class") => value.split(' ').all(|class| CLASSES.contains(&class)),
                    _ => false,
                };
                if !fine {
                    complaints.push(format!("{attribute}={value} of {element}"));
                }
            }
        }
        NodeData::Text { contents } => {
            let contents = contents.borrow();
            complaints.extend(
                contents.chars().find(|&letter| !is_shown(letter)).map(|letter| format!("{letter:?}")),
            );
        }
        other => complaints.push(format!("{other:?}")),
    }
    for child in node.children.borrow().iter() {
        complain(child, depth + 1, complaints);
    }
}

/// P18, S-43, S-45: of everything in our collection only what is harmless remains, and doing it twice changes nothing.
#[test]
fn nothing_hostile_remains() {
    let mut count = 0;
    for text in hostile() {
        let once = sanitize(&text);
        assert_eq!(complaints(&once), Vec::<String>::new(), "{text:?} became {once:?}");
        assert_eq!(sanitize(&once), once, "{text:?}");
        count += 1;
    }
    assert!(count >= 500, "{count}");
}

/// P18: the check above sees what it is there to see.
#[test]
fn the_check_finds_what_is_hostile() {
    for html in [
        "<img src=x>",
        "<p onclick=x>y</p>",
        "<a href=javascript:x>y</a>",
        "<a href=https://h.example/>y</a><svg><a>x</a></svg>",
        "<!-- x -->",
        "<b>\u{202e}</b>",
        "<p class=mention>x</p>",
        "<span class=other>x</span>",
    ] {
        let found = std::panic::catch_unwind(|| !complaints(html).is_empty());
        assert!(found.unwrap_or(true), "{html}");
    }
}

#[test]
fn what_people_write_stays() {
    for html in [
        "<p>One<br>two &amp; <strong>three</strong></p><p><em>four</em></p>",
        "<ul><li>a</li><li><p>b</p></li></ul><blockquote><p>c</p></blockquote><pre><code>d\n  e</code></pre>",
        "1 &lt; 2",
    ] {
        assert_eq!(sanitize(html), html);
    }
    assert_eq!(
        sanitize(
            "<p><a class='u-url mention' href=\"https://h.example/@ana\" target=_blank>@<span>ana</span></a></p>"
        ),
        "<p><a href=\"https://h.example/@ana\" class=\"u-url mention\" rel=\"nofollow noopener noreferrer ugc\">\
         @<span>ana</span></a></p>"
    );
}

#[test]
fn other_vocabularies_become_paragraphs() {
    assert_eq!(sanitize("<h1>Title</h1>Text"), "<p><strong>Title</strong></p>Text");
    assert_eq!(sanitize("<div><div>a</div><div>b</div></div>"), "<p>a</p><p>b</p>");
    assert_eq!(sanitize("<p>a<p>b"), "<p>a</p><p>b</p>");
    assert_eq!(sanitize("m<sup>2</sup> <img src=x alt=y>"), "m2 ");
}

/// S-45.
#[test]
fn the_host_is_shown_behind_a_link_that_pretends() {
    let link = sanitize("<a href=https://evil.example/>https://bank.example</a>");
    assert!(link.contains(">https://bank.example (evil.example)</a>"), "{link}");
    let honest = sanitize("<a href=https://shop.example/x>shop.example</a>");
    assert!(honest.ends_with(">shop.example</a>"), "{honest}");
}

/// S-51: what is longer is cut, and stays harmless and balanced.
#[test]
fn a_text_without_end_is_cut() {
    let clean = sanitize(&"<b>é<i>".repeat(MAX_HTML));
    assert!(clean.len() < 2 * MAX_HTML);
    assert_eq!(complaints(&clean), Vec::<String>::new());
}

/// Everything that makes a naive parser slow or deep, about a megabyte of each.
fn enormous() -> Vec<String> {
    let repeated = |text: &str| text.repeat(1_000_000 / text.len());
    let mut texts: Vec<String> = [
        "<b>",
        "<div>",
        "<p>",
        "<blockquote>",
        "<ul><li>",
        "<a href=https://h.example/>",
        "<span class=mention>",
        "<b><p>",
        "<a href=https://h.example/><p>",
        "</b></p>",
        "<table><tr><td>",
        "<svg><math>",
        "<!--",
        "<!---->",
        "<!",
        "<",
        "</",
        "<a ",
        "<a x=\"",
        "&lt",
        "&",
        ":",
        "a.",
        "<p>a.",
        "<script>",
        "</script",
        "<pre>\n",
    ]
    .map(repeated)
    .into();
    texts.push(format!("<a {}>x</a>", (0..200_000).map(|n| format!("a{n} ")).collect::<String>()));
    texts.push((0..50_000).map(|n| format!("<b c{n}>")).chain((0..50_000).map(|_| "<p>".into())).collect());
    texts.push(format!("<a href=https://h.example/>{}</a>", repeated("www.a@b.c/(")));
    texts.push(format!("<a href=https://h.example/>{}", "<span class=invisible>x".repeat(40_000)));
    texts
}

/// S-51, S-52: time grows with the length, and the stack does not grow at all: given to a parser as they are, several of
/// these would take minutes or end the process.
#[test]
fn depth_and_length_cost_no_more_than_they_are() {
    for text in enormous() {
        let shown: String = text.chars().take(30).collect();
        let clean = sanitize(&text);
        assert_eq!(complaints(&clean), Vec::<String>::new(), "{shown}");
    }
}

/// What HTML may fall into.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=https://a.example/>",
    "<a href=\"https://b.example/?a=b&c\">",
    "</a>",
    "<ul>",
    "</ul>",
    "<ol>",
    "<li>",
    "</li>",
    "<pre>",
    "</pre>",
    "\n",
    "<br>",
    "<span class=invisible>",
    "<span class='mention x'>",
    "</span>",
    "<code>",
    "</code>",
    "<blockquote>",
    "</blockquote>",
    "<h1>",
    "</h1>",
    "<div>",
    "</div>",
    "<table>",
    "<td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<template>",
    "<select>",
    "<img src=x>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "bank.example",
    " (a.example)",
    "&lt;",
    "&amp;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "x",
    " ",
    "\u{202e}",
    "&#x202e;",
    "&#13;",
    "\0",
    "é",
];

fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// P18.
    #[test]
    fn whatever_comes_only_what_is_allowed_remains(text in prop_oneof![soup(), "\\PC{0,80}"]) {
        let once = sanitize(&text);
        prop_assert_eq!(complaints(&once), Vec::<String>::new());
        prop_assert_eq!(sanitize(&once), once);
    }
}
