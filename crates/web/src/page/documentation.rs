//! The guides, as they go with this very version.

use askama::Template;
use axum::extract::Path;
use axum::routing::get;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::{Answer, Frame, shown};
use crate::error::WebError;
use crate::guard::Signed;
use crate::route::{Access, Route};

/// A guide: its path below `docs/`, and its text.
struct Guide {
    path: &'static str,
    text: &'static str,
}

macro_rules! guides {
    ($($path:literal),+ $(,)?) => {
        &[$(Guide { path: $path, text: include_str!(concat!("../../../../docs/", $path)) }),+]
    };
}

static GUIDES: &[Guide] = guides![
    "connectors/npm.md",
    "connectors/cloudsmith.md",
    "guides/access-as-code.md",
    "guides/access-reviews.md",
    "guides/alerts.md",
    "guides/attestations.md",
    "guides/backup.md",
    "guides/baton.md",
    "guides/events.md",
    "guides/findings.md",
    "guides/for-auditors.md",
    "guides/history.md",
    "guides/hub.md",
    "guides/monitoring.md",
    "guides/owners.md",
    "guides/people.md",
    "guides/postgresql.md",
    "guides/query.md",
    "guides/remote.md",
    "guides/run-as-connector.md",
    "guides/scim.md",
    "guides/self-hosted.md",
    "guides/self-hosted-connectors.md",
    "guides/work.md",
    "reference/audit.md",
    "reference/evidence.md",
    "reference/exit-codes.md",
    "reference/j1ql.md",
    "reference/json.md",
    "reference/metrics.md",
    "reference/questions.md",
    "reference/rule-files.md",
    "reference/rule-templates.md",
    "reference/rules.md",
    "reference/runner.md",
];

const HERE: &str = "/documentation";

pub(super) fn routes() -> Vec<Route> {
    let signed = Access::SignedIn;
    vec![Route::get(HERE, signed, get(index)), Route::get("/documentation/{*path}", signed, get(guide))]
}

impl Guide {
    /// What stands above its text.
    fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

/// Guides that are about the same kind of thing.
struct Shelf {
    title: &'static str,
    /// How their paths begin.
    folder: &'static str,
}

const SHELVES: [Shelf; 3] = [
    Shelf { title: "Connectors", folder: "connectors/" },
    Shelf { title: "Guides", folder: "guides/" },
    Shelf { title: "Reference", folder: "reference/" },
];

impl Shelf {
    fn guides(&self) -> impl Iterator<Item = &'static Guide> {
        let folder = self.folder;
        GUIDES.iter().filter(move |guide| guide.path.starts_with(folder))
    }
}

#[derive(Template)]
#[template(path = "documentation_index.html")]
struct IndexPage {
    frame: Frame,
}

async fn index(signed: Signed) -> Answer {
    shown(&IndexPage { frame: Frame::new(&signed, "Documentation", HERE) })
}

#[derive(Template)]
#[template(path = "documentation.html")]
struct GuidePage {
    frame: Frame,
    /// Made by us, of our own text.
    html: String,
}

async fn guide(signed: Signed, Path(path): Path<String>) -> Answer {
    let known = GUIDES.iter().find(|guide| guide.path == path || guide.path.strip_suffix(".md") == Some(&path));
    let guide = known.ok_or_else(|| WebError::not_found("guide"))?;
    shown(&GuidePage { frame: Frame::new(&signed, guide.title(), HERE), html: rendered(guide) })
}

/// The guide as HTML. A link to what is not served here is left out, and its text stays.
fn rendered(guide: &Guide) -> String {
    let events = Parser::new_ext(guide.text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = CowStr::from(target(guide.path, &dest_url));
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        // Ours have none; were there any, it would be shown and not taken for a page's own.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut html = String::with_capacity(guide.text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, without_pictures(events).flat_map(framed));
    html
}

/// Pictures of the hub are for those who do not have it before them.
fn without_pictures<'e>(events: impl Iterator<Item = Event<'e>>) -> impl Iterator<Item = Event<'e>> {
    let mut is_within = false;
    events.filter(move |event| match event {
        Event::Start(Tag::Image { .. }) => {
            is_within = true;
            false
        }
        Event::End(TagEnd::Image) => {
            is_within = false;
            false
        }
        _ => !is_within,
    })
}

/// A table or a block of code scrolls inside its own frame, which the keyboard reaches.
fn framed(event: Event<'_>) -> Vec<Event<'_>> {
    const FRAME: &str = "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">";
    const BLOCK: &str = "<div class=\"block\" tabindex=\"0\" role=\"group\" aria-label=\"Code\">";
    match event {
        Event::Start(Tag::CodeBlock(_)) => vec![Event::Html(BLOCK.into()), event],
        Event::End(TagEnd::CodeBlock) => vec![event, Event::Html("</div>".into())],
        Event::Start(Tag::Table(_)) => vec![Event::Html(FRAME.into()), event],
        Event::End(TagEnd::Table) => vec![event, Event::Html("</div>".into())],
        other => vec![other],
    }
}

/// Where a link of a guide leads within the hub.
fn target(from: &str, link: &str) -> String {
    if link.starts_with('#') || link.starts_with("https://") {
        return link.to_owned();
    }
    let base = url::Url::parse("docs:///documentation/").and_then(|base| base.join(from));
    let joined = base.and_then(|base| base.join(link));
    joined.map_or_else(
        |_| "#".to_owned(),
        |url| {
            let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
            let is_known = GUIDES.iter().any(|guide| url.path() == format!("/documentation/{}", guide.path));
            if is_known { format!("{}{fragment}", url.path()) } else { "#".to_owned() }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{GUIDES, SHELVES, Shelf, rendered, target};

    #[test]
    fn links_lead_to_guides_that_are_here() {
        assert_eq!(target("connectors/npm.md", "../guides/backup.md#keys"), "/documentation/guides/backup.md#keys");
        assert_eq!(target("connectors/npm.md", "#the-token"), "#the-token");
        assert_eq!(target("connectors/npm.md", "../../xtask/src/main.rs"), "#");
        assert_eq!(target("guides/work.md", "https://example.com/a"), "https://example.com/a");
    }

    #[test]
    fn every_guide_is_on_a_shelf_by_its_title() {
        assert_eq!(SHELVES.iter().flat_map(Shelf::guides).count(), GUIDES.len());
        assert!(GUIDES.iter().all(|guide| !guide.title().is_empty()));
    }

    #[test]
    fn guides_bring_no_markup_of_their_own() {
        for guide in GUIDES {
            let html = rendered(guide);
            assert!(
                html.contains("<h1")
                    && !html.contains("<img")
                    && !html.contains("<script")
                    && !html.contains("javascript:"),
                "{}",
                guide.path
            );
        }
    }
}
