//! The columns of the list of connectors.

use std::cmp::Ordering;

use rolecall_engine::connectors::ConnectorRow;
use rolecall_model::Timestamp;

use crate::page::Moment;
use crate::text::count;

/// A column beside the connector's name and status, which are always shown.
pub(super) struct Column {
    /// The word in the address.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Whether it is shown to whoever chose no columns.
    is_usual: bool,
    pub(super) cell: fn(&ConnectorRow) -> Cell,
    pub(super) compare: fn(&ConnectorRow, &ConnectorRow) -> Ordering,
}

/// What stands in a column.
pub(super) enum Cell {
    Text(String),
    /// Texts, each of which stays together.
    Parts(Vec<String>),
    Moment(Timestamp),
    /// Nothing, and what a page says instead.
    Instead(&'static str),
    Nothing,
}

impl Cell {
    /// For a file.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.join(", "),
            Self::Moment(at) => jiff::Timestamp::from_microsecond(at.0).unwrap_or_default().to_string(),
            Self::Instead(_) | Self::Nothing => String::new(),
        }
    }

    /// The texts that each stay together.
    pub(super) fn parts(&self) -> &[String] {
        match self {
            Self::Parts(parts) => parts,
            _ => &[],
        }
    }

    /// What a page says where there is nothing.
    pub(super) fn instead(&self) -> Option<&'static str> {
        match self {
            Self::Instead(words) => Some(words),
            _ => None,
        }
    }

    /// The moment, where it is one.
    pub(super) fn moment(&self) -> Option<Moment> {
        match self {
            Self::Moment(at) => Some(Moment(*at)),
            _ => None,
        }
    }
}

fn text(text: impl Into<String>) -> Cell {
    Some(text.into()).filter(|text| !text.is_empty()).map_or(Cell::Nothing, Cell::Text)
}

fn moment(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Nothing, Cell::Moment)
}

fn last_sync(row: &ConnectorRow) -> Option<Timestamp> {
    row.last_sync.as_ref().map(|sync| sync.finished_at.unwrap_or(sync.started_at))
}

fn next_sync(row: &ConnectorRow) -> Cell {
    row.next_sync.map_or(Cell::Instead(super::not_due(row)), Cell::Moment)
}

fn recorded(row: &ConnectorRow) -> Cell {
    let Some(counts) = row.counts else { return Cell::Nothing };
    Cell::Parts(vec![
        count(counts.accounts, "account", "accounts"),
        count(counts.groups, "team", "teams"),
        count(counts.resources, "resource", "resources"),
        count(counts.grants, "right", "rights"),
    ])
}

fn expiry(row: &ConnectorRow) -> Cell {
    let Some(expiry) = &row.token_expires else { return Cell::Nothing };
    Cell::Text(match expiry.days_left {
        left if left < 0 => format!("{}: expired", expiry.date),
        0 => format!("{}: today", expiry.date),
        1 => format!("{}: tomorrow", expiry.date),
        left if left <= 14 => format!("{}: in {left} days", expiry.date),
        _ => expiry.date.clone(),
    })
}

pub(super) static COLUMNS: &[Column] = &[
    Column {
        name: "status",
        title: "Status",
        is_usual: true,
        cell: |row| text(row.state.title()),
        compare: |left, right| left.state.title().cmp(right.state.title()),
    },
    Column {
        name: "type",
        title: "Type",
        is_usual: true,
        cell: |row| text(&row.type_title),
        compare: |left, right| left.type_title.cmp(&right.type_title),
    },
    Column {
        name: "organisation",
        title: "Organisation",
        is_usual: false,
        cell: |row| text(&row.organization),
        compare: |left, right| left.organization.cmp(&right.organization),
    },
    Column {
        name: "owners",
        title: "Owners",
        is_usual: true,
        cell: |row| text(row.owners.join(", ")),
        compare: |left, right| left.owners.cmp(&right.owners),
    },
    Column {
        name: "last-sync",
        title: "Last sync",
        is_usual: true,
        cell: |row| moment(last_sync(row)),
        compare: |left, right| last_sync(left).cmp(&last_sync(right)),
    },
    Column {
        name: "next-sync",
        title: "Next sync",
        is_usual: true,
        cell: next_sync,
        compare: |left, right| left.next_sync.cmp(&right.next_sync),
    },
    Column {
        name: "recorded",
        title: "Recorded",
        is_usual: true,
        cell: recorded,
        compare: |left, right| {
            let accounts = |row: &ConnectorRow| row.counts.map(|counts| (counts.accounts, counts.grants));
            accounts(left).cmp(&accounts(right))
        },
    },
    Column {
        name: "token",
        title: "Token expires",
        is_usual: false,
        cell: expiry,
        compare: |left, right| {
            let date = |row: &ConnectorRow| row.token_expires.as_ref().map(|expiry| expiry.date.clone());
            date(left).cmp(&date(right))
        },
    },
    Column {
        name: "description",
        title: "Description",
        is_usual: false,
        cell: |row| text(&row.description),
        compare: |left, right| left.description.cmp(&right.description),
    },
];

/// The columns that were chosen, or the usual ones; the status always.
pub(super) fn columns_of(chosen: &[String]) -> Vec<&'static Column> {
    let is_wanted = |column: &&Column| {
        column.name == "status"
            || if chosen.is_empty() { column.is_usual } else { chosen.iter().any(|name| name == column.name) }
    };
    COLUMNS.iter().filter(is_wanted).collect()
}
