//! Expressions with their names resolved, and what they come to.

use std::borrow::Cow;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue};

use crate::answer::Edge;
use crate::ast::{Operation, Unit};
use crate::changes::Change;
use crate::value::{Scalar, length, of_milliseconds, shifted, text_of};

/// A property of what is bound to some slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) of: Slot,
    pub(crate) name: String,
    /// The number of the name in the graph; `None` where no entity has such a property.
    pub(crate) number: Option<u32>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Slot {
    Entity(usize),
    Hop(usize),
    Change(usize),
    Union(usize),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Constant(Scalar<'static>),
    /// Only beside a moment.
    Duration(f64, Unit),
    Property(Property),
    /// Something bound, as a whole.
    Whole(Slot),
    Arithmetic(Box<Expr>, Operation, Box<Expr>),
    Negative(Box<Expr>),
    Concat(Vec<Expr>),
    /// What an aggregate of a group comes to, by its number.
    Aggregate(usize),
    /// A column of the answer, by its number.
    Column(usize),
}

/// What is bound at some moment of a search. Nothing is, where nothing is said.
pub(crate) trait Binding<'g> {
    fn entity(&self, _: usize) -> Option<EntityId> {
        None
    }
    fn union(&self, _: usize) -> Option<EntityId> {
        None
    }
    fn edge(&self, _: usize) -> Option<Edge<'g>> {
        None
    }
    fn change(&self, _: usize) -> Option<&'g Change> {
        None
    }
    /// What an aggregate comes to; only of groups.
    fn aggregate(&self, _: usize) -> Scalar<'g> {
        Scalar::Undefined
    }
    /// What a column shows; only of finished rows.
    fn column(&self, _: usize) -> Scalar<'g> {
        Scalar::Undefined
    }
}

/// One entity, whatever the slot: what `WITH` is about.
pub(crate) struct One(pub(crate) EntityId);

impl<'g> Binding<'g> for One {
    fn entity(&self, _: usize) -> Option<EntityId> {
        Some(self.0)
    }
}

/// One relationship, whatever the slot.
pub(crate) struct OneEdge<'g>(pub(crate) Edge<'g>);

impl<'g> Binding<'g> for OneEdge<'g> {
    fn edge(&self, _: usize) -> Option<Edge<'g>> {
        Some(self.0)
    }
}

impl Property {
    pub(crate) fn value<'g>(&self, graph: &'g EntityGraph, bound: &impl Binding<'g>) -> Scalar<'g> {
        match self.of {
            Slot::Entity(slot) => self.of_entity(graph, bound.entity(slot)),
            Slot::Union(slot) => self.of_entity(graph, bound.union(slot)),
            Slot::Hop(slot) => {
                bound.edge(slot).map_or(Scalar::Undefined, |edge| edge_property(graph, edge, &self.name))
            }
            Slot::Change(slot) => {
                bound.change(slot).map_or(Scalar::Undefined, |change| change_property(change, &self.name))
            }
        }
    }

    fn of_entity<'g>(&self, graph: &'g EntityGraph, entity: Option<EntityId>) -> Scalar<'g> {
        match (entity, self.number) {
            (Some(entity), Some(number)) => Scalar::from(graph.property_numbered(entity, number)),
            _ => Scalar::Undefined,
        }
    }
}

impl Expr {
    /// What it comes to. An entity as a whole is its key.
    pub(crate) fn value<'g>(&self, graph: &'g EntityGraph, bound: &impl Binding<'g>) -> Scalar<'g> {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Duration(value, unit) => length(*value, *unit).map_or(Scalar::Undefined, Scalar::Number),
            Self::Property(property) => property.value(graph, bound),
            Self::Whole(Slot::Entity(slot)) => key(graph, bound.entity(*slot)),
            Self::Whole(Slot::Union(slot)) => key(graph, bound.union(*slot)),
            // They have no key, and equal nothing.
            Self::Whole(Slot::Hop(slot)) => bound.edge(*slot).map_or(Scalar::Undefined, |_| NOTHING_EQUAL),
            Self::Whole(Slot::Change(slot)) => bound.change(*slot).map_or(Scalar::Undefined, |_| NOTHING_EQUAL),
            Self::Arithmetic(left, operation, right) => arithmetic(graph, bound, (left, *operation, right)),
            Self::Negative(of) => match of.value(graph, bound) {
                Scalar::Number(number) => Scalar::Number(0.0 - number),
                _ => Scalar::Undefined,
            },
            Self::Concat(parts) => {
                let parts = parts.iter().filter(|part| !matches!(part, Self::Whole(_)));
                let texts = parts.filter_map(|part| part.value(graph, bound).into_property());
                Scalar::Text(Cow::Owned(texts.map(|value| text_of(&value)).collect()))
            }
            Self::Aggregate(number) => bound.aggregate(*number),
            Self::Column(number) => bound.column(*number),
        }
    }

    /// Every slot that it depends on.
    pub(crate) fn slots(&self, found: &mut impl FnMut(Slot)) {
        match self {
            Self::Property(property) => found(property.of),
            Self::Whole(slot) => found(*slot),
            Self::Arithmetic(left, _, right) => {
                left.slots(found);
                right.slots(found);
            }
            Self::Negative(of) => of.slots(found),
            Self::Concat(parts) => parts.iter().for_each(|part| part.slots(found)),
            Self::Constant(_) | Self::Duration(..) | Self::Aggregate(_) | Self::Column(_) => {}
        }
    }

    /// Whether an aggregate is in it.
    pub(crate) fn has_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(_) => true,
            Self::Arithmetic(left, _, right) => left.has_aggregate() || right.has_aggregate(),
            Self::Negative(of) => of.has_aggregate(),
            Self::Concat(parts) => parts.iter().any(Self::has_aggregate),
            _ => false,
        }
    }
}

/// A list without elements equals nothing.
const NOTHING_EQUAL: Scalar<'static> = Scalar::List(Cow::Borrowed(&[]));

fn key(graph: &EntityGraph, entity: Option<EntityId>) -> Scalar<'_> {
    entity.map_or(Scalar::Undefined, |entity| Scalar::Text(Cow::Borrowed(graph.key(entity))))
}

type Sides<'e> = (&'e Expr, Operation, &'e Expr);

fn arithmetic<'g>(graph: &'g EntityGraph, bound: &impl Binding<'g>, (left, operation, right): Sides<'_>) -> Scalar<'g> {
    if let Some(moment) = by_calendar(graph, bound, (left, operation, right)) {
        return moment;
    }
    let (left, right) = (left.value(graph, bound), right.value(graph, bound));
    let Some((one, other)) = left.number().zip(right.number()) else { return Scalar::Undefined };
    let number = match operation {
        Operation::Add => one + other,
        Operation::Subtract => one - other,
        Operation::Multiply => one * other,
        Operation::Divide => one / other,
    };
    let is_moment = |value: &Scalar<'_>| matches!(value, Scalar::Moment(_));
    match (number.is_finite(), is_moment(&left) != is_moment(&right), operation) {
        (false, ..) => Scalar::Undefined,
        // A moment and a length of time are a moment; two moments are a length of time apart.
        (true, true, Operation::Add | Operation::Subtract) => Scalar::Moment(number),
        // There is one zero.
        _ => Scalar::Number(number + 0.0),
    }
}

/// A moment and a duration beside it, in units of the calendar.
fn by_calendar<'g>(
    graph: &'g EntityGraph,
    bound: &impl Binding<'g>,
    (left, operation, right): Sides<'_>,
) -> Option<Scalar<'g>> {
    let (moment, value, unit) = match (left, operation, right) {
        (moment, Operation::Add, Expr::Duration(value, unit))
        | (Expr::Duration(value, unit), Operation::Add, moment) => (moment, *value, *unit),
        (moment, Operation::Subtract, Expr::Duration(value, unit)) => (moment, -*value, *unit),
        _ => return None,
    };
    let found = match moment.value(graph, bound) {
        Scalar::Moment(moment) => shifted(moment, value, unit).map(Scalar::Moment),
        Scalar::Number(moment) => shifted(moment, value, unit).map(Scalar::Number),
        _ => None,
    };
    Some(found.unwrap_or(Scalar::Undefined))
}

/// A property of a relationship, or of effective access.
pub(crate) fn edge_property<'g>(graph: &'g EntityGraph, edge: Edge<'g>, name: &str) -> Scalar<'g> {
    match edge {
        Edge::Relationship(relationship) => Scalar::from(graph.relationship_property(relationship, name)),
        Edge::Access { holder, action, resource } => match name {
            "_class" => Scalar::Text(Cow::Borrowed("CAN")),
            "_type" => Scalar::Text(Cow::Owned(format!("can_{action}"))),
            "action" => Scalar::Text(Cow::Borrowed(action)),
            "unconfirmed" => {
                let index = graph.access().index(action);
                let unconfirmed = index.is_some_and(|index| index.is_unconfirmed(holder, resource));
                if unconfirmed { Scalar::Flag(true) } else { Scalar::Undefined }
            }
            _ => Scalar::Undefined,
        },
    }
}

/// The names of what a change says.
pub(crate) const OF_CHANGES: [&str; 7] = ["kind", "property", "old", "new", "notBefore", "notAfter", "actor"];

pub(crate) fn change_property<'g>(change: &'g Change, name: &str) -> Scalar<'g> {
    let text = |text: &'g str| Scalar::Text(Cow::Borrowed(text));
    let value = |value: &'g Option<PropertyValue>| value.as_ref().map_or(Scalar::Undefined, Scalar::from);
    let moment = |moment: Option<i64>| moment.map_or(Scalar::Undefined, |at| Scalar::Number(of_milliseconds(at)));
    match name {
        "kind" => text(change.kind),
        "property" => change.property.as_deref().map_or(Scalar::Undefined, text),
        "old" => value(&change.old),
        "new" => value(&change.new),
        "notBefore" => moment(change.not_before),
        "notAfter" => moment(change.not_after),
        "actor" => change.actor.as_deref().map_or(Scalar::Undefined, text),
        _ => Scalar::Undefined,
    }
}
