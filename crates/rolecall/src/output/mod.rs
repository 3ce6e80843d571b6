//! The ways in which answers can be had: a table for people, JSON and CSV for programs, pages for both.

mod file;
mod format;
mod table;
pub(crate) mod text;

use std::io::{self, Write};

use rolecall_engine::spreadsheet_cell;
use rolecall_web::CommandPiece;
use serde::Serialize;

use crate::console::{self, PieceWriter, Stdout};

pub(crate) use file::Destination;
pub(crate) use format::{ANSWER, Format, LIST};
pub(crate) use table::{Table, paint_bold, paint_dim, paint_warning};

/// A row of a list: the same cells in the table and in CSV.
pub(crate) trait Row: Serialize {
    /// Column titles, in the order of the cells.
    const COLUMNS: &'static [&'static str];

    /// The cells.
    fn cells(&self) -> Vec<String>;
}

impl<R: Row> Row for &R {
    const COLUMNS: &'static [&'static str] = R::COLUMNS;

    fn cells(&self) -> Vec<String> {
        (**self).cells()
    }
}

/// Prints a list. JSON is one array of objects.
pub(crate) fn print_rows<R: Row>(format: Format, rows: &[R]) -> io::Result<()> {
    match format {
        Format::Json => print_json(&rows),
        Format::Csv => print_csv(R::COLUMNS, rows.iter().map(Row::cells)),
        Format::Ndjson => print_ndjson(rows),
        _ => {
            let mut table = Table::new(R::COLUMNS);
            rows.iter().for_each(|row| table.row(&row.cells()));
            table.print()
        }
    }
}

/// A row of a past moment, which says so.
#[derive(Serialize)]
struct Dated<'r, R> {
    #[serde(rename = "asOf")]
    as_of: &'r str,
    #[serde(flatten)]
    row: &'r R,
}

/// Prints a list of which each row says of which past moment it is, if it is of one. In a table, that is said above.
pub(crate) fn print_rows_as_of<R: Row>(format: Format, rows: &[R], as_of: Option<&str>) -> io::Result<()> {
    let Some(as_of) = as_of else { return print_rows(format, rows) };
    let dated = || rows.iter().map(|row| Dated { as_of, row }).collect::<Vec<_>>();
    match format {
        Format::Json => print_json(&dated()),
        Format::Ndjson => print_ndjson(&dated()),
        Format::Csv => print_csv_as_of(R::COLUMNS, rows.iter().map(Row::cells), Some(as_of)),
        _ => print_rows(format, rows),
    }
}

/// Prints CSV with a header, and a last column that says of which past moment it is, if it is of one.
pub(crate) fn print_csv_as_of(
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    as_of: Option<&str>,
) -> io::Result<()> {
    let Some(as_of) = as_of else { return print_csv(columns, rows) };
    let columns: Vec<&str> = columns.iter().copied().chain(["as of"]).collect();
    print_csv(&columns, rows.map(|row| row.into_iter().chain([as_of.to_owned()]).collect()))
}

/// Prints one JSON document.
pub(crate) fn print_json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(Stdout::open());
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()
}

/// Prints one JSON object on each line.
pub(crate) fn print_ndjson<T: Serialize>(items: &[T]) -> io::Result<()> {
    let mut out = io::BufWriter::new(Stdout::open());
    for item in items {
        serde_json::to_writer(&mut out, item).map_err(io::Error::from)?;
        writeln!(out)?;
    }
    out.flush()
}

/// Prints CSV with a header. No cell is a formula.
pub(crate) fn print_csv(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Stdout::open());
    writer.write_record(columns).map_err(io::Error::other)?;
    for row in rows {
        writer.write_record(row.into_iter().map(spreadsheet_cell)).map_err(io::Error::other)?;
    }
    writer.flush()
}

/// Prints one line for people to standard output.
pub(crate) fn line(text: &str) -> io::Result<()> {
    match console::client() {
        None => writeln!(anstream::stdout().lock(), "{text}"),
        Some(client) => writeln!(PieceWriter::new(client.pieces, CommandPiece::Text), "{text}"),
    }
}

/// Prints lines for people to standard output.
fn text_lines<'t>(lines: impl Iterator<Item = &'t str>) -> io::Result<()> {
    fn all<'t>(mut out: impl Write, mut lines: impl Iterator<Item = &'t str>) -> io::Result<()> {
        lines.try_for_each(|line| writeln!(out, "{line}"))?;
        out.flush()
    }
    match console::client() {
        None => all(anstream::stdout().lock(), lines),
        Some(client) => all(PieceWriter::new(client.pieces, CommandPiece::Text), lines),
    }
}

/// Prints one line about what is going on to standard error, so that answers stay clean.
pub(crate) fn note(text: &str) {
    match console::client() {
        // A closed standard error is no reason to fail.
        None => drop(writeln!(anstream::stderr().lock(), "{text}")),
        Some(client) => client.say(CommandPiece::Note(text.to_owned())),
    }
}
