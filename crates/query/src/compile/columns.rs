//! The columns of an answer, its groups and its order.

use super::check::Check;
use super::expression::{Expr, Property, Slot};
use super::{Compiler, Scope};
use crate::ast::{Call, Expression, Item, ItemValue, Name, OrderKey, Path, Query, Returns};
use crate::bind::joined;
use crate::nearest::{did_you_mean, nearest};
use crate::span::Span;

/// The columns of an answer.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) columns: Vec<Column>,
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) having: Option<Check>,
    pub(crate) order: Vec<OrderBy>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The alias, or what is written in the query.
    pub(crate) name: String,
    pub(crate) value: ColumnValue,
}

#[derive(Clone, Debug)]
pub(crate) enum ColumnValue {
    /// `u.*`
    All(Slot),
    /// `u`
    Whole(Slot),
    Value(Expr),
}

/// What is counted or added up within each group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) function: AggregateFunction,
    pub(crate) of: Slot,
    /// `None` of the thing itself.
    pub(crate) property: Option<Property>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Count,
    Sum,
    Average,
    Least,
    Most,
}

/// One key of the order.
#[derive(Clone, Debug)]
pub(crate) struct OrderBy {
    pub(crate) by: OrderValue,
    pub(crate) descending: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum OrderValue {
    Column(usize),
    Value(Expr),
}

impl Column {
    pub(crate) fn has_aggregate(&self) -> bool {
        matches!(&self.value, ColumnValue::Value(value) if value.has_aggregate())
    }

    /// Every slot that it depends on outside of aggregates.
    pub(crate) fn slots(&self, found: &mut impl FnMut(Slot)) {
        match &self.value {
            ColumnValue::All(slot) | ColumnValue::Whole(slot) => found(*slot),
            ColumnValue::Value(value) => value.slots(found),
        }
    }

    /// Whether nothing but aggregates decides what it shows.
    pub(crate) fn is_of_aggregates_alone(&self) -> bool {
        let mut alone = true;
        self.slots(&mut |_| alone = false);
        alone
    }
}

impl ColumnValue {
    /// The slot of an entity, and the number of its property, where that is all there is to it.
    pub(crate) fn of_entity(&self) -> Option<(Slot, Option<u32>)> {
        let (slot, property) = match self {
            Self::Whole(slot) => (*slot, None),
            Self::Value(Expr::Property(property)) => (property.of, Some(property.number?)),
            Self::All(_) | Self::Value(_) => return None,
        };
        matches!(slot, Slot::Entity(_) | Slot::Union(_)).then_some((slot, property))
    }
}

impl OrderBy {
    /// Every slot that it depends on.
    pub(crate) fn slots(&self, found: &mut impl FnMut(Slot)) {
        if let OrderValue::Value(value) = &self.by {
            value.slots(found);
        }
    }
}

impl Columns {
    pub(crate) fn has_aggregates(&self) -> bool {
        !self.aggregates.is_empty()
    }
}

/// The functions there are.
const FUNCTIONS: [(&str, AggregateFunction); 5] = [
    ("count", AggregateFunction::Count),
    ("sum", AggregateFunction::Sum),
    ("avg", AggregateFunction::Average),
    ("min", AggregateFunction::Least),
    ("max", AggregateFunction::Most),
];

impl Compiler<'_, '_> {
    /// What `RETURN` with columns, `HAVING` and `ORDER BY` come to. `None` without columns.
    pub(crate) fn columns(&mut self, query: &Query) -> Option<Columns> {
        let Some(Returns::Items(items)) = &query.returns else {
            self.without_columns(query);
            return None;
        };
        let mut columns = Vec::new();
        for item in items {
            columns.extend(self.item(item, &columns));
        }
        let aggregates = std::mem::take(&mut self.aggregates);
        let having = query.having.as_ref().and_then(|having| self.condition(having, Scope::Columns(&columns)));
        self.aggregates = aggregates;
        let order = query.order.iter().filter_map(|key| self.order(key, &columns)).collect();
        Some(Columns { columns, aggregates: std::mem::take(&mut self.aggregates), having, order })
    }

    fn without_columns(&mut self, query: &Query) {
        if let Some(having) = &query.having {
            let span = first_span(having);
            self.error("having-alone", span, "HAVING is about columns, and there are none without RETURN");
        }
    }

    fn item(&mut self, item: &Item, before: &[Column]) -> Option<Column> {
        let value = match &item.value {
            ItemValue::All(name) => match self.names.target(name, "RETURN") {
                Ok(target) => ColumnValue::All(Self::slot(target)),
                Err(diagnostic) => {
                    self.diagnostics.push(diagnostic);
                    return None;
                }
            },
            ItemValue::Expression(expression) => match self.expression(expression, Scope::Path("RETURN"))? {
                Expr::Whole(slot) => ColumnValue::Whole(slot),
                other => ColumnValue::Value(other),
            },
        };
        let column = Column { name: String::new(), value: value.clone() };
        if column.has_aggregate() && !column.is_of_aggregates_alone() {
            let message = "beside an aggregate nothing else of the paths can stand in a column";
            self.error("aggregate-mixture", item.span, message);
            return None;
        }
        let written = || self.text.get(item_span(item).range()).unwrap_or_default().trim().to_owned();
        let name = item.alias.as_ref().map_or_else(written, |alias| alias.text.clone());
        Some(Column { name: unique(&name, before), value })
    }

    /// The order of a query without columns is by properties.
    pub(crate) fn list_order(&mut self, query: &Query) -> Vec<OrderBy> {
        query.order.iter().filter_map(|key| self.order(key, &[])).collect()
    }

    fn order(&mut self, key: &OrderKey, columns: &[Column]) -> Option<OrderBy> {
        let written = joined(&key.by.parts);
        let by = match columns.iter().position(|column| column.name == written) {
            Some(column) => OrderValue::Column(column),
            None if self.aggregates.is_empty() => {
                OrderValue::Value(self.expression(&Expression::Path(key.by.clone()), Scope::Path("ORDER BY"))?)
            }
            None => OrderValue::Column(self.column(&key.by, columns)?),
        };
        Some(OrderBy { by, descending: key.descending })
    }

    /// The column that a path names.
    pub(crate) fn column(&mut self, path: &Path, columns: &[Column]) -> Option<usize> {
        let written = joined(&path.parts);
        let found = columns.iter().position(|column| column.name == written);
        if found.is_none() {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let diagnostic =
                crate::Diagnostic::error("column-unknown", path.span, format!("there is no column `{written}`"));
            self.diagnostics.push(diagnostic.with_help(format!("the columns are {}", names.join(", "))));
        }
        found
    }

    /// `count(u)`, `concat(a, b)`.
    pub(crate) fn call(&mut self, call: &Call, scope: Scope<'_>) -> Option<Expr> {
        let function = call.function.text.to_lowercase();
        if function == "concat" {
            let parts: Vec<_> = call.arguments.iter().map(|argument| self.expression(argument, scope)).collect();
            return Some(Expr::Concat(parts.into_iter().collect::<Option<_>>()?));
        }
        if let Scope::Columns(columns) = scope {
            return self.written_column(call, columns);
        }
        let Some((_, function)) = FUNCTIONS.iter().find(|(name, _)| *name == function) else {
            let known = FUNCTIONS.iter().map(|(name, _)| *name).chain(["concat"]);
            let near = did_you_mean(&nearest(&function, known));
            let diagnostic = crate::Diagnostic::error(
                "function-unknown",
                call.function.span,
                format!("there is no function `{}`", call.function.text),
            );
            let help = near.unwrap_or_else(|| "there are count, sum, avg, min, max and concat".to_owned());
            self.diagnostics.push(diagnostic.with_help(help));
            return None;
        };
        self.aggregate(call, *function, scope)
    }

    fn aggregate(&mut self, call: &Call, function: AggregateFunction, scope: Scope<'_>) -> Option<Expr> {
        if !matches!(scope, Scope::Path("RETURN")) {
            self.error("aggregate-place", call.span, "aggregates stand in RETURN; give it an alias and use that");
            return None;
        }
        let [argument] = call.arguments.as_slice() else {
            self.error("aggregate-arguments", call.span, "an aggregate takes one alias, or one property of one");
            return None;
        };
        let (of, property) = match self.expression(argument, scope)? {
            Expr::Whole(slot) => (slot, None),
            Expr::Property(property) => (property.of, Some(property)),
            _ => {
                self.error("aggregate-arguments", argument.span(), "an aggregate takes an alias, or a property of one");
                return None;
            }
        };
        if property.is_none() && function != AggregateFunction::Count {
            let message = "only count takes an alias; the others take a property of one";
            self.error("aggregate-arguments", argument.span(), message);
            return None;
        }
        self.aggregates.push(Aggregate { function, of, property, span: call.span });
        Some(Expr::Aggregate(self.aggregates.len() - 1))
    }

    /// In `HAVING` an aggregate is the column that is written so.
    fn written_column(&mut self, call: &Call, columns: &[Column]) -> Option<Expr> {
        let same =
            |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
        let written = same(self.text.get(call.span.range()).unwrap_or_default());
        let found = columns.iter().position(|column| same(&column.name) == written);
        if found.is_none() {
            self.error("column-unknown", call.span, "there is no such column; HAVING filters by what RETURN shows");
        }
        found.map(Expr::Column)
    }
}

fn item_span(item: &Item) -> Span {
    match &item.value {
        ItemValue::All(Name { span, .. }) => Span::new(span.start, span.end.saturating_add(2)),
        ItemValue::Expression(expression) => expression.span(),
    }
}

/// Each name once: JSON has no two of the same.
fn unique(name: &str, before: &[Column]) -> String {
    let taken = |name: &str| before.iter().any(|column| column.name == name);
    if !taken(name) {
        return name.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let candidate = format!("{name} ({number})");
        if !taken(&candidate) {
            return candidate;
        }
        number = number.saturating_add(1);
    }
}

fn first_span(condition: &crate::ast::Condition) -> Span {
    match condition {
        crate::ast::Condition::Compare(comparison) => comparison.span,
        crate::ast::Condition::Or(conditions) | crate::ast::Condition::And(conditions) => {
            conditions.first().map_or(Span::default(), first_span)
        }
    }
}
