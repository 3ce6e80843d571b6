//! A table that is written a few thousand rows at a time.

use std::io;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::TableFile;

/// So many rows are gathered before they are written.
const ROWS: usize = 1 << 16;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A text, or nothing.
    Optional,
    /// Yes or no.
    Flag,
}

/// One value of a row, of its column's kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'c> {
    Text(&'c str),
    Optional(Option<&'c str>),
    Flag(bool),
}

/// Values that are gathered.
#[derive(Debug, Default)]
struct Column {
    texts: Vec<ByteArray>,
    /// Of each row whether it has a text: 1 where it has.
    levels: Vec<i16>,
    flags: Vec<bool>,
}

pub(super) struct Table {
    writer: SerializedFileWriter<TableFile>,
    kinds: Vec<Kind>,
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    pub(super) fn new(name: &str, columns: &[(&str, Kind)], file: TableFile) -> io::Result<Self> {
        let field = |(name, kind): &(&str, Kind)| match kind {
            Kind::Text => format!("required binary {name} (UTF8);"),
            Kind::Optional => format!("optional binary {name} (UTF8);"),
            Kind::Flag => format!("required boolean {name};"),
        };
        let fields: Vec<String> = columns.iter().map(field).collect();
        let schema = parse_message_type(&format!("message {name} {{ {} }}", fields.join(" "))).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("rolecall {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
        let columns = kinds.iter().map(|_| Column::default()).collect();
        Ok(Self { writer, kinds, columns, rows: 0 })
    }

    /// Adds a row, whose cells are in the order of the columns.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match cell {
                Cell::Text(text) => column.texts.push(ByteArray::from(*text)),
                Cell::Optional(text) => {
                    column.levels.push(i16::from(text.is_some()));
                    column.texts.extend(text.map(ByteArray::from));
                }
                Cell::Flag(flag) => column.flags.push(*flag),
            }
        }
        self.rows += 1;
        if self.rows < ROWS { Ok(()) } else { self.flush() }
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map(drop).map_err(failed)
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.rows) == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for (kind, column) in self.kinds.iter().zip(&mut self.columns) {
            let Column { texts, levels, flags } = std::mem::take(column);
            let Some(mut out) = group.next_column().map_err(failed)? else { break };
            match kind {
                Kind::Text => out.typed::<ByteArrayType>().write_batch(&texts, None, None),
                Kind::Optional => out.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None),
                Kind::Flag => out.typed::<BoolType>().write_batch(&flags, None, None),
            }
            .map_err(failed)?;
            out.close().map_err(failed)?;
        }
        group.close().map(drop).map_err(failed)
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
