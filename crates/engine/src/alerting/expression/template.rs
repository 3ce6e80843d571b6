//! Texts with expressions in them.

use serde_json::Value as Json;

use super::bounds::{Budget, MOST_CHARACTERS, MOST_DEPTH};
use super::error::ExpressionError;
use super::evaluation::Frame;
use super::parser::Parser;
use super::scope::Scope;
use super::tree::Node;
use super::value::{text, text_weight};

/// A text with `{{expressions}}` in it, that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    Expression(Node),
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is too long, `{{` is not closed, or what stands in it is no expression: where, and what was expected.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        if !text.contains("{{") {
            return Ok(Self { parts: vec![Part::Text(text.to_owned())] });
        }
        let characters = characters(text)?;
        let (mut parts, mut next) = (Vec::new(), 0);
        while let Some(start) = braces(&characters, next) {
            if start > next {
                parts.push(Part::Text(characters.iter().skip(next).take(start - next).collect()));
            }
            let (node, end) = Parser::new(&characters, start + 2)?.until_the_braces()?;
            parts.push(Part::Expression(node));
            next = end;
        }
        if next < characters.len() {
            parts.push(Part::Text(characters.iter().skip(next).collect()));
        }
        Ok(Self { parts })
    }

    /// Reads one expression without `{{` and `}}` around it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub(super) fn expression(text: &str) -> Result<Self, ExpressionError> {
        let characters = characters(text)?;
        Ok(Self { parts: vec![Part::Expression(Parser::new(&characters, 0)?.until_the_end()?)] })
    }

    /// Whether it is one expression and nothing else, so that its value stays what it is.
    #[must_use]
    pub const fn is_expression(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Expression(_)])
    }

    /// Whether there is no expression in it.
    #[must_use]
    pub fn is_text(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Part::Expression(_)))
    }

    /// What it comes to: the value of its only expression, or a text.
    ///
    /// # Errors
    /// When a template is named that there is not, templates use each other without end, or there is too much to do.
    pub fn render(&self, scope: &Scope) -> Result<Json, ExpressionError> {
        self.render_in(&Frame::new(scope, &Budget::new()))
    }

    /// Of the deepest of its expressions.
    fn depth(&self) -> usize {
        let depths = self.parts.iter().map(|part| if let Part::Expression(node) = part { node.depth } else { 0 });
        depths.max().unwrap_or(0)
    }

    pub(super) fn render_in(&self, around: &Frame<'_>) -> Result<Json, ExpressionError> {
        let frame = around.deeper(self.depth())?;
        if let [Part::Expression(node)] = self.parts.as_slice() {
            return frame.owned(node);
        }
        let mut whole = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => whole += part,
                Part::Expression(node) => {
                    let value = text(&*frame.value(node)?);
                    frame.spend(node.at, text_weight(&value))?;
                    whole += &value;
                }
            }
        }
        frame.spend(0, text_weight(&whole))?;
        Ok(Json::String(whole))
    }
}

/// Renders every text within a value: the body of a webhook, the fields of a ticket. The names of fields stay as they are.
///
/// # Errors
/// The first of its texts that cannot be read or rendered, and under which field it is.
pub fn render_deep(value: &Json, scope: &Scope) -> Result<Json, ExpressionError> {
    rendered(value, &Frame::new(scope, &Budget::new()), 0)
}

fn rendered(value: &Json, frame: &Frame<'_>, depth: usize) -> Result<Json, ExpressionError> {
    if depth > MOST_DEPTH {
        return Err(ExpressionError::whole(format!("values stand in each other at most {MOST_DEPTH} deep")));
    }
    Ok(match value {
        Json::String(text) => Template::parse(text)?.render_in(frame)?,
        Json::Array(all) => {
            let inner = all.iter().zip(0..).map(|(one, index)| {
                rendered(one, frame, depth + 1).map_err(|error| error.within(&format!("[{index}]")))
            });
            inner.collect::<Result<Json, _>>()?
        }
        Json::Object(all) => {
            let inner = all.iter().map(|(name, one)| {
                let one = rendered(one, frame, depth + 1).map_err(|error| error.within(name))?;
                Ok((name.clone(), one))
            });
            Json::Object(inner.collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

fn characters(text: &str) -> Result<Vec<char>, ExpressionError> {
    let characters: Vec<char> = text.chars().take(MOST_CHARACTERS + 1).collect();
    if characters.len() > MOST_CHARACTERS {
        return Err(ExpressionError::whole(format!("a text with templates has at most {MOST_CHARACTERS} characters")));
    }
    Ok(characters)
}

/// The index of the next `{{`.
fn braces(characters: &[char], from: usize) -> Option<usize> {
    let rest = characters.get(from..)?;
    rest.windows(2).position(|two| two == ['{', '{']).map(|found| found + from)
}
