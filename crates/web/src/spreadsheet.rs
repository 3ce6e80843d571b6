//! Tables for spreadsheets.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;

use crate::error::WebError;
use crate::page::Answer;

/// A table as a file of this name. A cell that a spreadsheet would take for a formula is made text: names come from
/// strangers.
pub(crate) fn file(name: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Answer {
    let text = written(rows).map_err(|error| {
        tracing::error!(%error, "a table cannot be written");
        WebError::new(StatusCode::INTERNAL_SERVER_ERROR, "table", "This table cannot be made.")
    })?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}

fn written(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(no_formula))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn no_formula(cell: String) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        let cells = ["a", "b, c", "say \"hi\"", "=1+1", "-3", "@acme/core"].map(str::to_owned).to_vec();
        let text = super::written([cells]).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "a,\"b, c\",\"say \"\"hi\"\"\",'=1+1,-3,'@acme/core\r\n");
    }
}
