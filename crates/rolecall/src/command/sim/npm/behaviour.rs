//! How the simulated registry differs from the documented one, and what goes wrong on demand.

use clap::{Args, ValueEnum};
use rolecall_sim::Fault;
use rolecall_sim::npm::{OtpForm, PermissionWords, Quirks, RosterView, TeamNames, WebApproval};
use serde_json::json;

use super::super::fault::{FaultRule, Words, fault_help, status};

const FAULT_HELP: &str = fault_help!(
    "  json-STATUS    a refusal of the registry with this status
  too-many       a page with status 429 and `retry-after: 1`"
);

/// What only an npm registry does wrong.
#[derive(Debug, Clone)]
enum Npm {}

impl Words for Npm {
    const EXAMPLE: &'static str = "/-/org/*/user";

    fn fault(word: &str) -> Option<Fault> {
        Some(match word {
            "too-many" => Fault::too_many(1),
            _ => Fault::json(status(word, "json-")?, &json!({ "error": "a simulated fault" })),
        })
    }
}

/// How the registry behaves where it could behave otherwise.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Behaviour")]
pub(super) struct Behaviour {
    /// Answer as one real organisation was recorded to: permissions are always `read` and `write`,
    /// and after 60 searches within a minute a page with status 429 asks to wait for 65 seconds.
    #[arg(long)]
    recorded: bool,

    /// How a one-time password is asked for
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    otp: Otp,

    /// Differ from the documentation in this; may be repeated
    #[arg(long = "quirk", value_enum, value_name = "QUIRK")]
    quirks: Vec<Quirk>,

    #[arg(long = "fault", value_name = "FAULT", help = "Let something go wrong; may be repeated", long_help = FAULT_HELP)]
    faults: Vec<FaultRule<Npm>>,
}

/// How a one-time password is asked for.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Otp {
    /// With a web page if the client says it can, as text otherwise
    #[default]
    ByClient,
    /// Always as text
    Text,
    /// Always with a web page
    Web,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Quirk {
    /// Deletions answer `200 {}` instead of an empty 204, without which npm 6 to 8 cannot remove
    /// team members or teams
    #[value(name = "deletes-answer-200")]
    DeletesAnswer200,
    /// A web challenge is passed when its page is opened, and not by waiting
    ApprovedByOpening,
    /// Permissions are always `read` and `write`
    ShortPermissions,
    /// Permissions are always `read-only` and `read-write`
    LongPermissions,
    /// Teams are listed as `@organisation:team`
    TeamNamesWithAt,
    /// The size of an organisation is text instead of a number
    SizeAsText,
    /// Visibility is `{"<package>":"public"}` instead of `{"public":true}`
    VisibilityMap,
    /// Everybody sees only themselves in the roster
    RosterOnlySelf,
    /// The roster shows people who are invited and no members yet
    InviteesInRoster,
    /// Granular tokens are told 401 when they ask who they are
    WhoamiRefused,
    /// Lists of tokens come one a page
    TokensOneByOne,
}

impl Behaviour {
    /// The quirks that were asked for, on top of the documented or the recorded behaviour.
    pub(super) fn quirks(&self) -> Quirks {
        let mut quirks = if self.recorded { Quirks::recorded() } else { Quirks::default() };
        quirks.otp_form = match self.otp {
            Otp::ByClient => OtpForm::ByHeader,
            Otp::Text => OtpForm::Text,
            Otp::Web => OtpForm::Web,
        };
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
            Self::DeletesAnswer200 => quirks.deletes_answer_200 = true,
            Self::ApprovedByOpening => quirks.web_approval = WebApproval::Manual,
            Self::ShortPermissions => quirks.permission_words = PermissionWords::Short,
            Self::LongPermissions => quirks.permission_words = PermissionWords::Long,
            Self::TeamNamesWithAt => quirks.team_names = TeamNames::At,
            Self::SizeAsText => quirks.size_as_text = true,
            Self::VisibilityMap => quirks.visibility_map = true,
            Self::RosterOnlySelf => quirks.roster = Some(RosterView::OnlySelf),
            Self::InviteesInRoster => quirks.invitees_in_roster = true,
            Self::WhoamiRefused => quirks.granular_whoami_refused = true,
            Self::TokensOneByOne => quirks.token_page = 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quirks_come_on_top_of_the_recorded_behaviour() {
        let behaviour = Behaviour { recorded: true, quirks: vec![Quirk::SizeAsText], ..Behaviour::default() };
        assert_eq!(behaviour.quirks(), Quirks { size_as_text: true, ..Quirks::recorded() });
        assert_eq!(Behaviour::default().quirks(), Quirks::default());
    }
}
