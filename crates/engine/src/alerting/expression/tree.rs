//! An expression that was read.

use serde_json::Value as Json;

use super::transform::Transform;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// The index of its first character in the text.
    pub(super) at: usize,
    /// How deep it is.
    pub(super) depth: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Literal(Json),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// `queries`.
    Name(String),
    /// `.age` of the item that a filter looks at.
    Relative(String),
    /// `of.name`.
    Member(Box<Node>, String),
    /// `of[key]`.
    Key(Box<Node>, Box<Node>),
    /// `of[.age > 3]`.
    Filter(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    /// `if ? then : otherwise`; without *then* it is `if ?: otherwise`.
    Choice(Box<Node>, Option<Box<Node>>, Box<Node>),
    /// `of|join(', ')`.
    Transformed(Box<Node>, Transform, Vec<Node>),
}

impl Node {
    /// What it is made of.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) | Kind::Relative(_) => Vec::new(),
            Kind::List(all) => all.iter().collect(),
            Kind::Object(all) => all.iter().map(|(_, node)| node).collect(),
            Kind::Member(of, _) | Kind::Not(of) | Kind::Negative(of) => vec![of],
            Kind::Key(of, by) | Kind::Filter(of, by) | Kind::Binary(_, of, by) => vec![of, by],
            Kind::Choice(of, then, otherwise) => {
                [Some(of), then.as_ref(), Some(otherwise)].into_iter().flatten().map(AsRef::as_ref).collect()
            }
            Kind::Transformed(of, _, arguments) => [of.as_ref()].into_iter().chain(arguments).collect(),
        }
    }
}

/// What stands between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    DivideAndFloor,
    Remainder,
    Power,
}

impl Operator {
    /// Each with its sign and how tightly it binds, which is as JEXL has it: `&&` no tighter than `||`.
    const ALL: [(Self, &'static str, u8); 16] = [
        (Self::Or, "||", 1),
        (Self::And, "&&", 1),
        (Self::Equal, "==", 2),
        (Self::Unequal, "!=", 2),
        (Self::Less, "<", 2),
        (Self::LessOrEqual, "<=", 2),
        (Self::Greater, ">", 2),
        (Self::GreaterOrEqual, ">=", 2),
        (Self::In, "in", 2),
        (Self::Add, "+", 3),
        (Self::Subtract, "-", 3),
        (Self::Multiply, "*", 4),
        (Self::Divide, "/", 4),
        (Self::DivideAndFloor, "//", 4),
        (Self::Remainder, "%", 5),
        (Self::Power, "^", 5),
    ];

    /// The one with this sign, and how tightly it binds.
    pub(super) fn read(sign: &str) -> Option<(Self, u8)> {
        Self::ALL.into_iter().find(|(_, its, _)| *its == sign).map(|(operator, _, tightness)| (operator, tightness))
    }
}
