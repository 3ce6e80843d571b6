//! What Jira answers, as far as it is read.

use serde::Deserialize;

/// A search's.
#[derive(Deserialize)]
pub(super) struct Search {
    pub(super) issues: Vec<Issue>,
}

/// An issue.
#[derive(Deserialize)]
pub(super) struct Issue {
    pub(super) key: String,
    #[serde(default)]
    pub(super) fields: Fields,
}

#[derive(Default, Deserialize)]
pub(super) struct Fields {
    pub(super) status: Option<Status>,
    pub(super) description: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    #[serde(rename = "statusCategory")]
    pub(super) category: Option<Category>,
}

#[derive(Deserialize)]
pub(super) struct Category {
    pub(super) key: String,
}

impl Issue {
    /// Whether its status is of those that mean that nothing is left to do.
    pub(super) fn is_done(&self) -> bool {
        let category = self.fields.status.as_ref().and_then(|status| status.category.as_ref());
        category.is_some_and(|category| category.key == "done")
    }
}

/// An issue that was made.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) key: String,
}

/// A page of comments.
#[derive(Deserialize)]
pub(super) struct Comments {
    #[serde(default)]
    pub(super) total: usize,
    pub(super) comments: Vec<Comment>,
}

#[derive(Deserialize)]
pub(super) struct Comment {
    #[serde(default)]
    pub(super) body: String,
}

/// The ways that an issue can go now.
#[derive(Deserialize)]
pub(super) struct Transitions {
    pub(super) transitions: Vec<Transition>,
}

#[derive(Deserialize)]
pub(super) struct Transition {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) to: Option<Target>,
}

#[derive(Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
}

impl Transition {
    /// Whether it leads to a status of that name, or is called so itself.
    pub(super) fn leads_to(&self, name: &str) -> bool {
        let to = self.to.as_ref().map(|to| to.name.as_str());
        [Some(self.name.as_str()), to].into_iter().flatten().any(|known| known.eq_ignore_ascii_case(name))
    }
}
