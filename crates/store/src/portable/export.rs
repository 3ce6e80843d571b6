//! Writing the file, of one moment of the database.

use std::io::Write;

use futures::TryStreamExt as _;
use uuid::Uuid;

use super::container::MemberWriter;
use super::line::{line_of, values_of};
use super::part::{Chunk, Header, Part, Trailer};
use super::schema::tables;
use super::table::Table;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::store::database_id;
use crate::{Store, StoreError, migrate};

/// The most rows of a chunk, and how much text ends one.
const ROWS: u64 = 1000;
const TEXT: usize = 256 * 1024;

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The id of the database.
    pub database: Uuid,
    /// Its schema.
    pub schema: i64,
    /// How many rows each table has.
    pub rows: Vec<(String, u64)>,
    /// How many chunks they are in.
    pub chunks: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub digest: String,
}

impl Store {
    /// Writes the whole database, as it is at one moment, in the form that [`Store::import`] reads. The same database is
    /// the same bytes. `O(rows)` in time; a chunk at a time in memory.
    ///
    /// # Errors
    /// [`StoreError::Output`] when it cannot be written, and as of any reading.
    pub async fn export(&self, out: impl Write + Send) -> Result<Export, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let mut writer = Writer { out: MemberWriter::new(out), chunks: 0, rows: Vec::new() };
            let header = header(&mut db).await?;
            let (schema, database) = (header.schema, header.database);
            writer.part(&Part::Header(header), "")?;
            for table in tables() {
                let rows = writer.table(&mut db, table).await?;
                writer.rows.push((table.name.to_owned(), rows));
            }
            let (chunks, rows) = (writer.chunks, writer.rows.clone());
            Ok(Export { database, schema, rows, chunks, digest: writer.finish()? })
        })
        .await
    }
}

async fn header(db: &mut Connection) -> Result<Header, Failure> {
    let database = database_id(db).await?;
    Ok(Header::new(migrate::version(db).await?, database))
}

struct Writer<W> {
    out: MemberWriter<W>,
    chunks: u64,
    rows: Vec<(String, u64)>,
}

impl<W: Write> Writer<W> {
    /// Writes a table's chunks, and returns how many rows there are.
    async fn table(&mut self, db: &mut Connection, table: &'static Table) -> Result<u64, Failure> {
        let (mut lines, mut first, mut rows) = (String::new(), 1, 0);
        let mut stream = db::query(table.select()).fetch(db);
        while let Some(row) = stream.try_next().await? {
            lines.push_str(&line_of(&values_of(&row, table)?));
            lines.push('\n');
            rows += 1;
            if rows == ROWS || lines.len() >= TEXT {
                self.chunk(table, first, rows, &lines)?;
                lines.clear();
                (first, rows) = (first + rows, 0);
            }
        }
        if rows > 0 {
            self.chunk(table, first, rows, &lines)?;
        }
        Ok(first + rows - 1)
    }

    fn chunk(&mut self, table: &Table, first: u64, rows: u64, lines: &str) -> Result<(), Failure> {
        self.chunks += 1;
        self.part(&Part::Chunk(Chunk::new(table, first, rows, lines)), lines)
    }

    fn part(&mut self, part: &Part, lines: &str) -> Result<(), Failure> {
        self.out.member(&part_text(part, lines)?).map_err(Failure::Output)
    }

    fn finish(mut self) -> Result<String, Failure> {
        let trailer = Trailer { chunks: self.chunks, rows: self.rows, sha256: self.out.digest() };
        let text = part_text(&Part::Trailer(trailer), "")?;
        self.out.member_plain(&text).map_err(Failure::Output)?;
        self.out.finish().map_err(Failure::Output)
    }
}

fn part_text(part: &Part, lines: &str) -> Result<String, Failure> {
    part.text(lines).map_err(|error| Failure::Output(error.into()))
}
