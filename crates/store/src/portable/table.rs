//! A table and its columns, and the statements that move its rows.

use crate::db::places;

/// A table, and its columns in the order of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// Written by migrations already, so that rows of it do not make a database one that is in use.
    pub(super) is_born_filled: bool,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// Part of the primary key, whose parts are in the order of the columns.
    pub(super) is_key: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Text,
    Blob,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false, is_key: false }
}

pub(super) const fn integer(name: &'static str) -> Column {
    column(name, Kind::Integer)
}

pub(super) const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

pub(super) const fn blob(name: &'static str) -> Column {
    column(name, Kind::Blob)
}

pub(super) const fn or_null(column: Column) -> Column {
    Column { nullable: true, ..column }
}

pub(super) const fn key(column: Column) -> Column {
    Column { is_key: true, ..column }
}

pub(super) const fn table(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, is_born_filled: false }
}

pub(super) const fn born_filled(table: Table) -> Table {
    Table { is_born_filled: true, ..table }
}

impl Kind {
    /// As the file's header spells it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Blob => "blob",
        }
    }
}

impl Table {
    fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// Every row, in the order of the file: both engines compare texts byte by byte.
    pub(super) fn select(&self) -> String {
        let keys: Vec<&str> = self.columns.iter().filter(|column| column.is_key).map(|column| column.name).collect();
        format!("select {} from {} order by {}", self.names().join(", "), self.name, keys.join(", "))
    }

    /// Adds so many rows at once.
    pub(super) fn insert(&self, rows: usize) -> String {
        let width = self.columns.len();
        let rows: Vec<String> = (0..rows).map(|row| format!("({})", places(row * width + 1, width))).collect();
        format!("insert into {} ({}) values {}", self.name, self.names().join(", "), rows.join(", "))
    }

    /// The key by which the engine numbers rows itself, if it does.
    pub(super) fn numbered(&self) -> Option<&'static str> {
        let mut keys = self.columns.iter().filter(|column| column.is_key);
        match (keys.next(), keys.next()) {
            (Some(key), None) if key.kind == Kind::Integer => Some(key.name),
            _ => None,
        }
    }

    pub(super) fn count(&self) -> String {
        format!("select count(*) from {}", self.name)
    }

    pub(super) fn clear(&self) -> String {
        format!("delete from {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::table_named;

    #[test]
    fn statements_name_every_column_and_are_portable() {
        let table = table_named("requests_used").unwrap();
        assert_eq!(
            table.insert(2),
            "insert into requests_used (connector_id, month, count) values ($1, $2, $3), ($4, $5, $6)"
        );
        let select = table.select();
        assert!(
            select.starts_with("select connector_id, month, count from requests_used order by connector_id, month")
        );
    }
}
