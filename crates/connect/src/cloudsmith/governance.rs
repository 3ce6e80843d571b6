//! What Cloudsmith shows besides rights (`cloudsmith-api.md` §3). Words are compared in lower case.

use rolecall_model::{
    AccountSigns, BarDeclaration, CreatorDeclaration, GovernanceDeclaration, GroupSyncDeclaration,
    IdentityProviderDeclaration, InvitationDeclaration, OpeningTokenDeclaration, ServiceDeclaration, SignInDeclaration,
};

use super::declaration::{
    ENTITLEMENTS, INVITATION, INVITATIONS, OIDC_PROVIDER, OIDC_PROVIDERS, REPOSITORY, SAML_MAPPING, SAML_MAPPINGS,
    SERVICE, SERVICES, SETTINGS, TOKEN,
};
use super::relationships::TRUSTS;

/// What Cloudsmith makes itself, it says that `cloudsmith` made.
const CREATOR: CreatorDeclaration = CreatorDeclaration { property: "createdBy", nobody: &["cloudsmith"] };

pub(super) const GOVERNANCE: GovernanceDeclaration = GovernanceDeclaration {
    accounts: AccountSigns {
        address: Some("email"),
        second_factor: Some("twoFactor"),
        last_sign_in: Some("lastLogin"),
    },
    sign_in: Some(SignInDeclaration {
        listing: SETTINGS,
        offered: "samlLogin",
        enforced: "samlLoginEnforced",
        method: "lastLoginMethod",
        around: &["password", "social"],
    }),
    bars: &[
        bar("deleteNeeds", "delete", "delete packages", &["read", "write"], false),
        bar("moveNeeds", "move", "move packages to another repository", &["read", "write"], false),
        bar("manageEntitlementsNeeds", "tokens", "make and change entitlement tokens", &["read", "write"], false),
        bar("replaceNeeds", "replace", "replace packages that are there", &["read", "write"], true),
    ],
    services: Some(ServiceDeclaration { resource_type: SERVICE, listing: SERVICES, creator: CREATOR }),
    tokens: Some(OpeningTokenDeclaration {
        resource_type: TOKEN,
        listing: ENTITLEMENTS,
        limited: "limited",
        initial: "default",
        created: "created",
        creator: CREATOR,
        uses: "downloads",
    }),
    identity_providers: Some(IdentityProviderDeclaration {
        resource_type: OIDC_PROVIDER,
        listing: OIDC_PROVIDERS,
        name: "name",
        enabled: "enabled",
        claims: "claims",
        mapping: "mappingClaim",
        trusts: TRUSTS,
    }),
    group_sync: Some(GroupSyncDeclaration {
        resource_type: SAML_MAPPING,
        listing: SAML_MAPPINGS,
        settings: SETTINGS,
        on: "samlGroupSync",
    }),
    invitations: Some(InvitationDeclaration {
        resource_type: INVITATION,
        listing: INVITATIONS,
        address: "email",
        role: "role",
        administering: &["owner", "manager"],
    }),
    releases: None,
    fetched: None,
};

const fn bar(
    property: &'static str,
    word: &'static str,
    what: &'static str,
    low: &'static [&'static str],
    is_usual: bool,
) -> BarDeclaration {
    BarDeclaration { resource_type: REPOSITORY, property, word, what, low, is_usual }
}
