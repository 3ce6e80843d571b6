//! `rolecall users invite`.

use clap::Args;
use rolecall_engine::hub::NewInvitation;

use super::view::LinkView;
use super::{LinkArgs, People, RoleArg};
use crate::exit::{Exit, Failure};
use crate::output::{Format, Row, line, note, print_csv, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Whoever has the link gets the account: give it to nobody else, and by a way that you trust.

Examples:
  rolecall users invite --role administrator --base-url https://rolecall.example.com
  rolecall users invite --role reviewer --email bob@example.com --format json")]
pub(super) struct InviteArgs {
    /// What they are to be
    #[arg(long, value_enum)]
    role: RoleArg,
    /// Their address, for the record; whoever signs in through an identity provider with it uses the invitation too
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[command(flatten)]
    link: LinkArgs,
}

pub(super) async fn run(people: &People, args: &InviteArgs, format: Format) -> Result<Exit, Failure> {
    let invitation = NewInvitation { role: args.role.into(), email: args.email.clone() };
    let made = people.hub.invite(&people.caller, &invitation).await?;
    link_print(&LinkView::of(&made, args.link.base_url.as_ref()), &args.link, format)
}

/// Prints a link, alone where it is for people, so that it can be copied or piped.
pub(super) fn link_print(link: &LinkView, args: &LinkArgs, format: Format) -> Result<Exit, Failure> {
    match format {
        Format::Json => print_json(link)?,
        Format::Csv => print_csv(LinkView::COLUMNS, std::iter::once(link.cells()))?,
        _ => {
            line(&link.link)?;
            note(&format!("it works once, until {}, and is shown no other time", link.expires_at));
            if args.base_url.is_none() {
                note("put the hub's address before it, or name that with --base-url");
            }
        }
    }
    Ok(Exit::Done)
}
