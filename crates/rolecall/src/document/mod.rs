//! Pages: the same content as Markdown and as HTML.
//!
//! A page is built as blocks of plain text, and the two writers escape all of it. No name from a registry can become
//! markup, because nothing that builds a page can write markup.

pub(crate) mod html;
pub(crate) mod markdown;

use rolecall_engine::Completeness;

use crate::output::Row;

/// A page.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
    /// A paragraph that must not be overlooked.
    Warning(String),
    List(Vec<String>),
    Table {
        caption: String,
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

impl Document {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(text.into()));
    }

    pub(crate) fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    pub(crate) fn warning(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Warning(text.into()));
    }

    /// A list; nothing at all when it is empty.
    pub(crate) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// A table of the rows that lists are made of.
    pub(crate) fn table<R: Row>(&mut self, caption: &str, columns: &[&str], rows: &[R]) {
        self.cells(caption, columns, rows.iter().map(Row::cells));
    }

    /// A table.
    pub(crate) fn cells(&mut self, caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.blocks.push(Block::Table {
            caption: caption.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: rows.into_iter().collect(),
        });
    }

    /// How complete something is.
    pub(crate) fn completeness(&mut self, what: &str, completeness: &Completeness) {
        match (&completeness.read_in_full_since, completeness.complete) {
            (Some(since), true) => self.paragraph(format!(
                "{what}: complete. Every listing behind it was read in full, the oldest at {since}."
            )),
            (None, true) => self.paragraph(format!("{what}: nothing is recorded.")),
            (_, false) => {
                self.warning(format!("{what}: not complete. Numbers are lower bounds, because of:"));
                self.list(completeness.gaps.iter().map(rolecall_engine::Gap::sentence));
            }
        }
    }
}
