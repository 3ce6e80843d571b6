//! The shapes of what is sent and answered, written down once.
//!
//! From these come the documents that clients read, the refusal of bodies that do not fit, and
//! the quirks that send whatever the specification permits. A shape's fields that clients may set
//! make the shape of its request.
//!
//! | question | file |
//! |---|---|
//! | which shapes are there? | `account`, `organization`, `repository`, `usage` |
//! | does a body fit one? | `check` |

pub(crate) mod account;
pub(crate) mod check;
pub(crate) mod organization;
pub(crate) mod repository;
pub(crate) mod usage;

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// Letters, digits, `-` and `_`.
    Slug,
    /// A displayed name: at least two letters, digits and a few signs.
    Title,
    Email,
    Link,
    Moment,
    /// A number written as text.
    Decimal,
    Uuid,
    Flag,
    Integer,
    Number,
    /// One word out of these.
    Words(&'static [&'static str]),
    List(&'static Kind),
    Object(&'static Schema),
    Map(&'static Kind),
    Anything,
}

impl Kind {
    /// Whether a list of it is a set: a plain word says nothing new the second time.
    pub(crate) fn is_told_once(self) -> bool {
        matches!(self, Self::Text | Self::Slug)
    }
}

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    /// Set by clients and never shown.
    pub(crate) write_only: bool,
    /// The least length of a text, the least integer.
    pub(crate) least: Option<i64>,
    /// The greatest length of a text, the greatest integer.
    pub(crate) most: Option<i64>,
    /// The default that the specification names, which is no fact about any answer.
    pub(crate) default: Option<&'static str>,
}

impl Field {
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            nullable: false,
            read_only: false,
            write_only: false,
            least: None,
            most: None,
            default: None,
        }
    }

    /// Text that is not empty.
    pub(crate) const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text).at_least(1)
    }

    /// Text that can be empty.
    pub(crate) const fn blank(name: &'static str) -> Self {
        Self::new(name, Kind::Text)
    }

    pub(crate) const fn slug(name: &'static str) -> Self {
        Self::new(name, Kind::Slug).at_least(1)
    }

    pub(crate) const fn link(name: &'static str) -> Self {
        Self::new(name, Kind::Link)
    }

    pub(crate) const fn moment(name: &'static str) -> Self {
        Self::new(name, Kind::Moment)
    }

    pub(crate) const fn flag(name: &'static str) -> Self {
        Self::new(name, Kind::Flag)
    }

    pub(crate) const fn integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer)
    }

    pub(crate) const fn words(name: &'static str, words: &'static [&'static str], default: &'static str) -> Self {
        let mut field = Self::new(name, Kind::Words(words));
        field.default = Some(default);
        field
    }

    pub(crate) const fn list(name: &'static str, of: &'static Kind) -> Self {
        Self::new(name, Kind::List(of))
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    pub(crate) const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    pub(crate) const fn at_least(mut self, least: i64) -> Self {
        self.least = Some(least);
        self
    }

    pub(crate) const fn at_most(mut self, most: i64) -> Self {
        self.most = Some(most);
        self
    }

    /// Whether a client may set it.
    pub(crate) fn writable(&self) -> bool {
        !self.read_only
    }
}

/// The shape of an object.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

impl Schema {
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
