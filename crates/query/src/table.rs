//! Rows of columns.
//!
//! A hundred thousand rows hold which entities they are about, and texts are those of the graph: what a column shows is
//! looked up when a row is read. Only what is worked out is kept.

use std::collections::BTreeMap;

use rolecall_graph::{EntityId, PropertyReader, PropertyValue, ValueRef};

use crate::answer::Edge;
use crate::changes::Change;

/// Rows of columns.
#[derive(Debug, Default)]
pub struct Table<'g> {
    /// The names of the columns, each once.
    pub columns: Vec<String>,
    shown: Vec<Column<'g>>,
    /// What rows are about: by slot, an entity for each row; [`NOTHING`] where none is bound.
    bound: Vec<Vec<EntityId>>,
    rows: usize,
}

/// What stands in for an entity where none is bound: a number that no graph gives out.
pub(crate) const NOTHING: EntityId = EntityId::new(u32::MAX);

/// What a column shows.
#[derive(Debug)]
pub(crate) enum Column<'g> {
    /// The entity of a slot.
    Entity(usize),
    /// A property of the entity of a slot.
    Property(usize, PropertyReader<'g>),
    /// What was worked out, for each row.
    Kept(Vec<Kept<'g>>),
}

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'t> {
    /// Nothing: there is no such property, or what has it is not bound.
    Undefined,
    /// A value.
    Value(ValueRef<'t>),
    /// An entity.
    Entity(EntityId),
    /// A relationship.
    Relationship(Edge<'t>),
    /// A change.
    Change(&'t Change),
    /// `u.*`: all properties.
    Properties(&'t BTreeMap<String, PropertyValue>),
}

/// One value that is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept<'g> {
    Undefined,
    Value(PropertyValue),
    Entity(EntityId),
    Relationship(Edge<'g>),
    Change(&'g Change),
    Properties(BTreeMap<String, PropertyValue>),
}

impl Kept<'_> {
    pub(crate) fn as_cell(&self) -> Cell<'_> {
        match self {
            Self::Undefined => Cell::Undefined,
            Self::Value(value) => Cell::Value(value.as_ref()),
            Self::Entity(entity) => Cell::Entity(*entity),
            Self::Relationship(edge) => Cell::Relationship(*edge),
            Self::Change(change) => Cell::Change(change),
            Self::Properties(properties) => Cell::Properties(properties),
        }
    }
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'t> {
    table: &'t Table<'t>,
    row: usize,
}

impl<'t> TableRow<'t> {
    /// As many cells as there are columns.
    pub fn cells(self) -> impl ExactSizeIterator<Item = Cell<'t>> {
        self.table.shown.iter().map(move |column| self.table.shown_at(column, self.row))
    }
}

impl<'g> Table<'g> {
    /// Without rows. `slots` is how many different entities rows are about.
    pub(crate) fn new(columns: Vec<String>, shown: Vec<Column<'g>>, slots: usize) -> Self {
        Self { columns, shown, bound: vec![Vec::new(); slots], rows: 0 }
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Every row, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'_>> {
        (0..self.rows).map(move |row| TableRow { table: self, row })
    }

    /// One cell; undefined where there is no such row or column.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.shown.get(column).map_or(Cell::Undefined, |column| self.shown_at(column, row))
    }

    #[inline]
    fn shown_at<'t>(&'t self, column: &'t Column<'g>, row: usize) -> Cell<'t> {
        let entity = |slot: &usize| self.bound.get(*slot).and_then(|bound| bound.get(row)).copied().unwrap_or(NOTHING);
        match column {
            Column::Entity(slot) => {
                Some(entity(slot)).filter(|one| *one != NOTHING).map_or(Cell::Undefined, Cell::Entity)
            }
            Column::Property(slot, property) => property.value(entity(slot)).map_or(Cell::Undefined, Cell::Value),
            Column::Kept(kept) => kept.get(row).map_or(Cell::Undefined, Kept::as_cell),
        }
    }

    /// Adds a row: the entity of each slot, and what each column that keeps something shows.
    #[inline]
    pub(crate) fn push(&mut self, bound: impl Fn(usize) -> EntityId, mut kept: impl FnMut(usize) -> Kept<'g>) {
        for (slot, entities) in self.bound.iter_mut().enumerate() {
            entities.push(bound(slot));
        }
        for (number, column) in self.shown.iter_mut().enumerate() {
            if let Column::Kept(values) = column {
                values.push(kept(number));
            }
        }
        self.rows += 1;
    }

    /// Adds rows that differ in the entity of one slot only, where no column keeps anything.
    pub(crate) fn push_run(&mut self, bound: impl Fn(usize) -> EntityId, varying: Option<usize>, run: &[EntityId]) {
        for (slot, entities) in self.bound.iter_mut().enumerate() {
            if varying == Some(slot) {
                entities.extend_from_slice(run);
            } else {
                entities.resize(entities.len() + run.len(), bound(slot));
            }
        }
        self.rows += run.len();
    }

    /// Whether rows are nothing but what they are about.
    pub(crate) fn keeps_nothing(&self) -> bool {
        !self.shown.iter().any(|column| matches!(column, Column::Kept(_)))
    }

    /// Leaves some rows, in the order given.
    pub(crate) fn keep(&mut self, rows: &[u32]) {
        for entities in &mut self.bound {
            *entities = rows.iter().map(|row| entities.get(*row as usize).copied().unwrap_or(NOTHING)).collect();
        }
        for column in &mut self.shown {
            if let Column::Kept(values) = column {
                let all = std::mem::take(values);
                *values = rows.iter().map(|row| all.get(*row as usize).cloned().unwrap_or(Kept::Undefined)).collect();
            }
        }
        self.rows = rows.len();
    }

    /// Leaves the first rows.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.bound.iter_mut().for_each(|entities| entities.truncate(rows));
        for column in &mut self.shown {
            if let Column::Kept(values) = column {
                values.truncate(rows);
            }
        }
        self.rows = self.rows.min(rows);
    }
}
