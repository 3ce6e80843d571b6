//! The rows of a roster's text, one after another: the text is never held twice.

use std::collections::BTreeSet;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{Problems, json};

/// No line is that long. One that is has usually lost a quote and swallowed those after it.
const LONGEST_ROW: usize = 64 * 1024;

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// The text of a roster, or of another list of things.
pub(crate) enum Table<'t> {
    Separated { text: &'t str, separator: u8 },
    Json(&'t str),
}

impl<'t> Table<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with(['[', '{']) {
            return Self::Json(text);
        }
        Self::Separated { text, separator: separator(text) }
    }

    /// The names of the columns.
    pub(crate) fn headers(&self, problems: &mut Problems) -> Vec<String> {
        let headers = match self {
            Self::Separated { text, separator } => {
                let mut reader = reader(text, *separator);
                let headers = reader.headers().cloned().unwrap_or_default();
                headers.iter().map(|header| header.trim().to_owned()).collect()
            }
            Self::Json(text) => json::keys(text),
        };
        let mut seen = BTreeSet::new();
        for header in headers.iter().filter(|header| !header.is_empty()) {
            if !seen.insert(header) {
                problems.add(1, format!("two columns are named `{header}`; rename one"));
            }
        }
        headers
    }

    /// Hands out each row with its line, in the order of the columns.
    pub(crate) fn rows(
        &self,
        headers: &[String],
        problems: &mut Problems,
        mut visit: impl FnMut(u64, &StringRecord, &mut Problems),
    ) {
        match self {
            Self::Separated { text, separator } => {
                let mut reader = reader(text, *separator);
                let mut row = StringRecord::new();
                while reader.read_record(&mut row).unwrap_or(false) {
                    let line = row.position().map_or(0, |position| line_of(text, position));
                    match oddity(&row, headers.len()) {
                        Some(odd) => problems.add(line, odd),
                        None => visit(line, &row, problems),
                    }
                }
            }
            Self::Json(text) => json::rows(text, headers, problems, visit),
        }
    }
}

/// The separator that the header has most of, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut is_quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for character in text.trim_start_matches(['\n', '\r']).chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            '\n' | '\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                let found = SEPARATORS.iter().zip(&mut counts).find(|(separator, _)| **separator == character);
                if let Some((_, count)) = found {
                    *count += 1;
                }
            }
        }
    }
    // Of equally many the first counts.
    let best = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    best.and_then(|(separator, _)| u8::try_from(*separator).ok()).unwrap_or(b',')
}

fn reader(text: &str, separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes())
}

/// The line on which a row begins. The reader tells where the last one ended, before the rest of that line's end and before
/// empty lines.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let passed = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + u64::try_from(passed.count()).unwrap_or(0)
}

fn oddity(row: &StringRecord, columns: usize) -> Option<String> {
    if row.as_slice().len() > LONGEST_ROW {
        let most = LONGEST_ROW / 1024;
        return Some(format!("the line is longer than {most} KiB; look for a quote that is not closed"));
    }
    (row.len() != columns).then(|| {
        let cells = row.len();
        format!("there are {cells} cells and {columns} columns; look for a missing quote or separator")
    })
}
