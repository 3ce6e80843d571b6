//! What the members of the file say: header, chunks, trailer.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::schema::tables;
use super::table::Table;
use crate::hex::hex;

/// The version of the form of the file.
pub(super) const VERSION: u32 = 1;

/// The first line of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Part {
    Header(Header),
    Chunk(Chunk),
    Trailer(Trailer),
}

/// What the file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    /// The schema of the database.
    pub(super) schema: i64,
    /// The id of the database.
    pub(super) database: Uuid,
    pub(super) tables: Vec<TableHeader>,
}

/// A table, for readers who have not this program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableHeader {
    pub(super) name: String,
    /// Name and kind of each column.
    pub(super) columns: Vec<(String, String)>,
}

/// Some rows of one table; they follow, one a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chunk {
    pub(super) table: String,
    /// The number of the first row within its table, from 1.
    pub(super) first: u64,
    pub(super) rows: u64,
    /// Of the rows' lines.
    pub(super) sha256: String,
}

/// The end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    pub(super) chunks: u64,
    /// How many rows each table has.
    pub(super) rows: Vec<(String, u64)>,
    /// Of every byte before the trailer.
    pub(super) sha256: String,
}

/// What the header calls the file.
const FORMAT: &str = "rolecall-database";

impl Header {
    pub(super) fn new(schema: i64, database: Uuid) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            schema,
            database,
            tables: tables().map(table_header).collect(),
        }
    }

    /// Why the file is not one that this program writes, with a database of this schema.
    pub(super) fn refusal(&self, schema: i64) -> Option<String> {
        if self.format != FORMAT {
            return Some("it is no export of a database".to_owned());
        }
        if self.version != VERSION {
            return Some(format!("it has form {}, and this program reads only {VERSION}", self.version));
        }
        if self.schema != schema {
            let found = self.schema;
            return Some(format!(
                "it has schema {found}, and this program has {schema}: use the version that wrote it"
            ));
        }
        (*self != Self::new(schema, self.database)).then(|| "its tables are not those of this program".to_owned())
    }
}

fn table_header(table: &Table) -> TableHeader {
    let columns = table.columns.iter().map(|column| (column.name.to_owned(), column.kind.word().to_owned()));
    TableHeader { name: table.name.to_owned(), columns: columns.collect() }
}

impl Chunk {
    pub(super) fn new(table: &Table, first: u64, rows: u64, lines: &str) -> Self {
        Self { table: table.name.to_owned(), first, rows, sha256: digest_of(lines) }
    }

    /// Which one it is, in words.
    pub(super) fn place(&self, number: u64) -> String {
        let last = self.first + self.rows.saturating_sub(1);
        format!("chunk {number} ({}, rows {} to {last})", self.table, self.first)
    }
}

pub(super) fn digest_of(lines: &str) -> String {
    hex(&Sha256::digest(lines.as_bytes()))
}

impl Part {
    /// A member of the file.
    pub(super) fn text(&self, lines: &str) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n{lines}", serde_json::to_string(self)?))
    }

    /// What a member says, and the lines after it; nothing when it is no member of ours.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let (first, lines) = text.split_once('\n')?;
        Some((serde_json::from_str(first).ok()?, lines))
    }
}
