//! `rolecall connectors describe`: what a connector type reads, asks for and cannot see.

use std::io;

use clap::Args;
use serde_json::{Map, Value as Json};

use crate::cli::Global;
use crate::connectors::describe::{Part, Section, sections};
use crate::connectors::kind;
use crate::exit::{Exit, Failure};
use crate::output::{Format, Table, line, paint_bold, print_csv, print_json};

#[derive(Debug, Args)]
#[command(after_help = "It is made from what the connector type declares, which is also what it is held to.

Examples:
  rolecall connectors describe npm
  rolecall connectors describe cloudsmith --format json")]
pub(super) struct DescribeArgs {
    /// The connector type, such as npm or cloudsmith
    #[arg(value_name = "TYPE")]
    kind: String,
    /// Print it as the manual shows it
    #[arg(long)]
    markdown: bool,
}

/// Describes a connector type.
pub(super) fn run(global: &Global, args: &DescribeArgs) -> Result<Exit, Failure> {
    let kind = kind(&args.kind)?;
    let sections = sections(kind);
    match global.chosen_format() {
        _ if args.markdown => markdown_print(&sections)?,
        Format::Json => {
            let keyed = sections.iter().map(|section| (section.key.to_owned(), section.to_json()));
            let named = [("type".to_owned(), Json::from(kind.name()))];
            print_json(&named.into_iter().chain(keyed).collect::<Map<_, _>>())?;
        }
        Format::Csv => print_csv(&["section", "row", "column", "value"], sections.iter().flat_map(csv_rows))?,
        _ => sections.iter().try_for_each(print)?,
    }
    Ok(Exit::Done)
}

fn print(section: &Section) -> io::Result<()> {
    line(&paint_bold(section.title))?;
    let mut table = Table::new(section.columns);
    section.cells().for_each(|cells| table.row(&cells));
    table.print()?;
    line("")
}

/// Sections have different columns, so that each cell is a row.
fn csv_rows(section: &Section) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (number, cells) in section.cells().enumerate() {
        for (column, cell) in section.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            rows.push(vec![section.key.to_owned(), (number + 1).to_string(), (*column).to_owned(), cell]);
        }
    }
    rows
}

/// Each part between the marks that the manual has.
fn markdown_print(sections: &[Section]) -> io::Result<()> {
    for part in Part::ALL {
        line(&format!("<!-- generated: {} -->\n", part.word()))?;
        for section in sections.iter().filter(|section| section.part == part) {
            line(&section.to_markdown())?;
        }
        line("<!-- end of what is generated -->")?;
    }
    Ok(())
}
