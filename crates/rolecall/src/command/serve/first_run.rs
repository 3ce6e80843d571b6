//! The link for the first administrator.

use rolecall_engine::hub::{Caller, Hub};
use rolecall_web::invitation_path;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::telemetry::{LogFormat, Voice};

/// Prints the link where nobody can sign in yet. It is made anew with every start, and the ones before are void.
pub(super) async fn tell(hub: &Hub, base_url: &Url, voice: Voice) -> Result<(), Failure> {
    let made = hub.first_run(&Caller::program()).await;
    let made = made.map_err(|error| Failure::new(Exit::Database, error.to_string()))?;
    let Some(link) = made else { return Ok(()) };
    let address = base_url.as_str().trim_end_matches('/');
    voice.say("Nobody can sign in yet. Make the first administrator here; the link works once, for 24 hours:");
    if voice.format == LogFormat::Text {
        note("");
    }
    voice.say(&format!("  {address}{}", invitation_path(link.token.expose_secret())));
    if voice.format == LogFormat::Text {
        note("");
    }
    Ok(())
}
