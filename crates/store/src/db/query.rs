//! Queries as sqlx spells them, over either engine.

use std::borrow::Cow;
use std::marker::PhantomData;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Error};

use super::row::{Column, FromRow};
use super::{Argument, Connection, Row};

/// A query and what is bound to it.
///
/// Its text is this crate's own, put together from constants at most; data is only ever bound.
pub(crate) struct Query<'a> {
    text: Cow<'static, str>,
    arguments: Vec<Argument<'a>>,
    persistent: bool,
}

/// What was done.
#[derive(Clone, Copy)]
pub(crate) struct Executed(u64);

impl Executed {
    pub(crate) const fn rows_affected(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
thread_local! {
    /// How many queries this thread has made: a test's thread makes all of that test's.
    pub(crate) static MADE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A query of which all columns are wanted.
pub(crate) fn query<'a>(text: impl Into<Cow<'static, str>>) -> Query<'a> {
    #[cfg(test)]
    MADE.with(|made| made.set(made.get() + 1));
    Query { text: text.into(), arguments: Vec::new(), persistent: true }
}

/// Runs `$body` with the connection and the arguments of its engine; `$rows` names the engine's row.
macro_rules! on_engine {
    ($query:expr, $db:expr, |$sql:ident, $connection:ident, $row:ident| $body:expr) => {{
        let Query { text, arguments, persistent } = $query;
        match $db {
            Connection::Sqlite(transaction) => {
                let mut all = SqliteArguments::default();
                arguments.into_iter().try_for_each(|argument| argument.add_to_sqlite(&mut all))?;
                let $sql = sqlx::query_with(AssertSqlSafe(text.into_owned()), all).persistent(persistent);
                let ($connection, $row) = (&mut **transaction, Row::Sqlite);
                $body
            }
            Connection::Postgres(transaction) => {
                let mut all = PgArguments::default();
                arguments.into_iter().try_for_each(|argument| argument.add_to_postgres(&mut all))?;
                let $sql = sqlx::query_with(AssertSqlSafe(text.into_owned()), all).persistent(persistent);
                let ($connection, $row) = (&mut **transaction, Row::Postgres);
                $body
            }
        }
    }};
}

impl<'a> Query<'a> {
    pub(crate) fn bind(mut self, value: impl Into<Argument<'a>>) -> Self {
        self.arguments.push(value.into());
        self
    }

    /// Whether the engine keeps the statement prepared, for a text that comes again.
    pub(crate) fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    pub(crate) async fn execute(self, db: &mut Connection) -> Result<Executed, Error> {
        on_engine!(self, db, |sql, connection, _row| Ok(Executed(sql.execute(connection).await?.rows_affected())))
    }

    pub(crate) async fn fetch_all(self, db: &mut Connection) -> Result<Vec<Row>, Error> {
        on_engine!(self, db, |sql, connection, row| {
            Ok(sql.fetch_all(connection).await?.into_iter().map(row).collect())
        })
    }

    pub(crate) async fn fetch_optional(self, db: &mut Connection) -> Result<Option<Row>, Error> {
        on_engine!(self, db, |sql, connection, row| Ok(sql.fetch_optional(connection).await?.map(row)))
    }

    pub(crate) async fn fetch_one(self, db: &mut Connection) -> Result<Row, Error> {
        on_engine!(self, db, |sql, connection, row| Ok(row(sql.fetch_one(connection).await?)))
    }

    /// The rows one by one, so that a million of them need no memory.
    pub(crate) fn fetch<'d>(self, db: &'d mut Connection) -> BoxStream<'d, Result<Row, Error>> {
        let started = (|| Ok(on_engine!(self, db, |sql, connection, row| sql.fetch(connection).map_ok(row).boxed())))();
        started.unwrap_or_else(|error| futures::stream::once(async { Err(error) }).boxed())
    }
}

/// A query of which the first column is wanted.
pub(crate) struct QueryScalar<'a, T> {
    query: Query<'a>,
    value: PhantomData<T>,
}

pub(crate) fn query_scalar<'a, T>(text: impl Into<Cow<'static, str>>) -> QueryScalar<'a, T> {
    QueryScalar { query: query(text), value: PhantomData }
}

impl<'a, T: for<'r> Column<'r>> QueryScalar<'a, T> {
    pub(crate) fn bind(self, value: impl Into<Argument<'a>>) -> Self {
        Self { query: self.query.bind(value), value: PhantomData }
    }

    pub(crate) async fn fetch_all(self, db: &mut Connection) -> Result<Vec<T>, Error> {
        self.query.fetch_all(db).await?.iter().map(|row| row.try_get(0)).collect()
    }

    pub(crate) async fn fetch_optional(self, db: &mut Connection) -> Result<Option<T>, Error> {
        self.query.fetch_optional(db).await?.map(|row| row.try_get(0)).transpose()
    }

    pub(crate) async fn fetch_one(self, db: &mut Connection) -> Result<T, Error> {
        self.query.fetch_one(db).await?.try_get(0)
    }
}

/// A query whose rows are tuples.
pub(crate) struct QueryAs<'a, T> {
    query: Query<'a>,
    row: PhantomData<T>,
}

pub(crate) fn query_as<'a, T>(text: impl Into<Cow<'static, str>>) -> QueryAs<'a, T> {
    QueryAs { query: query(text), row: PhantomData }
}

impl<'a, T: FromRow> QueryAs<'a, T> {
    pub(crate) fn bind(self, value: impl Into<Argument<'a>>) -> Self {
        Self { query: self.query.bind(value), row: PhantomData }
    }

    pub(crate) async fn fetch_all(self, db: &mut Connection) -> Result<Vec<T>, Error> {
        self.query.fetch_all(db).await?.iter().map(T::from_row).collect()
    }
}
