//! `rolecall users disable`, `enable` and `reset`.

use clap::{Args, ValueEnum};
use rolecall_engine::hub::{ResetScope, User};

use super::invite::link_print;
use super::view::{LinkView, UserView};
use super::{LinkArgs, People, UserArgs};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, Row, line, print_csv, print_json};

#[derive(Debug, Args)]
#[command(after_help = "The account's sessions end at once, and its password and second factor are of no use any more.

Examples:
  rolecall users reset bob --base-url https://rolecall.example.com
  rolecall users reset bob --only second-factor      keep the password")]
pub(super) struct ResetArgs {
    #[command(flatten)]
    user: UserArgs,
    /// Reset one of them alone, and keep the other
    #[arg(long, value_enum)]
    only: Option<Only>,
    #[command(flatten)]
    link: LinkArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    Password,
    SecondFactor,
}

pub(super) async fn disable(people: &People, args: &UserArgs, format: Format) -> Result<Exit, Failure> {
    let user = people.named(&args.name).await?;
    let user = people.hub.user_disable(&people.caller, user.uuid).await?;
    say(&user, format, "is disabled: its sessions have ended, and its tokens open nothing")
}

pub(super) async fn enable(people: &People, args: &UserArgs, format: Format) -> Result<Exit, Failure> {
    let user = people.named(&args.name).await?;
    let user = people.hub.user_enable(&people.caller, user.uuid).await?;
    say(&user, format, "is enabled")
}

pub(super) async fn reset(people: &People, args: &ResetArgs, format: Format) -> Result<Exit, Failure> {
    let scope = match args.only {
        None => ResetScope::Both,
        Some(Only::Password) => ResetScope::Password,
        Some(Only::SecondFactor) => ResetScope::SecondFactor,
    };
    let user = people.named(&args.user.name).await?;
    match people.hub.user_reset(&people.caller, user.uuid, scope).await? {
        Some(made) => link_print(&LinkView::of(&made, args.link.base_url.as_ref()), &args.link, format),
        None => {
            let user = people.hub.user(&people.caller, user.uuid).await?;
            say(&user, format, "has no second factor any more, and its sessions have ended")
        }
    }
}

fn say(user: &User, format: Format, said: &str) -> Result<Exit, Failure> {
    let view = UserView::of(user);
    match format {
        Format::Json => print_json(&view)?,
        Format::Csv => print_csv(UserView::COLUMNS, std::iter::once(view.cells()))?,
        _ => line(&printable(&format!("{} {said}.", view.name)))?,
    }
    Ok(Exit::Done)
}
