//! `rolecall attest npm-2fa` and `npm-2fa-required`: something is stated, whole or not at all.

use std::fs::File;
use std::io::{self, Read, stdin};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use rolecall_engine::attestation::{
    AttestationError, AttestationPreview, AttestationWish, AttestedSource, Expiry, StatedAccount, StatedWish,
    attestation_prepare, attestation_record,
};
use rolecall_engine::{clock_system, day_text};
use serde_json::json;
use uuid::Uuid;

use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_bold, paint_warning, print_json};

/// So many accounts are shown one by one.
const SHOWN: usize = 50;

/// So many members of whom nothing is stated are named.
const NAMED: usize = 10;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

#[derive(Debug, Args)]
pub(super) struct TwoFactorArgs {
    /// The list, or - for standard input: a column account, user or username, and one 2fa, mfa, tfa or two-factor with
    /// yes or no, enabled or disabled, true or false, on or off
    file: PathBuf,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Args)]
pub(super) struct TwoFactorRequiredArgs {
    /// The day since which the organisation requires it
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Date,
    /// What proves it, such as a picture of the settings: its digest is recorded, and the file itself is not
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// What every statement needs.
#[derive(Debug, Args)]
struct How {
    /// Of which npm organisation, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: String,
    /// How long it holds: a number of days, or the last day; 365 days at most
    #[arg(long, value_name = "DAYS-or-DATE", default_value_t)]
    expires: Expiry,
    /// Say what it would state, and state nothing
    #[arg(long)]
    dry_run: bool,
}

/// States what a list says of accounts.
pub(super) async fn two_factor(global: &Global, args: &TwoFactorArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let stated = StatedWish::TwoFactor { list: source_read(&args.file)? };
    stated_record(global, &args.how, stated, format).await
}

/// States since when an organisation requires something.
pub(super) async fn two_factor_required(global: &Global, args: &TwoFactorRequiredArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let evidence = args.evidence.as_deref().map(source_read).transpose()?;
    stated_record(global, &args.how, StatedWish::TwoFactorRequired { since: args.since, evidence }, format).await
}

async fn stated_record(global: &Global, how: &How, stated: StatedWish, format: Format) -> Result<Exit, Failure> {
    let How { connector, expires, dry_run } = how;
    let wish = AttestationWish { connector: connector.clone(), stated, expires: *expires, actor: environment::actor() };
    let store = if *dry_run { store_read(global).await? } else { store_write(global).await? };
    let now = clock_system();
    let (new, preview) = attestation_prepare(&store, &wish, now).await.map_err(failure)?;
    let id = if *dry_run { None } else { Some(attestation_record(&store, &new, now).await?.uuid) };
    match format {
        Format::Json => print_json(&json!({ "id": id, "recorded": id.is_some(), "attestation": preview }))?,
        _ => print(&preview, id)?,
    }
    Ok(Exit::Done)
}

fn source_read(file: &Path) -> Result<AttestedSource, Failure> {
    let unread = |error: io::Error| {
        Failure::new(Exit::Usage, format!("{} cannot be read: {error}", file.display()))
            .hint("name a file, or - to read it from standard input; nothing was stated")
    };
    let is_input = file == Path::new("-");
    let source: Box<dyn Read> = if is_input { Box::new(stdin()) } else { Box::new(File::open(file).map_err(unread)?) };
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unread)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        let why = format!("{} is larger than 256 MiB", file.display());
        return Err(Failure::new(Exit::Usage, why).hint("nothing was stated; is it the right file?"));
    }
    let name = file.file_name().filter(|_| !is_input).map(|name| name.to_string_lossy().into_owned());
    Ok(AttestedSource { name: name.unwrap_or_else(|| "standard input".to_owned()), bytes })
}

fn failure(error: AttestationError) -> Failure {
    let message = error.to_string();
    match error {
        AttestationError::Refused(problems) => {
            problems.first().iter().for_each(|problem| note(&printable(&problem.to_string())));
            let number = counted(problems.count(), "problem", "problems");
            Failure::new(Exit::Usage, format!("the list has {number}, and nothing of it was stated"))
                .hint("mend these lines; whoever joined since is known after: rolecall sync --all")
        }
        AttestationError::Name(error) => error.into(),
        AttestationError::NotNpm(_) => Failure::new(Exit::Name, message)
            .hint("name a connector of type npm; see what there is with: rolecall connectors list"),
        AttestationError::NoRoster(_) => {
            Failure::new(Exit::Incomplete, message).hint("read it first with: rolecall sync --all")
        }
        AttestationError::Day(_) => Failure::new(Exit::Usage, message).hint("nothing was stated"),
        AttestationError::Store(error) => error.into(),
    }
}

fn counted(number: usize, one: &str, several: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), one, several)
}

fn print(preview: &AttestationPreview, id: Option<Uuid>) -> io::Result<()> {
    line(&paint_bold(&printable(&said(preview, id.is_some()))))?;
    line(&printable(&format!("By {}, until {}.", preview.by, day_text(&preview.until))))?;
    if let (Some(file), Some(sha256)) = (&preview.file, &preview.sha256) {
        line(&printable(&format!("From {file}, SHA-256 {sha256}.")))?;
    }
    accounts_print(&preview.accounts)?;
    left_out_print(&preview.members_left_out)?;
    match id {
        Some(id) => line(&format!("Take it back with: rolecall attest withdraw {id} --reason TEXT")),
        None => line("Nothing was stated."),
    }
}

fn said(preview: &AttestationPreview, is_made: bool) -> String {
    let lead = if is_made { "Stated" } else { "This would be stated" };
    let connector = &preview.connector;
    match &preview.since {
        Some(since) => format!("{lead}: {connector} requires two-factor authentication since {since}"),
        None => {
            let accounts = counted(preview.accounts.len(), "account", "accounts");
            let with = preview.accounts.iter().filter(|account| account.is_on).count();
            format!("{lead}: {accounts} of {connector}, {with} with two-factor authentication")
        }
    }
}

/// Those without come first: they are what somebody has to look at.
fn accounts_print(accounts: &[StatedAccount]) -> io::Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    let word = |is_on: bool| if is_on { "on" } else { "off" }.to_owned();
    let mut table = Table::new(&["account", "two-factor authentication", "stated before"]);
    let (with, without): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.is_on);
    for one in without.into_iter().chain(with).take(SHOWN) {
        table.row(&[one.account.clone(), word(one.is_on), one.was_on.map_or_else(|| "nothing".to_owned(), word)]);
    }
    table.print()?;
    match accounts.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => line(&format!("and {more} more; all of them with --format json")),
    }
}

fn left_out_print(members: &[String]) -> io::Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let mut names: Vec<&str> = members.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", members.len().saturating_sub(NAMED));
    if members.len() > NAMED {
        names.push(&more);
    }
    let number = counted(members.len(), "member", "members");
    line(&paint_warning(&printable(&format!("Of {number} nothing is stated: {}", names.join(", ")))))
}
