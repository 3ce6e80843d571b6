//! What a person says of a connector on the command line, whatever its type.

use clap::Args;
use jiff::civil::Date;
use rolecall_connect::{FoundToken, TokenPlace};
use rolecall_store::NewConnector;
use serde_json::Value as Json;

use crate::connectors::flags::{PlaceArgs, ReachArgs};
use crate::connectors::form::Said;
use crate::connectors::settings::{
    CRON, EVERY, MEMBERSHIP_ONLY, MONTHLY_REQUESTS, REMOVAL_LIMIT, REMOVAL_SHARE, Setting, TAG_ACCOUNT_NAME,
    TOKEN_EXPIRES,
};
use crate::connectors::{Kind, removals, settings_of};
use crate::exit::{Exit, Failure};

/// Options of `add` and `edit`.
#[derive(Clone, Debug, Args)]
pub(super) struct SaidArgs {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Who answers for it: an address or a name; may be given several times
    #[arg(long, value_name = "WHO")]
    owner: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Take the token from there once, and keep it sealed in the database
    #[arg(long)]
    seal_token: bool,
    /// Read the token to seal from standard input
    #[arg(long, group = "token_place", requires = "seal_token")]
    token_stdin: bool,
    /// When the token expires; warned about, because registries tell no one
    #[arg(long, value_name = "DATE")]
    token_expires: Option<Date>,
    /// How often `rolecall work` reads it: 15m, 6h, 1d, 2w [default: never by itself]
    #[arg(long, value_name = "INTERVAL", conflicts_with = "cron")]
    every: Option<String>,
    /// When `rolecall work` reads it, as a cron expression in UTC: "30 4 * * 1-5"
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    /// Give every entity of it the property tag.AccountName [default: true]
    #[arg(long, value_name = "YES", value_parser = clap::value_parser!(bool), action = clap::ArgAction::Set)]
    tag_account_name: Option<bool>,
    #[command(flatten)]
    reach: ReachArgs,
    /// Requests it may send in a calendar month [default: 1000000]
    #[arg(long, value_name = "NUMBER")]
    monthly_requests: Option<u64>,
    /// Read who is in what and what groups may do, not the detail of every resource
    #[arg(long)]
    membership_only: bool,
    /// Removals from a listing that pass without a person's word, of all listings or of one kind: 5, team-members=10; may
    /// be given several times [default: 3]
    #[arg(long, value_name = "[LISTING=]NUMBER")]
    removal_limit: Vec<String>,
    /// The share of a listing that may pass where that is more, from 0 to 1; said like the limit [default: 0.1]
    #[arg(long, value_name = "[LISTING=]SHARE")]
    removal_share: Vec<String>,
}

impl SaidArgs {
    /// Changes what was said, with the type's own flags too, and leaves everything else.
    pub(super) fn apply(&self, own: &Said, config: &mut NewConnector) -> Result<(), Failure> {
        if let Some(description) = &self.description {
            description.trim().clone_into(&mut config.description);
        }
        if !self.owner.is_empty() {
            config.owners = self.owner.iter().map(|owner| owner.trim().to_owned()).collect();
        }
        if self.seal_token {
            config.secret_source = TokenPlace::Sealed.source();
        } else if let Some(place) = self.place(own)? {
            config.secret_source = place.source();
        }
        let mut settings = settings_of(config);
        // One takes the other's place.
        if self.every.is_some() {
            settings.unset(&CRON);
        }
        if self.cron.is_some() {
            settings.unset(&EVERY);
        }
        for (setting, value) in self.settings().iter().chain(&own.settings).chain(&own.stated) {
            let value = settings.with(setting, value);
            settings.set(setting, setting.value(&value).map_err(usage)?);
        }
        config.settings = settings.to_json();
        Ok(())
    }

    /// The place of the token that was said.
    fn place(&self, own: &Said) -> Result<Option<TokenPlace>, Failure> {
        if self.token_stdin {
            return Ok(Some(TokenPlace::StandardInput));
        }
        Ok(self.place.place()?.or_else(|| own.place.clone()))
    }

    /// The token that is to be sealed, if one is: from the place that was said, or else from where it was found before.
    pub(super) fn token_to_seal(
        &self,
        kind: &dyn Kind,
        own: &Said,
        before: TokenPlace,
        config: &NewConnector,
    ) -> Result<Option<FoundToken>, Failure> {
        if !self.seal_token {
            return Ok(None);
        }
        let before = if before == TokenPlace::Sealed { TokenPlace::Usual } else { before };
        kind.token(config, &self.place(own)?.unwrap_or(before)).map(Some)
    }

    fn settings(&self) -> Vec<(&'static Setting, Json)> {
        let said: [(&'static Setting, Option<Json>); 8] = [
            (&TOKEN_EXPIRES, self.token_expires.map(|date| date.to_string().into())),
            (&EVERY, self.every.as_deref().map(Json::from)),
            (&CRON, self.cron.as_deref().map(Json::from)),
            (&TAG_ACCOUNT_NAME, self.tag_account_name.map(Json::from)),
            (&MONTHLY_REQUESTS, self.monthly_requests.map(Json::from)),
            (&MEMBERSHIP_ONLY, self.membership_only.then_some(Json::Bool(true))),
            (&REMOVAL_LIMIT, removals::said(&self.removal_limit)),
            (&REMOVAL_SHARE, removals::said(&self.removal_share)),
        ];
        let said = said.into_iter().filter_map(|(setting, value)| Some((setting, value?)));
        said.chain(self.reach.settings()).collect()
    }
}

/// A mistake in what was said.
pub(super) fn usage(why: String) -> Failure {
    Failure::new(Exit::Usage, why)
}
