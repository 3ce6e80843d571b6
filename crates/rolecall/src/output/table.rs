//! Tables that fit the terminal.

use std::io;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, presets};

use super::text::printable;
use super::text_lines;
use crate::console;

/// A table for people: no frame, a bold header, wrapped to the terminal's width.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(columns.iter().map(|column| column.to_uppercase()));
        if let Some(width) = console::width() {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        Self(table)
    }

    pub(crate) fn row(&mut self, cells: &[String]) {
        self.0.add_row(cells.iter().map(|cell| printable(cell)));
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        let text = self.0.to_string();
        let mut lines = text.lines().map(str::trim_end);
        let header = lines.next().map(paint_bold);
        text_lines(header.as_deref().into_iter().chain(lines))
    }
}

pub(crate) fn paint_bold(text: &str) -> String {
    paint(text, Style::new().bold())
}

pub(crate) fn paint_dim(text: &str) -> String {
    paint(text, Style::new().dimmed())
}

pub(crate) fn paint_warning(text: &str) -> String {
    paint(text, AnsiColor::Yellow.on_default())
}

/// Colours are removed again by `anstream` when the output is no terminal.
fn paint(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}
