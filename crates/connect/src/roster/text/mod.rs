//! A roster of people as text, read whole or refused whole.
//!
//! | question | module |
//! |---|---|
//! | which column is what? | `mapping` |
//! | what are the rows of the text? | `table`, `json` |
//! | what does a cell say? | `value` |
//! | what does a row say of a person? | `row` |
//! | do the rows fit together? | `managers` |
//! | what is wrong, and where? | `problem` |

mod json;
mod managers;
mod mapping;
mod problem;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rolecall_model::person::{Person, PersonKey};

pub(crate) use mapping::letters;
pub use mapping::{DateOrder, RosterField, RosterMapping, RosterTarget};
pub use problem::{Problems, RosterProblem, RosterRefused};
pub use value::kind as kind_of;

pub(crate) use table::Table;

use row::RowReader;

/// Everybody of a roster.
#[derive(Debug)]
pub struct Roster {
    /// The people, in the order of the text.
    pub people: Vec<Person>,
    /// The mapping by which they were read, to be kept for the next time.
    pub mapping: RosterMapping,
    /// What is odd and was read all the same.
    pub warnings: Problems,
}

/// Reads a roster: text with a header line and any usual separator, a JSON array of objects, or one object per line.
/// Without a mapping the columns are guessed from their names. `source` is whose word the addresses are then.
///
/// # Errors
/// With everything that is wrong, if anything is. Nothing of such a roster is to be used.
pub fn read(text: &str, source: &str, mapping: Option<&RosterMapping>) -> Result<Roster, RosterRefused> {
    let table = Table::of(text);
    let (mut problems, mut warnings) = (Problems::default(), Problems::default());
    let headers = table.headers(&mut problems);
    let mapping = mapping.cloned().unwrap_or_else(|| RosterMapping::guessed(&headers));
    let columns = mapping.columns(&headers, &mut problems);
    // Every row would be wrong in the same way.
    if problems.is_empty() {
        let mut entries = Entries::default();
        let reader = RowReader { columns: &columns, order: mapping.date_order, source };
        table.rows(&headers, &mut problems, |line, row, problems| {
            let Some(key) = reader.key(line, row, problems) else { return };
            let is_first = entries.claim(&key, line, problems);
            let person = reader.person(key, line, row, problems, &mut warnings);
            if let Some(person) = person.filter(|_| is_first) {
                entries.people.push(person);
                entries.lines.push(line);
            }
        });
        managers::resolve(&mut entries.people, &entries.lines, &mut problems, &mut warnings);
        if entries.people.is_empty() && problems.is_empty() {
            problems.add(1, "there is nobody in this roster; it needs a line for each person after the header");
        }
        if problems.is_empty() {
            return Ok(Roster { people: entries.people, mapping, warnings });
        }
    }
    Err(RosterRefused { problems })
}

/// What the columns of a roster most probably are.
#[must_use]
pub fn mapping_guessed(text: &str) -> RosterMapping {
    RosterMapping::guessed(&Table::of(text).headers(&mut Problems::default()))
}

/// The people so far, with the lines they are from.
#[derive(Default)]
struct Entries {
    people: Vec<Person>,
    lines: Vec<u64>,
    by_key: HashMap<PersonKey, u64>,
}

impl Entries {
    /// Notes that a line is about somebody. A second one is a problem, also where something else is wrong with the first.
    fn claim(&mut self, key: &PersonKey, line: u64, problems: &mut Problems) -> bool {
        match self.by_key.entry(key.clone()) {
            Entry::Occupied(first) => {
                let first = first.get();
                let message = format!("`{key}` is on line {first} already; remove one, or give each an id of its own");
                problems.add(line, message);
                false
            }
            Entry::Vacant(place) => {
                place.insert(line);
                true
            }
        }
    }
}
