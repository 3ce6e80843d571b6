//! Trying a connector: what its credential can see, and what it cannot.

use std::sync::Arc;
use std::time::Duration;

use rolecall_connect::{Check, CheckState, Examination, ExaminationOptions, FoundToken, Recorder, Trouble};
use rolecall_engine::connectors::{CheckFailure, Checked, field};
use rolecall_http::{Observer, leads_inside};
use rolecall_store::NewConnector;
use secrecy::SecretString;
use url::Url;

use crate::connectors::reach::{Reach, Route};
use crate::connectors::settings::{PROXY, PUBLIC_ADDRESS, PUBLIC_PROXY, Settings};
use crate::connectors::{Kind, place_of, settings_of, token_text};
use crate::exit::Failure;
use crate::output::text::without_tokens;

/// How long somebody who saves a connector waits for its source. A sync tries much longer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn check(
    kind: &dyn Kind,
    config: &NewConnector,
    secret: Option<&SecretString>,
) -> Result<Checked, CheckFailure> {
    addresses_check(config).await?;
    let found = match secret {
        Some(secret) => {
            kind.tokens(config).opened(secret).map_err(|error| failed("credential", &Failure::from(error)))?
        }
        None => place_of(config)
            .and_then(|place| kind.token(config, &place))
            .map_err(|failure| failed("credential", &failure))?,
    };
    let credential = found.credential.masked_tail();
    let examined = tokio::time::timeout(PATIENCE, examine(kind, config, found)).await.map_err(|_| silent(config))?;
    let examination = examined.map_err(|failure| failed("configuration", &failure))?;
    judged(&examination, credential.to_string())
}

/// The source took too long for somebody who waits for it.
fn silent(config: &NewConnector) -> CheckFailure {
    CheckFailure {
        code: "source".to_owned(),
        field: Some(field::ADDRESS.to_owned()),
        message: format!("{} did not answer everything within {} s", config.base_url, PATIENCE.as_secs()),
        hint: Some("save it again; if it goes on, see whether the registry is up and what stands between".to_owned()),
    }
}

/// Addresses that came from a page and lead inside are told at once, and not as a connection that failed.
async fn addresses_check(config: &NewConnector) -> Result<(), CheckFailure> {
    let settings = settings_of(config);
    let proxy = settings.text(&PROXY).filter(|_| settings.is_set(&PUBLIC_PROXY));
    let base = Some(config.base_url.as_str()).filter(|_| settings.is_set(&PUBLIC_ADDRESS));
    for (name, address) in [(field::ADDRESS, base), (PROXY.name, proxy)] {
        let Some(url) = address.and_then(|address| Url::parse(address).ok()) else { continue };
        if leads_inside(&url).await {
            return Err(CheckFailure {
                code: "address".to_owned(),
                field: Some(name.to_owned()),
                message: format!("{} leads to an internal address", url.host_str().unwrap_or_default()),
                hint: Some("whoever operates Rolecall allows internal ones with ROLECALL_ALLOW_INTERNAL=1".to_owned()),
            });
        }
    }
    Ok(())
}

async fn examine(kind: &dyn Kind, config: &NewConnector, found: FoundToken) -> Result<Examination, Failure> {
    let settings = settings_of(config);
    let route = Route::new(kind, &Settings::default(), &settings);
    let reach = Reach::of(kind, config)?;
    let token = Ok(token_text(&found));
    let credential = kind.credential(config, found, &reach).await?;
    let recorder = Arc::new(Recorder::default());
    let observer = Some(Arc::clone(&recorder) as Arc<dyn Observer>);
    let connector = kind.connector(config, Reach { credential: Some(credential.clone()), observer, ..reach })?;
    let options = ExaminationOptions {
        credential: Some(&credential),
        token,
        token_hint: None,
        route: route.sentence(),
        now: jiff::Timestamp::now(),
        thorough: false,
    };
    Ok(connector.examine(&options, &recorder).await)
}

fn judged(examination: &Examination, credential: String) -> Result<Checked, CheckFailure> {
    let of_trouble = |trouble| examination.checks.iter().find(|check| check.trouble == Some(trouble));
    for (trouble, code, name) in
        [(Trouble::Credential, "credential", field::SECRET), (Trouble::Source, "source", field::ADDRESS)]
    {
        if let Some(check) = of_trouble(trouble) {
            return Err(CheckFailure {
                code: code.to_owned(),
                field: Some(name.to_owned()),
                message: without_tokens(&check.found),
                hint: check.change.as_deref().map(without_tokens),
            });
        }
    }
    let said = |state: &[CheckState]| -> Vec<String> {
        examination.checks.iter().filter(|check| state.contains(&check.state)).map(sentence).collect()
    };
    let sees_not = said(&[CheckState::Limited, CheckState::Failed]);
    let (code, is_complete, summary) = match (examination.trouble(), sees_not.is_empty()) {
        (Some(_), _) => ("partial", false, "The credential works, and part of what is needed cannot be seen."),
        (None, true) => ("complete", true, "The credential works, and everything that is needed can be seen."),
        (None, false) => {
            ("limited", true, "The credential works, and everything that is needed can be seen; some things cannot.")
        }
    };
    Ok(Checked {
        code: code.to_owned(),
        summary: summary.to_owned(),
        is_complete,
        sees: said(&[CheckState::Ok]),
        sees_not,
        credential,
    })
}

/// What was found, what that means, and what to change.
fn sentence(check: &Check) -> String {
    let subject = check.subject.as_deref().map(|subject| format!(" of {subject}")).unwrap_or_default();
    let rest: String = [&check.means, &check.change].into_iter().flatten().map(|text| format!("; {text}")).collect();
    without_tokens(&format!("{}{subject}: {}{rest}", check.name, check.found))
}

fn failed(code: &str, failure: &Failure) -> CheckFailure {
    let name = if code == "credential" { field::SECRET } else { field::ADDRESS };
    CheckFailure {
        code: code.to_owned(),
        field: Some(name.to_owned()),
        message: without_tokens(&failure.message),
        hint: failure.hint.as_deref().map(without_tokens),
    }
}
