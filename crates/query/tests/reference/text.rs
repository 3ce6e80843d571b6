//! Full text (24), and parameters in strings (23).

use std::collections::BTreeSet;

use super::evaluate::Parameters;
use super::fixture::Entity;
use super::values::text_of;

/// Runs of letters and digits, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    let runs = text.split(|character: char| !character.is_alphanumeric());
    runs.filter(|run| !run.is_empty()).map(str::to_lowercase).collect()
}

/// Whether each word occurs as a word in the values of all properties together (24).
pub(crate) fn has_words(entity: &Entity, text: &str) -> bool {
    let mut all = BTreeSet::new();
    for value in entity.properties.values() {
        all.extend(words(&text_of(value)));
    }
    words(text).is_subset(&all)
}

/// The names in `{{name}}`, in order.
pub(crate) fn parameters(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| if let Piece::Parameter(name) = piece { Some(name) } else { None })
        .collect()
}

/// The text with each `{{name}}` replaced by the text of the parameter's value (23).
pub(crate) fn replaced(text: &str, parameters: &Parameters) -> String {
    let text_of_parameter = |name: &str| parameters.value(name).map(|value| text_of(&value)).unwrap_or_default();
    let pieces = pieces(text).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Parameter(name) => text_of_parameter(name),
    });
    pieces.collect()
}

enum Piece<'a> {
    Text(&'a str),
    Parameter(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Parameter(name));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}
