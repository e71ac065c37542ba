//! Text in and out of the HTML that ActivityStreams `content` is (trap T45). Nothing of a foreign document survives but
//! its words: tags go, their line breaks stay, entities become what they stand for. Not a renderer.

/// Plain text as HTML.
pub(crate) fn from_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            other => html.push(other),
        }
    }
    html
}

/// The words of an HTML document.
pub(crate) fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // Behind the last `>` nothing is a tag: looked for once, because looking again from every `<` takes hours (S-53).
    let end_of_tags = html.rfind('>').unwrap_or_default();
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let may_be_tag = rest.starts_with('<') && html.len() - rest.len() < end_of_tags;
        rest = if may_be_tag {
            tag(rest, &mut text)
        } else if rest.starts_with('<') {
            text.push('<');
            rest.get(1..).unwrap_or_default()
        } else {
            entity(rest, &mut text)
        };
    }
    text.push_str(rest);
    text.trim_end_matches('\n').to_owned()
}

/// Skips a tag; some of them break the line.
fn tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let inside_and_after = rest.get(1..).unwrap_or_default();
    let begins =
        inside_and_after.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first));
    let Some((inside, after)) = begins.then(|| inside_and_after.split_once('>')).flatten() else {
        text.push('<');
        return inside_and_after;
    };
    let name: String = inside.chars().take_while(|character| !character.is_whitespace()).collect();
    match name.trim_end_matches('/').to_ascii_lowercase().as_str() {
        "br" | "/p" | "/div" | "/li" | "/h1" | "/h2" | "/h3" | "/blockquote" | "/pre" => text.push('\n'),
        hidden @ ("script" | "style") => return skip_to_end(after, hidden),
        _ => {}
    }
    after
}

fn skip_to_end<'a>(rest: &'a str, name: &str) -> &'a str {
    let ends = |(at, _): &(usize, &str)| {
        rest.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    rest.match_indices("</").find(ends).and_then(|(at, _)| rest.get(at..)).unwrap_or_default()
}

fn entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let Some(end) = rest.bytes().take(11).position(|byte| byte == b';') else {
        text.push('&');
        return rest.get(1..).unwrap_or_default();
    };
    let name = rest.get(1..end).unwrap_or_default();
    let after = rest.get(end + 1..).unwrap_or_default();
    match meaning(name) {
        Some(character) => text.push(character),
        None => text.push_str(rest.get(..=end).unwrap_or_default()),
    }
    after
}

fn meaning(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Trap T45: nothing of a foreign document is left but its words.
    #[test]
    fn words_are_kept_and_markup_is_not() {
        assert_eq!(to_text("<p>Hi <b>you</b> &amp; me</p><p>2 &lt; 3</p>"), "Hi you & me\n2 < 3");
        assert_eq!(to_text("a<script>alert(1)</script>b<img src=x onerror=y>"), "ab");
        assert_eq!(to_text("1 < 2 & 3 &bogus; &#x1F600;"), "1 < 2 & 3 &bogus; 😀");
    }

    /// S-53: no document takes more than linear time.
    #[test]
    fn floods_of_openings_are_read_at_once() {
        for flood in ["<", "&", "<a", "<script>", "<script></script>", "<!"] {
            let html = flood.repeat((500 << 10) / flood.len());
            assert!(to_text(&html).len() <= html.len());
        }
    }

    proptest! {
        #[test]
        fn text_survives_the_way(text in "[^\r]*") {
            prop_assert_eq!(to_text(&from_text(&text)), text.trim_end_matches('\n'));
        }
    }
}
