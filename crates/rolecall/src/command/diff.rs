//! `rolecall diff`: what differs between two exports, for pipelines that keep no database, or between two moments of one.

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use rolecall_engine::clock_system;
use rolecall_engine::diff::{
    DiffAnswer, DiffError, DifferenceAnswer, NotSeenAnswer, Point, PointError, SideAnswer, diff,
};
use rolecall_engine::export::{Exported, ImportError};
use rolecall_store::Store;

use super::answer::completeness_print;
use super::{connector_known, store_read};
use crate::cli::Global;
use crate::console::{Stdout, own_file};
use crate::document::{self, Document};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, Row, Table, line, note, paint_bold, paint_warning, print_json, print_ndjson, print_rows};
use crate::place::{Place, READ, files};

const FORMATS: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Ndjson, Format::Markdown];
/// How many things that were not seen are listed for people.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("older").required(true),
    after_help = "What the newer side lacks counts as removed only if the listing it was in was read in full there;
otherwise it is said to be not seen, and is no difference. Properties that no access rule reads (versions,
dates) are no difference either. Exit 0 without a difference, 9 with one.

Examples:
  rolecall diff yesterday.ndjson
  rolecall diff old.ndjson new.ndjson --format markdown > comment.md
  rolecall diff old.ndjson --fail-on additions
  rolecall diff --from 7d                            what was known a week ago, and now
  rolecall diff --from sync:3 --to sync:9            two syncs, see: rolecall list syncs"
)]
pub(crate) struct DiffArgs {
    /// The older export, made with: rolecall export --format ndjson
    #[arg(group = "older")]
    old: Option<PathBuf>,
    /// The newer export [default: what is current in the database]
    new: Option<PathBuf>,
    /// The older side is the database at a past moment: 2026-11-23, 7d, or sync:ID
    #[arg(long, value_name = "WHEN", group = "older")]
    from: Option<String>,
    /// The newer side is the database then: 2026-11-23, 7d, sync:ID, or now
    #[arg(long, value_name = "WHEN", conflicts_with = "new")]
    to: Option<String>,
    /// Of the database only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// Which differences make it exit with 9
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
    /// Exit with 5 when there is no difference but either side is not complete
    #[arg(long)]
    require_complete: bool,
}

impl DiffArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match (&self.old, &self.new) {
            (None, None) => READ,
            _ => files("compare two moments with --from and --to, or files on your machine without the hub"),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Every difference
    #[default]
    Any,
    /// Rights and resources that were added, and rights that were raised
    Additions,
    /// None: exit 0 whatever differs
    Nothing,
}

/// Compares them.
pub(crate) async fn run(global: &Global, args: &DiffArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, FORMATS)?;
    let (old, new) = sides(global, args).await?;
    let answer = diff((&old.0, &old.1), (&new.0, &new.1)).map_err(|error| failure(&error))?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Ndjson => print_ndjson(&answer.differences)?,
        Format::Csv => print_rows(Format::Csv, &answer.differences)?,
        Format::Markdown => {
            let mut out = Stdout::open();
            document::markdown::write(&mut out, &document_of(&answer))?;
            out.flush()?;
        }
        _ => print(&answer)?,
    }
    if matches!(format, Format::Csv | Format::Ndjson) {
        note_beside(&answer);
    }
    Ok(exit_of(args, &answer))
}

/// Both sides with their names. A side that is a sync is about one connector, and then the other one is too.
async fn sides(global: &Global, args: &DiffArgs) -> Result<((String, Exported), (String, Exported)), Failure> {
    let file = |path: &PathBuf| read(path).map(|exported| (path.display().to_string(), exported));
    if let (Some(old), Some(new)) = (&args.old, &args.new) {
        return Ok((file(old)?, file(new)?));
    }
    let old = args.old.as_ref().map(file).transpose()?;
    let (store, now) = (store_read(global).await?, clock_system());
    if let Some(name) = &args.connector {
        connector_known(&store, name, None).await?;
    }
    let from = point(&store, args.from.as_deref()).await?;
    let to = point(&store, args.to.as_deref()).await?;
    let only = [&from, &to].into_iter().find_map(|point| point.connector());
    let only = args.connector.as_deref().or(only);
    let of_database = async |point: &Point| -> Result<(String, Exported), Failure> {
        // Two syncs of two connectors are told apart by what they hold.
        let exported = point.load(&store, point.connector().or(only), now).await?;
        Ok((point.name().to_owned(), exported))
    };
    let old = match old {
        Some(old) => old,
        None => of_database(&from).await?,
    };
    let new = match &args.new {
        Some(path) => file(path)?,
        None => of_database(&to).await?,
    };
    Ok((old, new))
}

async fn point(store: &Store, text: Option<&str>) -> Result<Point, Failure> {
    match text {
        Some(text) => Ok(Point::read(store, text, clock_system()).await?),
        None => Ok(Point::now()),
    }
}

impl From<PointError> for Failure {
    fn from(error: PointError) -> Self {
        let text = error.to_string();
        match error {
            PointError::Moment(_) => Self::new(Exit::Usage, text).hint("write a past moment, sync:ID, or now"),
            PointError::Unknown(_) | PointError::Nothing { .. } | PointError::Unread(_) => {
                Self::new(Exit::Name, text).hint("see when what was read with: rolecall list syncs")
            }
            PointError::Load(error) => error.into(),
        }
    }
}

/// Rows hold differences only; what else there is to say is said beside them.
fn note_beside(answer: &DiffAnswer) {
    if !answer.not_seen.is_empty() {
        let what = count(answer.not_seen.len(), "thing was not seen", "things were not seen");
        note(&format!("{what}, which does not mean gone (--format json lists them)"));
    }
    for side in [&answer.old, &answer.new].into_iter().filter(|side| !side.completeness.complete) {
        let gaps = count(side.completeness.gaps.len(), "gap", "gaps");
        note(&printable(&format!("{} is not complete: {gaps} (--format json lists them)", side.name)));
    }
}

fn exit_of(args: &DiffArgs, answer: &DiffAnswer) -> Exit {
    let found = match args.fail_on {
        FailOn::Any => answer.differences.len(),
        FailOn::Additions => answer.additions,
        FailOn::Nothing => 0,
    };
    let complete = answer.old.completeness.complete && answer.new.completeness.complete;
    match found {
        0 if args.require_complete && !complete => Exit::Incomplete,
        0 => Exit::Done,
        _ => Exit::Found,
    }
}

fn read(path: &Path) -> Result<Exported, Failure> {
    let named = |error: ImportError| {
        let failure = Failure::new(Exit::Usage, format!("{} {error}", path.display()));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    };
    own_file(path)?;
    let file = File::open(path).map_err(|error| named(error.into()))?;
    Exported::read(BufReader::new(file)).map_err(named)
}

fn failure(error: &DiffError) -> Failure {
    Failure::new(Exit::Usage, error.to_string()).hint(
        "compare exports of the same organisation at the same registry; rolecall export --connector NAME writes one",
    )
}

/// Prints the answer for people.
fn print(answer: &DiffAnswer) -> io::Result<()> {
    let title = format!("{} → {}", side(&answer.old), side(&answer.new));
    line(&paint_bold(&printable(&title)))?;
    line("")?;
    if answer.differences.is_empty() {
        line("No difference in who can do what.")?;
    } else {
        let mut table = Table::new(DifferenceAnswer::COLUMNS);
        answer.differences.iter().for_each(|found| table.row(&found.cells()));
        table.print()?;
        line("")?;
        line(&format!("{}.", counted(answer)))?;
    }
    not_seen_print(&answer.not_seen)?;
    for name in &answer.not_compared {
        line(&printable(&format!("{name} is in the newer side only, and was not compared.")))?;
    }
    for (word, side) in [("Older", &answer.old), ("Newer", &answer.new)] {
        line(&printable(&format!("{word} side, {}:", side.name)))?;
        completeness_print(&side.completeness)?;
    }
    Ok(())
}

fn counted(answer: &DiffAnswer) -> String {
    let number = count(answer.differences.len(), "difference", "differences");
    format!("{number}, {} of them additions", answer.additions)
}

fn side(side: &SideAnswer) -> String {
    format!("{} ({})", side.name, side.exported_at)
}

fn not_seen_print(not_seen: &[NotSeenAnswer]) -> io::Result<()> {
    if not_seen.is_empty() {
        return Ok(());
    }
    let what = count(not_seen.len(), "thing was not seen", "things were not seen");
    line(&paint_warning(&format!("{what}, which does not mean gone:")))?;
    for entry in not_seen.iter().take(SHOWN) {
        line(&printable(&format!("  - {}; {}", entry.text, entry.why)))?;
    }
    if not_seen.len() > SHOWN {
        line(&format!("  … and {} more (--format json shows all)", not_seen.len() - SHOWN))?;
    }
    Ok(())
}

impl Row for DifferenceAnswer {
    const COLUMNS: &'static [&'static str] = &["danger", "change", "what", "effect", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        let governs = self.governs.then_some("can decide who has rights");
        let effects: Vec<&str> =
            governs.into_iter().chain(self.effects.iter().map(|effect| effect.text.as_str())).collect();
        vec![
            self.danger.word().to_owned(),
            self.change.to_owned(),
            self.text.clone(),
            effects.join("; "),
            self.connector.clone(),
            if self.may_be_older { "may be older: not everything was read before".to_owned() } else { String::new() },
        ]
    }
}

/// The answer as a comment on a page.
fn document_of(answer: &DiffAnswer) -> Document {
    let mut document = Document::new("Changes in who can publish");
    document.paragraph(format!("{} → {}", side(&answer.old), side(&answer.new)));
    if answer.differences.is_empty() {
        document.paragraph("No difference in who can do what.");
    } else {
        document.paragraph(format!("{}.", counted(answer)));
        document.table("Differences, the most dangerous first", DifferenceAnswer::COLUMNS, &answer.differences);
    }
    if !answer.not_seen.is_empty() {
        document.heading("Not seen, which does not mean gone");
        document.list(answer.not_seen.iter().map(|entry| format!("{}; {}", entry.text, entry.why)));
    }
    document.heading("How complete this is");
    for side in [&answer.old, &answer.new] {
        document.completeness(&side.name, &side.completeness);
    }
    document
        .list(answer.not_compared.iter().map(|name| format!("{name} is in the newer side only, and was not compared")));
    document
}
