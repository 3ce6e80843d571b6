//! Where the lines of an export go.

use std::io::{self, Write};

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
    out: W,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Listings,
    FirstListing,
    Facts,
    FirstFact,
}

impl<W: Write> JsonSink<W> {
    /// Writes to `out`, which ought to be buffered.
    pub const fn new(out: W) -> Self {
        Self { out, place: Place::Start }
    }

    fn facts_begin(&mut self) -> io::Result<()> {
        if self.place < Place::Facts {
            self.out.write_all(b"\n],\n\"facts\": [")?;
            self.place = Place::Facts;
        }
        Ok(())
    }

    fn item(&mut self, before: Place, after: Place, item: &impl serde::Serialize) -> io::Result<()> {
        self.out.write_all(if self.place == before { b"\n" } else { b",\n" })?;
        self.place = after;
        Ok(serde_json::to_writer(&mut self.out, item)?)
    }
}

impl<W: Write> ExportSink for JsonSink<W> {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        self.out.write_all(b"{\n\"header\": ")?;
        serde_json::to_writer(&mut self.out, header)?;
        self.place = Place::Listings;
        self.out.write_all(b",\n\"listings\": [")
    }

    fn listing(&mut self, listing: ListingLine) -> io::Result<()> {
        self.item(Place::Listings, Place::FirstListing, &listing)
    }

    fn fact(&mut self, fact: FactLine) -> io::Result<()> {
        self.facts_begin()?;
        self.item(Place::Facts, Place::FirstFact, &fact)
    }

    fn end(&mut self) -> io::Result<()> {
        self.facts_begin()?;
        self.out.write_all(b"\n]\n}\n")?;
        self.out.flush()
    }
}
