//! What a section of a package is: a table with a sentence that says how complete it is.

use std::io;

use serde_json::Value as Json;

use crate::completeness::Completeness;

/// So many gaps are named in a sentence; the section of gaps has all of them.
const NAMED: usize = 12;

/// The cells of a row, in the order of the columns. `null` is *unknown*, and an empty text is *nothing*.
pub(super) type Row = Vec<Json>;

/// Takes the rows of a section, one after the other.
pub(super) type Put<'p> = dyn FnMut(Row) -> io::Result<()> + 'p;

/// A section of a package. It becomes `NAME.csv`, `NAME.ndjson` and a part of the report.
///
/// **Adding one** (such as reviews or plans) is a module with a type that implements this, and a line in
/// [`sections`](super::sections::sections).
pub(super) trait Section: Send + Sync {
    /// The name of its files, without an ending: small letters, digits and dashes.
    fn name(&self) -> &'static str;

    /// What stands above it in the report.
    fn title(&self) -> &'static str;

    /// What it is evidence of, in a sentence or two.
    fn proves(&self) -> &'static str;

    /// What its columns are called. They are documented in `docs/reference/evidence.md`, and a test compares the two.
    fn columns(&self) -> &'static [&'static str];

    /// How complete it is.
    fn extent(&self) -> Extent;

    /// Hands over its rows, always in the same order. They are not kept.
    ///
    /// # Errors
    /// What `put` fails with.
    fn rows(&self, put: &mut Put<'_>) -> io::Result<()>;
}

/// How complete a table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Whether there is nothing besides what it has.
    pub(super) is_complete: bool,
    /// In words.
    pub(super) sentence: String,
}

impl Extent {
    /// It has all that there is to have.
    pub(super) fn complete(sentence: impl Into<String>) -> Self {
        Self { is_complete: true, sentence: format!("Complete: {}", sentence.into()) }
    }

    /// Nothing is missing, unless something speaks against it.
    pub(super) fn complete_unless(reasons: &[String], sentence: impl Into<String>) -> Self {
        if reasons.is_empty() { Self::complete(sentence) } else { Self::at_least(reasons) }
    }

    /// There may be more, for these reasons.
    pub(super) fn at_least(reasons: &[String]) -> Self {
        let named = reasons.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = reasons.len().saturating_sub(NAMED);
        let more = if more > 0 { format!("; and {more} more, see gaps.csv") } else { String::new() };
        let sentence =
            format!("Not complete: there are at least as many rows as are here, and there may be more. {named}{more}");
        Self { is_complete: false, sentence }
    }

    /// What follows from the listings behind it, and from what was not known yet.
    pub(super) fn of(completeness: &Completeness, unknown: Vec<String>) -> Self {
        let mut reasons = unknown;
        reasons.extend(completeness.gaps.iter().map(|gap| format!("{}: {}", gap.connector, gap.sentence())));
        if !reasons.is_empty() {
            return Self::at_least(&reasons);
        }
        let paused = completeness.paused.iter().map(|one| format!("{} is not read since {}", one.connector, one.since));
        let oldest = completeness.read_in_full_since.as_ref();
        let oldest = oldest.map(|at| format!("every listing behind it was read in full, the oldest at {at}"));
        let said: Vec<String> = oldest.into_iter().chain(paused).collect();
        if said.is_empty() {
            return Self::complete("nothing is configured that it could be about");
        }
        Self::complete(said.join("; "))
    }
}

/// A text, or *unknown*.
pub(super) fn known(text: Option<impl Into<String>>) -> Json {
    text.map_or(Json::Null, |text| Json::String(text.into()))
}

/// A text, or *nothing*: what does not apply is not unknown.
pub(super) fn filled(text: Option<impl Into<String>>) -> Json {
    Json::String(text.map(Into::into).unwrap_or_default())
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Json {
    Json::String(text.into())
}

/// A cell as people read it.
pub(super) fn cell_text(cell: &Json) -> String {
    match cell {
        Json::Null => "unknown".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
