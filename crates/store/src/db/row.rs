//! What comes back.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Error};

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A column by its number or name.
    pub(crate) fn try_get<'r, T: Column<'r>, I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>>(
        &'r self,
        column: I,
    ) -> Result<T, Error> {
        match self {
            Self::Sqlite(row) => T::of_sqlite(row, column),
            Self::Postgres(row) => T::of_postgres(row, column),
        }
    }
}

/// What a column can be read as.
pub(crate) trait Column<'r>: Sized {
    fn of_sqlite(row: &'r SqliteRow, column: impl ColumnIndex<SqliteRow>) -> Result<Self, Error>;
    fn of_postgres(row: &'r PgRow, column: impl ColumnIndex<PgRow>) -> Result<Self, Error>;
}

macro_rules! column {
    ($($type:ty),*) => {$(
        impl<'r> Column<'r> for $type {
            fn of_sqlite(row: &'r SqliteRow, column: impl ColumnIndex<SqliteRow>) -> Result<Self, Error> {
                sqlx::Row::try_get(row, column)
            }

            fn of_postgres(row: &'r PgRow, column: impl ColumnIndex<PgRow>) -> Result<Self, Error> {
                sqlx::Row::try_get(row, column)
            }
        }
    )*};
}

column!(String, Option<String>, &'r str, Option<&'r str>, Vec<u8>, Option<Vec<u8>>, &'r [u8], Option<&'r [u8]>);

impl<'r> Column<'r> for Option<i64> {
    fn of_sqlite(row: &'r SqliteRow, column: impl ColumnIndex<SqliteRow>) -> Result<Self, Error> {
        sqlx::Row::try_get(row, column)
    }

    /// A number that is written in a query is a small one to PostgreSQL.
    fn of_postgres(row: &'r PgRow, column: impl ColumnIndex<PgRow>) -> Result<Self, Error> {
        let column = column.index(row)?;
        match sqlx::Row::try_get(row, column) {
            Err(Error::ColumnDecode { .. }) => {
                sqlx::Row::try_get::<Option<i32>, _>(row, column).map(|number| number.map(i64::from))
            }
            decided => decided,
        }
    }
}

impl<'r> Column<'r> for i64 {
    fn of_sqlite(row: &'r SqliteRow, column: impl ColumnIndex<SqliteRow>) -> Result<Self, Error> {
        sqlx::Row::try_get(row, column)
    }

    fn of_postgres(row: &'r PgRow, column: impl ColumnIndex<PgRow>) -> Result<Self, Error> {
        let column = column.index(row)?;
        Option::<Self>::of_postgres(row, column)?.ok_or_else(|| Error::ColumnDecode {
            index: column.to_string(),
            source: "it is null, and must not be".into(),
        })
    }
}

/// Truth is kept as 0 and 1, and PostgreSQL's own truth only comes from a comparison.
impl<'r> Column<'r> for bool {
    fn of_sqlite(row: &'r SqliteRow, column: impl ColumnIndex<SqliteRow>) -> Result<Self, Error> {
        sqlx::Row::try_get(row, column)
    }

    fn of_postgres(row: &'r PgRow, column: impl ColumnIndex<PgRow>) -> Result<Self, Error> {
        let column = column.index(row)?;
        let compared: Result<Self, Error> = sqlx::Row::try_get(row, column);
        compared.or_else(|_| i64::of_postgres(row, column).map(|number| number != 0))
    }
}

/// What a whole row can be read as.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, Error>;
}

impl<A: for<'r> Column<'r>, B: for<'r> Column<'r>> FromRow for (A, B) {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}

impl<A: for<'r> Column<'r>, B: for<'r> Column<'r>, C: for<'r> Column<'r>> FromRow for (A, B, C) {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    }
}
