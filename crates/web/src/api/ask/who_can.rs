//! Who can do something.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::AttestedTwoFactor;
use super::answer::{AsOf, Completeness, Named, Path};
use super::scope;
use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::world::of_one_moment;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/who-can", Access::May(Permission::Read), get(who_can))]
}

shape! {
    /// Who can do something to a resource, by every path.
    WhoCan of rolecall_engine::who_can::WhoCanAnswer {
        /// The past moment that the answer is of; null for the present.
        as_of: Option<AsOf>,
        action: String,
        resource: Named,
        /// How many accounts can; at least so many, where the answer is not complete.
        count: u64,
        accounts: Vec<AccountWhoCan>,
        /// Who has the right and is suspended. They are not counted.
        suspended: Vec<SuspendedWhoCan>,
        /// Who may have the right: the source does not say whether they do. They are not counted.
        might: Vec<MightHave>,
        /// Credentials that have the right by themselves.
        credentials: Vec<CredentialWhoCan>,
        /// Workflows that may, with nobody's token.
        trusted_publishers: Vec<TrustedPublisher>,
        /// Workflows that were seen to.
        observed_publishers: Vec<ObservedPublisher>,
        /// Why everyone can, if everyone can.
        anyone: Option<String>,
        /// Who could give themselves the right. They do not have it.
        can_take: Vec<CanTake>,
        completeness: Completeness,
        /// What only a person can have read, and nobody did.
        not_read: Vec<String>,
        /// What no interface of the source shows.
        not_shown: Vec<String>,
        /// Whether there are more paths than are listed. The accounts are always all listed.
        paths_cut: bool,
    }
}

shape! {
    /// An account that can.
    AccountWhoCan of rolecall_engine::who_can::AccountAnswer {
        account: Named,
        /// What it holds on the organisation. Empty for an outsider.
        roles: Vec<String>,
        paths: Vec<Path>,
        /// When it last published this package, where that is known.
        last_published: Option<Moment>,
        /// What people state of its two-factor authentication. No registry tells it; nobody observed it.
        attested_two_factor: Vec<AttestedTwoFactor>,
    }
}

/// An account that has the right and cannot use it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuspendedWhoCan {
    #[serde(flatten)]
    account: AccountWhoCan,
    /// Why it cannot use the right: `not active`.
    why: String,
}

impl Told<SuspendedWhoCan> for rolecall_engine::who_can::SuspendedAnswer {
    fn told(self) -> SuspendedWhoCan {
        SuspendedWhoCan { account: self.account.told(), why: self.why }
    }
}

shape! {
    /// An account that may have the right.
    MightHave of rolecall_engine::who_can::MightAnswer {
        account: Named,
        /// What may give it the right.
        entitlement: String,
        /// What it may have.
        gives: String,
        /// What is not known.
        why: String,
        removal_unconfirmed: bool,
    }
}

shape! {
    /// A credential that can by itself.
    CredentialWhoCan of rolecall_engine::CredentialAnswer {
        /// Never its value.
        credential: Named,
        name: Option<String>,
        /// In words.
        text: String,
        paths: Vec<Path>,
        since: Moment,
        /// Whether it may be older: it was there when it was first read.
        or_earlier: bool,
        expires: Option<Moment>,
        removal_unconfirmed: bool,
    }
}

shape! {
    /// A workflow that may publish.
    TrustedPublisher of rolecall_engine::TrustedPublisherAnswer {
        principal: Named,
        entitlement: String,
        /// Whether it can do what was asked about: one may only stage versions.
        can: bool,
        /// In words.
        text: String,
        /// `github`, `gitlab`, `circleci`.
        provider: Option<String>,
        workflow: Option<String>,
        environment: Option<String>,
        since: Moment,
        removal_unconfirmed: bool,
    }
}

shape! {
    /// A workflow that was seen to publish.
    ObservedPublisher of rolecall_engine::ObservedPublisherAnswer {
        provider: String,
        last: Option<Moment>,
        repository: Option<String>,
        /// In words.
        text: String,
    }
}

shape! {
    /// An account that could give itself the right.
    CanTake of rolecall_engine::who_can::TakeAnswer {
        account: Named,
        /// What lets it.
        entitlement: String,
        /// How it is done.
        how: String,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WhoCanAsked {
    /// What is done: `publish`, `read`, `admin`, … as the resource's type has it.
    #[param(example = "publish")]
    action: String,
    /// To what: its name, with its type before it where only that tells it from others.
    #[param(example = "@acme/core")]
    resource: String,
    /// About a past moment: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// Who can?
///
/// Every account that can do something to a resource, with every path to it, and how complete the answer is.
#[utoipa::path(get, operation_id = "whoCan", path = "/api/v1/who-can", tag = "Questions", params(WhoCanAsked), responses(
    (status = 200, body = WhoCan),
    (status = 404, description = "Nothing recorded has that name, or nothing was known then."),
    (status = 422, description = "Several things have that name, or nothing of the kind can be done to it."),
))]
pub(crate) async fn who_can(State(site): State<Site>, Parameters(asked): Parameters<WhoCanAsked>) -> ApiAnswer {
    let scope = scope(asked.as_of.as_deref(), asked.connector)?;
    let (action, resource) = (asked.action, asked.resource);
    let work = move |world: crate::world::Asked| Ok(world.view()?.who_can(&action, &resource)?);
    let answer: WhoCan = site.graphs().ask(scope, of_one_moment(), work).await?.told();
    json(&answer)
}
