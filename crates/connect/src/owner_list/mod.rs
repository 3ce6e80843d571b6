//! A list of who answers for what, as somebody brings it: CSV with any usual separator, or JSON. It is read whole or not at
//! all. What its words mean among what is recorded is for others to say.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use csv::StringRecord;

use crate::roster::text::{Problems, Table, letters};

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerListRow {
    /// Its line, from 1.
    pub line: u64,
    /// The type of resource that its column is for; `None` for any.
    pub kind: Option<&'static str>,
    /// What is owned, as it stands there.
    pub resource: String,
    /// Whose it is, where that is said.
    pub connector: Option<String>,
    /// Who owns it: one of them for each name, as it stands there. There is at least one.
    pub owners: Vec<String>,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Resource,
    Package,
    Repository,
    Connector,
    Owner,
}

/// How headers are spelled, in small letters and digits only; the first that is there counts.
const SPELLINGS: &[(Field, &[&str])] = &[
    (Field::Resource, &["resource", "resourceid", "resourcename", "name", "id"]),
    (Field::Package, &["package", "packagename", "npmpackage"]),
    (Field::Repository, &["repository", "repositoryname", "repo", "cloudsmithrepository"]),
    (Field::Connector, &["connector", "connectorname", "source"]),
    (Field::Owner, &["owner", "owners", "owneremail", "ownedby", "responsible", "contact", "team"]),
];

/// Reads a list: what its rows say, and everything that is wrong, so that what else is wrong can be told with it. Nothing of
/// a list with a problem is to be used.
#[must_use]
pub fn read(text: &str) -> (Vec<OwnerListRow>, Problems) {
    let table = Table::of(text);
    let mut problems = Problems::default();
    let headers = table.headers(&mut problems);
    let columns = columns(&headers, &mut problems);
    let mut rows = Vec::new();
    // Every row would be wrong in the same way.
    if problems.is_empty() {
        table.rows(&headers, &mut problems, |line, row, problems| rows.extend(row_of(&columns, line, row, problems)));
        if rows.is_empty() && problems.is_empty() {
            problems.add(1, "there is nothing in this list; it needs a line for each resource after the header");
        }
    }
    (rows, problems)
}

/// Where each field is.
fn columns(headers: &[String], problems: &mut Problems) -> BTreeMap<Field, usize> {
    let spelled: Vec<String> = headers.iter().map(|header| letters(header)).collect();
    let place = |words: &[&str]| words.iter().find_map(|word| spelled.iter().position(|header| header == word));
    let columns: BTreeMap<Field, usize> =
        SPELLINGS.iter().filter_map(|(field, words)| Some((*field, place(words)?))).collect();
    let there = headers.join(", ");
    let is_there = |field| columns.contains_key(&field);
    if ![Field::Resource, Field::Package, Field::Repository].into_iter().any(is_there) {
        problems.add(1, format!("no column is called resource, package or repository; rename one of: {there}"));
    }
    if !is_there(Field::Owner) {
        problems.add(1, format!("no column is called owner; rename one of: {there}"));
    }
    columns
}

/// What a row says; `None` where it says nothing, or something is wrong with it.
fn row_of(
    columns: &BTreeMap<Field, usize>,
    line: u64,
    row: &StringRecord,
    problems: &mut Problems,
) -> Option<OwnerListRow> {
    let cell = |field| columns.get(&field).and_then(|at| row.get(*at)).map_or("", str::trim);
    if row.iter().all(|cell| cell.trim().is_empty()) {
        return None;
    }
    let resources =
        [(Field::Resource, None), (Field::Package, Some("package")), (Field::Repository, Some("repository"))];
    let mut named = resources.into_iter().filter(|(field, _)| !cell(*field).is_empty());
    let (first, second) = (named.next(), named.next());
    let owners: Vec<String> = cell(Field::Owner)
        .split([',', ';', '|'])
        .map(str::trim)
        .filter(|owner| !owner.is_empty())
        .map(str::to_owned)
        .collect();
    let wrong = match (first, second) {
        (None, _) => Some("nothing is named that is owned; fill in a resource, a package or a repository"),
        (_, Some(_)) => Some("more than one thing is named; give each a line of its own"),
        _ if owners.is_empty() => Some("nobody is named as the owner; fill one in, or remove the line"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        problems.add(line, wrong);
        return None;
    }
    let (field, kind) = first?;
    let connector = Some(cell(Field::Connector)).filter(|name| !name.is_empty()).map(str::to_owned);
    Some(OwnerListRow { line, kind, resource: cell(field).to_owned(), connector, owners })
}
