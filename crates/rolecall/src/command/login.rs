//! `rolecall login`: signing in to a hub, by a code that is typed on the hub's own page. No password passes here.

use std::time::Duration;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, LIST, Row, line, note, paint_bold, print_rows};
use crate::remote::{Connection, HubAddress, Kept, KeptHub, Problem, failure};

/// How many polls in a row may go unanswered.
const UNANSWERED: u32 = 5;

/// The longest wait between polls, whatever a hub wants.
const SLOWEST: u64 = 60;

#[derive(Debug, Args)]
#[command(
    after_help = "The hub shows a page on which you type a short code, see who asks, and allow it. What this machine gets is an API token
that may read what you may read, and nothing else; you find it among the tokens of your account, and can revoke it
there. It is kept in your configuration directory, in a file that only you can read. Programs have no need of this:
make a token on the page of your account, and give it in ROLECALL_HUB_TOKEN or with --hub-token-file.

Examples:
  rolecall login https://rolecall.example.com
  rolecall who-can publish @acme/widgets --hub https://rolecall.example.com
  export ROLECALL_HUB=https://rolecall.example.com       every reading command asks it from now on
  rolecall login --list
  rolecall logout https://rolecall.example.com"
)]
pub(crate) struct LoginArgs {
    /// The hub's address [default: --hub or ROLECALL_HUB]
    #[arg(value_name = "URL")]
    address: Option<String>,
    /// What the hub calls this machine [default: its host name]
    #[arg(long, value_name = "NAME", conflicts_with = "list")]
    machine: Option<String>,
    /// List the hubs that you are signed in to
    #[arg(long, conflicts_with = "address")]
    list: bool,
}

/// A hub, as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HubRow {
    hub: String,
    name: String,
    token: String,
    expires_at: Option<String>,
}

impl Row for HubRow {
    const COLUMNS: &'static [&'static str] = &["hub", "signed in as", "until"];

    fn cells(&self) -> Vec<String> {
        vec![self.hub.clone(), self.name.clone(), self.expires_at.clone().unwrap_or_default()]
    }
}

/// A log-in that begins.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    #[serde(deserialize_with = "secret")]
    device_code: SecretString,
    user_code: String,
    expires_in: u64,
    interval: u64,
}

/// A log-in that was allowed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Allowed {
    #[serde(deserialize_with = "secret")]
    token: SecretString,
    id: String,
    name: String,
    expires_at: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Signs in, or lists where one is.
pub(crate) async fn run(global: &Global, args: &LoginArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, if args.list { LIST } else { &[Format::Table] })?;
    if args.list {
        return list(format);
    }
    let address = hub_of(global, args.address.as_deref())?;
    // Looked at first, so that no code is typed in vain.
    let mut kept = Kept::open()?;
    let connection = Connection::new(address, None)?;
    let begun = begin(&connection, args.machine.clone().unwrap_or_else(environment::machine)).await?;
    tell(&connection.address, &begun);
    let allowed = allowed(&connection, &begun).await?;
    let hub = KeptHub { token: allowed.token, id: allowed.id, name: allowed.name, expires_at: allowed.expires_at };
    let said = format!("You are signed in to {} as {}", connection.address, printable(&hub.name));
    let until = hub.expires_at.as_ref().map(|at| format!(", until {}", printable(at))).unwrap_or_default();
    let before = kept.put(&connection.address, hub);
    kept.write()?;
    if let Some(before) = before {
        // What it is worth was forgotten just now; that it could not be revoked is no failure of signing in.
        let connection = Connection::new(connection.address.clone(), Some(before.token))?;
        let _ = connection.send("DELETE", &format!("/api/v1/me/tokens/{}", before.id), None).await;
    }
    line(&format!("{said}{until}."))?;
    Ok(Exit::Done)
}

/// The hub that is meant.
pub(super) fn hub_of(global: &Global, said: Option<&str>) -> Result<HubAddress, Failure> {
    let text = said.or(global.hub.as_deref()).ok_or_else(|| {
        Failure::new(Exit::Usage, "nobody said which hub")
            .hint("for example: rolecall login https://rolecall.example.com")
    })?;
    HubAddress::read(text)
}

fn list(format: Format) -> Result<Exit, Failure> {
    let kept = Kept::open()?;
    let rows: Vec<HubRow> = kept
        .hubs()
        .map(|(address, hub)| HubRow {
            hub: address.to_owned(),
            name: hub.name.clone(),
            token: hub.id.clone(),
            expires_at: hub.expires_at.clone(),
        })
        .collect();
    if rows.is_empty() && format == Format::Table {
        line("You are signed in to no hub; sign in with: rolecall login URL")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

async fn begin(connection: &Connection, machine: String) -> Result<Begun, Failure> {
    let body = json!({ "machine": machine });
    let answer = connection.send("POST", "/api/v1/logins", Some(&body)).await?;
    if answer.status != 201 {
        return Err(failure(&connection.address, answer.status, &answer.body));
    }
    serde_json::from_slice(&answer.body).map_err(|_| foreign(&connection.address))
}

fn tell(address: &HubAddress, begun: &Begun) {
    // Put together here, so that no hub leads anywhere else.
    let code = printable(&begun.user_code);
    note(&format!("Open {address}/logins?code={code}"));
    note(&format!("and allow the log-in with this code, if the page shows the same:  {}", paint_bold(&code)));
    note(&format!("It is waited for; the code lasts {} minutes.", begun.expires_in.div_ceil(60)));
}

/// Asks until somebody has decided.
async fn allowed(connection: &Connection, begun: &Begun) -> Result<Allowed, Failure> {
    let body = json!({ "deviceCode": begun.device_code.expose_secret() });
    let until = Instant::now() + Duration::from_secs(begun.expires_in.min(3600));
    let (mut interval, mut unanswered) = (begun.interval.clamp(1, SLOWEST), 0);
    while Instant::now() < until {
        sleep(Duration::from_secs(interval)).await;
        let answer = match connection.send("POST", "/api/v1/logins/token", Some(&body)).await {
            Ok(answer) => answer,
            Err(failure) if unanswered >= UNANSWERED => return Err(failure),
            Err(_) => {
                unanswered += 1;
                continue;
            }
        };
        unanswered = 0;
        if answer.status == 200 {
            return serde_json::from_slice(&answer.body).map_err(|_| foreign(&connection.address));
        }
        match Problem::read(&answer.body).code.as_str() {
            "login-pending" => {}
            "login-slow-down" => interval = (interval + 1).min(SLOWEST),
            // The hub is busy, or its database is away for a moment.
            _ if answer.status == 503 => {}
            "login-refused" => {
                return Err(Failure::new(
                    Exit::Credential,
                    format!("the log-in at {} was refused", connection.address),
                )
                .hint("somebody refused it on the hub's page; if that was a mistake, begin again"));
            }
            "login-expired" => break,
            _ => return Err(failure(&connection.address, answer.status, &answer.body)),
        }
    }
    Err(Failure::new(Exit::Credential, format!("nobody allowed the log-in at {} in time", connection.address))
        .hint("begin again with: rolecall login, and type the code within ten minutes"))
}

fn foreign(address: &HubAddress) -> Failure {
    Failure::new(Exit::Source, format!("what {address} says of the log-in cannot be read"))
        .hint("it is of another version, or no Rolecall hub")
}
