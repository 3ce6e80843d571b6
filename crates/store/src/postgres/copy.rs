//! PostgreSQL's share of bulk load: `copy … from stdin`.

use std::borrow::Cow;
use std::fmt::Write as _;

use sqlx::postgres::PgConnection;

use crate::db::Argument;
use crate::hex::hex_push;

/// How much text is sent at once.
const CHUNK: usize = 1 << 20;

/// Rows on their way into a table, in the text format of `copy`.
pub(crate) struct CopyIn {
    statement: String,
    text: String,
}

impl CopyIn {
    pub(crate) fn new(table: &str, columns: &[&str]) -> Self {
        let statement = format!("copy {table} ({}) from stdin", columns.join(", "));
        Self { statement, text: String::new() }
    }

    pub(crate) async fn row(
        &mut self,
        db: &mut PgConnection,
        row: impl IntoIterator<Item = Argument<'_>>,
    ) -> Result<(), sqlx::Error> {
        for (number, column) in row.into_iter().enumerate() {
            if number > 0 {
                self.text.push('\t');
            }
            column_write(&mut self.text, &column);
        }
        self.text.push('\n');
        if self.text.len() < CHUNK { Ok(()) } else { self.send(db).await }
    }

    /// Sends what is left.
    pub(crate) async fn finish(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.text.is_empty() { Ok(()) } else { self.send(db).await }
    }

    /// One whole `copy` at a time, so that other statements may come between.
    async fn send(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let mut copy = db.copy_in_raw(&self.statement).await?;
        copy.send(self.text.as_bytes()).await?;
        copy.finish().await?;
        self.text.clear();
        Ok(())
    }
}

fn column_write(text: &mut String, column: &Argument<'_>) {
    match column {
        Argument::Integer(Some(number)) => {
            let _ = write!(text, "{number}");
        }
        Argument::Text(Some(value)) => text.push_str(&escaped(value)),
        Argument::Blob(Some(bytes)) => {
            text.push_str("\\\\x");
            hex_push(text, bytes);
        }
        Argument::Integer(None) | Argument::Text(None) | Argument::Blob(None) => text.push_str("\\N"),
    }
}

/// What would end a column or a line, or begin an escape, is escaped.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '\n', '\r', '\t']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_column_or_a_line_is_escaped() {
        let mut text = String::new();
        column_write(&mut text, &Argument::from("a\tb\\c\nd\r\\N"));
        assert_eq!(text, "a\\tb\\\\c\\nd\\r\\\\N");
        text.clear();
        column_write(&mut text, &Argument::from(vec![0x00, 0xff]));
        column_write(&mut text, &Argument::from(None::<i64>));
        assert_eq!(text, "\\\\x00ff\\N");
    }
}
