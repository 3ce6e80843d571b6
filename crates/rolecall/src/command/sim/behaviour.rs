//! How the simulated registry differs from the documented one, and what goes wrong on demand.

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use rolecall_sim::npm::{OtpForm, PermissionWords, Quirks, RosterView, TeamNames, WebApproval};
use rolecall_sim::{Fault, Faults, Pattern, Times};
use serde_json::json;

const FAULT_HELP: &str = "\
Let something go wrong: [WHEN] FAULT [METHOD] PATH; may be repeated

WHEN is `always` (the default), `once`, `first-N` or `after-N`. In PATH `*` stands for one piece and \
`**` for the rest. FAULT is one of

  html-STATUS    a page of a proxy with this status
  json-STATUS    a refusal of the registry with this status
  too-many       a page with status 429 and `retry-after: 1`
  empty          status 200 and an empty object
  not-modified   status 304, whether asked for or not
  truncated      the JSON ends half-way
  cut            the connection closes half-way
  stalled        half of the answer arrives, then nothing more
  dropped        no answer, and no effect
  lost           no answer, but the effect
  bad-gzip       the answer says it is compressed, and is not
  late-MS        the right answer, so many milliseconds late";

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
    faults: Vec<FaultRule>,
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

    /// Sets the faults that were asked for.
    pub(super) fn set_faults(&self, faults: &Faults) {
        for rule in &self.faults {
            faults.add(rule.pattern.clone(), rule.fault.clone(), rule.times);
        }
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

/// One fault as it is written on the command line.
#[derive(Debug, Clone)]
struct FaultRule {
    times: Times,
    fault: Fault,
    pattern: Pattern,
}

impl FromStr for FaultRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, rest) = text.split_once(' ').ok_or("a fault needs a path: try `html-503 GET /-/org/*/user`")?;
        let (times, rest) = match times(first) {
            Some(times) => (times, rest),
            None => (Times::Always, text),
        };
        let (word, pattern) = rest.split_once(' ').ok_or("a fault needs a path: try `once html-503 /-/org/**`")?;
        let fault = fault(word).ok_or_else(|| format!("`{word}` is no fault; `--help` lists them"))?;
        if !pattern.rsplit(' ').next().is_some_and(|path| path.starts_with('/')) {
            return Err(format!("`{pattern}` is no path: it has to start with `/`"));
        }
        Ok(Self { times, fault, pattern: Pattern::new(pattern) })
    }
}

fn times(word: &str) -> Option<Times> {
    let number = |prefix: &str| word.strip_prefix(prefix)?.parse().ok();
    match word {
        "always" => Some(Times::Always),
        "once" => Some(Times::First(1)),
        _ => number("first-").map(Times::First).or(number("after-").map(Times::After)),
    }
}

fn fault(word: &str) -> Option<Fault> {
    let status = |prefix: &str| word.strip_prefix(prefix)?.parse::<u16>().ok().filter(|status| *status >= 200);
    Some(match word {
        "too-many" => Fault::too_many(1),
        "empty" => Fault::json(200, &json!({})),
        "not-modified" => Fault::NotModified,
        "truncated" => Fault::Truncated,
        "cut" => Fault::Cut,
        "stalled" => Fault::Stalled,
        "dropped" => Fault::Dropped,
        "lost" => Fault::Lost,
        "bad-gzip" => Fault::BadGzip,
        late if late.starts_with("late-") => {
            Fault::Delay(Duration::from_millis(late.strip_prefix("late-")?.parse().ok()?))
        }
        _ => match (status("html-"), status("json-")) {
            (Some(status), _) => Fault::html(status),
            (_, Some(status)) => Fault::json(status, &json!({ "error": "a simulated fault" })),
            (None, None) => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_with_and_without_a_time() {
        let rule: FaultRule = "html-503 GET /-/org/*/user".parse().expect("a fault");
        assert_eq!((rule.times, rule.pattern), (Times::Always, Pattern::new("GET /-/org/*/user")));
        let rule: FaultRule = "first-2 too-many /-/team/**".parse().expect("a fault");
        assert_eq!((rule.times, rule.pattern), (Times::First(2), Pattern::new("/-/team/**")));
        assert!(matches!(rule.fault, Fault::Instead(_)));
    }

    #[test]
    fn a_fault_that_cannot_be_read_says_why() {
        for (text, reason) in [
            ("html-503", "needs a path"),
            ("once html-503", "needs a path"),
            ("once fire /-/org/**", "`fire` is no fault"),
            ("html-7 /-/org/**", "`html-7` is no fault"),
            ("cut GET", "has to start with `/`"),
        ] {
            let refusal = text.parse::<FaultRule>().expect_err(text);
            assert!(refusal.contains(reason), "{text}: {refusal}");
        }
    }

    #[test]
    fn quirks_come_on_top_of_the_recorded_behaviour() {
        let behaviour = Behaviour { recorded: true, quirks: vec![Quirk::SizeAsText], ..Behaviour::default() };
        assert_eq!(behaviour.quirks(), Quirks { size_as_text: true, ..Quirks::recorded() });
        assert_eq!(Behaviour::default().quirks(), Quirks::default());
    }
}
