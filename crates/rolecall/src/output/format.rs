//! In which formats an answer can be had. No command can do all of them, and each says which it can.

use std::path::Path;

use clap::ValueEnum;

use crate::exit::{Exit, Failure};

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// Stable and documented, for programs
    Json,
    /// One row for each item, with a header
    Csv,
    /// One JSON object on each line
    Ndjson,
    /// For pages and comments
    Markdown,
    /// One page that needs nothing else
    Html,
    /// Paths as indented text
    Tree,
    /// Vertices and edges as JSON
    Graph,
    /// A graph as Graphviz draws it
    Dot,
    /// Findings for code scanning: SARIF 2.1.0
    Sarif,
    /// Findings for a SIEM: OCSF, an event on each line
    Ocsf,
}

/// What an answer that is a list can be printed as.
pub(crate) const LIST: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Ndjson];
/// What an answer that is one thing can be printed as.
pub(crate) const ANSWER: &[Format] = &[Format::Table, Format::Json, Format::Csv];

impl Format {
    /// The format that was asked for, or else the first of those that the command can print.
    pub(crate) fn among(chosen: Option<Self>, can: &[Self]) -> Result<Self, Failure> {
        match (chosen, can.first()) {
            (None, Some(default)) => Ok(*default),
            (Some(chosen), _) if can.contains(&chosen) => Ok(chosen),
            (chosen, _) => Err(refused(chosen, can)),
        }
    }

    /// The format that a file's name asks for.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Tree => "tree",
            Self::Graph => "graph",
            Self::Dot => "dot",
            Self::Sarif => "sarif",
            Self::Ocsf => "ocsf",
        }
    }
}

fn refused(chosen: Option<Format>, can: &[Format]) -> Failure {
    let chosen = chosen.map_or("that", Format::word);
    let can: Vec<&str> = can.iter().map(|format| format.word()).collect();
    Failure::new(Exit::Usage, format!("this command cannot print {chosen}; it can print {}", can.join(", ")))
        .hint(format!("for example: --format {}", can.first().unwrap_or(&"table")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_refuses_what_it_cannot_print_and_says_what_it_can() {
        assert_eq!(Format::among(None, &[Format::Ndjson, Format::Csv]).unwrap(), Format::Ndjson);
        assert_eq!(Format::among(Some(Format::Csv), LIST).unwrap(), Format::Csv);
        let refused = Format::among(Some(Format::Html), ANSWER).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert!(refused.message.contains("html") && refused.message.contains("table, json, csv"));
    }

    #[test]
    fn a_files_name_may_say_the_format() {
        assert_eq!(Format::of_file(Path::new("a/report.html")), Some(Format::Html));
        assert_eq!(Format::of_file(Path::new("export")), None);
    }
}
