//! HTML, from text alone: nothing that a name holds can become markup.

use std::io::{self, Write};

use super::style::STYLE;

/// What a page may load: nothing, not even from its own place.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A page that is being written.
pub(super) struct Html<W> {
    out: W,
}

impl<W: Write> Html<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes markup of our own.
    pub(super) fn raw(&mut self, markup: &str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    pub(super) fn begin(&mut self, title: &str) -> io::Result<()> {
        let title = escaped(title);
        self.raw(&format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        ))
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.raw("</body>\n</html>\n")
    }

    /// An element with this text in it.
    pub(super) fn element(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.raw(&format!("<{name}>{}</{name}>\n", escaped(text)))
    }

    /// Rows of more columns than a page is wide for: each as a list of what it says, without what it does not.
    pub(super) fn records(&mut self, columns: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        for row in rows {
            self.raw("<dl class=\"record\">")?;
            for (name, value) in columns.iter().zip(row).filter(|(_, value)| !value.is_empty()) {
                self.raw(&format!("<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value)))?;
            }
            self.raw("</dl>\n")?;
        }
        Ok(())
    }

    pub(super) fn table(&mut self, columns: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let cells = |name: &str, cells: &mut dyn Iterator<Item = &str>| {
            cells.map(|cell| format!("<{name}>{}</{name}>", escaped(cell))).collect::<String>()
        };
        let head = cells("th", &mut columns.iter().copied());
        self.raw(&format!("<table><thead><tr>{head}</tr></thead><tbody>\n"))?;
        for row in rows {
            let row = cells("td", &mut row.iter().map(String::as_str));
            self.raw(&format!("<tr>{row}</tr>\n"))?;
        }
        self.raw("</tbody></table>\n")
    }
}

/// A text as it may stand in markup, and in quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What directs the flow of text could show another order than is written.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push('\u{fffd}'),
            letter if letter.is_control() && letter != '\n' && letter != '\t' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_markup() {
        let mut html = Html::new(Vec::new());
        html.element("p", "<script>alert('a')</script> & \"b\" \u{202e}\u{7}").unwrap();
        let text = String::from_utf8(html.out).unwrap();
        let expected = "<p>&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt; &amp; &quot;b&quot; \u{fffd}\u{fffd}</p>\n";
        assert_eq!(text, expected);
    }
}
