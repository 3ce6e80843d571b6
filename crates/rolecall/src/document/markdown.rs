//! A page as Markdown, in the dialect with tables that code hosts show.

use std::io::{self, Write};

use super::{Block, Document};
use crate::output::text::printable;

/// Writes the page.
pub(crate) fn write(out: &mut impl Write, document: &Document) -> io::Result<()> {
    writeln!(out, "# {}", text(&document.title))?;
    for block in &document.blocks {
        writeln!(out)?;
        match block {
            Block::Heading(heading) => writeln!(out, "## {}", text(heading))?,
            Block::Paragraph(paragraph) => writeln!(out, "{}", text(paragraph))?,
            Block::Warning(warning) => writeln!(out, "> **Note:** {}", text(warning))?,
            Block::List(items) => items.iter().try_for_each(|item| writeln!(out, "- {}", text(item)))?,
            Block::Table { caption, columns, rows } => {
                writeln!(out, "**{}**\n", text(caption))?;
                row(out, columns)?;
                row(out, &vec!["---"; columns.len()])?;
                rows.iter().try_for_each(|cells| row(out, cells))?;
            }
        }
    }
    Ok(())
}

fn row<T: AsRef<str>>(out: &mut impl Write, cells: &[T]) -> io::Result<()> {
    for cell in cells {
        let cell = cell.as_ref();
        let shown = if cell == "---" { cell.to_owned() } else { text(cell) };
        write!(out, "| {shown} ")?;
    }
    writeln!(out, "|")
}

/// Text from outside, as text: every character that could begin markup is escaped, `@` so that nobody is called and
/// `://` so that nothing becomes a link.
fn text(raw: &str) -> String {
    let safe = printable(raw);
    let mut escaped = String::with_capacity(safe.len());
    for (at, c) in safe.char_indices() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // At the start of a line these make a list, a heading's underline or a number.
            '+' | '-' | '=' if at == 0 => {
                escaped.push('\\');
                escaped.push(c);
            }
            ':' if safe.get(at..).is_some_and(|rest| rest.starts_with("://")) => escaped.push_str("&#58;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_whatever_they_contain() {
        assert_eq!(text("a|b `c` <img src=x> [d](e) *f*"), r"a\|b \`c\` &lt;img src=x&gt; \[d\]\(e\) \*f\*");
        assert_eq!(text("@acme/x"), "&#64;acme/x");
        assert_eq!(text("- x\ny"), r"\- x\\u\{a\}y");
        assert_eq!(text("see http://x.example"), "see http&#58;//x.example");
        assert_eq!(text("read-write, 2026-11-23"), "read-write, 2026-11-23");
    }

    #[test]
    fn a_table_keeps_its_columns() {
        let mut document = Document::new("Title");
        document.cells("Names", &["one", "two"], [vec!["a|b".to_owned(), "---".to_owned()]]);
        let mut out = Vec::new();
        write(&mut out, &document).unwrap();
        let expected = "# Title\n\n**Names**\n\n| one | two |\n| --- | --- |\n| a\\|b | --- |\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
