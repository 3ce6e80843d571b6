//! How what the engine says becomes what programs are told.
//!
//! The engine may change what it is made of; what programs are told may not. So everything told is a type of its own here,
//! with its description, and [`shape!`] makes one of it field by field: a field that the engine drops or changes does not
//! compile.

use rolecall_engine::moment_text;
use rolecall_model::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use uuid::Uuid;

/// A moment: RFC 3339, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-23T10:00:00Z"))]
pub(crate) struct Moment(String);

/// Something of the engine that is told as `T`.
pub(crate) trait Told<T> {
    /// What is told of it.
    fn told(self) -> T;
}

/// Makes a type that programs are told, and of what it is made: every field of it is the engine's of the same name.
macro_rules! shape {
    (
        $(#[$meta:meta])*
        $name:ident of $engine:ty {
            $($(#[$of_field:meta])* $field:ident: $type:ty),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name {
            $($(#[$of_field])* pub(crate) $field: $type),+
        }

        impl $crate::api::shape::Told<$name> for $engine {
            fn told(self) -> $name {
                $name { $($field: $crate::api::shape::Told::told(self.$field)),+ }
            }
        }
    };
}
pub(crate) use shape;

/// What is told as it is.
macro_rules! as_it_is {
    ($($type:ty),+) => {
        $(impl Told<$type> for $type {
            fn told(self) -> $type {
                self
            }
        })+
    };
}
as_it_is!(String, bool, u64, i64, u32, Uuid, Json);

impl Told<String> for &'static str {
    fn told(self) -> String {
        self.to_owned()
    }
}

impl Told<u64> for usize {
    fn told(self) -> u64 {
        u64::try_from(self).unwrap_or(u64::MAX)
    }
}

impl Told<Moment> for Timestamp {
    fn told(self) -> Moment {
        Moment(moment_text(self))
    }
}

/// The engine's answers have their moments as text already.
impl Told<Moment> for String {
    fn told(self) -> Moment {
        Moment(self)
    }
}

impl<A: Told<B>, B> Told<Option<B>> for Option<A> {
    fn told(self) -> Option<B> {
        self.map(Told::told)
    }
}

impl<A: Told<B>, B> Told<Vec<B>> for Vec<A> {
    fn told(self) -> Vec<B> {
        self.into_iter().map(Told::told).collect()
    }
}
