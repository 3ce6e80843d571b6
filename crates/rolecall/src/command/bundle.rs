//! A report for whoever helps: everything they would ask for, and nothing that is not theirs to know.

use std::path::Path;

use rolecall_connect::{Examination, Pseudonyms, TokenPlace, Transcript};
use rolecall_store::{Mode, NewConnector, Store};
use serde_json::{Value as Json, json};
use url::Url;

use super::doctor::file_write;
use crate::cli::Global;
use crate::connectors::reach::{CONFIGURED, Route};
use crate::connectors::settings::{RATE, Settings};
use crate::connectors::{Kind, settings_of};
use crate::environment;
use crate::exit::Failure;
use crate::output::note;

/// What is said first in the file, so that its reader knows what it is.
fn about(kind: &dyn Kind) -> String {
    format!(
        "A report of `rolecall doctor`. It holds {}'s answers with names replaced (user-1, org-1, team-1), versions, \
         platform, settings without their secret or private parts, and how complete what is recorded is. It holds no \
         token, mail address or name of a person, organisation, team or package.",
        kind.title()
    )
}

/// The settings in use, and where each came from.
pub(super) struct Configuration<'a> {
    pub(super) kind: &'a dyn Kind,
    pub(super) config: &'a NewConnector,
    /// What said where it is read from, if anything did.
    pub(super) base_from: Option<&'static str>,
    /// What the command line set.
    pub(super) said: &'a Settings,
    pub(super) route: &'a Route,
    /// Where a token was found.
    pub(super) found_in: Option<TokenPlace>,
    /// Whether it is a connector that is configured.
    pub(super) is_configured: bool,
}

impl Configuration<'_> {
    /// Of addresses, names and paths only whether they are the usual ones.
    fn to_json(&self, global: &Global) -> Json {
        let database_from = match &global.database {
            None => "default",
            given if environment::variable("ROLECALL_DATABASE").as_ref() == given.as_ref() => "ROLECALL_DATABASE",
            Some(_) => "--database",
        };
        let settings = settings_of(self.config);
        let base_from = self.base_from.unwrap_or(if self.is_configured { CONFIGURED } else { "default" });
        let rate_from = match (self.said.number(&RATE), settings.number(&RATE)) {
            (Some(_), _) => "--rate",
            (None, Some(_)) => CONFIGURED,
            (None, None) => "default",
        };
        json!({
            "type": self.kind.name(),
            "configured": self.is_configured,
            self.kind.base_key(): { "public": self.is_public(), "scheme": self.scheme(), "from": base_from },
            "token": { "from": self.token_from() },
            "proxy": { "from": self.route.proxy_from },
            "certificates": { "from": self.route.certificates_from },
            "rate": { "perSecond": settings.number(&RATE), "from": rate_from },
            "set": self.kind.settings().filter(|setting| settings.get(setting).is_some()).map(|setting| setting.name).collect::<Vec<_>>(),
            "database": { "from": database_from },
        })
    }

    fn is_public(&self) -> bool {
        self.kind.base(None).is_ok_and(|own| own == self.config.base_url)
    }

    fn scheme(&self) -> Option<String> {
        Url::parse(&self.config.base_url).ok().map(|url| url.scheme().to_owned())
    }

    /// Of where the token was found only the kind of place: the name of a variable or file may be that of a company.
    fn token_from(&self) -> &'static str {
        let usual = self.kind.tokens(self.config).variable;
        match &self.found_in {
            Some(TokenPlace::Variable(name)) if name == usual => usual,
            Some(TokenPlace::Variable(_)) => "another environment variable",
            Some(TokenPlace::File(_)) => "a file",
            Some(TokenPlace::Own(own)) => own.words,
            Some(TokenPlace::Sealed) => "sealed in the database",
            Some(TokenPlace::StandardInput) => "standard input",
            Some(TokenPlace::Usual) | None => "nowhere",
        }
    }
}

/// Writes the report and says what is in it.
pub(super) async fn write(
    path: &Path,
    global: &Global,
    configuration: &Configuration<'_>,
    examination: &Examination,
    transcript: Transcript,
) -> Result<(), Failure> {
    let Transcript { lines: transcript, names } = transcript;
    let answers = transcript.iter().filter(|line| line.get("status").is_some()).count();
    let report = json!({
        "about": about(configuration.kind),
        "rolecall": env!("CARGO_PKG_VERSION"),
        "platform": { "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "configuration": configuration.to_json(global),
        "checks": checks(examination, &names),
        "database": database(global).await,
        "transcript": transcript,
    });
    let text = serde_json::to_string_pretty(&report).map_err(std::io::Error::other)?;
    file_write(path, &format!("{text}\n"))?;
    note(&format!(
        "wrote {}: {answers} of {}'s answers, {} checks, versions, settings, and how complete the database is",
        path.display(),
        configuration.kind.title(),
        examination.checks.len(),
    ));
    note("no token, mail address or name is in it; look it over before you send it to anyone");
    Ok(())
}

fn checks(examination: &Examination, names: &Pseudonyms) -> Vec<Json> {
    let clean = |text: &Option<String>| text.as_ref().map(|text| names.text(text));
    let one = |check: &rolecall_connect::Check| {
        let own_host = check.name == "connection";
        json!({
            "name": check.name,
            "subject": if own_host { None } else { clean(&check.subject) },
            "state": check.state,
            // What went wrong is said in somebody else's words, which may name hosts and more; the transcript has it.
            "found": says_nothing_else(check).then(|| names.text(&check.found)),
            "means": clean(&check.means),
            "trouble": check.trouble,
        })
    };
    examination.checks.iter().map(one).collect()
}

/// Whether what a check found is in our own words, and tells nothing of the token or where it is used.
fn says_nothing_else(check: &rolecall_connect::Check) -> bool {
    check.state == rolecall_connect::CheckState::Ok && !matches!(check.name, "token" | "token's limits" | "connection")
}

/// How complete what is recorded is: kinds, verdicts and reasons, without what they are about.
async fn database(global: &Global) -> Json {
    let opened = match environment::database(global.database.as_deref()) {
        Ok(address) => Store::open(&address, Mode::Read).await.map_err(|error| error.to_string()),
        Err(failure) => Err(failure.message),
    };
    let Ok(store) = opened else {
        return json!({ "readable": false });
    };
    let Ok(connectors) = store.connector_list().await else {
        return json!({ "readable": false });
    };
    let mut recorded = Vec::new();
    for connector in connectors {
        let states = store.listing_states(connector.id).await.unwrap_or_default();
        recorded.push(json!({ "type": connector.config.connector_type, "listings": listings(&states) }));
    }
    json!({ "readable": true, "schema": store.schema_version().await.ok(), "connectors": recorded })
}

fn listings(states: &[rolecall_store::ListingState]) -> Vec<Json> {
    let mut counts = std::collections::BTreeMap::<(String, &str, String), usize>::new();
    for state in states.iter().filter(|state| !state.retired) {
        let reason = state.verdict.reason().map(|reason| reason.code.to_string()).unwrap_or_default();
        *counts.entry((state.key.kind.to_string(), state.verdict.kind().word(), reason)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((kind, verdict, reason), count)| json!({ "kind": kind, "verdict": verdict, "reason": reason, "count": count }))
        .collect()
}
