//! Who is in a group, and what that gives.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::IntoParams;

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
    vec![Route::get("/api/v1/group", Access::May(Permission::Read), get(group))]
}

shape! {
    /// Who is in a group, and what that gives.
    Group of rolecall_engine::group::GroupAnswer {
        /// The past moment that the answer is of; null for the present.
        as_of: Option<AsOf>,
        group: Named,
        /// What is recorded of it besides rights.
        attributes: Vec<Attribute>,
        /// What can be held on it.
        entitlements: Vec<EntitlementOn>,
        /// Everybody who holds anything on it.
        members: Vec<Member>,
        /// What its members get through it.
        gives: Vec<Given>,
        /// What holders could take, or may have.
        beyond: Vec<Beyond>,
        completeness: Completeness,
        /// What only a person can have read, and nobody did.
        not_read: Vec<String>,
        /// What no interface of the source shows.
        not_shown: Vec<String>,
        /// Whether there are more paths than are listed. Members and resources are always all listed.
        paths_cut: bool,
    }
}

shape! {
    /// A recorded property.
    Attribute of rolecall_engine::AttributeAnswer {
        /// The connector that reads it.
        connector: String,
        #[schema(examples("lastPublished"))]
        name: String,
        /// The name in words.
        title: String,
        /// What it is.
        #[schema(value_type = Object)]
        value: Json,
        /// The value in words; a long one is cut.
        text: String,
        /// Since when it is that; null where that is not known.
        since: Option<Moment>,
        /// Whether it may be older: nobody saw it become so.
        or_earlier: bool,
    }
}

shape! {
    /// Something that can be held.
    EntitlementOn of rolecall_engine::EntitlementAnswer {
        #[schema(examples("member"))]
        slug: String,
        /// What it is, in words.
        text: String,
        /// How many accounts hold it, or something that includes it, and can use it.
        accounts: u64,
        /// How much holds it that is neither account nor group.
        others: u64,
        /// Whether everybody holds it, without an account.
        anyone: bool,
    }
}

shape! {
    /// Somebody, or something, in a group.
    Member of rolecall_engine::group::MemberAnswer {
        account: Named,
        /// Whether it is an account, and not a credential or a workflow.
        is_account: bool,
        /// What it holds on the group.
        entitlements: Vec<String>,
        /// Why it cannot use that; null where it can.
        suspended: Option<String>,
        paths: Vec<Path>,
    }
}

shape! {
    /// Something that a group gives.
    Given of rolecall_engine::group::GivenAnswer {
        resource: Named,
        entitlement: String,
        /// Who gets it: those who hold one of these on the group.
        holders: Vec<String>,
        /// From the group on.
        paths: Vec<Path>,
    }
}

shape! {
    /// What holders of something on a group could take, or may have.
    Beyond of rolecall_engine::group::BeyondAnswer {
        /// Those who hold one of these on the group.
        holders: Vec<String>,
        resource_type: String,
        /// How it is taken, or what is not known.
        text: String,
        /// Whether it could be taken. Otherwise the source does not say whether it is held.
        can_take: bool,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupAsked {
    /// Which.
    #[param(example = "acme/developers")]
    name: String,
    /// About a past moment: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// Who is in a group, and what does that give?
///
/// Of a team, an organisation, or whatever else gives rights to others: everybody who holds anything on it, by every path,
/// and what they get through it.
#[utoipa::path(get, operation_id = "group", path = "/api/v1/group", tag = "Questions", params(GroupAsked), responses(
    (status = 200, body = Group),
    (status = 404, description = "No group has that name, or nothing was known then."),
    (status = 422, description = "Several groups have that name."),
))]
pub(crate) async fn group(State(site): State<Site>, Parameters(asked): Parameters<GroupAsked>) -> ApiAnswer {
    let scope = scope(asked.as_of.as_deref(), asked.connector)?;
    let name = asked.name;
    let work = move |world: crate::world::Asked| Ok(world.view()?.group(&name)?);
    let answer: Group = site.graphs().ask(scope, of_one_moment(), work).await?.told();
    json(&answer)
}
