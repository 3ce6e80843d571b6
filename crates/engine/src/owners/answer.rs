//! Who answers for something, as people and programs read it.

use rolecall_model::person::PersonKey;
use serde::Serialize;

use crate::name::Candidate;

/// Who answers for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedAnswer {
    /// What.
    pub resource: Candidate,
    /// `owned`; `left` where everybody who answers for it has left; `none` where nobody does.
    pub state: &'static str,
    /// Who.
    pub owners: Vec<OwnerAnswer>,
    /// Who would by the word of less trusted sources, which does not count.
    pub besides: Vec<OwnerAnswer>,
}

/// Somebody who answers for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerAnswer {
    /// How they are called; as it stands where nobody knows who that is.
    pub name: String,
    /// `person`, `team`, `account`, or `unknown` where nobody knows who that is.
    pub kind: &'static str,
    /// The person.
    pub person: Option<PersonKey>,
    /// Whether they have left.
    pub has_left: bool,
    /// `said`, `list`, `codeowners` or `derived`.
    pub source: &'static str,
    /// How it is known, in words.
    pub how: String,
    /// Who said it, or brought the list.
    pub by: Option<String>,
    /// The line on which it stands.
    pub line: Option<u64>,
    /// The source repository whose CODEOWNERS file says so.
    pub repository: Option<String>,
    /// Since when it is known.
    pub since: String,
    /// Whether it may be older.
    pub or_earlier: bool,
}

impl OwnedAnswer {
    pub(super) fn new(resource: Candidate, owners: Vec<OwnerAnswer>, besides: Vec<OwnerAnswer>) -> Self {
        let state = match owners.as_slice() {
            [] => "none",
            all if all.iter().all(|owner| owner.has_left) => "left",
            _ => "owned",
        };
        Self { resource, state, owners, besides }
    }

    /// Whether nobody answers for it.
    #[must_use]
    pub fn is_without(&self) -> bool {
        self.state == "none"
    }

    /// Whether everybody who answers for it has left.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.state == "left"
    }

    /// Whether somebody means it by this text: a part of its name, its connector, or an owner's name.
    #[must_use]
    pub fn is_meant(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let own = [&self.resource.id, &self.resource.connector, &self.resource.kind];
        let owners = self
            .owners
            .iter()
            .flat_map(|owner| [Some(owner.name.as_str()), owner.person.as_ref().map(PersonKey::as_str)]);
        own.into_iter()
            .map(|own| Some(own.as_str()))
            .chain(owners)
            .flatten()
            .any(|said| said.to_lowercase().contains(&text))
    }
}

impl OwnerAnswer {
    /// How they are called, and what has to be known of that.
    #[must_use]
    pub fn text(&self) -> String {
        match self.kind {
            "unknown" => format!("{} (not known who that is)", self.name),
            _ if self.has_left => format!("{} (has left)", self.name),
            _ => self.name.clone(),
        }
    }

    /// How it is known, in a few words.
    #[must_use]
    pub fn how_short(&self) -> String {
        let line = self.line.map(|line| format!(", line {line}")).unwrap_or_default();
        match self.source {
            "said" => format!("said by {}", self.by.as_deref().unwrap_or_default()),
            "list" => format!("list{line}"),
            "codeowners" => format!("CODEOWNERS of {}{line}", self.repository.as_deref().unwrap_or_default()),
            _ => self.how.clone(),
        }
    }

    /// Whose word it is, in words that go on after a name.
    #[must_use]
    pub fn source_text(&self) -> &'static str {
        match self.source {
            "said" => "as somebody said",
            "list" => "as a list says",
            "codeowners" => "as CODEOWNERS says",
            _ => "as follows from who manages teams",
        }
    }
}
