//! What is bound to a query.

use std::borrow::Cow;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Error};

/// A value of one of the three types that columns have. What is absent keeps its type, which PostgreSQL wants to know.
#[derive(Clone, Debug)]
pub(crate) enum Argument<'a> {
    Integer(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Blob(Option<Cow<'a, [u8]>>),
}

impl Argument<'_> {
    pub(crate) fn add_to_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), Error> {
        let added = match self {
            Self::Integer(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value.map(Cow::into_owned)),
            Self::Blob(value) => arguments.add(value.map(Cow::into_owned)),
        };
        added.map_err(Error::Encode)
    }

    /// PostgreSQL keeps no text with a NUL. Readings have none in their names; whatever else has one is shown without.
    pub(crate) fn add_to_postgres(self, arguments: &mut PgArguments) -> Result<(), Error> {
        let added = match self {
            Self::Integer(value) => arguments.add(value),
            Self::Text(Some(value)) if value.contains('\0') => arguments.add(value.replace('\0', "\u{fffd}")),
            Self::Text(value) => arguments.add(value.map(Cow::into_owned)),
            Self::Blob(value) => arguments.add(value.map(Cow::into_owned)),
        };
        added.map_err(Error::Encode)
    }
}

/// Truth is a number.
impl From<bool> for Argument<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}

macro_rules! argument {
    ($($variant:ident: $type:ty),* $(,)?) => {$(
        impl<'a> From<$type> for Argument<'a> {
            fn from(value: $type) -> Self {
                Self::$variant(Some(value.into()))
            }
        }

        impl<'a> From<Option<$type>> for Argument<'a> {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}

argument!(Integer: i64, Text: &'a str, Text: String, Text: &'a String, Blob: &'a [u8], Blob: &'a Vec<u8>, Blob: Vec<u8>);

impl<'a> From<&'a Option<String>> for Argument<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}
