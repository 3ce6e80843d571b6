//! Where the lines of an export go.

use std::io::{self, Write};

use super::json::JsonDocument;
use super::line::{ExportHeader, FactLine, Line, ListingLine};

/// Takes an export line by line: the header, then every listing, then every fact.
pub trait ExportSink {
    /// The header comes first, and once.
    ///
    /// # Errors
    /// When it cannot be written.
    fn header(&mut self, header: &ExportHeader) -> io::Result<()>;

    /// A listing.
    ///
    /// # Errors
    /// When it cannot be written.
    fn listing(&mut self, listing: ListingLine) -> io::Result<()>;

    /// A fact of a listing that came before.
    ///
    /// # Errors
    /// When it cannot be written.
    fn fact(&mut self, fact: FactLine) -> io::Result<()>;

    /// Nothing follows.
    ///
    /// # Errors
    /// When it cannot be written.
    fn end(&mut self) -> io::Result<()>;
}

/// One JSON object on each line: the form that is read back.
#[derive(Debug)]
pub struct NdjsonSink<W: Write>(W);

impl<W: Write> NdjsonSink<W> {
    /// Writes to `out`, which ought to be buffered.
    pub const fn new(out: W) -> Self {
        Self(out)
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, line)?;
        self.0.write_all(b"\n")
    }
}

impl<W: Write> ExportSink for NdjsonSink<W> {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        self.line(&Line::Header(header.clone()))
    }

    fn listing(&mut self, listing: ListingLine) -> io::Result<()> {
        self.line(&Line::Listing(listing))
    }

    fn fact(&mut self, fact: FactLine) -> io::Result<()> {
        self.line(&Line::Fact(fact))
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// One JSON document, `{"header": …, "listings": […], "facts": […]}`, written as it comes.
#[derive(Debug)]
pub struct JsonSink<W: Write> {
    document: JsonDocument<W>,
    has_facts: bool,
}

impl<W: Write> JsonSink<W> {
    /// Writes to `out`, which ought to be buffered.
    pub const fn new(out: W) -> Self {
        Self { document: JsonDocument::new(out), has_facts: false }
    }

    fn facts_begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_facts, true) { Ok(()) } else { self.document.array("facts") }
    }
}

impl<W: Write> ExportSink for JsonSink<W> {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        self.document.value("header", header)?;
        self.document.array("listings")
    }

    fn listing(&mut self, listing: ListingLine) -> io::Result<()> {
        self.document.item(&listing)
    }

    fn fact(&mut self, fact: FactLine) -> io::Result<()> {
        self.facts_begin()?;
        self.document.item(&fact)
    }

    fn end(&mut self) -> io::Result<()> {
        self.facts_begin()?;
        self.document.finish()
    }
}
