//! Tables for spreadsheets.

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse as _;
use rolecall_engine::spreadsheet_cell;

use crate::page::Answer;

/// So many rows are written at once. The next ones are written when these are on their way, so that a large table is in
/// memory only as what it is made of.
const PART: usize = 500;

/// A table as a file of this name. A cell that a spreadsheet would take for a formula is made text: names come from
/// strangers.
pub(crate) fn file<R>(name: &str, rows: R) -> Answer
where
    R: IntoIterator<Item = Vec<String>>,
    R::IntoIter: Send + 'static,
{
    let mut rows = rows.into_iter();
    let parts = std::iter::from_fn(move || {
        let mut part = rows.by_ref().take(PART).peekable();
        part.peek().is_some().then(|| written(part))
    });
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(futures::stream::iter(parts))).into_response())
}

fn written(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(spreadsheet_cell))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        let cells = ["a", "b, c", "say \"hi\"", "=1+1", "-3", "@acme/core"].map(str::to_owned).to_vec();
        let text = super::written([cells]).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "a,\"b, c\",\"say \"\"hi\"\"\",'=1+1,-3,@acme/core\r\n");
    }

    #[tokio::test]
    async fn a_table_of_many_parts_is_whole() {
        for rows in [0, 1, super::PART, super::PART + 1, 5 * super::PART] {
            let file = super::file("table.csv", (0..rows).map(|row| vec![row.to_string()])).unwrap();
            let text = axum::body::to_bytes(file.into_body(), usize::MAX).await.unwrap();
            let lines: Vec<String> = String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect();
            assert_eq!(lines, (0..rows).map(|row| row.to_string()).collect::<Vec<_>>());
        }
    }
}
