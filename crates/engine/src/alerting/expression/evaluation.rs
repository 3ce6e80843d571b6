//! What an expression comes to.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::bounds::{Budget, MOST_DEPTH, MOST_NESTED};
use super::error::ExpressionError;
use super::member::found;
use super::operator::combined;
use super::scope::Scope;
use super::template::Template;
use super::transform::{Transform, items, joined, length, properties, unique};
use super::tree::{Kind, Node, Operator};
use super::value::{is_true, number, of_number, text, text_weight, weight};

type Evaluated<'f> = Result<Cow<'f, Json>, ExpressionError>;

/// What an expression sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'f> {
    pub(super) scope: &'f Scope,
    pub(super) budget: &'f Budget,
    item: Option<Item<'f>>,
    relative: Option<&'f Json>,
    nested: u8,
    /// How deep the expressions around are, all templates together.
    depth: usize,
}

/// What `mapTemplate` adds.
#[derive(Clone, Copy, Debug)]
struct Item<'f> {
    value: &'f Json,
    index: usize,
    count: usize,
}

impl<'f> Frame<'f> {
    pub(super) const fn new(scope: &'f Scope, budget: &'f Budget) -> Self {
        Self { scope, budget, item: None, relative: None, nested: 0, depth: 0 }
    }

    /// The same within a template whose expressions are so deep.
    ///
    /// # Errors
    /// When that is too deep, together with the templates around it.
    pub(super) fn deeper(&self, by: usize) -> Result<Self, ExpressionError> {
        let depth = self.depth + by;
        if depth > MOST_DEPTH {
            let message = format!("expressions stand in each other at most {MOST_DEPTH} deep, templates included");
            return Err(ExpressionError::whole(message));
        }
        Ok(Self { depth, ..*self })
    }

    /// Takes work off what is left.
    ///
    /// # Errors
    /// When nothing is left.
    pub(super) fn spend(&self, at: usize, work: u64) -> Result<(), ExpressionError> {
        if self.budget.spend(work) {
            return Ok(());
        }
        let error = ExpressionError::at(at, "there is too much to do here");
        Err(error.hint("ask for fewer rows with LIMIT, or name only the properties that are needed"))
    }

    /// What a part of an expression comes to; nothing where a name names nothing.
    pub(super) fn value(&self, node: &'f Node) -> Evaluated<'f> {
        self.spend(node.at, 1)?;
        Ok(match &node.kind {
            Kind::Literal(value) => Cow::Borrowed(value),
            Kind::List(all) => Cow::Owned(self.list(all)?),
            Kind::Object(all) => Cow::Owned(self.object(all)?),
            Kind::Name(_) | Kind::Member(..) => self.member(node)?,
            Kind::Relative(name) => borrowed(self.relative.and_then(|item| found(item, &[name]))),
            Kind::Key(of, by) => self.key(of, by)?,
            Kind::Filter(of, by) => Cow::Owned(self.filtered(of, by)?),
            Kind::Not(of) => Cow::Owned(Json::Bool(!is_true(&*self.value(of)?))),
            Kind::Negative(of) => Cow::Owned(number(&*self.value(of)?).map_or(Json::Null, |one| of_number(-one))),
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Kind::Choice(condition, then, otherwise) => {
                let is = self.value(condition)?;
                match (is_true(&is), then) {
                    (true, Some(then)) => self.value(then)?,
                    (true, None) => is,
                    (false, _) => self.value(otherwise)?,
                }
            }
            Kind::Transformed(of, transform, arguments) => {
                Cow::Owned(self.transformed(node.at, of, *transform, arguments)?)
            }
        })
    }

    /// The value as one of its own.
    pub(super) fn owned(&self, node: &'f Node) -> Result<Json, ExpressionError> {
        let value = self.value(node)?;
        self.spend(node.at, weight(&value))?;
        Ok(value.into_owned())
    }

    fn list(&self, all: &'f [Node]) -> Result<Json, ExpressionError> {
        all.iter().map(|node| self.owned(node)).collect()
    }

    fn object(&self, all: &'f [(String, Node)]) -> Result<Json, ExpressionError> {
        let fields = all.iter().map(|(name, node)| Ok((name.clone(), self.owned(node)?)));
        fields.collect::<Result<Map<_, _>, _>>().map(Json::Object)
    }

    /// A name, and all that follow it with dots, at once: a property may have dots in its own name.
    fn member(&self, node: &'f Node) -> Evaluated<'f> {
        let (mut names, mut base) = (Vec::new(), node);
        while let Kind::Member(of, name) = &base.kind {
            names.insert(0, name.as_str());
            base = of;
        }
        let value = match &base.kind {
            Kind::Name(name) => self.name(name),
            _ => self.value(base)?,
        };
        self.spend(node.at, names.len() as u64)?;
        match value {
            Cow::Borrowed(value) => Ok(borrowed(found(value, &names))),
            Cow::Owned(value) => {
                self.spend(node.at, weight(&value))?;
                Ok(Cow::Owned(found(&value, &names).cloned().unwrap_or_default()))
            }
        }
    }

    fn name(&self, name: &str) -> Cow<'f, Json> {
        match (self.item, name) {
            (Some(item), "item") => Cow::Borrowed(item.value),
            (Some(item), "itemIndex") => Cow::Owned(item.index.into()),
            (Some(item), "itemCount") => Cow::Owned(item.count.into()),
            _ => borrowed(self.scope.value(name)),
        }
    }

    /// `list[0]`, `object['name']`; by true or false it is the whole or nothing, which is how JEXL has it.
    fn key(&self, of: &'f Node, by: &'f Node) -> Evaluated<'f> {
        let (value, key) = (self.value(of)?, self.value(by)?);
        match value {
            value if *key == Json::Bool(true) => Ok(value),
            Cow::Borrowed(value) => Ok(borrowed(at_key(value, &key))),
            Cow::Owned(value) => {
                self.spend(by.at, weight(&value))?;
                Ok(Cow::Owned(at_key(&value, &key).cloned().unwrap_or_default()))
            }
        }
    }

    fn filtered(&self, of: &'f Node, by: &'f Node) -> Result<Json, ExpressionError> {
        let value = self.value(of)?;
        let mut kept = Vec::new();
        for item in items(&value) {
            let inner = Frame { relative: Some(item), ..*self };
            let is_kept = is_true(&*inner.value(by)?);
            self.spend(by.at, if is_kept { weight(item) } else { 1 })?;
            if is_kept {
                kept.push(item.clone());
            }
        }
        Ok(Json::Array(kept))
    }

    fn binary(&self, operator: Operator, left: &'f Node, right: &'f Node) -> Evaluated<'f> {
        let one = self.value(left)?;
        match operator {
            Operator::And if !is_true(&one) => return Ok(one),
            Operator::Or if is_true(&one) => return Ok(one),
            Operator::And | Operator::Or => return self.value(right),
            _ => {}
        }
        let other = self.value(right)?;
        // Sums of texts and comparisons of lists cost what they are long.
        let is_small = |value: &Json| matches!(value, Json::Null | Json::Bool(_) | Json::Number(_));
        if !is_small(&one) || !is_small(&other) {
            self.spend(left.at, weight(&one) + weight(&other))?;
        }
        Ok(Cow::Owned(combined(operator, &one, &other)))
    }

    fn transformed(
        &self,
        at: usize,
        of: &'f Node,
        transform: Transform,
        arguments: &'f [Node],
    ) -> Result<Json, ExpressionError> {
        let value = self.value(of)?;
        if transform != Transform::Length {
            self.spend(at, weight(&value))?;
        }
        let arguments = arguments.iter().map(|node| self.value(node)).collect::<Result<Vec<_>, _>>()?;
        let mut texts = arguments.iter().map(|argument| text(argument));
        Ok(match transform {
            Transform::Length => length(&value),
            Transform::Join => {
                let separator = texts.next().unwrap_or_else(|| ",".to_owned());
                self.spend(at, text_weight(&separator).saturating_mul(items(&value).len() as u64))?;
                joined(&value, &separator)
            }
            Transform::MapProperty => {
                let names: Vec<String> = texts.collect();
                self.spend(at, (items(&value).len() * names.len()) as u64)?;
                properties(&value, &names)
            }
            Transform::UniquePropertyValues => unique(&value, &texts.next().unwrap_or_default()),
            Transform::Merge => {
                let weights: u64 = arguments.iter().map(|argument| weight(argument)).sum();
                self.spend(at, weights)?;
                let others = arguments.iter().flat_map(|argument| items(argument).to_vec());
                items(&value).iter().cloned().chain(others).collect()
            }
            Transform::MapTemplate => self.each(at, &value, &texts.next().unwrap_or_default())?,
        })
    }

    /// Each item by the template with this name.
    fn each(&self, at: usize, list: &Json, name: &str) -> Result<Json, ExpressionError> {
        let Some(template) = self.scope.template(name) else {
            let known: Vec<&str> = self.scope.template_names().collect();
            let hint = if known.is_empty() {
                "the rule has none".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            return Err(ExpressionError::at(at, format!("there is no template {name:?}")).hint(hint));
        };
        if self.nested >= MOST_NESTED {
            return Err(ExpressionError::at(at, format!("templates use each other at most {MOST_NESTED} deep")));
        }
        let all = items(list);
        let rendered = all.iter().zip(0..).map(|(value, index)| {
            let item = Some(Item { value, index, count: all.len() });
            self.named(at, name, template, item)
        });
        rendered.collect()
    }

    fn named(
        &self,
        at: usize,
        name: &str,
        template: &Template,
        item: Option<Item<'_>>,
    ) -> Result<Json, ExpressionError> {
        let nested = self.nested + 1;
        let inner = Frame { item, relative: None, nested, scope: self.scope, budget: self.budget, depth: self.depth };
        template.render_in(&inner).map_err(|error| ExpressionError {
            character: Some(at + 1),
            ..error.within(&format!("the template {name:?}"))
        })
    }
}

fn borrowed(value: Option<&Json>) -> Cow<'_, Json> {
    Cow::Borrowed(value.unwrap_or(&Json::Null))
}

/// What is under a name or in a place.
fn at_key<'v>(value: &'v Json, key: &Json) -> Option<&'v Json> {
    let by_name = key.as_str().and_then(|name| found(value, &[name]));
    by_name.or_else(|| {
        let index = number(key).filter(|_| !key.is_boolean())?;
        let index = Some(index).filter(|index| index.fract() == 0.0 && (0.0..1e9).contains(index))?;
        // A whole number within the range that was just asked for.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        value.as_array()?.get(index as usize)
    })
}
