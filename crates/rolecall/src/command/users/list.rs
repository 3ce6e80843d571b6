//! `rolecall users list`.

use super::People;
use super::view::UserView;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, print_rows};

pub(super) async fn run(people: &People, format: Format) -> Result<Exit, Failure> {
    let users: Vec<UserView> = people.hub.users(&people.caller).await?.iter().map(UserView::of).collect();
    if users.is_empty() && format == Format::Table {
        line("Nobody has an account yet.")?;
    } else {
        print_rows(format, &users)?;
    }
    Ok(Exit::Done)
}
