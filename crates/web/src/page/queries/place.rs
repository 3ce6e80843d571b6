//! Remarks on a query, with the place that they are about.

use rolecall_query::Diagnostic;

use crate::text::sentence;

/// How many characters of a line are shown before the place, and after its beginning.
const AROUND: usize = 60;

/// A remark, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
    pub(super) place: Option<Place>,
}

/// A place in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from one, as editors do.
    pub(super) line: usize,
    pub(super) column: usize,
    /// The line, and below it a line that points at the place.
    pub(super) shown: String,
}

impl Remark {
    pub(super) fn new(text: &str, diagnostic: &Diagnostic) -> Self {
        Self {
            message: sentence(&diagnostic.message),
            help: diagnostic.help.as_ref().map(sentence),
            place: diagnostic.span.and_then(|span| Place::of(text, span.range())),
        }
    }
}

impl Place {
    fn of(text: &str, range: std::ops::Range<usize>) -> Option<Self> {
        let before = text.get(..range.start)?;
        let marked = text.get(range)?;
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(begin..)?.lines().next().unwrap_or_default();
        let column = before.get(begin..)?.chars().count();
        // What goes on in the next line is marked to the end of this one.
        let marked = marked.lines().next().unwrap_or_default().chars().count().max(1);
        let skipped = column.saturating_sub(AROUND);
        let part: Vec<char> = line.chars().skip(skipped).take(2 * AROUND).collect();
        let more = if skipped > 0 { "… " } else { "" };
        let less = if line.chars().count() > skipped + part.len() { " …" } else { "" };
        // A tab is as wide here as there.
        let indent = part.iter().take(column - skipped).map(|c| if *c == '\t' { '\t' } else { ' ' });
        let indent: String = more.chars().map(|_| ' ').chain(indent).collect();
        let carets = "^".repeat(marked.min(part.len().saturating_sub(column - skipped).max(1)));
        let part: String = part.into_iter().collect();
        let shown = format!("{more}{part}{less}\n{indent}{carets}");
        Some(Self { line: before.matches('\n').count() + 1, column: column + 1, shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, start: usize, end: usize) -> Option<(usize, usize, String)> {
        Place::of(text, start..end).map(|place| (place.line, place.column, place.shown))
    }

    #[test]
    fn a_place_is_pointed_at() {
        assert_eq!(place("FIND Usr", 5, 8), Some((1, 6, "FIND Usr\n     ^^^".to_owned())));
        assert_eq!(place("FIND User\n\tWITH é x", 19, 20), Some((2, 9, "\tWITH é x\n\t       ^".to_owned())));
        assert_eq!(place("FIND User\nWITH", 5, 14), Some((1, 6, "FIND User\n     ^^^^".to_owned())));
        assert_eq!(place("FIND", 4, 4), Some((1, 5, "FIND\n    ^".to_owned())));
        assert_eq!(place("", 0, 0), Some((1, 1, "\n^".to_owned())));
        assert_eq!((place("é", 1, 2), place("a", 3, 9)), (None, None));
    }

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let (_, column, shown) = place(&text, 5000, 5001).unwrap();
        let (line, carets) = shown.split_once('\n').unwrap();
        assert_eq!((column, line.chars().count()), (5001, 2 * AROUND + 4));
        assert_eq!(line.chars().nth(carets.chars().count() - 1), Some('X'));
        assert!(place(&text, 0, 10_001).unwrap().2.len() < 500);
    }

    #[test]
    fn what_is_wrong_comes_with_what_to_do() {
        let text = "FIND npm_user WITH";
        let wrong = rolecall_query::prepare(text).unwrap_err();
        let remark = Remark::new(text, &wrong[0]);
        assert!(remark.message.ends_with('.') && remark.place.is_some_and(|place| place.line == 1));
        let text = "FIND npm_user\nWITH";
        let end = Remark::new(text, &rolecall_query::prepare(text).unwrap_err()[0]).place.unwrap();
        assert_eq!((end.line, end.column, end.shown.as_str()), (2, 5, "WITH\n    ^"));
    }
}
