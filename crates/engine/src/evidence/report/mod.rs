//! The report of a package, for people: one page that needs nothing else, and prints section by section.

mod html;
mod style;

use std::io::{self, Write};

use html::{Html, escaped};

use super::manifest::EvidenceManifest;
use super::table::{SHOWN, Written};

/// Writes the report.
///
/// # Errors
/// When it cannot be written.
pub(super) fn report_write(manifest: &EvidenceManifest, sections: &[Written], out: &mut impl Write) -> io::Result<()> {
    let mut html = Html::new(out);
    html.begin(&format!("Access evidence as of {}", manifest.as_of))?;
    cover(&mut html, manifest, sections)?;
    sections.iter().try_for_each(|section| section_write(&mut html, section))?;
    html.end()
}

fn cover<W: Write>(html: &mut Html<W>, manifest: &EvidenceManifest, sections: &[Written]) -> io::Result<()> {
    html.raw("<header>\n")?;
    html.element("h1", &format!("Access evidence as of {}", manifest.as_of))?;
    let signer = manifest.audit_head.signer().map_or_else(|why| why, |key| key.to_string());
    let facts = [
        ("As of", manifest.as_of.clone()),
        ("Period", format!("{} to {}", manifest.since, manifest.as_of)),
        ("Connectors", manifest.connectors.join(", ")),
        ("Left out", if manifest.left_out.is_empty() { "nothing".to_owned() } else { manifest.left_out.join(", ") }),
        ("Made at", manifest.made_at.clone()),
        ("Made by", manifest.made_by.clone()),
        ("With", manifest.program.clone()),
        ("Database", manifest.database.clone()),
        ("Audit log", format!("{} records, ending with {}", manifest.audit_head.sequence, manifest.audit_head.hash)),
        ("Signed with", signer),
    ];
    html.raw("<dl>\n")?;
    for (name, value) in facts {
        html.raw(&format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(&value)))?;
    }
    html.raw("</dl>\n")?;
    html.element(
        "p",
        "This page is one file of a signed package. By itself it proves nothing: verify the package it came in with \
         rolecall evidence verify FILE --key KEY, and compare the key with the one that was noted down elsewhere. What is \
         said is what was known at that moment; unknown means that no source tells it, and never no.",
    )?;
    contents(html, sections)?;
    html.raw("</header>\n")
}

fn contents<W: Write>(html: &mut Html<W>, sections: &[Written]) -> io::Result<()> {
    html.raw(
        "<table class=\"contents\"><thead><tr><th>section</th><th>rows</th><th>how complete</th></tr></thead><tbody>\n",
    )?;
    for section in sections {
        let link = format!("<a href=\"#{}\">{}</a>", section.name, escaped(section.title));
        let extent = escaped(&section.extent.sentence);
        html.raw(&format!("<tr><td>{link}</td><td>{}</td><td>{extent}</td></tr>\n", escaped(&number(section))))?;
    }
    html.raw("</tbody></table>\n")
}

/// More columns than this no page is wide for.
const WIDEST: usize = 22;

/// How many rows there are: *at least* so many where it is not complete.
fn number(section: &Written) -> String {
    if section.extent.is_complete { section.rows.to_string() } else { format!("at least {}", section.rows) }
}

fn section_write<W: Write>(html: &mut Html<W>, section: &Written) -> io::Result<()> {
    html.raw(&format!("<section id=\"{}\">\n", section.name))?;
    html.element("h2", section.title)?;
    html.element("p", section.proves)?;
    let class = if section.extent.is_complete { "complete" } else { "partial" };
    html.raw(&format!("<p class=\"{class}\">{}</p>\n", escaped(&section.extent.sentence)))?;
    if section.rows == 0 {
        html.element("p", "No rows.")?;
        return html.raw("</section>\n");
    }
    match section.columns.len() {
        0..=WIDEST => html.table(section.columns, &section.shown)?,
        _ => html.records(section.columns, &section.shown)?,
    }
    if section.rows > section.shown.len() as u64 {
        let name = section.name;
        let text = format!(
            "The first {SHOWN} of {} rows are shown. All of them are in {name}.csv and {name}.ndjson.",
            number(section)
        );
        html.element("p", &text)?;
    }
    html.raw("</section>\n")
}
