//! `rolecall export`: everything that is current, as one document.

pub(crate) mod c1z;
mod jupiterone;
mod parquet;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use rolecall_engine::export::{
    ExportError, ExportHeader, ExportSink, FactLine, JsonSink, ListingLine, Named, NdjsonSink, StatedFact, export_write,
};
use rolecall_engine::{WorldView, clock_system, spreadsheet_cell, world_load};

use crate::cli::{Global, QuestionArgs};
use crate::command::answer::{as_of_note, completeness_note};
use crate::command::{connector_known, known_check, past_of, store_read, view_load};
use crate::exit::{Exit, Failure};
use crate::output::{Destination, Format, note, text::count};
use crate::place::{Place, READ, files};

const FORMATS: &[Format] = &[Format::Ndjson, Format::Json, Format::Csv];
const COLUMNS: &[&str] = &[
    "connector",
    "listing",
    "line",
    "principal type",
    "principal",
    "entitlement",
    "resource type",
    "resource",
    "name",
    "value",
    "since",
    "removal unconfirmed",
    "verdict",
    "reason",
    "read",
];

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Formats: ndjson (the default; read back by rolecall diff), json, csv. There is nothing secret in
an export and no mail address. docs/reference/export.md describes every field.

Examples:
  rolecall export --output acme.ndjson
  rolecall export --format csv --connector npm:acme > acme.csv
  rolecall export --view jupiterone --output graph.json
  rolecall export --output today.ndjson && rolecall diff yesterday.ndjson today.ndjson"
)]
pub(crate) struct ExportArgs {
    #[command(subcommand)]
    form: Option<ExportForm>,
    /// Only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// What was known at a past moment: 2026-11-23, 2026-11-23T10:00:00Z, 7d
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Write it as another program's world sees it; JSON
    #[arg(long, value_enum)]
    view: Option<View>,
    /// Also whatever somebody gets through a group; of the view of baton
    #[arg(long, requires = "view")]
    expanded: bool,
    /// Write to this file, whole or not at all; its ending may say the format
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl ExportArgs {
    /// The file that is written, where it is.
    pub(crate) fn output(&self) -> Option<&Path> {
        match &self.form {
            Some(ExportForm::C1z(args)) => Some(args.file()),
            Some(ExportForm::Jupiterone(_) | ExportForm::Parquet(_)) => None,
            None => self.output.as_deref(),
        }
    }

    /// Where it may be run: a folder is written where it is.
    pub(crate) const fn place(&self) -> Place {
        match self.form {
            Some(ExportForm::Parquet(_)) => files("rolecall export --format csv writes one file"),
            Some(ExportForm::Jupiterone(_)) => files("rolecall export --view jupiterone writes one file"),
            Some(ExportForm::C1z(_)) | None => READ,
        }
    }
}

/// A form that other programs read.
#[derive(Debug, Subcommand)]
enum ExportForm {
    /// A .c1z file, as baton's connectors write it
    C1z(c1z::C1zArgs),
    /// The folder that JupiterOne's collectors leave behind and its command line uploads
    Jupiterone(jupiterone::JupiteroneArgs),
    /// Tables of Parquet, for programs that analyse columns
    Parquet(parquet::ParquetArgs),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum View {
    /// Entities and relationships of JupiterOne's data model
    Jupiterone,
    /// Resource types, resources, entitlements and grants as baton has them
    Baton,
    /// Nodes and edges of BloodHound's OpenGraph
    Opengraph,
    /// GraphML, for programs that draw graphs
    Graphml,
}

/// Writes it.
pub(crate) async fn run(global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    match &args.form {
        Some(ExportForm::C1z(args)) => return c1z::run(global, args).await,
        Some(ExportForm::Parquet(args)) => return parquet::run(global, args).await,
        Some(ExportForm::Jupiterone(args)) => return jupiterone::run(global, args).await,
        None => {}
    }
    if let Some(view) = args.view {
        return view_write(global, args, view).await;
    }
    let named = args.output.as_deref().and_then(Format::of_file);
    let format = Format::among(global.format.or(named), FORMATS)?;
    let store = store_read(global).await?;
    let only = args.connector.as_deref();
    let at = past_of(args.as_of.as_deref())?;
    if let Some(name) = only {
        connector_known(&store, name, at).await?;
    }
    if at.is_some() {
        known_check(&world_load(&store, only, at).await?)?;
    }
    let mut out = Destination::open(args.output.as_deref())?;
    let now = clock_system();
    let header = match format {
        Format::Json => export_write(&store, only, at, now, &mut JsonSink::new(&mut out)).await,
        Format::Csv => export_write(&store, only, at, now, &mut CsvSink::new(&mut out)).await,
        _ => export_write(&store, only, at, now, &mut NdjsonSink::new(&mut out)).await,
    }?;
    out.finish()?;
    if args.output.is_some() && !global.quiet {
        let facts: u64 = header.connectors.iter().map(|line| line.facts).sum();
        let listings: u64 = header.connectors.iter().map(|line| line.listings).sum();
        note(&format!("exported {} of {}", count(facts, "fact", "facts"), count(listings, "listing", "listings")));
    }
    Ok(Exit::Done)
}

async fn view_write(global: &Global, args: &ExportArgs, view: View) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Json])?;
    let world = world_of(global, args.connector.as_deref(), args.as_of.as_deref()).await?;
    if view == View::Baton && world.connector_titles().len() > 1 {
        let titles = world.connector_titles().join(", ");
        return Err(Failure::new(Exit::Usage, format!("baton has one connector in a file, and there are {titles}"))
            .hint("choose one with --connector NAME"));
    }
    let mut out = Destination::open(args.output.as_deref())?;
    match view {
        View::Jupiterone => world.jupiterone_write(&mut out)?,
        View::Opengraph => world.opengraph_write(&mut out)?,
        View::Graphml => world.graphml_write(&mut out)?,
        View::Baton => world.baton_write(args.expanded, &mut out)?,
    }
    out.finish()?;
    besides_note(&world);
    Ok(Exit::Done)
}

/// What is exported in a form of others.
async fn world_of(global: &Global, connector: Option<&str>, as_of: Option<&str>) -> Result<WorldView, Failure> {
    let question = QuestionArgs {
        connector: connector.map(str::to_owned),
        require_complete: false,
        as_of: as_of.map(str::to_owned),
    };
    view_load(&store_read(global).await?, &question).await
}

/// Says what no other world has a place for.
fn besides_note(world: &WorldView) {
    as_of_note(world.as_of());
    completeness_note(&world.list_completeness());
}

/// That a folder cannot be written to.
fn folder_unwritten(folder: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::new(Exit::Failure, format!("{} cannot be written: {error}", folder.display()))
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Output(error) => error.into(),
        }
    }
}

/// One row for each listing, then one for each fact.
struct CsvSink<W: Write> {
    out: csv::Writer<W>,
    /// The past moment that it is of, which every row says.
    as_of: Option<String>,
}

impl<W: Write> CsvSink<W> {
    fn new(out: W) -> Self {
        Self { out: csv::Writer::from_writer(out), as_of: None }
    }

    fn row(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        let as_of = self.as_of.clone();
        Ok(self.out.write_record(cells.chain(as_of).map(spreadsheet_cell))?)
    }
}

impl<W: Write> ExportSink for CsvSink<W> {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        self.as_of.clone_from(&header.as_of);
        let as_of = header.as_of.as_ref().map(|_| "as of");
        Ok(self.out.write_record(COLUMNS.iter().copied().chain(as_of))?)
    }

    fn listing(&mut self, line: ListingLine) -> io::Result<()> {
        let ListingLine { connector, listing, subject, verdict, reason, read_at, .. } = line;
        let reason = reason.map(|reason| reason.text).unwrap_or_default();
        let subject = Cells { resource: subject, ..Cells::default() };
        let ends = [String::new(), String::new(), verdict, reason, read_at.unwrap_or_default()];
        let row = [connector, listing, "listing".to_owned()].into_iter().chain(subject.list()).chain(ends);
        self.row(row)
    }

    fn fact(&mut self, line: FactLine) -> io::Result<()> {
        let FactLine { connector, listing, stated, since, removal_unconfirmed, .. } = line;
        let (word, cells) = Cells::of(stated);
        let unconfirmed = if removal_unconfirmed { "true" } else { "" };
        let ends = [since.unwrap_or_default(), unconfirmed.to_owned(), String::new(), String::new(), String::new()];
        let row = [connector, listing, word.to_owned()].into_iter().chain(cells.list()).chain(ends);
        self.row(row)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The columns that differ by kind of fact.
#[derive(Default)]
struct Cells {
    principal: Named,
    entitlement: String,
    resource: Named,
    name: String,
    value: String,
}

impl Cells {
    fn of(stated: StatedFact) -> (&'static str, Self) {
        match stated {
            StatedFact::Resource { resource, parent } => {
                let name = parent.as_ref().map(|_| "parent".to_owned()).unwrap_or_default();
                let value = parent.map(|parent| format!("{}:{}", parent.kind, parent.id)).unwrap_or_default();
                ("resource", Self { resource, name, value, ..Self::default() })
            }
            StatedFact::Property { resource, name, value } => {
                ("property", Self { resource, name, value: value.as_json().to_owned(), ..Self::default() })
            }
            StatedFact::Grant { principal, entitlement, resource } => {
                ("grant", Self { principal, entitlement, resource, ..Self::default() })
            }
            StatedFact::Evidence { principal, entitlement, resource } => {
                ("evidence", Self { principal, entitlement, resource, ..Self::default() })
            }
            StatedFact::Link { from, class, to } => {
                ("link", Self { principal: from, name: class, resource: to, ..Self::default() })
            }
        }
    }

    fn list(self) -> [String; 7] {
        let Self { principal, entitlement, resource, name, value } = self;
        [principal.kind, principal.id, entitlement, resource.kind, resource.id, name, value]
    }
}
