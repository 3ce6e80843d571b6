//! What a query says, as a tree. `docs/reference/j1ql.md` has the grammar, and what each part means.

use crate::span::Span;

/// A word of the query with its place: a class, a type, a verb, an alias, a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written, without quotes or brackets.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A whole query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// `FIND UNIQUE`: equal rows appear once.
    pub unique: bool,
    /// What it begins with.
    pub find: EntityPattern,
    /// Where it goes from there.
    pub steps: Vec<Step>,
    /// `AS OF`: the moment that is asked about.
    pub as_of: Option<Expression>,
    /// `WHERE`: what whole paths have to satisfy.
    pub filter: Option<Condition>,
    /// `RETURN`; without it, the entities of `find` are the answer.
    pub returns: Option<Returns>,
    /// `HAVING`: what groups have to satisfy.
    pub having: Option<Condition>,
    /// `ORDER BY`.
    pub order: Vec<OrderKey>,
    /// `SKIP`.
    pub skip: Option<Count>,
    /// `LIMIT`.
    pub limit: Option<Count>,
}

/// A number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub value: u64,
    /// Its place.
    pub span: Span,
}

/// A set of entities, and what they are called from there on.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityPattern {
    /// Which ones.
    pub set: EntitySet,
    /// `WITH`: what each has to satisfy.
    pub with: Option<Condition>,
    /// `AS`.
    pub alias: Option<Name>,
    /// `CHANGED SINCE`.
    pub changed: Option<Changed>,
    /// The place of all of it.
    pub span: Span,
}

/// Which entities.
#[derive(Clone, Debug, PartialEq)]
pub enum EntitySet {
    /// `'some words'`: those in whose properties every word occurs. Only at the beginning.
    Text(Text),
    /// `#Name` alone, `#Name User`, `(User|Person)` or `*`: any of the names, and of the smart class if there is one.
    Names {
        /// `#Name`, without `#`.
        smart: Option<Name>,
        /// At least one, unless there is a smart class.
        names: Vec<EntityName>,
    },
}

/// One of the names of a set of entities.
#[derive(Clone, Debug, PartialEq)]
pub enum EntityName {
    /// `*`.
    Any(Span),
    /// A class when it begins with a capital letter, and a type otherwise.
    Named(Name),
    /// `#Name` as one of several.
    Smart(Name),
}

/// A string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Without quotes and escapes. `{{name}}` stays as it is until parameters are known.
    pub value: String,
    /// Its place, with the quotes.
    pub span: Span,
}

/// `CHANGED SINCE … [UNTIL …] [AS name]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The beginning of the window.
    pub since: Expression,
    /// Its end; now when absent.
    pub until: Option<Expression>,
    /// What each change is called.
    pub alias: Option<Name>,
    /// The place of all of it.
    pub span: Span,
}

/// One step of the way.
#[expect(clippy::large_enum_variant, reason = "nearly every step is a hop")]
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `THAT …`.
    Hop(Hop),
    /// `( THAT … )?`.
    Optional(Optional),
}

/// `THAT VERB entity`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// `THAT !VERB`.
    pub negated: bool,
    /// Along which relationships.
    pub verbs: Verbs,
    /// `>>` or `<<`.
    pub arrow: Option<Arrow>,
    /// What the relationship is called.
    pub alias: Option<Name>,
    /// Where it leads.
    pub entity: EntityPattern,
    /// The place of all of it.
    pub span: Span,
}

/// Along which relationships.
#[derive(Clone, Debug, PartialEq)]
pub enum Verbs {
    /// `RELATES TO` or `*`: all of them.
    Any(Span),
    /// `HAS` or `(HAS|ASSIGNED)`: classes of relationships, in any case.
    Classes(Vec<Name>),
    /// `CAN publish` or `CAN (publish|push)`: action words. Effective access, from the holder to the resource.
    Can(Vec<Name>),
}

/// In which direction a relationship has to lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrow {
    /// `>>`: from the entity on the left to the one on the right.
    Right,
    /// `<<`: from the right to the left.
    Left,
}

/// `( THAT … THAT … )?`.
#[derive(Clone, Debug, PartialEq)]
pub struct Optional {
    /// Its steps; the first one is always a hop.
    pub steps: Vec<Step>,
    /// What the union of those who were there before and those it reached is called.
    pub alias: Option<Name>,
    /// The place of all of it.
    pub span: Span,
}

/// What has to be so.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Any of at least two.
    Or(Vec<Condition>),
    /// All of at least two.
    And(Vec<Condition>),
    /// One comparison.
    Compare(Box<Comparison>),
}

/// `left operator right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Mostly a property.
    pub left: Expression,
    /// How they are compared.
    pub operator: Operator,
    /// With what.
    pub right: Operand,
    /// The place of all of it.
    pub span: Span,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterOrEqual,
    /// `<=`
    LessOrEqual,
    /// `~=`
    Contains,
    /// `!~=`
    NotContains,
    /// `^=`
    StartsWith,
    /// `!^=`
    NotStartsWith,
    /// `$=`
    EndsWith,
    /// `!$=`
    NotEndsWith,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value that is worked out.
    Expression(Expression),
    /// `('a' OR 'b')`, `('a' AND 'b')`: at least two.
    Group(Group),
    /// `/text/i`.
    Regex(Regex),
    /// `(FIND … RETURN one.property)`.
    Query(Box<Query>),
}

/// Several values to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Whether all of them count, rather than any.
    pub all: bool,
    /// At least two. Groups may hold groups.
    pub values: Vec<Operand>,
    /// The place of all of it.
    pub span: Span,
}

/// `/pattern/i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    /// Between the slashes, as written.
    pub pattern: String,
    /// Whether case makes no difference.
    pub ignore_case: bool,
    /// The place, with the slashes.
    pub span: Span,
}

/// A value, or how to work one out.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `'text'`.
    Text(Text),
    /// `12`, `0.5`.
    Number(Number),
    /// `true`, `false`.
    Flag(bool, Span),
    /// `undefined`: that there is no value.
    Undefined(Span),
    /// `null`, which means the same.
    Null(Span),
    /// `date.now`: the moment at which the query is run.
    Now(Span),
    /// `date(2026-11-26)`.
    Date(Date),
    /// `7 days`: only beside a date.
    Duration(Duration),
    /// `${name}` or `{{name}}`.
    Parameter(Name),
    /// `name`, `tag.AccountName`, `u.name`, `u`: which part is an alias depends on where it stands.
    Path(Path),
    /// `count(u)`, `concat(a, b)`.
    Call(Call),
    /// `left + right`.
    Binary(Box<Binary>),
    /// `-value`.
    Negative(Box<Expression>, Span),
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Finite.
    pub value: f64,
    /// Its place.
    pub span: Span,
}

/// A moment written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Milliseconds since 1970, UTC where no offset is written.
    pub milliseconds: i64,
    /// Its place.
    pub span: Span,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration {
    /// How many units.
    pub value: f64,
    /// Of what.
    pub unit: Unit,
    /// Its place.
    pub span: Span,
}

/// A unit of time. Months and years are those of the calendar, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `hour`, `hours`, `hr`, `hrs`
    Hours,
    /// `day`, `days`
    Days,
    /// `week`, `weeks`
    Weeks,
    /// `month`, `months`, `mo`, `mos`
    Months,
    /// `year`, `years`, `yr`, `yrs`
    Years,
}

/// Words joined by dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// At least one; one in brackets is one word, whatever is in it: `[tag.cost-center]`.
    pub parts: Vec<Name>,
    /// The place of all of it.
    pub span: Span,
}

/// A function of values, or an aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// `count`, `sum`, `avg`, `min`, `max`, `concat`, in any case.
    pub function: Name,
    /// What it is called with.
    pub arguments: Vec<Expression>,
    /// The place of all of it.
    pub span: Span,
}

/// `left + right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The left side.
    pub left: Expression,
    /// What is done.
    pub operation: Operation,
    /// The right side.
    pub right: Expression,
    /// The place of all of it.
    pub span: Span,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// What the answer shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Returns {
    /// `RETURN TREE`: all entities and relationships of all paths.
    Tree(Span),
    /// `RETURN PATH`: each path, step by step, with the grants behind each `CAN`.
    Path(Span),
    /// Columns.
    Items(Vec<Item>),
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it shows.
    pub value: ItemValue,
    /// `AS`.
    pub alias: Option<Name>,
    /// The place of all of it.
    pub span: Span,
}

/// What a column shows.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemValue {
    /// `u.*`: every property.
    All(Name),
    /// A value.
    Expression(Expression),
}

/// One key of `ORDER BY`.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderKey {
    /// A column's name, or a property of something in the query.
    pub by: Path,
    /// `DESC`.
    pub descending: bool,
}

impl Step {
    /// Its place.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Hop(hop) => hop.span,
            Self::Optional(optional) => optional.span,
        }
    }
}

impl Expression {
    /// Its place.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Text(text) => text.span,
            Self::Number(number) => number.span,
            Self::Flag(_, span) | Self::Undefined(span) | Self::Null(span) | Self::Now(span) => *span,
            Self::Date(date) => date.span,
            Self::Duration(duration) => duration.span,
            Self::Parameter(name) => name.span,
            Self::Path(path) => path.span,
            Self::Call(call) => call.span,
            Self::Binary(binary) => binary.span,
            Self::Negative(_, span) => *span,
        }
    }
}
