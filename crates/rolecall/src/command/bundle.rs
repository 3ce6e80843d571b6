//! A report for whoever helps: everything they would ask for, and nothing that is not theirs to know.

use std::path::Path;

use rolecall_connect::Examination;
use rolecall_connect::npm::{Pseudonyms, is_public};
use rolecall_store::{Mode, Store};
use serde_json::{Value as Json, json};

use super::doctor::file_write;
use super::npm_source::NpmSource;
use crate::cli::{Global, NpmSourceArgs};
use crate::environment;
use crate::exit::Failure;
use crate::output::note;

/// What is said first in the file, so that its reader knows what it is.
const ABOUT: &str = "A report of `rolecall doctor`. It holds npm's answers with names replaced (user-1, org-1, package-1), \
                     versions, platform, settings without their secret or private parts, and how complete what is \
                     recorded is. It holds no token, mail address or name of a person, organisation, team or package.";

/// The settings in use and where each came from; of addresses and paths only whether they are the usual ones.
pub(super) fn configuration(global: &Global, args: &NpmSourceArgs, source: &NpmSource) -> Json {
    let registry_from = match &args.registry {
        None => "default",
        given if std::env::var("npm_config_registry").ok().as_ref() == given.as_ref() => "npm_config_registry",
        Some(_) => "--registry",
    };
    let database_from = match &global.database {
        None => "default",
        given if std::env::var("ROLECALL_DATABASE").ok().as_ref() == given.as_ref() => "ROLECALL_DATABASE",
        Some(_) => "--database",
    };
    let registry = &source.options.registry;
    json!({
        "registry": { "public": is_public(registry), "scheme": registry.scheme(), "from": registry_from },
        "token": { "from": token_from(args, source) },
        "proxy": { "from": source.proxy_from },
        "certificates": { "from": source.certificates_from },
        "rate": { "perSecond": args.rate, "from": args.rate.map_or("default", |_| "--rate") },
        "attested": args.attest_user.is_some(),
        "database": { "from": database_from },
    })
}

/// Of where the token was found only the kind of place.
fn token_from(args: &NpmSourceArgs, source: &NpmSource) -> &'static str {
    match &source.token {
        Err(_) => "nowhere",
        Ok(_) if args.token_file.is_some() => "--token-file",
        Ok(_) if args.token_stdin => "--token-stdin",
        Ok(found) if found.source.contains("environment") => "NPM_TOKEN",
        Ok(_) => "your .npmrc",
    }
}

/// Writes the report and says what is in it.
pub(super) async fn write(
    path: &Path,
    global: &Global,
    configuration: &Json,
    examination: &Examination,
    transcript: Vec<Json>,
    names: &Pseudonyms,
) -> Result<(), Failure> {
    let answers = transcript.iter().filter(|line| line.get("status").is_some()).count();
    let report = json!({
        "about": ABOUT,
        "rolecall": env!("CARGO_PKG_VERSION"),
        "platform": { "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "configuration": configuration,
        "checks": checks(examination, names),
        "database": database(global).await,
        "transcript": transcript,
    });
    let text = serde_json::to_string_pretty(&report).map_err(std::io::Error::other)?;
    file_write(path, &format!("{text}\n"))?;
    note(&format!(
        "wrote {}: {answers} of npm's answers, {} checks, versions, settings, and how complete the database is",
        path.display(),
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
