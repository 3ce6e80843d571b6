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
    "guides/backup.md",
    "guides/history.md",
    "guides/hub.md",
    "guides/monitoring.md",
    "guides/postgresql.md",
    "guides/query.md",
    "guides/remote.md",
    "guides/scim.md",
    "guides/self-hosted.md",
    "guides/work.md",
    "reference/audit.md",
    "reference/exit-codes.md",
    "reference/j1ql.md",
    "reference/json.md",
    "reference/metrics.md",
    "reference/questions.md",
    "reference/rules.md",
];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/documentation/{*path}", Access::SignedIn, get(guide))]
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
    let title = guide.text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
    shown(&GuidePage { frame: Frame::new(&signed, title, "/documentation"), html: rendered(guide) })
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

/// A table scrolls inside its own frame, which the keyboard reaches.
fn framed(event: Event<'_>) -> Vec<Event<'_>> {
    const FRAME: &str = "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">";
    match event {
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
    use super::{GUIDES, rendered, target};

    #[test]
    fn links_lead_to_guides_that_are_here() {
        assert_eq!(target("connectors/npm.md", "../guides/backup.md#keys"), "/documentation/guides/backup.md#keys");
        assert_eq!(target("connectors/npm.md", "#the-token"), "#the-token");
        assert_eq!(target("connectors/npm.md", "../../xtask/src/main.rs"), "#");
        assert_eq!(target("guides/work.md", "https://example.com/a"), "https://example.com/a");
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
