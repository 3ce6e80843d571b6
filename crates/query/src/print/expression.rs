//! Values.

use std::fmt::{self, Display, Formatter, Write};

use super::joined;
use crate::ast::{Binary, Call, Date, Duration, Expression, Number, Operation, Unit};
use crate::moment;

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Flag(value, _) => value.fmt(f),
            Self::Undefined(_) => f.write_str("undefined"),
            Self::Null(_) => f.write_str("null"),
            Self::Now(_) => f.write_str("date.now"),
            Self::Date(date) => date.fmt(f),
            Self::Duration(duration) => duration.fmt(f),
            Self::Parameter(name) => write!(f, "${{{}}}", name.text),
            Self::Path(path) => path.fmt(f),
            Self::Call(call) => call.fmt(f),
            Self::Binary(binary) => binary.fmt(f),
            Self::Negative(value, _) => {
                f.write_char('-')?;
                beside(f, value, Binding::Atom)
            }
        }
    }
}

/// How tight a value holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Sum,
    Product,
    Atom,
}

fn binding(value: &Expression) -> Binding {
    match value {
        Expression::Binary(binary) => operation_binding(binary.operation),
        _ => Binding::Atom,
    }
}

fn operation_binding(operation: Operation) -> Binding {
    match operation {
        Operation::Add | Operation::Subtract => Binding::Sum,
        Operation::Multiply | Operation::Divide => Binding::Product,
    }
}

/// A value where something that binds less than this needs parentheses.
fn beside(f: &mut Formatter<'_>, value: &Expression, least: Binding) -> fmt::Result {
    if binding(value) < least { write!(f, "({value})") } else { value.fmt(f) }
}

impl Display for Binary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (left, right) = match operation_binding(self.operation) {
            Binding::Sum => (Binding::Sum, Binding::Product),
            _ => (Binding::Product, Binding::Atom),
        };
        beside(f, &self.left, left)?;
        write!(f, " {} ", self.operation)?;
        beside(f, &self.right, right)
    }
}

impl Display for Operation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        })
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match moment::written(self.milliseconds) {
            Some(text) => write!(f, "date({text})"),
            // A date is a number of milliseconds, also where no calendar reaches.
            None => self.milliseconds.fmt(f),
        }
    }
}

impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hours => "hours",
            Unit::Days => "days",
            Unit::Weeks => "weeks",
            Unit::Months => "months",
            Unit::Years => "years",
        };
        write!(f, "{} {unit}", self.value)
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.function.text)?;
        joined(f, &self.arguments, ", ")?;
        f.write_char(')')
    }
}
