//! Free structures and moments, as protobuf has them.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};
use rolecall_model::Timestamp;
use serde_json::{Map, Number, Value as Json};

const MICROSECONDS: i64 = 1_000_000;
/// How deep a structure may be. Whoever nests deeper means harm.
const DEPTH: usize = 16;

/// An object as a structure.
pub(super) fn structure(object: &Map<String, Json>) -> Struct {
    Struct { fields: object.iter().map(|(name, json)| (name.clone(), value(json))).collect() }
}

fn value(json: &Json) -> Value {
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(flag) => Kind::BoolValue(*flag),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(items) => Kind::ListValue(ListValue { values: items.iter().map(value).collect() }),
        Json::Object(object) => Kind::StructValue(structure(object)),
    };
    Value { kind: Some(kind) }
}

/// A structure as an object.
pub(super) fn object(structure: Struct) -> Map<String, Json> {
    object_within(structure, DEPTH)
}

fn object_within(structure: Struct, depth: usize) -> Map<String, Json> {
    structure.fields.into_iter().map(|(name, value)| (name, json_within(value, depth))).collect()
}

/// A value as JSON. A number that is whole is one, because protobuf knows fractions only.
fn json_within(value: Value, depth: usize) -> Json {
    let Some(within) = depth.checked_sub(1) else { return Json::Null };
    match value.kind {
        None | Some(Kind::NullValue(_)) => Json::Null,
        Some(Kind::BoolValue(flag)) => flag.into(),
        Some(Kind::NumberValue(number)) => json_number(number),
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(|value| json_within(value, within)).collect(),
        Some(Kind::StructValue(structure)) => object_within(structure, within).into(),
    }
}

fn json_number(number: f64) -> Json {
    // Beyond 2^53 fractions name no whole number exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        let whole = number as i64;
        return whole.into();
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// A moment as protobuf has it.
pub(super) fn moment(at: Timestamp) -> prost_types::Timestamp {
    let nanos = at.0.rem_euclid(MICROSECONDS) * 1_000;
    prost_types::Timestamp { seconds: at.0.div_euclid(MICROSECONDS), nanos: i32::try_from(nanos).unwrap_or_default() }
}

/// A moment of protobuf; nothing where it is none that we can say.
pub(super) fn timestamp(moment: &prost_types::Timestamp) -> Option<Timestamp> {
    let micros = moment.seconds.checked_mul(MICROSECONDS)?;
    micros.checked_add(i64::from(moment.nanos) / 1_000).map(Timestamp)
}
