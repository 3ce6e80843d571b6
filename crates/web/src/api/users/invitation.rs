//! One-time links: invitations, and those to a new password.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::{delete, get, post};
use rolecall_engine::hub::{LinkKind, NewInvitation, Permission};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters};
use crate::api::list::Listed;
use crate::api::reply::{done, json, json_as};
use crate::api::role::Role;
use crate::api::shape::{Moment, Told, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/api/v1/invitations", administer, get(links)),
        Route::post("/api/v1/invitations", administer, "hub.user-invited", post(invite)),
        Route::write(Method::DELETE, "/api/v1/invitations/{id}", administer, "hub.link-revoked", delete(link_revoke)),
    ]
}

/// What a link is for.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkFor {
    FirstAdministrator,
    Invitation,
    NewPassword,
}

impl Told<LinkFor> for LinkKind {
    fn told(self) -> LinkFor {
        match self {
            Self::FirstRun => LinkFor::FirstAdministrator,
            Self::Invitation => LinkFor::Invitation,
            Self::Reset => LinkFor::NewPassword,
        }
    }
}

shape! {
    /// A link that can be used still. What opens it is not kept.
    Link of rolecall_engine::hub::Link {
        #[serde(rename = "id")]
        uuid: Uuid,
        kind: LinkFor,
        /// What whoever uses it will be.
        role: Role,
        email: Option<String>,
        /// Whose new password it is for.
        name: Option<String>,
        created_at: Moment,
        expires_at: Moment,
    }
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkMade {
    id: Uuid,
    /// The address to give to whom it is for. It is told this once, and works once.
    address: String,
    expires_at: Moment,
}

impl LinkMade {
    pub(super) fn of(site: &Site, link: &rolecall_engine::hub::LinkMade) -> Self {
        let address = site.address(&crate::page::invitation::address_path(link.token.expose_secret()));
        Self { id: link.uuid, address, expires_at: link.expires_at.told() }
    }
}

/// Links that can be used still
///
/// Invitations and those to a new password, newest first.
#[utoipa::path(get, operation_id = "invitations", path = "/api/v1/invitations", tag = "People", responses((status = 200, body = Listed<Link>)))]
pub(crate) async fn links(State(site): State<Site>, signed: Signed, _: Parameters<Nothing>) -> ApiAnswer {
    let links = site.hub().links(signed.caller()).await?;
    json(&Listed::<Link> { items: links.told(), next: None })
}

/// Who is invited.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "role": "reviewer", "email": "grace@example.com" }))]
pub(crate) struct Invitation {
    role: Role,
    /// An identity provider's verified word for this address uses the invitation up as well as its link does.
    email: Option<String>,
}

/// Invite somebody
///
/// Only in a session in which the password was given in the last quarter of an hour.
#[utoipa::path(post, operation_id = "invite", path = "/api/v1/invitations", tag = "People", request_body = Invitation, responses(
    (status = 201, body = LinkMade),
    (status = 422, description = "The address is none."),
))]
pub(crate) async fn invite(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<Invitation>,
) -> ApiAnswer {
    let invitation = NewInvitation { role: wish.role.known(), email: wish.email };
    let link = site.hub().invite(signed.caller(), &invitation).await?;
    json_as(StatusCode::CREATED, &LinkMade::of(&site, &link))
}

/// Take a link back
#[utoipa::path(delete, operation_id = "invitationRevoke", path = "/api/v1/invitations/{id}", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "It opens nothing any more."),
    (status = 410, description = "It could not be used any more anyway."),
))]
pub(crate) async fn link_revoke(
    State(site): State<Site>,
    signed: Signed,
    Id(link): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    site.hub().link_revoke(signed.caller(), link).await?;
    done()
}
