//! What an account may do.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

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
    vec![Route::get("/api/v1/access", Access::May(Permission::Read), get(access))]
}

shape! {
    /// What an account may do, and what remains if it leaves.
    AccountAccess of rolecall_engine::account_access::AccountAccessAnswer {
        /// The past moment that the answer is of; null for the present.
        as_of: Option<AsOf>,
        account: Named,
        /// Every connector it is seen in.
        seen_in: Vec<String>,
        /// Where an account of that name was gone for certain before this one was there. What it holds may be another's.
        name_used_before: Vec<NameUsedBefore>,
        /// Where it is suspended: it keeps what it holds there, and cannot use it.
        suspended: Vec<Suspension>,
        /// What people state of its two-factor authentication. No registry tells it; nobody observed it.
        attested_two_factor: Vec<AttestedTwoFactor>,
        items: Vec<AccessTo>,
        /// What it could give itself. It does not have it.
        can_take: Vec<TakeGroup>,
        /// What it may have: the source does not say whether it does.
        might: Vec<MightGroup>,
        /// For each organisation, what it keeps if it is removed from it.
        remains_after_leaving: Vec<Remains>,
        completeness: Completeness,
        /// What only a person can have read, and nobody did.
        not_read: Vec<String>,
        /// What no interface of the source shows.
        not_shown: Vec<String>,
        /// Whether there are more paths than are listed. The resources are always all listed.
        paths_cut: bool,
    }
}

shape! {
    /// Where an account of the same name was before.
    NameUsedBefore of rolecall_engine::reappearance::NameUsedBefore {
        connector: String,
        since: Moment,
        is_another: bool,
    }
}

shape! {
    /// Where an account is suspended.
    Suspension of rolecall_engine::account_access::SuspensionAnswer {
        connector: String,
        /// `not active`.
        why: String,
    }
}

shape! {
    /// What somebody stated of an account's two-factor authentication.
    AttestedTwoFactor of rolecall_engine::attestation::AttestedTwoFactor {
        connector: String,
        /// Whether it is on, by their word.
        is_on: bool,
        /// Who said so.
        by: String,
        /// When.
        on: Moment,
        /// Until when that holds.
        until: Moment,
        /// Whether that is over, so that the state is not known any more.
        is_expired: bool,
        /// The statement that it is a part of.
        attestation: Uuid,
    }
}

shape! {
    /// Something that the account holds.
    AccessTo of rolecall_engine::account_access::AccessAnswer {
        resource: Named,
        /// The strongest that it holds there.
        entitlement: String,
        paths: Vec<Path>,
    }
}

shape! {
    /// What the account could give itself.
    TakeGroup of rolecall_engine::account_access::TakeGroupAnswer {
        /// What lets it.
        because: String,
        /// What it could take.
        entitlement: String,
        /// On how many resources.
        count: u64,
        /// How it is done.
        how: String,
    }
}

shape! {
    /// What the account may have.
    MightGroup of rolecall_engine::account_access::MightGroupAnswer {
        /// What may give it.
        because: String,
        entitlement: String,
        /// On how many resources.
        count: u64,
        /// What is not known.
        why: String,
    }
}

shape! {
    /// What remains after leaving one organisation.
    Remains of rolecall_engine::account_access::RemainsAnswer {
        organization: Named,
        items: Vec<AccessTo>,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccessAsked {
    /// Whose.
    #[param(example = "alice")]
    account: String,
    /// About a past moment: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// What may an account do?
///
/// Everything that it holds, with every path to it, and what remains if it leaves.
#[utoipa::path(get, operation_id = "access", path = "/api/v1/access", tag = "Questions", params(AccessAsked), responses(
    (status = 200, body = AccountAccess),
    (status = 404, description = "No account has that name, or nothing was known then."),
    (status = 422, description = "Several accounts have that name."),
))]
pub(crate) async fn access(State(site): State<Site>, Parameters(asked): Parameters<AccessAsked>) -> ApiAnswer {
    let scope = scope(asked.as_of.as_deref(), asked.connector)?;
    let account = asked.account;
    let work = move |world: crate::world::Asked| Ok(world.view()?.account_access(&account)?);
    let answer: AccountAccess = site.graphs().ask(scope, of_one_moment(), work).await?.told();
    json(&answer)
}
