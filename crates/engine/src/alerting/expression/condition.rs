//! Conditions: whether something is done.

use serde_json::{Map, Value as Json};

use super::bounds::{Budget, MOST_DEPTH};
use super::error::ExpressionError;
use super::evaluation::Frame;
use super::operator::combined;
use super::scope::Scope;
use super::template::Template;
use super::tree::Operator;
use super::used::Used;
use super::value::is_true;

/// A condition that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Check);

#[derive(Clone, Debug, PartialEq)]
enum Check {
    Fixed(bool),
    Expression(Template),
    All(Vec<Check>),
    Any(Vec<Check>),
    Compared(Side, Operator, Side),
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq)]
enum Side {
    Template(Template),
    Value(Json),
}

/// What conditions look like, said where one does not.
const FORMS: &str = "it is \"{{queries.query0.total > 0}}\", or [\"AND\", [\"queries.query0.total\", \">\", 0]]";

impl Condition {
    /// Reads a condition: nothing, which always holds; a text of one expression; a comparison `[left, sign, right]`;
    /// `["AND", …]` or `["OR", …]` of conditions; a list of conditions that all have to hold; or any of them as
    /// `condition` of a `{"type": "FILTER"}`.
    ///
    /// # Errors
    /// When it is none of these, or something in it is no expression.
    pub fn read(written: &Json) -> Result<Self, ExpressionError> {
        check(written, 0).map(Self)
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn holds(&self, scope: &Scope) -> Result<bool, ExpressionError> {
        self.0.holds(&Frame::new(scope, &Budget::new()))
    }

    /// What it speaks of.
    #[must_use]
    pub fn used(&self) -> Used {
        let mut used = Used::default();
        self.0.add_to(&mut used);
        used
    }
}

fn check(written: &Json, depth: usize) -> Result<Check, ExpressionError> {
    if depth > MOST_DEPTH {
        return Err(ExpressionError::whole(format!("conditions stand in each other at most {MOST_DEPTH} deep")));
    }
    match written {
        Json::Null => Ok(Check::Fixed(true)),
        Json::Bool(holds) => Ok(Check::Fixed(*holds)),
        Json::String(text) => expression(text),
        Json::Array(all) => list(all, depth),
        Json::Object(fields) => filter(fields, depth),
        Json::Number(number) => Err(ExpressionError::whole(format!("{number} is no condition")).hint(FORMS)),
    }
}

fn filter(fields: &Map<String, Json>, depth: usize) -> Result<Check, ExpressionError> {
    let kind = fields.get("type").and_then(Json::as_str).unwrap_or("FILTER");
    if !kind.eq_ignore_ascii_case("FILTER") {
        return Err(ExpressionError::whole(format!("there is no condition of the type {kind:?}")).hint("it is FILTER"));
    }
    match fields.get("condition") {
        Some(condition) => check(condition, depth + 1),
        None => Err(ExpressionError::whole("a FILTER has no condition").hint(FORMS)),
    }
}

fn expression(text: &str) -> Result<Check, ExpressionError> {
    let template = if text.contains("{{") { Template::parse(text.trim())? } else { Template::expression(text)? };
    if template.is_expression() {
        return Ok(Check::Expression(template));
    }
    let error = ExpressionError::whole("a condition is one expression, and this is one with text beside it");
    Err(error.hint("write the whole of it within one `{{` and `}}`"))
}

fn list(all: &[Json], depth: usize) -> Result<Check, ExpressionError> {
    if let [left, Json::String(sign), right] = all
        && let Some(operator) = comparison(sign)
    {
        return Ok(Check::Compared(side(left, true)?, operator, side(right, false)?));
    }
    let together = |rest: &[Json]| {
        let numbered = rest
            .iter()
            .zip(1..)
            .map(|(one, number)| check(one, depth + 1).map_err(|error| error.within(&format!("condition {number}"))));
        numbered.collect::<Result<Vec<_>, _>>()
    };
    match all {
        [] => Err(ExpressionError::whole("an empty list is no condition").hint(FORMS)),
        [Json::String(word)] if is_word(word) => {
            Err(ExpressionError::whole(format!("{word} of nothing is no condition")))
        }
        [Json::String(word), rest @ ..] if word.eq_ignore_ascii_case("AND") => together(rest).map(Check::All),
        [Json::String(word), rest @ ..] if word.eq_ignore_ascii_case("OR") => together(rest).map(Check::Any),
        [_, Json::String(sign), _] if !sign.contains("{{") => {
            let error = ExpressionError::whole(format!("there is no comparison {sign:?}"));
            Err(error.hint("there are > < >= <= = !="))
        }
        [Json::String(word), ..] if !word.contains("{{") => {
            Err(ExpressionError::whole(format!("expected \"AND\" or \"OR\", and found {word:?}")).hint(FORMS))
        }
        all => together(all).map(Check::All),
    }
}

fn is_word(word: &str) -> bool {
    word.eq_ignore_ascii_case("AND") || word.eq_ignore_ascii_case("OR")
}

fn comparison(sign: &str) -> Option<Operator> {
    match sign.trim() {
        ">" => Some(Operator::Greater),
        "<" => Some(Operator::Less),
        ">=" => Some(Operator::GreaterOrEqual),
        "<=" => Some(Operator::LessOrEqual),
        "=" | "==" => Some(Operator::Equal),
        "!=" => Some(Operator::Unequal),
        _ => None,
    }
}

/// A text on the left names a value; one on the right is what it says, unless it begins as what names a value.
fn side(written: &Json, is_left: bool) -> Result<Side, ExpressionError> {
    let Json::String(text) = written else { return Ok(Side::Value(written.clone())) };
    let within = |error: ExpressionError| error.within(&format!("{text:?}"));
    if text.contains("{{") {
        return Template::parse(text).map(Side::Template).map_err(within);
    }
    let names = is_left || ["queries.", "param."].iter().any(|start| text.starts_with(start));
    if !names {
        return Ok(Side::Value(written.clone()));
    }
    Template::expression(text).map(Side::Template).map_err(within)
}

impl Check {
    fn holds(&self, frame: &Frame<'_>) -> Result<bool, ExpressionError> {
        match self {
            Self::Fixed(holds) => Ok(*holds),
            Self::Expression(template) => Ok(is_true(&template.render_in(frame)?)),
            Self::All(all) => all.iter().try_fold(true, |holds, one| Ok(holds && one.holds(frame)?)),
            Self::Any(all) => all.iter().try_fold(false, |holds, one| Ok(holds || one.holds(frame)?)),
            Self::Compared(left, operator, right) => {
                Ok(is_true(&combined(*operator, &left.value(frame)?, &right.value(frame)?)))
            }
        }
    }

    fn add_to(&self, used: &mut Used) {
        match self {
            Self::Fixed(_) => {}
            Self::Expression(template) => used.add(template),
            Self::All(all) | Self::Any(all) => all.iter().for_each(|one| one.add_to(used)),
            Self::Compared(left, _, right) => {
                for side in [left, right] {
                    if let Side::Template(template) = side {
                        used.add(template);
                    }
                }
            }
        }
    }
}

impl Side {
    fn value(&self, frame: &Frame<'_>) -> Result<Json, ExpressionError> {
        match self {
            Self::Template(template) => template.render_in(frame),
            Self::Value(value) => Ok(value.clone()),
        }
    }
}
