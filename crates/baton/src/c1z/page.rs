//! Looking something up in a file that is open, a page at a time, as whoever is called about it needs it.

use rusqlite::types::ToSql;
use rusqlite::{Row, params_from_iter};

use super::{C1zError, C1zReader};

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PagedTable<'q> {
    /// Resource types.
    Types,
    /// Resources of a type, of this parent or of none.
    Resources(&'q str, Option<(&'q str, &'q str)>),
    /// What can be held on a resource.
    Entitlements(&'q str, &'q str),
    /// Who holds it.
    Grants(&'q str, &'q str),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PagedRow {
    /// Its place in the table.
    pub(crate) number: i64,
    /// Its message, as it was written.
    pub(crate) data: Vec<u8>,
    /// Of a grant: how it is passed on.
    pub(crate) expansion: Option<Vec<u8>>,
}

impl PagedTable<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Types => "v1_resource_types",
            Self::Resources(..) => "v1_resources",
            Self::Entitlements(..) => "v1_entitlements",
            Self::Grants(..) => "v1_grants",
        }
    }

    /// The condition, whose values come after three others.
    const fn condition(self) -> &'static str {
        match self {
            Self::Types => "true",
            Self::Resources(_, None) => "resource_type_id = ?4 and coalesce(parent_resource_id, '') = ''",
            Self::Resources(_, Some(_)) => {
                "resource_type_id = ?4 and parent_resource_type_id = ?5 and parent_resource_id = ?6"
            }
            Self::Entitlements(..) | Self::Grants(..) => "resource_type_id = ?4 and resource_id = ?5",
        }
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        match self {
            Self::Types => Vec::new(),
            Self::Resources(kind, None) => vec![kind],
            Self::Resources(kind, Some((parent_kind, parent))) => vec![kind, parent_kind, parent],
            Self::Entitlements(kind, id) | Self::Grants(kind, id) => vec![kind, id],
        }
    }
}

impl C1zReader {
    /// Rows of a sync behind a place in the table, in order, so many at most.
    pub(crate) fn page(
        &self,
        sync: &str,
        table: PagedTable<'_>,
        (after, count): (i64, u32),
    ) -> Result<Vec<PagedRow>, C1zError> {
        let has_expansion = matches!(table, PagedTable::Grants(..)) && self.has(table.name(), "expansion")?;
        let expansion = if has_expansion { "expansion" } else { "null" };
        let (name, condition) = (table.name(), table.condition());
        let text = format!(
            "select id, data, {expansion} from {name} where sync_id = ?1 and id > ?2 and {condition} order by id limit ?3"
        );
        let mut statement = self.database.prepare_cached(&text)?;
        let bound: [&dyn ToSql; 3] = [&sync, &after, &count];
        let values = bound.into_iter().chain(table.values());
        let row = |row: &Row<'_>| Ok(PagedRow { number: row.get(0)?, data: row.get(1)?, expansion: row.get(2)? });
        Ok(statement.query_map(params_from_iter(values), row)?.collect::<Result<_, _>>()?)
    }
}
