//! A row as a line of text, and back. There is exactly one way to write a row, and only that is read.

use serde_json::Value as Json;

use super::table::{Column, Kind, Table};
use crate::db::Row;
use crate::error::Failure;
use crate::hex::hex;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// The row's values, in the order of the table's columns.
pub(super) fn values_of(row: &Row, table: &Table) -> Result<Vec<Value>, Failure> {
    let value = |(place, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Integer => Value::Integer(row.try_get(place)?),
            Kind::Text => Value::Text(row.try_get(place)?),
            Kind::Blob => Value::Blob(row.try_get(place)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}

/// The values as a line: an array of JSON, with bytes in hexadecimal.
pub(super) fn line_of(values: &[Value]) -> String {
    let value = |value: &Value| match value {
        Value::Integer(Some(number)) => Json::from(*number),
        Value::Text(Some(text)) => Json::from(text.as_str()),
        Value::Blob(Some(bytes)) => Json::from(hex(bytes)),
        Value::Integer(None) | Value::Text(None) | Value::Blob(None) => Json::Null,
    };
    Json::Array(values.iter().map(value).collect()).to_string()
}

/// The values of a line; nothing when it is no row of this table.
pub(super) fn line_read(line: &str, table: &Table) -> Option<Vec<Value>> {
    let Ok(Json::Array(items)) = serde_json::from_str(line) else { return None };
    if items.len() != table.columns.len() {
        return None;
    }
    let values = table.columns.iter().zip(items).map(|(column, item)| value_read(column, item));
    values.collect::<Option<Vec<Value>>>().filter(|values| line_of(values) == line)
}

fn value_read(column: &Column, item: Json) -> Option<Value> {
    let value = match (column.kind, item) {
        (kind, Json::Null) if column.nullable => match kind {
            Kind::Integer => Value::Integer(None),
            Kind::Text => Value::Text(None),
            Kind::Blob => Value::Blob(None),
        },
        (Kind::Integer, Json::Number(number)) => Value::Integer(Some(number.as_i64()?)),
        (Kind::Text, Json::String(text)) => Value::Text(Some(text)),
        (Kind::Blob, Json::String(text)) => Value::Blob(Some(bytes_read(&text)?)),
        _ => return None,
    };
    Some(value)
}

/// Bytes as people and programs compare them.
fn bytes_read(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    if text.len().is_multiple_of(2) { digits.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::schema::table_named;
    use super::*;

    #[test]
    fn a_row_is_written_in_one_way_and_only_that_is_read() {
        let listing = table_named("requests_used").unwrap();
        let values =
            [Value::Integer(Some(-1)), Value::Text(Some("2025-\u{1f980}\n\0".into())), Value::Integer(Some(i64::MAX))];
        let line = line_of(&values);
        assert!(!line.contains('\n'));
        assert_eq!(line_read(&line, listing).as_deref(), Some(&values[..]));
        for other in [
            line.replace(',', ", "),
            line.replace("-1", "-1.0"),
            line.replace("-1", "null"),
            line.replace("-1", "\"-1\""),
            line.replace(']', ",1]"),
            "{}".to_owned(),
            String::new(),
        ] {
            assert_eq!(line_read(&other, listing), None, "{other}");
        }
    }

    #[test]
    fn bytes_are_hex() {
        assert_eq!(hex(&[0, 171, 255]), "00abff");
        assert_eq!(bytes_read("00abff"), Some(vec![0, 171, 255]));
        assert!(bytes_read("0").is_none() && bytes_read("zz").is_none() && bytes_read("éé").is_none());
    }
}
