//! What is shown of an account and of a link.

use rolecall_engine::hub::{LinkMade, User};
use rolecall_engine::moment_text;
use secrecy::ExposeSecret;
use serde::Serialize;
use url::Url;

use crate::output::Row;

/// An account, as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserView {
    id: String,
    pub(super) name: String,
    display_name: String,
    email: Option<String>,
    role: &'static str,
    state: &'static str,
    disabled_at: Option<String>,
    has_password: bool,
    second_factor_since: Option<String>,
    recovery_codes: u32,
    last_signed_in: Option<String>,
    created_at: String,
}

impl UserView {
    pub(super) fn of(user: &User) -> Self {
        Self {
            id: user.uuid.to_string(),
            name: user.name.clone(),
            display_name: user.display_name.clone(),
            email: user.email.clone(),
            role: user.role.word(),
            state: if user.is_enabled() { "enabled" } else { "disabled" },
            disabled_at: user.disabled_at.map(moment_text),
            has_password: user.has_password,
            second_factor_since: user.second_factor_since.map(moment_text),
            recovery_codes: user.recovery_codes,
            last_signed_in: user.signed_in_at.map(moment_text),
            created_at: moment_text(user.created_at),
        }
    }
}

impl Row for UserView {
    const COLUMNS: &'static [&'static str] =
        &["name", "display name", "e-mail", "role", "state", "second factor", "last signed in"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.display_name.clone(),
            self.email.clone().unwrap_or_default(),
            self.role.to_owned(),
            self.state.to_owned(),
            self.second_factor_since.clone().unwrap_or_else(|| "none".to_owned()),
            self.last_signed_in.clone().unwrap_or_default(),
        ]
    }
}

/// A link, as it is shown once.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LinkView {
    pub(super) id: String,
    /// The whole address where it is known where the hub is; otherwise the path.
    pub(super) link: String,
    pub(super) expires_at: String,
}

impl LinkView {
    pub(super) fn of(made: &LinkMade, base_url: Option<&Url>) -> Self {
        let base = base_url.map_or("", |base| base.as_str().trim_end_matches('/'));
        Self {
            id: made.uuid.to_string(),
            link: format!("{base}{}", made.path().expose_secret()),
            expires_at: moment_text(made.expires_at),
        }
    }
}

impl Row for LinkView {
    const COLUMNS: &'static [&'static str] = &["id", "link", "expires at"];

    fn cells(&self) -> Vec<String> {
        vec![self.id.clone(), self.link.clone(), self.expires_at.clone()]
    }
}
