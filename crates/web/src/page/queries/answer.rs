//! An answer, and everything that has to be said of it.

use rolecall_engine::query::{Shown, json as told_by};
use rolecall_engine::{AsOf, Completeness};
use rolecall_query::{Diagnostic, Limit, LimitReached};
use serde_json::Value as Json;

use crate::text::{count, grouped};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Table,
    Tree,
    Paths,
}

/// An answer, as programs are told it, with what is said of it.
pub(super) struct Answer {
    pub(super) kind: Kind,
    /// The names of a table's columns.
    pub(super) columns: Vec<String>,
    /// Rows, or of a tree its `vertices` and `edges`.
    pub(super) data: Json,
    pub(super) as_of: Vec<AsOf>,
    pub(super) completeness: Completeness,
    /// What the record cannot say about a span of time.
    pub(super) unseen: Vec<String>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) limits: Vec<LimitReached>,
    pub(super) is_complete: bool,
}

impl Answer {
    pub(super) fn of(shown: &Shown<'_>) -> Self {
        let mut whole = told_by::answer(shown);
        let kind = match whole["type"].as_str() {
            Some("table") => Kind::Table,
            Some("tree") => Kind::Tree,
            Some("path") => Kind::Paths,
            _ => Kind::List,
        };
        let columns = whole["columns"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned);
        Self {
            kind,
            columns: columns.collect(),
            data: whole["data"].take(),
            as_of: shown.as_of.iter().map(|as_of| (*as_of).clone()).collect(),
            completeness: shown.completeness.clone(),
            unseen: shown.unseen.clone(),
            warnings: shown.answer.diagnostics.clone(),
            limits: shown.answer.limits.clone(),
            is_complete: shown.is_complete(),
        }
    }

    /// How much was found: rows, paths, or the entities of a tree.
    pub(super) fn len(&self) -> usize {
        let rows = if self.kind == Kind::Tree { &self.data["vertices"] } else { &self.data };
        rows.as_array().map_or(0, Vec::len)
    }

    /// Whether nothing was found because a word of the query means nothing here. Nothing follows from that.
    pub(super) fn is_unknown(&self) -> bool {
        self.len() == 0 && self.warnings.iter().any(|warning| warning.code.starts_with("unknown"))
    }

    /// `3 rows`, or `At least 3 rows` where something is missing.
    pub(super) fn counted(&self) -> String {
        let (one, several) = match self.kind {
            Kind::Table => ("row", "rows"),
            Kind::Paths => ("path", "paths"),
            Kind::List | Kind::Tree => ("entity", "entities"),
        };
        let counted = count(self.len() as u64, one, several);
        if self.is_complete { counted } else { format!("At least {counted}") }
    }

    /// What the answer lacks because it would have cost too much.
    pub(super) fn limited(&self) -> Vec<String> {
        let limits = self.limits.iter().map(|reached| match reached.limit {
            Limit::Rows => format!("it was cut at {} rows; narrow the query", grouped(reached.allowed)),
            Limit::Work => {
                format!("it was given up after {} units of work; narrow the query", grouped(reached.allowed))
            }
            Limit::Cancelled => "it was given up after a minute; narrow the query".to_owned(),
        });
        limits.map(|why| format!("Not everything: {why}.")).collect()
    }

    /// Of which past moments it is, and what was not known then.
    pub(super) fn moments(&self) -> Vec<String> {
        self.as_of.iter().map(moment_said).collect()
    }

    /// How complete everything behind it is, where nothing is missing.
    pub(super) fn completeness_said(&self) -> String {
        match &self.completeness.read_in_full_since {
            Some(since) => format!("Complete: every listing behind this was read in full, the oldest at {since}."),
            None => "Nothing is recorded yet.".to_owned(),
        }
    }
}

fn moment_said(as_of: &AsOf) -> String {
    let known = as_of.connectors.iter().filter_map(|known| {
        let since = known.current_since.as_ref()?;
        Some(format!("{} as of its reading of {since}", known.connector))
    });
    let known = known.collect::<Vec<_>>().join(", ");
    let unread: String = as_of.unread().iter().map(|unread| format!(" {unread}.")).collect();
    format!("As of {}: what was known then. {known}.{unread}", as_of.moment)
}

#[cfg(test)]
mod tests {
    use rolecall_engine::KnownThen;
    use serde_json::json;

    use super::*;

    fn answer(limits: Vec<LimitReached>) -> Answer {
        Answer {
            kind: Kind::List,
            columns: Vec::new(),
            data: json!([{}, {}]),
            as_of: Vec::new(),
            completeness: Completeness::default(),
            unseen: Vec::new(),
            warnings: Vec::new(),
            is_complete: limits.is_empty(),
            limits,
        }
    }

    #[test]
    fn what_is_cut_is_at_least_so_much_and_says_why() {
        assert_eq!(answer(Vec::new()).counted(), "2 entities");
        let cut = answer(vec![LimitReached { limit: Limit::Rows, allowed: 10_000 }]);
        assert_eq!(cut.counted(), "At least 2 entities");
        assert_eq!(cut.limited(), ["Not everything: it was cut at 10,000 rows; narrow the query."]);
    }

    #[test]
    fn what_was_not_known_then_is_told() {
        let then = |connector: &str, since: Option<&str>, first: Option<&str>| KnownThen {
            connector: connector.to_owned(),
            current_since: since.map(str::to_owned),
            first_known: first.map(str::to_owned),
        };
        let connectors = vec![then("npm:a", Some("B"), None), then("npm:c", None, Some("D"))];
        let said = moment_said(&AsOf { moment: "X".to_owned(), connectors });
        assert!(said.contains("npm:a as of its reading of B. npm:c had not been read yet"), "{said}");
    }
}
