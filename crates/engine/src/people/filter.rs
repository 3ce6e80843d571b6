//! Which people and accounts somebody wants to see: worklists, wherever they are shown.

use rolecall_model::person::Employment;

use super::{AccountRow, PersonRow};

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    /// Only those who are called or addressed like this, or work there.
    pub text: String,
    /// Only those who left.
    pub departed: bool,
    /// Only those with an account.
    pub with_accounts: bool,
    /// Only those without one.
    pub without_accounts: bool,
    /// Only those with several accounts in one registry.
    pub several_accounts: bool,
}

impl PersonFilter {
    /// Whether somebody is one of them.
    #[must_use]
    pub fn wants(&self, row: &PersonRow) -> bool {
        let said = [Some(row.key.as_str()), Some(&row.display_name), row.email.as_deref(), row.department.as_deref()];
        (!self.departed || row.employment == Employment::Departed)
            && (!self.with_accounts || !row.accounts.is_empty())
            && (!self.without_accounts || row.accounts.is_empty())
            && (!self.several_accounts || row.has_several)
            && has_text(&self.text, said.into_iter().flatten())
    }
}

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Only those that are, or belong to somebody who is, called like this.
    pub text: String,
    /// Only those that are one of these; any where there is none.
    pub states: Vec<String>,
    /// Only those of this connector, by its title.
    pub connector: Option<String>,
    /// Only those for which the evidence is as good for several people: they may share it.
    pub shared: bool,
}

impl AccountFilter {
    /// Whether an account is one of them.
    #[must_use]
    pub fn wants(&self, row: &AccountRow) -> bool {
        let name = row.person_name.as_deref().unwrap_or_default();
        (self.states.is_empty() || self.states.iter().any(|state| state == row.state))
            && self.connector.as_ref().is_none_or(|connector| *connector == row.connector)
            && (!self.shared || row.open == Some("several-people"))
            && has_text(&self.text, [row.id.as_str(), &row.connector, name].into_iter())
    }
}

fn has_text<'t>(text: &str, mut said: impl Iterator<Item = &'t str>) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty() || said.any(|said| said.to_lowercase().contains(&text))
}
