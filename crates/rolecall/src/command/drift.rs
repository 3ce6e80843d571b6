//! `rolecall drift`: how what is recorded differs from what a file says should be.

use std::io::{self, Read as _, Write as _, stdin};
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::drift::{AccessFormat, DriftAnswer, DriftRow, ExceptionAnswer, Mistake, access_write, drift};
use rolecall_engine::{clock_system, connector_title, connectors_of};

use super::answer::{as_of_note, as_of_print, completeness_note, completeness_print};
use super::{past_of, store_read, view_load};
use crate::cli::{Global, QuestionArgs};
use crate::console::{self, Stdout};
use crate::document::{self, Document};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{
    Destination, Format, Row, line, note, paint_dim, paint_warning, print_json, print_ndjson, print_rows,
};

const FORMATS: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Ndjson, Format::Markdown];

/// The file where none is named.
const FILE: &str = "rolecall.access.yaml";

#[derive(Debug, Args)]
#[command(
    after_help = "The file says who holds which role on an organisation, who is in which team, and what teams and accounts
hold on packages or repositories; docs/guides/access-as-code.md describes it. What it does not mention is
not judged, unless it says only: true. Nothing is applied, whatever differs: Rolecall changes no registry.
Exit 0 without a difference, 9 with one, 2 when the file is wrong. What was not read in full and is not seen
is unknown, and no difference: --require-complete exits with 5 then.

Examples:
  rolecall drift --write rolecall.access.yaml      begin with what there is
  rolecall drift
  rolecall drift access/npm.yaml --connector npm:acme --require-complete
  rolecall drift --format markdown > comment.md    for a pull request
  rolecall drift --as-of 7d                        how it was a week ago"
)]
pub(crate) struct DriftArgs {
    /// What should be, in YAML or JSON; - is standard input
    #[arg(value_name = "FILE", default_value = FILE)]
    file: PathBuf,
    /// Write what there is to such a file instead (JSON where its name ends so); - is standard output
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    write: Option<PathBuf>,
    #[command(flatten)]
    question: QuestionArgs,
}

impl DriftArgs {
    /// The text that it reads, where it reads one.
    pub(crate) fn input(&self) -> Option<Result<String, Failure>> {
        self.write.is_none().then(|| file_read(&self.file))
    }

    /// The file that it writes, where it writes one.
    pub(crate) fn output(&self) -> Option<&Path> {
        self.write.as_deref().filter(|path| *path != Path::new("-"))
    }
}

/// Compares, or writes.
pub(crate) async fn run(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    match &args.write {
        Some(path) => write(global, args, path).await,
        None => compare(global, args).await,
    }
}

async fn compare(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, FORMATS)?;
    let text = console::input(|| file_read(&args.file))?;
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    let at = past_of(args.question.as_of.as_deref())?;
    // What is left out by --connector is known all the same.
    let known: Vec<String> = connectors_of(&store, None, at).await?.iter().map(connector_title).collect();
    let now = at.unwrap_or_else(clock_system);
    let answer = drift(&view, &text, &known, now).map_err(|mistakes| refused(&args.file, &mistakes))?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Ndjson => print_ndjson(&answer.rows)?,
        Format::Csv => print_rows(Format::Csv, &answer.rows)?,
        Format::Markdown => {
            let mut out = Stdout::open();
            document::markdown::write(&mut out, &document_of(&answer))?;
            out.flush()?;
        }
        _ => {
            as_of_print(view.as_of())?;
            print(&answer)?;
        }
    }
    if matches!(format, Format::Csv | Format::Ndjson) {
        told_of_exceptions(&answer).iter().for_each(|text| note(&printable(text)));
        completeness_note(&answer.completeness);
    }
    if format != Format::Table {
        as_of_note(view.as_of());
    }
    Ok(exit_of(args, &answer))
}

fn exit_of(args: &DriftArgs, answer: &DriftAnswer) -> Exit {
    let is_known = answer.completeness.complete && answer.counts.unknown == 0;
    match answer.counts.drift() {
        0 if args.question.require_complete && !is_known => Exit::Incomplete,
        0 => Exit::Done,
        _ => Exit::Found,
    }
}

async fn write(global: &Global, args: &DriftArgs, path: &Path) -> Result<Exit, Failure> {
    if global.format.is_some() {
        return Err(Failure::new(Exit::Usage, "--format has no part in --write")
            .hint("the name of the file says which it is: access.yaml or access.json"));
    }
    let view = view_load(&store_read(global).await?, &args.question).await?;
    let format = match Format::of_file(path) {
        Some(Format::Json) => AccessFormat::Json,
        _ => AccessFormat::Yaml,
    };
    let written = access_write(&view, format);
    let mut out = Destination::open(args.output())?;
    out.write_all(written.text.as_bytes())?;
    out.finish()?;
    if args.output().is_some() && !global.quiet {
        note(&printable(&format!("wrote what there is in {}", listed(&written.connectors))));
    }
    if written.unconfirmed > 0 {
        let rights = count(written.unconfirmed, "right is", "rights are");
        note(&format!("{rights} in it whose removal waits for a person (see: rolecall changes)"));
    }
    as_of_note(view.as_of());
    completeness_note(&written.completeness);
    let is_incomplete = args.question.require_complete && !written.completeness.complete;
    Ok(if is_incomplete { Exit::Incomplete } else { Exit::Done })
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "no registry".to_owned() } else { names.join(", ") }
}

fn file_read(path: &Path) -> Result<String, Failure> {
    let read = match path == Path::new("-") {
        true => io::read_to_string(stdin().take(MOST)),
        false => std::fs::read_to_string(path),
    };
    read.map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
            .hint(format!("begin with what there is: rolecall drift --write {FILE}"))
    })
}

/// More than this is refused once it is read.
const MOST: u64 = 16 << 20;

/// Says every mistake; the error itself is one sentence.
fn refused(path: &Path, mistakes: &[Mistake]) -> Failure {
    mistakes.iter().for_each(|mistake| note(&printable(&format!("{}: {mistake}", path.display()))));
    let number = count(mistakes.len(), "mistake", "mistakes");
    Failure::new(Exit::Usage, format!("{number} in {}", path.display()))
        .hint("the file is described in docs/guides/access-as-code.md")
}

/// Prints the answer for people.
fn print(answer: &DriftAnswer) -> io::Result<()> {
    if answer.rows.is_empty() {
        line("What is recorded is what the file wants.")?;
    } else {
        print_rows(Format::Table, &answer.rows)?;
        line("")?;
        line(&format!("{}.", counted(answer)))?;
    }
    for text in told_of_exceptions(answer) {
        line(&paint_warning(&printable(&text)))?;
    }
    if !answer.not_judged.is_empty() {
        line(&paint_dim(&printable(&format!("Not judged: {}.", listed(&answer.not_judged)))))?;
    }
    completeness_print(&answer.completeness)?;
    line(&paint_dim("Nothing was applied: Rolecall changes no registry."))
}

fn counted(answer: &DriftAnswer) -> String {
    let counts = &answer.counts;
    let sorts = [
        (counts.to_add, "to add"),
        (counts.to_remove, "to remove"),
        (counts.to_change, "to change"),
        (counts.excepted, "excepted"),
        (counts.unknown, "unknown"),
        (counts.removal_unconfirmed, "removal unconfirmed"),
    ];
    let said = sorts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    said.collect::<Vec<_>>().join(", ")
}

/// Exceptions that expired, and those that are about nothing.
fn told_of_exceptions(answer: &DriftAnswer) -> Vec<String> {
    let told = |one: &ExceptionAnswer| {
        let ExceptionAnswer { connector, text, reason, until, expired, rows, line } = one;
        let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
        match (expired, rows) {
            (true, _) => Some(format!("Expired exception{place}: {text} in {connector}, until {until}: {reason}")),
            (false, 0) => Some(format!("Exception without a difference{place}: {text} in {connector}: {reason}")),
            (false, _) => None,
        }
    };
    answer.exceptions.iter().filter_map(told).collect()
}

impl Row for DriftRow {
    const COLUMNS: &'static [&'static str] = &["difference", "what", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![self.word(), self.text.clone(), self.connector.clone(), self.remark()]
    }
}

/// The answer as a comment on a page.
fn document_of(answer: &DriftAnswer) -> Document {
    let mut document = Document::new("Access against the file");
    if answer.rows.is_empty() {
        document.paragraph("What is recorded is what the file wants.");
    } else {
        document.paragraph(format!("{}.", counted(answer)));
        document.table("Differences", DriftRow::COLUMNS, &answer.rows);
    }
    told_of_exceptions(answer).into_iter().for_each(|text| document.warning(text));
    if !answer.not_judged.is_empty() {
        document.paragraph(format!("Not judged: {}.", listed(&answer.not_judged)));
    }
    document.heading("How complete this is");
    document.completeness("What is recorded", &answer.completeness);
    document
}
