//! A page as one HTML file that needs nothing else: no script, no font, no picture, no request.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Block, Document};
use crate::output::text::printable;

/// The page's look. It follows the reader's choice of dark or light, and tables become blocks where there is no room.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--soft:#f2f2f5;--line:#c9c9d1;--warn:#7a4b00}\
@media(prefers-color-scheme:dark){:root{--ink:#e8e8ec;--paper:#16161a;--soft:#222228;--line:#44444e;--warn:#f2c46d}}\
*{box-sizing:border-box}\
body{margin:0 auto;padding:1rem;max-width:72rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}\
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid var(--line)}\
.scroll{overflow-x:auto}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
caption{text-align:left;font-weight:600;padding:.25rem 0}\
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}\
thead th,.short{white-space:nowrap}\
thead th{background:var(--soft)}tbody th{font-weight:600}\
.note{border-left:.25rem solid var(--warn);padding:.25rem .75rem;color:var(--warn)}\
li{overflow-wrap:anywhere}\
@media(max-width:40rem){table,caption,tbody,tr,th,td{display:block}thead{position:absolute;left:-999rem}\
tr{border:1px solid var(--line);margin-bottom:.75rem}th,td{border-bottom:0;padding:.2rem .6rem;overflow-wrap:anywhere}.short{white-space:normal}\
td::before{content:attr(data-label) \": \";font-weight:600}td:empty{display:none}}\
@media print{body{max-width:none}}";

/// So many characters are never broken.
const SHORT: usize = 28;

/// Writes the page.
pub(crate) fn write(out: &mut impl Write, document: &Document) -> io::Result<()> {
    let title = text(&document.title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )?;
    for block in &document.blocks {
        match block {
            Block::Heading(heading) => writeln!(out, "<h2>{}</h2>", text(heading))?,
            Block::Paragraph(paragraph) => writeln!(out, "<p>{}</p>", text(paragraph))?,
            Block::Warning(warning) => writeln!(out, "<p class=\"note\" role=\"note\">{}</p>", text(warning))?,
            Block::List(items) => list(out, items)?,
            Block::Table { caption, columns, rows } => table(out, caption, columns, rows)?,
        }
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn list(out: &mut impl Write, items: &[String]) -> io::Result<()> {
    writeln!(out, "<ul>")?;
    items.iter().try_for_each(|item| writeln!(out, "<li>{}</li>", text(item)))?;
    writeln!(out, "</ul>")
}

/// The first cell of a row is its header.
fn table(out: &mut impl Write, caption: &str, columns: &[String], rows: &[Vec<String>]) -> io::Result<()> {
    writeln!(out, "<div class=\"scroll\"><table>\n<caption>{}</caption>\n<thead><tr>", text(caption))?;
    columns.iter().try_for_each(|column| writeln!(out, "<th scope=\"col\">{}</th>", text(column)))?;
    writeln!(out, "</tr></thead>\n<tbody>")?;
    let short: Vec<&str> =
        (0..columns.len()).map(|at| if is_short(rows, at) { " class=\"short\"" } else { "" }).collect();
    for cells in rows {
        write!(out, "<tr>")?;
        for (at, ((cell, column), short)) in cells.iter().zip(columns).zip(&short).enumerate() {
            match at {
                0 => write!(out, "<th scope=\"row\"{short}>{}</th>", text(cell))?,
                _ => write!(out, "<td data-label=\"{}\"{short}>{}</td>", text(column), text(cell))?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

/// Whether a column holds nothing that needs a second line: names, numbers, dates.
fn is_short(rows: &[Vec<String>], at: usize) -> bool {
    rows.iter().filter_map(|cells| cells.get(at)).all(|cell| cell.chars().count() <= SHORT)
}

/// Text from outside, as text, in an element or in a quoted attribute.
fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in printable(raw).chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
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
        let name = "<script>alert('x')</script>\" onload=\"&";
        let mut document = Document::new(name);
        document.heading(name);
        document.paragraph(name);
        document.warning(name);
        document.list([name.to_owned()]);
        document.cells(name, &[name, name], [vec![name.to_owned(), name.to_owned()]]);
        let mut out = Vec::new();
        write(&mut out, &document).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(!page.contains("<script") && !page.contains("alert('"), "{page}");
        assert!(!page.contains("\" onload"), "{page}");
        assert_eq!(page.matches("&#60;script&#62;").count(), 12, "{page}");
    }
}
