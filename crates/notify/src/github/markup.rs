//! Text as GitHub shows it: what would be markup is text, and nobody is mentioned. Addresses stay links.

use crate::plain;

/// Escapes what makes formats, pictures, tags and mentions, in at most so many bytes.
pub(super) fn escaped(text: &str, most: usize) -> String {
    plain::marked_up(text, most, piece)
}

fn piece(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        // An empty comment between keeps a scope such as @acme from being somebody, and a number from being an issue.
        '@' => "@<!-- -->",
        '#' => "\\#<!-- -->",
        '\\' => "\\\\",
        '`' => "\\`",
        '*' => "\\*",
        '_' => "\\_",
        '[' => "\\[",
        ']' => "\\]",
        '(' => "\\(",
        ')' => "\\)",
        '!' => "\\!",
        '|' => "\\|",
        '~' => "\\~",
        '+' => "\\+",
        '-' => "\\-",
        '=' => "\\=",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup_and_nobody_is_mentioned() {
        let escaped = |text| escaped(text, 1_000);
        assert_eq!(escaped("@acme/core_js <b>"), r"@<!-- -->acme/core\_js &lt;b&gt;");
        assert_eq!(escaped("![a](b) #1\n- c"), "\\!\\[a\\]\\(b\\) \\#<!-- -->1\n\\- c");
        assert_eq!(escaped("<!-- rolecall-notice:a -->"), r"&lt;\!\-\- rolecall\-notice:a \-\-&gt;");
        assert_eq!(escaped("a\\`b"), r"a\\\`b");
    }

    #[test]
    fn addresses_stay_links() {
        let escaped = |text| escaped(text, 1_000);
        assert_eq!(escaped("see https://hub.test/a_b?c=1 now"), "see https://hub.test/a_b?c=1 now");
        assert_eq!(escaped("https://hub.test/@eve"), "https://hub.test/@<!-- -->eve");
    }

    #[test]
    fn nothing_is_longer_than_it_may_be() {
        assert_eq!(escaped("@@@", 21), "@<!-- -->@<!-- -->…");
        assert!(escaped(&"@".repeat(100_000), 60_000).len() <= 60_000);
    }
}
