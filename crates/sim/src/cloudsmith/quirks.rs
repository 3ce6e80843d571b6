//! Where the real service is unclear or differs from its documentation: one switch each.
//!
//! Facts and gaps: `cloudsmith-api.md` §1 to §6 and §10. The default of every switch is the
//! documented behaviour, or the reading that §10 calls safe.

use crate::limit::Budget;

/// Whom a list of members holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// Everybody.
    #[default]
    Everyone,
    /// Those whose account is active.
    ActiveOnly,
    /// Those whose account is not.
    InactiveOnly,
}

/// What a plain member sees in place of an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redaction {
    /// Nothing but stars.
    #[default]
    Stars,
    /// The first letter and the domain.
    Partly,
    /// No such field.
    Absent,
    /// The address itself: the organisation lets members see it.
    None,
}

/// When lists come with pagination headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageHeaders {
    /// Always, also on an empty list.
    #[default]
    Always,
    /// On lists that hold something.
    NotWhenEmpty,
    /// Never.
    Never,
}

/// How a list moves between two pages of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageShift {
    /// A row was added before: each page begins with the last row of the one before.
    Repeats,
    /// A row was taken away before: each page leaves out a row.
    Skips,
}

/// How this service behaves where there is a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirks {
    /// Whom the list of members holds when `is_active` is left out.
    pub is_active_omitted: Listed,
    /// Whom the list of members holds with `is_active=false`.
    pub is_active_false: Listed,
    /// The status of reads and writes that a role does not include: 403, or 404 as if the thing
    /// were not there.
    pub under_privileged: u16,
    /// Whether `default_privilege` counts for services. The documentation says "owners, managers
    /// and members".
    pub defaults_for_services: bool,
    /// Whether an internal broadcast is read by services and collaborators as well, and not only
    /// by those whom `default_privilege` reaches.
    pub internal_for_all: bool,
    /// What plain members see in place of e-mail addresses.
    pub redaction: Redaction,
    /// Whether plain members see fellow members whose membership is private.
    pub private_members_shown: bool,
    /// Whether lists hold repositories that the caller may not read.
    pub repositories_unfiltered: bool,
    /// Whether memberships tell the teams; they did not before May 2026.
    pub teams_in_membership: bool,
    /// When lists come with pagination headers.
    pub page_headers: PageHeaders,
    /// A list that moves while somebody reads it.
    pub page_shift: Option<PageShift>,
    /// Whether replacing the members of a team with people only leaves its services in it.
    pub team_put_keeps_services: bool,
    /// Whether replacing the members of a team answers 200 with the members instead of 204.
    pub team_put_answers_200: bool,
    /// Whether privileges name all of team, user and service, two of them null, as real answers
    /// were seen to do although the specification does not let them be null.
    pub privilege_nulls: bool,
    /// How many reads after a write do not see it yet.
    pub stale_reads: u32,
    /// Whether refused fields are told as nested objects, as the real service was seen to do,
    /// instead of the lists of texts that the specification promises.
    pub nested_fields: bool,
    /// Whether everything that the specification lets be null is null.
    pub nulls: bool,
    /// Whether every word out of a fixed choice is one that nobody knows.
    pub unknown_words: bool,
    /// Whether the plan lacks the audit log (402).
    pub audit_log_unpaid: bool,
    /// Whether the plan lacks SAML (402).
    pub saml_unpaid: bool,
    /// Whether the plan lacks custom domains (402).
    pub custom_domains_unpaid: bool,
    /// The limit of requests per hour that answers tell about.
    pub rate_limit: u32,
    /// The pause between two calls that answers suggest, in milliseconds. Some clients sleep so
    /// long after every call.
    pub rate_interval: Option<u32>,
    /// How many requests are answered before the rest is refused with 429.
    pub budget: Option<Budget>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            is_active_omitted: Listed::Everyone,
            is_active_false: Listed::InactiveOnly,
            under_privileged: 403,
            defaults_for_services: false,
            internal_for_all: false,
            redaction: Redaction::default(),
            private_members_shown: false,
            repositories_unfiltered: false,
            teams_in_membership: true,
            page_headers: PageHeaders::default(),
            page_shift: None,
            team_put_keeps_services: false,
            team_put_answers_200: false,
            privilege_nulls: true,
            stale_reads: 0,
            nested_fields: false,
            nulls: false,
            unknown_words: false,
            audit_log_unpaid: false,
            saml_unpaid: false,
            custom_domains_unpaid: false,
            rate_limit: 10_800,
            rate_interval: Some(0),
            budget: None,
        }
    }
}
