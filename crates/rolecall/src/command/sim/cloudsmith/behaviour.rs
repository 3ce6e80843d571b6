//! How the simulated Cloudsmith differs from the documented one, and what goes wrong on demand.

use clap::{Args, ValueEnum};
use rolecall_sim::cloudsmith::{Listed, PageHeaders, PageShift, Quirks, Redaction, faults};
use rolecall_sim::{Budget, Fault};

use super::super::fault::{FaultRule, Words, fault_help, status};

const FAULT_HELP: &str = fault_help!(
    "  json-STATUS    a refusal of the service with this status: 402 is what the plan lacks
  too-many       status 429 with `retry-after: 1`, in JSON
  nested-fields  status 422, with fields told as nested objects
  key-expired    status 401 for a key that has become too old"
);

/// What only Cloudsmith does wrong.
#[derive(Debug, Clone)]
enum Cloudsmith {}

impl Words for Cloudsmith {
    const EXAMPLE: &'static str = "/orgs/*/members";

    fn fault(word: &str) -> Option<Fault> {
        Some(match word {
            "too-many" => faults::too_many(1),
            "nested-fields" => faults::nested_fields(),
            "key-expired" => faults::key_expired(),
            _ => faults::refusal(status(word, "json-")?),
        })
    }
}

/// How the service behaves where it could behave otherwise.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Behaviour")]
pub(super) struct Behaviour {
    /// Differ from the documentation, or from its safest reading, in this; may be repeated
    #[arg(long = "quirk", value_enum, value_name = "QUIRK")]
    quirks: Vec<Quirk>,

    /// Let so many reads after every write not see it yet
    #[arg(long, default_value_t = 0, value_name = "N")]
    stale_reads: u32,

    /// Suggest this pause between two calls; some clients sleep so long
    #[arg(long, value_name = "MS")]
    rate_interval: Option<u32>,

    /// Refuse with 429 what goes beyond so many requests a minute
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,

    #[arg(long = "fault", value_name = "FAULT", help = "Let something go wrong; may be repeated", long_help = FAULT_HELP)]
    faults: Vec<FaultRule<Cloudsmith>>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Quirk {
    /// Lists of members without `is_active` hold active accounts only
    OmittedMeansActive,
    /// Lists of members without `is_active` hold inactive accounts only
    OmittedMeansInactive,
    /// Lists of members with `is_active=false` hold everybody
    FalseMeansEveryone,
    /// What a role does not include is answered with 404 instead of 403
    RefusedAsMissing,
    /// A repository's default privilege counts for services as well
    DefaultsForServices,
    /// An internal broadcast is read by services and collaborators as well
    InternalForAll,
    /// Plain members see the first letter and the domain of an e-mail address
    PartlyRedacted,
    /// Plain members see no e-mail field at all
    EmailAbsent,
    /// Plain members see e-mail addresses
    EmailShown,
    /// Plain members see fellow members whose membership is private
    PrivateMembersShown,
    /// Lists hold repositories that the caller may not read
    RepositoriesUnfiltered,
    /// Memberships do not tell the teams
    TeamsAbsent,
    /// Lists come without pagination headers
    NoPageHeaders,
    /// Empty lists come without pagination headers
    NoPageHeadersWhenEmpty,
    /// Every page begins with the last row of the one before
    PagesRepeat,
    /// Every page leaves out the row after the one before
    PagesSkip,
    /// Replacing a team's members with people only leaves its services in it
    TeamPutKeepsServices,
    /// Replacing a team's members answers 200 with the members
    #[value(name = "team-put-answers-200")]
    TeamPutAnswers200,
    /// Privileges name only whom they are given to, without nulls for the rest
    NoPrivilegeNulls,
    /// Refused fields are told as nested objects
    NestedFields,
    /// Everything that may be null is null
    Nulls,
    /// Every word out of a fixed choice is one that nobody knows
    UnknownWords,
    /// The plan lacks the audit log
    AuditLogUnpaid,
    /// The plan lacks SAML
    SamlUnpaid,
    /// The plan lacks custom domains
    CustomDomainsUnpaid,
}

impl Behaviour {
    /// The quirks that were asked for, on top of the documented behaviour.
    pub(super) fn quirks(&self) -> Quirks {
        let mut quirks = Quirks { stale_reads: self.stale_reads, ..Quirks::default() };
        quirks.rate_interval = self.rate_interval.or(quirks.rate_interval);
        quirks.budget = self.per_minute.map(|requests| Budget::per_minute(requests, 1));
        for quirk in &self.quirks {
            quirk.set(&mut quirks);
        }
        quirks
    }

    /// The faults that were asked for.
    pub(super) fn faults(&self) -> &[FaultRule<impl Words>] {
        &self.faults
    }
}

impl Quirk {
    fn set(self, quirks: &mut Quirks) {
        match self {
            Self::OmittedMeansActive => quirks.is_active_omitted = Listed::ActiveOnly,
            Self::OmittedMeansInactive => quirks.is_active_omitted = Listed::InactiveOnly,
            Self::FalseMeansEveryone => quirks.is_active_false = Listed::Everyone,
            Self::RefusedAsMissing => quirks.under_privileged = 404,
            Self::DefaultsForServices => quirks.defaults_for_services = true,
            Self::InternalForAll => quirks.internal_for_all = true,
            Self::PartlyRedacted => quirks.redaction = Redaction::Partly,
            Self::EmailAbsent => quirks.redaction = Redaction::Absent,
            Self::EmailShown => quirks.redaction = Redaction::None,
            Self::PrivateMembersShown => quirks.private_members_shown = true,
            Self::RepositoriesUnfiltered => quirks.repositories_unfiltered = true,
            Self::TeamsAbsent => quirks.teams_in_membership = false,
            Self::NoPageHeaders => quirks.page_headers = PageHeaders::Never,
            Self::NoPageHeadersWhenEmpty => quirks.page_headers = PageHeaders::NotWhenEmpty,
            Self::PagesRepeat => quirks.page_shift = Some(PageShift::Repeats),
            Self::PagesSkip => quirks.page_shift = Some(PageShift::Skips),
            Self::TeamPutKeepsServices => quirks.team_put_keeps_services = true,
            Self::TeamPutAnswers200 => quirks.team_put_answers_200 = true,
            Self::NoPrivilegeNulls => quirks.privilege_nulls = false,
            Self::NestedFields => quirks.nested_fields = true,
            Self::Nulls => quirks.nulls = true,
            Self::UnknownWords => quirks.unknown_words = true,
            Self::AuditLogUnpaid => quirks.audit_log_unpaid = true,
            Self::SamlUnpaid => quirks.saml_unpaid = true,
            Self::CustomDomainsUnpaid => quirks.custom_domains_unpaid = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_differs_from_the_documented_behaviour() {
        assert_eq!(Behaviour::default().quirks(), Quirks::default());
        for quirk in Quirk::value_variants() {
            let behaviour = Behaviour { quirks: vec![*quirk], ..Behaviour::default() };
            assert_ne!(behaviour.quirks(), Quirks::default(), "{quirk:?}");
        }
    }

    #[test]
    fn the_services_own_faults_are_known() {
        for word in ["too-many", "nested-fields", "key-expired", "json-402", "html-503", "lost"] {
            let rule: Result<FaultRule<Cloudsmith>, _> = format!("once {word} GET /orgs/*/members").parse();
            assert!(rule.is_ok(), "{word}");
        }
    }
}
