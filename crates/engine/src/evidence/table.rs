//! A section as files: CSV for spreadsheets, JSON lines for programs, and the first rows for the report.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::package::spool::{Spool, Spooled};
use super::section::{Extent, Row, Section, cell_text};
use crate::spreadsheet::spreadsheet_cell;

/// So many rows of each section are in the report.
pub(super) const SHOWN: usize = 200;

/// A section that is written.
pub(super) struct Written {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) proves: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) extent: Extent,
    pub(super) rows: u64,
    /// The first of them.
    pub(super) shown: Vec<Vec<String>>,
    pub(super) files: Vec<Spooled>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Line<'l> {
    Section { name: &'l str, columns: &'l [&'l str], complete: bool, completeness: &'l str },
    Row(&'l Map<String, Json>),
    End { rows: u64 },
}

/// Writes a section, row by row.
///
/// # Errors
/// When the temporary files cannot be written.
pub(super) fn section_write(section: &dyn Section) -> io::Result<Written> {
    let (name, columns, extent) = (section.name(), section.columns(), section.extent());
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Spool::new(format!("{name}.csv"))?);
    let mut lines = Spool::new(format!("{name}.ndjson"))?;
    csv.write_record([format!("# {name}: {}", extent.sentence)]).map_err(io::Error::other)?;
    csv.write_record(columns).map_err(io::Error::other)?;
    let completeness = extent.sentence.as_str();
    line_write(&mut lines, &Line::Section { name, columns, complete: extent.is_complete, completeness })?;
    let (mut rows, mut shown) = (0, Vec::new());
    section.rows(&mut |row| {
        rows += 1;
        let cells: Vec<String> = row.iter().map(cell_text).collect();
        csv.write_record(cells.iter().map(|cell| spreadsheet_cell(cell.clone()))).map_err(io::Error::other)?;
        line_write(&mut lines, &Line::Row(&object(columns, row)))?;
        if shown.len() < SHOWN {
            shown.push(cells);
        }
        Ok(())
    })?;
    line_write(&mut lines, &Line::End { rows })?;
    let csv = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    let files = vec![csv.finish()?, lines.finish()?];
    let (title, proves) = (section.title(), section.proves());
    Ok(Written { name, title, proves, columns, extent, rows, shown, files })
}

fn object(columns: &[&str], row: Row) -> Map<String, Json> {
    columns.iter().map(|column| (*column).to_owned()).zip(row).collect()
}

fn line_write(out: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
