//! Several queries in one text, parted by semicolons; lines that begin with a colon are settings.

use super::session::Session;
use super::setting::{After, apply};
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::output::text::printable;
use crate::stop::Interrupt;

/// Asks every query of a text. One that is wrong is told, and the others are asked all the same; the exit code is that of
/// the worst.
pub(super) async fn run(session: &mut Session, text: &str, interrupt: &Interrupt) -> Result<Exit, Failure> {
    let all = statements(text);
    if all.is_empty() {
        return Err(Failure::new(Exit::Usage, "there is no query").hint("for example: rolecall query 'FIND User'"));
    }
    let mut worst = Exit::Done;
    for statement in all {
        let outcome = match statement {
            Statement::Query(text) => session.ask(text, interrupt.flag()).await,
            Statement::Setting(text) => match apply(session, text, interrupt).await {
                Ok(After::Quit) => break,
                Ok(After::Next) => Ok(Exit::Done),
                Err(failure) => Err(failure),
            },
        };
        worst = worst.worse(told(outcome)?);
        if worst == Exit::Stopped {
            break;
        }
    }
    Ok(worst)
}

/// Says what went wrong with one of several. That nobody reads any more ends all of them.
pub(super) fn told(outcome: Result<Exit, Failure>) -> Result<Exit, Failure> {
    match outcome {
        Err(failure) if failure.message.is_empty() => Err(failure),
        Err(failure) => {
            note(&format!("error: {}", printable(&failure.message)));
            failure.hint.iter().for_each(|hint| note(&format!("hint: {}", printable(hint))));
            Ok(failure.exit)
        }
        Ok(exit) => Ok(exit),
    }
}

/// One of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statement<'t> {
    /// A query, without its semicolon.
    Query(&'t str),
    /// `:format json`
    Setting(&'t str),
}

/// Takes a text apart. What is between quotes, in a regular expression or in a comment parts nothing.
pub(super) fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(begin) = words_begin(rest) {
        rest = rest.get(begin..).unwrap_or_default();
        if rest.starts_with(':') {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            found.push(Statement::Setting(line.trim_end()));
            rest = after;
            continue;
        }
        let (query, after) = rest.split_at(query_end(rest).unwrap_or(rest.len()));
        if !query.is_empty() {
            found.push(Statement::Query(query.trim_end()));
        }
        rest = after.strip_prefix(';').unwrap_or(after);
    }
    found
}

/// Whether the text ends where a query may end.
pub(super) fn is_ended(text: &str) -> bool {
    query_end(text).is_some()
}

/// Where there is anything but comments.
fn words_begin(text: &str) -> Option<usize> {
    let is_comment = |state| matches!(state, State::Line | State::Block);
    Scan::of(text).find(|(_, c, state)| !is_comment(*state) && !c.is_whitespace()).map(|(place, ..)| place)
}

/// Where the first semicolon is that parts something.
fn query_end(text: &str) -> Option<usize> {
    Scan::of(text).find(|(_, c, state)| *state == State::Plain && *c == ';').map(|(place, ..)| place)
}

/// What a character is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Plain,
    Quoted(char),
    Line,
    Block,
}

/// Goes through a text and says what each character is part of.
struct Scan<'t> {
    letters: std::iter::Peekable<std::str::CharIndices<'t>>,
    state: State,
    /// The last character that means something, to tell a division from a regular expression.
    last: char,
    escaped: bool,
    closing: bool,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str) -> Self {
        Self { letters: text.char_indices().peekable(), state: State::Plain, last: '=', escaped: false, closing: false }
    }

    fn plain(&mut self, c: char) -> State {
        let next = self.letters.peek().map(|(_, next)| *next);
        self.state = match (c, next) {
            ('/', Some('/')) => State::Line,
            ('/', Some('*')) => State::Block,
            // Only a comparison or a group goes before a regular expression.
            ('/', _) if matches!(self.last, '=' | '(') => State::Quoted('/'),
            ('"' | '\'', _) => State::Quoted(c),
            _ => State::Plain,
        };
        if !c.is_whitespace() {
            self.last = c;
        }
        if self.state == State::Block {
            // Its star is not the one that closes it.
            self.letters.next();
        }
        self.state
    }
}

impl Iterator for Scan<'_> {
    type Item = (usize, char, State);

    fn next(&mut self) -> Option<Self::Item> {
        let (place, c) = self.letters.next()?;
        let state = match self.state {
            State::Plain => self.plain(c),
            State::Quoted(end) => {
                if self.escaped {
                    self.escaped = false;
                } else if c == '\\' {
                    self.escaped = true;
                } else if c == end {
                    self.state = State::Plain;
                    self.last = end;
                }
                State::Quoted(end)
            }
            State::Line => {
                if c == '\n' {
                    self.state = State::Plain;
                }
                State::Line
            }
            State::Block => {
                if self.closing && c == '/' {
                    self.state = State::Plain;
                }
                self.closing = c == '*' && self.state == State::Block;
                State::Block
            }
        };
        Some((place, c, state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_part_queries_and_not_their_parts() {
        use Statement::{Query, Setting};
        let text =
            "FIND User; // one; two\n:format json\n FIND a WITH b = ';\\';' /* ; */ ;\n;  FIND c WITH d ~= /x;\\/y/";
        let expected = [
            Query("FIND User"),
            Setting(":format json"),
            Query("FIND a WITH b = ';\\';' /* ; */"),
            Query("FIND c WITH d ~= /x;\\/y/"),
        ];
        assert_eq!(statements(text), expected);
        assert_eq!(
            statements(":explain on\nFIND a; :quit"),
            [Setting(":explain on"), Query("FIND a"), Setting(":quit")]
        );
        assert_eq!(statements(" // nothing;\n /*/ ; */ ;"), []);
    }

    #[test]
    fn a_division_is_no_regular_expression() {
        assert_eq!(statements("FIND a RETURN a.b / 2; FIND c").len(), 2);
        assert!(is_ended("FIND a WITH b = 'c';") && !is_ended("FIND a WITH b = 'c;"));
    }
}
