//! `rolecall logout`: a hub's token is revoked there and forgotten here.

use clap::Args;

use super::login::hub_of;
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, note};
use crate::remote::{Connection, Kept, KeptHub};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall logout https://rolecall.example.com
  rolecall login --list                      the hubs that you are signed in to")]
pub(crate) struct LogoutArgs {
    /// The hub's address [default: --hub or ROLECALL_HUB, or the only hub that you are signed in to]
    #[arg(value_name = "URL")]
    address: Option<String>,
}

/// Signs out. The token is forgotten whether the hub can be reached or not.
pub(crate) async fn run(global: &Global, args: &LogoutArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let mut kept = Kept::open()?;
    let said = args.address.clone().or_else(|| global.hub.clone());
    let only = kept.hubs().map(|(address, _)| address.to_owned()).collect::<Vec<_>>();
    let said = said.or_else(|| if let [only] = only.as_slice() { Some(only.clone()) } else { None });
    let address = hub_of(global, said.as_deref())?;
    let Some(KeptHub { token, id, .. }) = kept.take(&address) else {
        return Err(Failure::new(Exit::Name, format!("you are not signed in to the hub {address}"))
            .hint("see where you are with: rolecall login --list"));
    };
    kept.write()?;
    let connection = Connection::new(address.clone(), Some(token))?;
    let revoked = connection.send("DELETE", &format!("/api/v1/me/tokens/{id}"), None).await;
    match revoked {
        // A token that the hub does not know any more opens nothing there either.
        Ok(answer) if matches!(answer.status, 204 | 401 | 404 | 409) => {
            line(&format!("You are signed out of {address}: the token is revoked and forgotten."))?;
            Ok(Exit::Done)
        }
        other => {
            note("the token is forgotten here");
            let why = match other {
                Ok(answer) => format!("{address} answered {}", answer.status),
                Err(failure) => failure.message,
            };
            Err(Failure::new(Exit::Source, format!("the token could not be revoked: {why}"))
                .hint(format!("revoke it on the page of your account: {address}/account")))
        }
    }
}
