//! Text of strangers that is shown as text and never as HTML: names, titles, descriptions. Cut to what fits, without the
//! characters that would rearrange what stands beside it. HTML is not treated here.

/// One line of visible text of at most so many characters; `None` where nothing visible is left.
pub(crate) fn one_line(text: &str, limit: usize) -> Option<String> {
    let line: String =
        text.trim().chars().filter(|&letter| !letter.is_control() && !turns(letter)).take(limit).collect();
    Some(line).filter(|line| !line.trim().is_empty())
}

/// Text of several lines, of at most so many characters; `None` where nothing visible is left.
pub(crate) fn lines(text: &str, limit: usize) -> Option<String> {
    let visible = |&letter: &char| letter == '\n' || !(letter.is_control() || turns(letter));
    let lines: String = text.trim().chars().filter(visible).take(limit).collect();
    Some(lines).filter(|lines| !lines.trim().is_empty())
}

/// Plain text as HTML: escaped, a paragraph for each block between empty lines.
pub(crate) fn to_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "");
    let paragraphs = escaped.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", paragraph.trim().replace('\n', "<br>"))).collect()
}

/// Says whether a character changes the direction of those around it.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_harmless() {
        assert_eq!(one_line(" a\n\u{202e}b ", 9).as_deref(), Some("ab"));
        assert_eq!(one_line("\u{200f} ", 9), None);
        assert_eq!(lines("a\nb\u{0}cd", 4).as_deref(), Some("a\nbc"));
        assert_eq!(to_html("1 < 2\nx\n\n\ny & z"), "<p>1 &lt; 2<br>x</p><p>y &amp; z</p>");
    }
}
