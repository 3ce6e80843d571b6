//! `rolecall sync`: read an organisation and record what was seen.

use std::sync::Arc;

use jiff::civil::Date;
use rolecall_connect::npm::{FoundToken, NpmConnector, NpmOptions};
use rolecall_connect::{Connector as _, Person};
use rolecall_engine::{Context, SyncOptions, SyncReport, agreement, connector_title, status, sync_run, world_load};
use rolecall_store::{Connector, Mode, NewConnector, Store};
use serde_json::json;

use super::npm_source::{NpmSource, npm_source};
use super::sync_report;
use crate::cli::{Global, NpmArgs};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format, note};
use crate::person::{OtpForm, person_find};
use crate::progress::ProgressLine;
use crate::stop;

/// Warn when a token expires within this many days.
const EXPIRY_WARNING_DAYS: i32 = 14;

/// Reads one npm organisation.
pub(crate) async fn npm(global: &Global, args: &NpmArgs) -> Result<Exit, Failure> {
    let person = args.with_trust.then(|| person_ask(args)).transpose()?;
    let (connector, source) = npm_connector(args, person)?;
    note(&format!("token {} from {}", source.credential_tail, source.name));
    let store = Store::open(&environment::database(global.database.as_deref())?, Mode::Write).await?;
    let record = record_put(&store, args, &connector, &source).await?;
    warn_of_expiry(args.token_expires.or_else(|| remembered_expiry(&record)));
    let progress = Arc::new(ProgressLine::new(global.quiet));
    let context =
        Context { store, clock: rolecall_engine::clock_system, stop: stop::watch(), progress: progress.clone() };
    let outcome = sync_run(&context, &connector, &record, sync_options(args)).await;
    progress.finish();
    let report = outcome?;
    let view = world_load(&context.store, Some(&connector_title(&record))).await?;
    let compared = agreement::agreement(&view);
    let overview = status::status(&context.store, &view, context.now()).await?;
    match global.format {
        Format::Json => output::print_json(&sync_report::json(&record, &report, &compared, &overview))?,
        Format::Table | Format::Csv => sync_report::print(&record, &report, &compared, &overview)?,
    }
    Ok(exit_of(args, &report, overview.iter().all(|connector| connector.completeness.complete)))
}

fn exit_of(args: &NpmArgs, report: &SyncReport, complete: bool) -> Exit {
    if !report.is_membership_read() || report.has_left_out() || (args.require_complete && !complete) {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// Where the token came from, without the token.
struct TokenSource {
    name: String,
    credential_tail: String,
}

fn person_ask(args: &NpmArgs) -> Result<Arc<dyn Person>, Failure> {
    if args.source.token_stdin && args.otp == Some(OtpForm::Stdin) {
        let message = "standard input cannot bring both the token and one-time passwords";
        return Err(Failure::new(Exit::Usage, message).hint("pass the token with --token-file FILE or NPM_TOKEN"));
    }
    person_find(args.otp)
}

fn npm_connector(args: &NpmArgs, person: Option<Arc<dyn Person>>) -> Result<(NpmConnector, TokenSource), Failure> {
    let NpmSource { options, token, .. } = npm_source(&args.source)?;
    let FoundToken { credential, source } = token?;
    let source = TokenSource { name: source, credential_tail: credential.masked_tail() };
    let connector = NpmConnector::new(NpmOptions { credential: Some(credential), person, ..options })?;
    Ok((connector, source))
}

fn sync_options(args: &NpmArgs) -> SyncOptions {
    SyncOptions {
        monthly_requests: args.monthly_requests,
        detail: !args.membership_only,
        with_person: args.with_trust,
        ..SyncOptions::default()
    }
}

/// Records the connector. The secret is not stored, only the name of where it was found.
async fn record_put(
    store: &Store,
    args: &NpmArgs,
    connector: &NpmConnector,
    source: &TokenSource,
) -> Result<Connector, Failure> {
    let root = connector.root().id.to_string();
    let name = args.name.clone().unwrap_or_else(|| root.clone());
    let base_url = connector.base().to_string();
    let known = store.connector_find("npm", &name).await?;
    if let Some(other) = known.as_ref().filter(|known| known.config.base_url != base_url || known.config.root != root) {
        return Err(Failure::new(
            Exit::Usage,
            format!("npm:{name} is {} at {}, not {root} at {base_url}", other.config.root, other.config.base_url),
        )
        .hint("record this one under another name with --name NAME, or in another database with --database FILE"));
    }
    let expires = args.token_expires.or_else(|| known.as_ref().and_then(remembered_expiry));
    let config = NewConnector {
        connector_type: "npm".to_owned(),
        name,
        root,
        base_url,
        settings: json!({ "tokenExpires": expires.map(|date| date.to_string()) }),
        secret_source: Some(source.name.clone()),
    };
    Ok(store.connector_put(&config, rolecall_engine::clock_system()).await?)
}

fn remembered_expiry(record: &Connector) -> Option<Date> {
    record.config.settings.get("tokenExpires")?.as_str()?.parse().ok()
}

/// npm tells nobody when a token expires, so the date comes from whoever made it.
fn warn_of_expiry(expires: Option<Date>) {
    let Some(date) = expires else { return };
    let today = jiff::ZonedDateTime::now().date();
    match today.until(date).map(|span| span.get_days()) {
        Ok(days) if days < 0 => note(&output::paint_warning(&format!("the token expired on {date}: make a new one"))),
        Ok(days) if days <= EXPIRY_WARNING_DAYS => {
            note(&output::paint_warning(&format!("the token expires on {date}, in {days} days: make a new one")));
        }
        _ => {}
    }
}
