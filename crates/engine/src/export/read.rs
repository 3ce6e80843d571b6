//! From bytes back to lines, whoever wrote them.
//!
//! What is read may be damaged, cut off, newer, or no export at all. Nothing in it is trusted: a line has a greatest
//! length, every fact names a listing that came before, and the header's counts say whether the end is the end.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Read as _};

use super::line::{ExportHeader, FORMAT, FactLine, Line, ListingLine, VERSION};
use super::sink::ExportSink;

/// The longest line that is read. The longest that is written, a package's list of publishers, is far below.
const LONGEST_LINE: u64 = 8 << 20;

/// Why an export could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Input(#[from] io::Error),
    /// It is something else.
    #[error("is not an export: {0}")]
    NotAnExport(String),
    /// A newer Rolecall wrote it.
    #[error("is of export format {found}, and this Rolecall reads up to {VERSION}")]
    Newer {
        /// Its version.
        found: u64,
    },
    /// Its end is missing.
    #[error("is cut off: it states {stated} {what} and holds {found}")]
    Truncated {
        /// Listings or facts.
        what: &'static str,
        /// How many there should be.
        stated: u64,
        /// How many there are.
        found: u64,
    },
    /// A line is not what it should be.
    #[error("is damaged in line {number}: {why}")]
    Line {
        /// The line's number, from 1.
        number: u64,
        /// What is wrong with it.
        why: String,
    },
    /// This build does not know a connector type in it.
    #[error("holds a connector of type {0:?}, which this Rolecall does not know")]
    UnknownConnector(String),
}

impl ImportError {
    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Input(_) => None,
            Self::NotAnExport(_) => Some("make one with: rolecall export --format ndjson --output FILE"),
            Self::Newer { .. } | Self::UnknownConnector(_) => Some("use the Rolecall that wrote it, or a newer one"),
            Self::Truncated { .. } | Self::Line { .. } => {
                Some("export again; --output FILE writes a file whole or not at all")
            }
        }
    }
}

/// Reads an export and hands its lines on. The sink may have seen some of it when this fails.
///
/// # Errors
/// When it is no export of a version that this build knows, damaged or cut off.
pub fn export_read(input: impl BufRead, sink: &mut dyn ExportSink) -> Result<ExportHeader, ImportError> {
    let mut lines = Lines { input, number: 0, text: Vec::new() };
    let header = header_read(&mut lines)?;
    let mut seen = Seen::new(&header);
    sink.header(&header)?;
    while let Some((text, whole)) = lines.next()? {
        let parsed = serde_json::from_slice(text);
        match parsed {
            Ok(Line::Listing(listing)) => {
                seen.listing(&listing).map_err(|why| lines.damaged(why))?;
                sink.listing(listing)?;
            }
            Ok(Line::Fact(fact)) => {
                seen.fact(&fact).map_err(|why| lines.damaged(why))?;
                sink.fact(fact)?;
            }
            Ok(Line::Header(_)) => return Err(lines.damaged("a second header".to_owned())),
            // A last line without its end was cut off; one that has its end was spoilt.
            Err(_) if !whole => break,
            Err(error) => return Err(lines.damaged(error.to_string())),
        }
    }
    seen.finish()?;
    sink.end()?;
    Ok(header)
}

/// The version is looked at before anything else: a newer header may have another shape.
fn header_read(lines: &mut Lines<impl BufRead>) -> Result<ExportHeader, ImportError> {
    let not = |why: &str| ImportError::NotAnExport(why.to_owned());
    let Some((text, _)) = lines.next()? else { return Err(not("it is empty")) };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let json: serde_json::Value = serde_json::from_slice(text).map_err(|_| not("its first line is no JSON object"))?;
    if json.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
        return Err(not("its first line is no export's header"));
    }
    match json.get("version").and_then(serde_json::Value::as_u64) {
        Some(found) if found > u64::from(VERSION) => return Err(ImportError::Newer { found }),
        Some(_) => {}
        None => return Err(not("its header states no version")),
    }
    match serde_json::from_value(json) {
        Ok(Line::Header(header)) => Ok(header),
        Ok(_) => Err(not("its first line is no header")),
        Err(error) => Err(not(&format!("its header is unreadable: {error}"))),
    }
}

/// Lines of bounded length, with their number.
struct Lines<R> {
    input: R,
    number: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its end, and whether it had one.
    fn next(&mut self) -> Result<Option<(&[u8], bool)>, ImportError> {
        self.text.clear();
        self.number += 1;
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.text)?;
        if read == 0 {
            return Ok(None);
        }
        let whole = self.text.pop_if(|last| *last == b'\n').is_some();
        if !whole && u64::try_from(read).is_ok_and(|read| read == LONGEST_LINE) {
            return Err(self.damaged(format!("it is longer than {LONGEST_LINE} bytes")));
        }
        Ok(Some((&self.text, whole)))
    }

    fn damaged(&self, why: String) -> ImportError {
        // In the first line it is not known yet that this is an export at all.
        match self.number {
            1 => ImportError::NotAnExport(why),
            number => ImportError::Line { number, why },
        }
    }
}

/// What has been seen, to be compared with what the header states.
struct Seen {
    connectors: HashMap<String, Counted>,
    listings: HashSet<(String, String)>,
}

#[derive(Default)]
struct Counted {
    stated: (u64, u64),
    found: (u64, u64),
}

impl Seen {
    fn new(header: &ExportHeader) -> Self {
        let stated = header.connectors.iter().map(|line| {
            (line.connector.clone(), Counted { stated: (line.listings, line.facts), ..Counted::default() })
        });
        Self { connectors: stated.collect(), listings: HashSet::new() }
    }

    fn listing(&mut self, line: &ListingLine) -> Result<(), String> {
        self.counted(&line.connector)?.found.0 += 1;
        let is_new = self.listings.insert((line.connector.clone(), line.listing.clone()));
        if is_new { Ok(()) } else { Err(format!("the listing {:?} is there twice", line.listing)) }
    }

    fn fact(&mut self, line: &FactLine) -> Result<(), String> {
        self.counted(&line.connector)?.found.1 += 1;
        let key = (line.connector.clone(), line.listing.clone());
        if self.listings.contains(&key) {
            return Ok(());
        }
        Err(format!("no line before it describes the listing {:?}", line.listing))
    }

    fn counted(&mut self, connector: &str) -> Result<&mut Counted, String> {
        self.connectors.get_mut(connector).ok_or_else(|| format!("the header names no connector {connector:?}"))
    }

    fn finish(self) -> Result<(), ImportError> {
        for Counted { stated, found } in self.connectors.into_values() {
            for (what, stated, found) in [("listings", stated.0, found.0), ("facts", stated.1, found.1)] {
                if found < stated {
                    return Err(ImportError::Truncated { what, stated, found });
                }
                if found > stated {
                    let why = format!("there are more {what} than the header states");
                    return Err(ImportError::NotAnExport(why));
                }
            }
        }
        Ok(())
    }
}
