//! The list of connectors, for people and as CSV.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{ConnectorRow, ConnectorState, connectors_overview};
use rolecall_engine::hub::Permission;

use super::list_columns::{COLUMNS, Column, columns_of};
use super::{chip, frame, path};
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, shown};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/connectors", read, get(list)), Route::get("/connectors.csv", read, get(csv))]
}

/// What a person wants to see of the list.
struct Wish {
    text: String,
    kind: String,
    state: String,
    sort: String,
    is_descending: bool,
    columns: Vec<&'static Column>,
    /// What the address says of columns.
    said_columns: Vec<String>,
}

impl Wish {
    fn of(query: &Form) -> Self {
        let sort = query.text("sort");
        Self {
            text: query.text("q").to_owned(),
            kind: query.text("type").to_owned(),
            state: query.text("state").to_owned(),
            sort: sort.trim_start_matches('-').to_owned(),
            is_descending: sort.starts_with('-'),
            columns: columns_of(query.all("column")),
            said_columns: query.all("column").to_vec(),
        }
    }

    fn wants(&self, row: &ConnectorRow) -> bool {
        let words = words_of(row).to_lowercase();
        let text = self.text.to_lowercase();
        text.split_whitespace().all(|word| words.contains(word))
            && (self.kind.is_empty() || row.connector_type == self.kind)
            && (self.state.is_empty() || state_word(row.state) == self.state)
    }

    fn is_filtered(&self) -> bool {
        !(self.text.is_empty() && self.kind.is_empty() && self.state.is_empty())
    }

    /// Leaves what is wanted, in the order that is wanted.
    fn apply(&self, rows: &mut Vec<ConnectorRow>) {
        rows.retain(|row| self.wants(row));
        if let Some(column) = COLUMNS.iter().find(|column| column.name == self.sort) {
            rows.sort_by(|left, right| (column.compare)(left, right));
            if self.is_descending {
                rows.reverse();
            }
        }
    }

    /// The address of the list with another order.
    fn sorted_by(&self, column: &str) -> String {
        let sort = if self.sort == column && !self.is_descending { format!("-{column}") } else { column.to_owned() };
        format!("?{}sort={}", self.query(), encoded(&sort))
    }

    /// What the address says beside the order.
    fn query(&self) -> String {
        let said = [("q", &self.text), ("type", &self.kind), ("state", &self.state)];
        let said = said.into_iter().filter(|(_, value)| !value.is_empty());
        let columns = self.said_columns.iter().map(|column| ("column", column));
        said.chain(columns).map(|(name, value)| format!("{name}={}&", encoded(value))).collect()
    }

    fn order(&self, column: &Column) -> &'static str {
        match (self.sort == column.name, self.is_descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

/// What a connector is found by.
fn words_of(row: &ConnectorRow) -> String {
    let ConnectorRow { title, type_title, organization, description, state, .. } = row;
    format!("{title} {type_title} {organization} {description} {} {}", row.owners.join(" "), state.title())
}

const STATES: [ConnectorState; 6] = [
    ConnectorState::NotConnected,
    ConnectorState::Syncing,
    ConnectorState::Connected,
    ConnectorState::ConfirmChanges,
    ConnectorState::Error,
    ConnectorState::Paused,
];

fn state_word(state: ConnectorState) -> String {
    state.title().to_lowercase().replace(' ', "-")
}

#[derive(Template)]
#[template(path = "connectors/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<ConnectorRow>,
    all: usize,
    wish: Wish,
    types: Vec<(String, String)>,
    may_connect: bool,
}

impl ListPage {
    fn states(&self) -> impl Iterator<Item = (String, &'static str)> {
        STATES.into_iter().map(|state| (state_word(state), state.title()))
    }

    fn is_shown(&self, column: &Column) -> bool {
        self.wish.columns.iter().any(|shown| shown.name == column.name)
    }
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let mut rows = connectors_overview(site.context(), site.catalog()).await?;
    let all = rows.len();
    let mut types: Vec<(String, String)> =
        rows.iter().map(|row| (row.connector_type.clone(), row.type_title.clone())).collect();
    types.sort_unstable();
    types.dedup();
    let wish = Wish::of(&query);
    wish.apply(&mut rows);
    let frame = frame(&signed, "Connectors", query.given("said"));
    let may_connect = frame.may(Permission::Connect);
    shown(&ListPage { frame, rows, all, wish, types, may_connect })
}

/// The same as a file for spreadsheets, with every column.
async fn csv(State(site): State<Site>, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let mut rows = connectors_overview(site.context(), site.catalog()).await?;
    wish.apply(&mut rows);
    let titles = ["connector", "id"].into_iter().chain(COLUMNS.iter().map(|column| column.name));
    let titles = titles.map(str::to_owned).collect();
    let cells = |row: ConnectorRow| {
        let own = [row.title.clone(), row.uuid.to_string()];
        own.into_iter().chain(COLUMNS.iter().map(|column| (column.cell)(&row).plain())).collect()
    };
    spreadsheet::file("connectors.csv", std::iter::once(titles).chain(rows.into_iter().map(cells)))
}
