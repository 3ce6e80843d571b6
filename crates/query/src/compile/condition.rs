//! Conditions and expressions of a query as checks and values.

use regex::RegexBuilder;
use rolecall_graph::{EntityId, PropertyValue};

use super::check::{Check, Comparison, Wanted, owned};
use super::expression::{Expr, One, Property};
use super::{Compiler, Scope};
use crate::ast::{self, Condition, Expression, Operand, Operator};
use crate::bind::joined;
use crate::value::{Scalar, length, of_milliseconds};

/// A compiled pattern takes at most so many bytes.
const MOST_PATTERN: usize = 1 << 20;

impl Compiler<'_, '_> {
    /// `None` where something in it is wrong, which is then among the diagnostics.
    pub(crate) fn condition(&mut self, condition: &Condition, scope: Scope<'_>) -> Option<Check> {
        match condition {
            Condition::Or(conditions) => Some(Check::Any(self.conditions(conditions, scope)?)),
            Condition::And(conditions) => Some(Check::All(self.conditions(conditions, scope)?)),
            Condition::Compare(comparison) => {
                let left = self.expression(&comparison.left, scope);
                let (operator, negated) = positive(comparison.operator);
                let right = self.operand(&comparison.right, operator, scope);
                let (left, right, span) = (left?, right?, comparison.span);
                Some(Check::Compare(Comparison { left, operator, negated, right, span }))
            }
        }
    }

    fn conditions(&mut self, conditions: &[Condition], scope: Scope<'_>) -> Option<Vec<Check>> {
        let each: Vec<_> = conditions.iter().map(|condition| self.condition(condition, scope)).collect();
        each.into_iter().collect()
    }

    fn operand(&mut self, operand: &Operand, operator: Operator, scope: Scope<'_>) -> Option<Wanted> {
        match operand {
            Operand::Expression(Expression::Parameter(name)) => match self.parameter(name) {
                Some(PropertyValue::List(values)) => Some(Wanted::any_of(values.into_vec())),
                value => Some(Wanted::Value(Expr::Constant(value.as_ref().map_or(Scalar::Undefined, owned)))),
            },
            Operand::Expression(expression) => self.expression(expression, scope).map(Wanted::Value),
            Operand::Group(group) => {
                let each: Vec<_> = group.values.iter().map(|value| self.operand(value, operator, scope)).collect();
                let each = each.into_iter().collect::<Option<Vec<_>>>()?;
                Some(if group.all { Wanted::All(each) } else { Wanted::Any(each) })
            }
            Operand::Regex(regex) => self.regex(regex, operator),
            Operand::Query(query) => self.subquery(query, operator),
        }
    }

    fn regex(&mut self, regex: &ast::Regex, operator: Operator) -> Option<Wanted> {
        let pattern = match operator {
            Operator::Equal | Operator::Contains => regex.pattern.clone(),
            Operator::StartsWith => format!(r"\A(?:{})", regex.pattern),
            Operator::EndsWith => format!(r"(?:{})\z", regex.pattern),
            _ => {
                self.error("regex-operator", regex.span, "a regular expression has no place in an order");
                return None;
            }
        };
        // The pattern alone first, so that no parenthesis of ours closes one of theirs.
        let build = |pattern: &str| {
            RegexBuilder::new(pattern).case_insensitive(regex.ignore_case).size_limit(MOST_PATTERN).build()
        };
        match build(&regex.pattern).and_then(|_| build(&pattern)) {
            Ok(pattern) => Some(Wanted::Pattern(pattern)),
            Err(error) => {
                let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
                self.error("regex-invalid", regex.span, format!("this is no regular expression: {reason}"));
                None
            }
        }
    }

    /// `None` where something in it is wrong.
    pub(crate) fn expression(&mut self, expression: &Expression, scope: Scope<'_>) -> Option<Expr> {
        Some(match expression {
            Expression::Text(text) => Expr::Constant(Scalar::Text(self.text(text).into())),
            Expression::Number(number) => Expr::Constant(Scalar::Number(number.value)),
            Expression::Flag(flag, _) => Expr::Constant(Scalar::Flag(*flag)),
            Expression::Undefined(_) | Expression::Null(_) => Expr::Constant(Scalar::Undefined),
            Expression::Now(_) => Expr::Constant(Scalar::Moment(self.now())),
            Expression::Date(date) => Expr::Constant(Scalar::Moment(of_milliseconds(date.milliseconds))),
            Expression::Duration(duration) => {
                if length(duration.value, duration.unit).is_none() {
                    let message = "months and years are of different lengths: they need a date to be counted from";
                    self.error("duration-alone", duration.span, message);
                }
                Expr::Duration(duration.value, duration.unit)
            }
            Expression::Parameter(name) => {
                let value = self.parameter(name);
                Expr::Constant(value.as_ref().map_or(Scalar::Undefined, owned))
            }
            Expression::Path(path) => self.path(path, scope)?,
            Expression::Call(call) => self.call(call, scope)?,
            Expression::Binary(binary) => {
                let left = self.side(&binary.left, &binary.right, scope);
                let right = self.side(&binary.right, &binary.left, scope);
                let folded = Expr::Arithmetic(Box::new(left?), binary.operation, Box::new(right?));
                self.folded(folded)
            }
            Expression::Negative(of, _) => {
                let of = self.expression(of, scope)?;
                self.folded(Expr::Negative(Box::new(of)))
            }
        })
    }

    /// A side of an operation: beside a date, a length of time may be of any unit.
    fn side(&mut self, side: &Expression, other: &Expression, scope: Scope<'_>) -> Option<Expr> {
        match side {
            Expression::Duration(duration) if is_date(other) => Some(Expr::Duration(duration.value, duration.unit)),
            side => self.expression(side, scope),
        }
    }

    /// What depends on nothing is worked out once.
    fn folded(&self, expr: Expr) -> Expr {
        let mut depends = expr.has_aggregate();
        expr.slots(&mut |_| depends = true);
        let has_column = matches!(&expr, Expr::Arithmetic(left, _, right) if has_column(left) || has_column(right));
        if depends || has_column {
            return expr;
        }
        match expr.value(self.graph, &One(EntityId::new(u32::MAX))) {
            Scalar::Text(text) => Expr::Constant(Scalar::Text(text.into_owned().into())),
            Scalar::Undefined => Expr::Constant(Scalar::Undefined),
            Scalar::Flag(flag) => Expr::Constant(Scalar::Flag(flag)),
            Scalar::Number(number) => Expr::Constant(Scalar::Number(number)),
            Scalar::Moment(moment) => Expr::Constant(Scalar::Moment(moment)),
            Scalar::List(_) => expr,
        }
    }

    fn now(&self) -> f64 {
        of_milliseconds(self.run.map_or(0, |run| run.asked.now))
    }

    fn path(&mut self, path: &ast::Path, scope: Scope<'_>) -> Option<Expr> {
        let named = |of, name: String, compiler: &Self| {
            let number = compiler.graph.name(&name);
            Expr::Property(Property { of, name, number })
        };
        match scope {
            Scope::Entity(slot) => {
                let name = joined(&path.parts);
                self.check_property(&name, path.span);
                Some(named(super::Slot::Entity(slot), name, self))
            }
            Scope::Path(clause) => match self.names.resolve(path, clause) {
                Ok((target, Some(name))) => {
                    self.check_property_of(target, &name, path.span);
                    Some(named(Self::slot(target), name, self))
                }
                Ok((target, None)) => Some(Expr::Whole(Self::slot(target))),
                Err(diagnostic) => {
                    self.diagnostics.push(diagnostic);
                    None
                }
            },
            Scope::Columns(columns) => self.column(path, columns).map(Expr::Column),
            Scope::Nothing(clause) => {
                self.error("nothing-bound", path.span, format!("{clause} takes a value, and nothing has a name there"));
                None
            }
        }
    }
}

/// Whether an expression says itself that it is a date.
fn is_date(expression: &Expression) -> bool {
    match expression {
        Expression::Now(_) | Expression::Date(_) => true,
        Expression::Binary(binary) => match binary.operation {
            ast::Operation::Add | ast::Operation::Subtract => is_date(&binary.left) != is_date(&binary.right),
            ast::Operation::Multiply | ast::Operation::Divide => false,
        },
        _ => false,
    }
}

fn has_column(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Arithmetic(left, _, right) => has_column(left) || has_column(right),
        Expr::Negative(of) => has_column(of),
        Expr::Concat(parts) => parts.iter().any(has_column),
        _ => false,
    }
}

/// An operator without its negation, and whether it had one.
fn positive(operator: Operator) -> (Operator, bool) {
    match operator {
        Operator::NotEqual => (Operator::Equal, true),
        Operator::NotContains => (Operator::Contains, true),
        Operator::NotStartsWith => (Operator::StartsWith, true),
        Operator::NotEndsWith => (Operator::EndsWith, true),
        other => (other, false),
    }
}
