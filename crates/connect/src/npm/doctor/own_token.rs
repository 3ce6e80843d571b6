//! The token among its account's own: what it may do, and for how long.

use jiff::Timestamp;
use rolecall_http::{Credential, RequestError};
use serde::Deserialize;

use super::super::failure;
use crate::Check;

/// Warn when a token expires within this many days.
const SOON_DAYS: i64 = 14;

const ADVICE: &str = "make a granular access token as an owner or admin: read-only, with the organisation and its scope \
                      selected, without bypass of two-factor authentication";

/// A page of tokens, of which nothing is kept.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    objects: Vec<Listed>,
}

/// A token as it is listed. The shortened value serves to find the one in use and goes nowhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Listed {
    token: String,
    readonly: Option<bool>,
    bypass_2fa: Option<bool>,
    cidr: Option<Vec<String>>,
    expiry: Option<String>,
    permissions: Vec<Named>,
    scopes: Vec<Scope>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Scope {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

/// What the inventory says of the token in use. Nothing here is needed for answers about access.
pub(super) fn check(
    pages: &Result<Vec<Page>, RequestError>,
    credential: &Credential,
    organization: &str,
    now: Timestamp,
) -> Check {
    let pages = match pages {
        Ok(pages) => pages,
        Err(error) => return unlisted(error),
    };
    let mut listed = pages.iter().flat_map(|page| &page.objects);
    match listed.find(|token| credential.is_shortened_as(&token.token)) {
        Some(token) => token.check(organization, now),
        None => {
            Check::limited("token's limits", "the token is not in its account's list, as those of npm login never are")
                .means("nothing shows what it may do or when it expires; a session of npm login ends within hours")
                .change(ADVICE.to_owned())
        }
    }
}

fn unlisted(error: &RequestError) -> Check {
    let reason = failure::reason(error);
    Check::limited("token's limits", reason.text)
        .means("nothing shows what the token may do or when it expires; answers about access do not rest on it")
        .change(format!("if the token bypasses two-factor authentication, it may do more than reading needs: {ADVICE}"))
}

impl Listed {
    fn check(&self, organization: &str, now: Timestamp) -> Check {
        let found = self.found(organization);
        let problems = self.problems(organization, now);
        if problems.is_empty() {
            return Check::ok("token's limits", found);
        }
        Check::limited("token's limits", found).means(problems.join("; ")).change(ADVICE.to_owned())
    }

    fn found(&self, organization: &str) -> String {
        let flag = |value: Option<bool>, yes: &str, no: &str, unknown: &str| {
            value.map_or(unknown, |value| if value { yes } else { no }).to_owned()
        };
        let mut parts = vec![
            flag(self.readonly, "read-only", "may write", "may write or not (unknown)"),
            flag(self.bypass_2fa, "bypasses 2FA", "does not bypass 2FA", "2FA bypass unknown"),
            self.expiry.as_ref().map_or("no expiry is stated".to_owned(), |at| format!("expires {}", day(at))),
        ];
        match self.cidr.as_deref() {
            Some([]) | None => parts.push("usable from any address".to_owned()),
            Some(ranges) => parts.push(format!("usable from {}", ranges.join(", "))),
        }
        let selected = if self.selects(organization) { "selected" } else { "not selected" };
        parts.push(format!("{organization} {selected}"));
        parts.join(", ")
    }

    fn selects(&self, organization: &str) -> bool {
        self.scopes.iter().any(|scope| scope.kind == "org" && scope.name.trim_start_matches('@') == organization)
    }

    fn problems(&self, organization: &str, now: Timestamp) -> Vec<String> {
        let mut problems = Vec::new();
        if self.readonly == Some(false) {
            problems.push("it may write, which reading does not need".to_owned());
        }
        if self.bypass_2fa == Some(true) {
            problems.push("whoever finds it can publish without a second factor".to_owned());
        }
        if !self.selects(organization) {
            problems.push(format!("without {organization} selected it shows nothing of the organisation"));
        }
        if !self.permissions.iter().any(|permission| permission.name == "package") {
            problems.push("without packages selected it sees no private package".to_owned());
        }
        if let Some(days) = self.days_left(now).filter(|days| *days <= SOON_DAYS) {
            problems.push(format!("it expires within {} days, and syncs fail from then on", days.max(0) + 1));
        }
        problems
    }

    fn days_left(&self, now: Timestamp) -> Option<i64> {
        let end: Timestamp = self.expiry.as_deref()?.parse().ok()?;
        Some(end.duration_since(now).as_secs().div_euclid(24 * 3600))
    }
}

fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}
