//! `rolecall people import`: a roster becomes current, whole or not at all.

use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rolecall_engine::people::{
    DateOrder, PersonDifference, RosterError, RosterMapping, RosterPreview, RosterTarget, RosterWish, roster_import,
    roster_preview,
};
use rolecall_engine::{SyncOptions, SyncReport, connector_title};
use rolecall_store::{Connector, Mode, Store};
use serde_json::{Value as Json, json};

use crate::cli::Global;
use crate::command::sync::{Surroundings, doer};
use crate::connectors::name_check;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_bold, paint_warning, print_json};

/// So many people are shown one by one.
const SHOWN: usize = 20;

/// The largest roster that is read, in bytes: a million people with everything that is known of them.
const LARGEST: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The roster, or - for standard input
    file: PathBuf,
    /// Which directory it is the whole of
    #[arg(long, value_name = "NAME", default_value = "people")]
    directory: String,
    /// What a column is: COLUMN=id, displayName, givenName, familyName, email, aliases, employment, kind, department,
    /// manager, start, end, attribute:NAME or nothing; remembered for the next time
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column)]
    columns: Vec<(String, RosterTarget)>,
    /// How dates such as 03/04/2026 are meant; remembered for the next time
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrderArg>,
    /// Forget which column was what the last time, and go by their names
    #[arg(long)]
    anew: bool,
    /// Say what it would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DateOrderArg {
    /// 3 April
    DayFirst,
    /// 4 March
    MonthFirst,
}

fn column(text: &str) -> Result<(String, RosterTarget), String> {
    let (column, field) = text.rsplit_once('=').ok_or("a mapping is COLUMN=FIELD")?;
    let target = RosterTarget::read(field).ok_or_else(|| format!("there is no field {field:?}"))?;
    Ok((column.to_owned(), target))
}

/// Reads the roster.
pub(super) async fn run(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    name_check(&args.directory).map_err(|error| Failure::new(Exit::Usage, error))?;
    let wish = RosterWish {
        directory: args.directory.clone(),
        text: text_read(&args.file, "roster")?,
        columns: args.columns.clone(),
        is_anew: args.anew,
        date_order: args.date_order.map(|order| match order {
            DateOrderArg::DayFirst => DateOrder::DayFirst,
            DateOrderArg::MonthFirst => DateOrder::MonthFirst,
        }),
    };
    if args.dry_run {
        let preview = roster_preview(database_read(global).await?.as_ref(), &wish).await.map_err(failure)?;
        print(format, &preview, None)?;
        return Ok(Exit::Done);
    }
    let store = Store::open(&environment::database(global.database.as_deref())?, Mode::Write).await?;
    let surroundings = Surroundings::new(global, store)?;
    let imported = roster_import(&surroundings.context, &wish, &doer(), SyncOptions::default()).await;
    surroundings.finish();
    let (preview, record, report) = imported.map_err(failure)?;
    print(format, &preview, Some((&record, &report)))?;
    surroundings.close().await;
    Ok(if report.stages.iter().all(|stage| stage.held.is_empty()) { Exit::Done } else { Exit::Incomplete })
}

/// The database, if there is one: the first roster may be what begins it.
async fn database_read(global: &Global) -> Result<Option<Store>, Failure> {
    let address = environment::database(global.database.as_deref())?;
    Ok(if address.is_missing() { None } else { Some(Store::open(&address, Mode::Read).await?) })
}

/// All of a file that is a `what`, or of standard input.
pub(in crate::command) fn text_read(file: &Path, what: &str) -> Result<String, Failure> {
    let unread = |error: std::io::Error| {
        Failure::new(Exit::Usage, format!("{} cannot be read: {error}", file.display()))
            .hint(format!("name the file of a {what}, or - to read it from standard input"))
    };
    let source: Box<dyn Read> =
        if file == Path::new("-") { Box::new(stdin()) } else { Box::new(File::open(file).map_err(unread)?) };
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unread)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        let why = format!("{} is larger than 1 GiB, which no {what} is", file.display());
        return Err(Failure::new(Exit::Usage, why).hint("nothing was changed; is it the right file?"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count();
        Failure::new(Exit::Usage, format!("line {} of {} is not UTF-8", line + 1, file.display()))
            .hint("nothing was changed; save it as “CSV UTF-8”, or convert it first")
    })
}

fn failure(error: RosterError) -> Failure {
    match error {
        RosterError::Refused(refused) => {
            refused.problems.first().iter().for_each(|problem| note(&printable(&problem.to_string())));
            let number = refused.problems.first().len() + refused.problems.left_out();
            let why = format!("the roster has {}, and nothing of it was used", counted(number, "problem", "problems"));
            Failure::new(Exit::Usage, why)
                .hint("mend these lines, say what a column is with --map, or take columns by their names with --anew")
        }
        RosterError::Sync(error) => error.into(),
        RosterError::Store(error) => error.into(),
    }
}

fn print(format: Format, preview: &RosterPreview, made: Option<(&Connector, &SyncReport)>) -> Result<(), Failure> {
    if format == Format::Json {
        return Ok(print_json(&answer(preview, made))?);
    }
    warnings_note(preview);
    line(&paint_bold(&printable(&said(preview, made.is_some()))))?;
    differences_print(&preview.differences)?;
    line(&printable(&columns_text(&preview.mapping)))?;
    if let Some((record, report)) = made {
        held_print(record, report)?;
    }
    Ok(())
}

fn answer(preview: &RosterPreview, made: Option<(&Connector, &SyncReport)>) -> Json {
    let waits = made.is_some_and(|(_, report)| report.stages.iter().any(|stage| !stage.held.is_empty()));
    json!({ "madeCurrent": made.is_some(), "removalsWait": waits, "roster": preview })
}

fn said(preview: &RosterPreview, is_made: bool) -> String {
    let RosterPreview { directory, people, added, changed, gone, .. } = preview;
    let people = counted(*people, "person", "people");
    let lead = if is_made { format!("{directory} is read") } else { format!("{directory} would be read") };
    format!("{lead}: {people} in the roster, {added} new, {changed} told otherwise, {gone} not in it any more")
}

fn counted(number: usize, one: &str, several: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), one, several)
}

fn differences_print(differences: &[PersonDifference]) -> std::io::Result<()> {
    if differences.is_empty() {
        return line("Nothing is other than what is recorded.");
    }
    let mut table = Table::new(&["who", "name", "change", "what"]);
    for one in differences.iter().take(SHOWN) {
        let what: Vec<String> = one
            .properties
            .iter()
            .map(|property| format!("{}: {} → {}", property.name, shown(&property.was), shown(&property.is)))
            .collect();
        table.row(&[one.key.to_string(), one.display_name.clone(), one.change.to_owned(), what.join("; ")]);
    }
    table.print()?;
    match differences.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => line(&format!("and {more} more; all of them with --format json")),
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What was read as what, so that a column that was taken for another is seen at once.
fn columns_text(mapping: &RosterMapping) -> String {
    let fields = mapping.fields.iter().map(|(field, column)| format!("{column:?} is the {}", field.word()));
    let attributes = mapping.attributes.iter().map(|(column, name)| format!("{column:?} is the attribute {name}"));
    format!("Columns: {}.", fields.chain(attributes).collect::<Vec<_>>().join(", "))
}

fn warnings_note(preview: &RosterPreview) {
    for warning in preview.warnings.first() {
        note(&paint_warning(&printable(&warning.to_string())));
    }
    if preview.warnings.left_out() > 0 {
        note(&format!("and {} more remarks", preview.warnings.left_out()));
    }
}

fn held_print(record: &Connector, report: &SyncReport) -> std::io::Result<()> {
    for held in report.stages.iter().flat_map(|stage| &stage.held) {
        let text = format!("Confirm changes: whoever is not in the roster any more is kept, because {}", held.reason);
        line(&paint_warning(&printable(&text)))?;
        let connector = connector_title(record);
        let decide =
            format!("  rolecall changes confirm {connector} --reason TEXT   or: rolecall changes discard {connector}");
        line(&printable(&decide))?;
    }
    Ok(())
}
