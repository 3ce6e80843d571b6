//! Which identity provider people may sign in with.

use std::path::PathBuf;

use async_trait::async_trait;
use clap::Args;
use http::{Request, Response};
use rolecall_engine::hub::{GroupRole, IdentityPolicy, Role};
use rolecall_http::Service;
use rolecall_web::{Outbound, SingleSignOn};
use secrecy::SecretString;
use url::Url;

use crate::environment;
use crate::exit::{Exit, Failure};

/// The variable that holds the client's secret.
const SECRET: &str = "ROLECALL_OIDC_CLIENT_SECRET";

#[derive(Debug, Args)]
#[command(next_help_heading = "Single sign-on with OpenID Connect")]
pub(super) struct SingleSignOnArgs {
    /// Let people sign in with the provider at this address
    #[arg(long, env = "ROLECALL_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<Url>,
    /// What the provider calls this hub
    #[arg(long, env = "ROLECALL_OIDC_CLIENT_ID", value_name = "ID")]
    oidc_client_id: Option<String>,
    /// A file with the client's secret [or ROLECALL_OIDC_CLIENT_SECRET; public clients have none]
    #[arg(long, env = "ROLECALL_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// What people call the provider [default: its host]
    #[arg(long, env = "ROLECALL_OIDC_TITLE", value_name = "NAME")]
    oidc_title: Option<String>,
    /// What is asked for beside openid
    #[arg(
        long,
        env = "ROLECALL_OIDC_SCOPES",
        value_name = "SCOPES",
        value_delimiter = ',',
        default_value = "profile,email"
    )]
    oidc_scopes: Vec<String>,
    /// The claim that names a person's groups
    #[arg(long, env = "ROLECALL_OIDC_GROUPS_CLAIM", value_name = "CLAIM", default_value = "groups")]
    oidc_groups_claim: String,
    /// Who is in this group gets an account with this role on first sign-in; may be given several times
    #[arg(long, env = "ROLECALL_OIDC_GROUP_ROLE", value_name = "GROUP=ROLE", value_delimiter = ',', value_parser = group_role)]
    oidc_group_role: Vec<GroupRole>,
    /// Everybody else who the provider knows gets an account with this role [default: only who is invited]
    #[arg(long, env = "ROLECALL_OIDC_DEFAULT_ROLE", value_name = "ROLE", value_parser = role)]
    oidc_default_role: Option<Role>,
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::word).join(", ");
    Role::read(text).ok_or_else(|| format!("there is no role {text:?}; there is {}", known()))
}

fn group_role(text: &str) -> Result<GroupRole, String> {
    let (group, word) = text.rsplit_once('=').ok_or("it must be GROUP=ROLE, such as security=auditor")?;
    Ok(GroupRole { group: group.to_owned(), role: role(word)? })
}

impl SingleSignOnArgs {
    /// What was said, if anything was.
    pub(super) fn configured(&self) -> Result<Option<SingleSignOn>, Failure> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client_id) else { return Ok(None) };
        let is_here = matches!(issuer.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if issuer.scheme() != "https" && !is_here {
            let why = format!("the identity provider {issuer} would be spoken to without encryption");
            return Err(Failure::new(Exit::Usage, why).hint("its address begins with https://"));
        }
        let service = Service::new(issuer.clone());
        let service = service.map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
        let host = issuer.host_str().unwrap_or_default().to_owned();
        Ok(Some(SingleSignOn {
            issuer: issuer.clone(),
            title: self.oidc_title.clone().unwrap_or(host),
            client_id: client_id.clone(),
            client_secret: self.client_secret()?,
            scopes: self.oidc_scopes.clone(),
            groups_claim: self.oidc_groups_claim.clone(),
            policy: IdentityPolicy { groups: self.oidc_group_role.clone(), everyone: self.oidc_default_role },
            outbound: Box::new(Way(service)),
        }))
    }

    fn client_secret(&self) -> Result<Option<SecretString>, Failure> {
        let Some(path) = &self.oidc_client_secret_file else {
            return Ok(environment::variable(SECRET).filter(|text| !text.is_empty()).map(SecretString::from));
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(Exit::Credential, format!("the client's secret in {} cannot be read: {error}", path.display()))
        })?;
        Ok(Some(text.trim().to_owned().into()))
    }
}

/// The way to the provider: as all other requests of this program leave.
struct Way(Service);

#[async_trait]
impl Outbound for Way {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, String> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| error.to_string())?;
        let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers: Vec<(String, String)> = parts.headers.iter().filter_map(text).collect();
        let answer =
            self.0.send(parts.method.as_str(), &url, &headers, body).await.map_err(|error| error.to_string())?;
        let response = answer
            .headers
            .iter()
            .fold(Response::builder().status(answer.status), |response, (name, value)| response.header(name, value));
        response.body(answer.body.to_vec()).map_err(|error| error.to_string())
    }
}
