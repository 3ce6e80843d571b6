//! The relationships of the graph view.

use rolecall_model::{RelationshipMapping, RelationshipSource};

use super::declaration::{
    API_KEY_RULE, DOMAIN, INVITATION, OIDC_PROVIDER, ORGANIZATION, REPOSITORY, SAML_MAPPING, SERVICE, TEAM, TOKEN, USER,
};

/// Link: an entitlement token or an invitation is for this account.
pub(super) const ASSIGNED: &str = "ASSIGNED";
/// Link: a service believes what an identity provider signs.
pub(super) const TRUSTS: &str = "TRUSTS";

pub(super) const RELATIONSHIPS: &[RelationshipMapping] = &[
    held(ORGANIZATION, USER, "cloudsmith_organization_has_user", "HAS"),
    held(ORGANIZATION, SERVICE, "cloudsmith_organization_has_service", "HAS"),
    held(TEAM, USER, "cloudsmith_team_has_user", "HAS"),
    held(TEAM, SERVICE, "cloudsmith_team_has_service", "HAS"),
    held(REPOSITORY, TEAM, "cloudsmith_repository_allows_team", "ALLOWS"),
    held(REPOSITORY, USER, "cloudsmith_repository_allows_user", "ALLOWS"),
    held(REPOSITORY, SERVICE, "cloudsmith_repository_allows_service", "ALLOWS"),
    held(REPOSITORY, ORGANIZATION, "cloudsmith_repository_allows_organization", "ALLOWS"),
    held(REPOSITORY, TOKEN, "cloudsmith_repository_allows_token", "ALLOWS"),
    inside(TEAM, "cloudsmith_organization_has_team"),
    inside(REPOSITORY, "cloudsmith_organization_has_repository"),
    inside(INVITATION, "cloudsmith_organization_has_invitation"),
    inside(OIDC_PROVIDER, "cloudsmith_organization_has_oidc_provider"),
    inside(SAML_MAPPING, "cloudsmith_organization_has_saml_mapping"),
    inside(API_KEY_RULE, "cloudsmith_organization_has_api_key_rule"),
    inside(DOMAIN, "cloudsmith_organization_has_domain"),
    RelationshipMapping {
        source: RelationshipSource::Parent { parent_type: REPOSITORY, child_type: TOKEN },
        type_: "cloudsmith_repository_has_token",
        class: "HAS",
    },
    linked(TOKEN, USER, "cloudsmith_token_assigned_user", ASSIGNED),
    linked(SAML_MAPPING, TEAM, "cloudsmith_saml_mapping_assigned_team", ASSIGNED),
    linked(SERVICE, OIDC_PROVIDER, "cloudsmith_service_trusts_oidc_provider", TRUSTS),
];

const fn held(
    resource_type: &'static str,
    principal_type: &'static str,
    type_: &'static str,
    class: &'static str,
) -> RelationshipMapping {
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type, principal_type, slug: None },
        type_,
        class,
    }
}

const fn inside(child_type: &'static str, type_: &'static str) -> RelationshipMapping {
    RelationshipMapping {
        source: RelationshipSource::Parent { parent_type: ORGANIZATION, child_type },
        type_,
        class: "HAS",
    }
}

const fn linked(
    from_type: &'static str,
    to_type: &'static str,
    type_: &'static str,
    class: &'static str,
) -> RelationshipMapping {
    RelationshipMapping { source: RelationshipSource::Link { from_type, to_type }, type_, class }
}
