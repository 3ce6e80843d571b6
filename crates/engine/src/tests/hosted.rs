//! What the made-up registry shows besides rights.

use rolecall_model::{
    AccountSigns, BarDeclaration, CreatorDeclaration, GovernanceDeclaration, GroupSyncDeclaration,
    IdentityProviderDeclaration, InvitationDeclaration, OpeningTokenDeclaration, ReleaseDeclaration,
    ServiceDeclaration, SignInDeclaration,
};

const CREATOR: CreatorDeclaration = CreatorDeclaration { property: "maker", nobody: &["hosted"] };

pub(super) const GOVERNANCE: GovernanceDeclaration = GovernanceDeclaration {
    accounts: AccountSigns { address: Some("email"), second_factor: Some("secured"), last_sign_in: Some("seen") },
    sign_in: Some(SignInDeclaration {
        listing: "settings",
        offered: "sso",
        enforced: "ssoOnly",
        method: "how",
        around: &["password"],
    }),
    bars: &[
        bar("deleteNeeds", "delete", "delete packages", false),
        bar("replaceNeeds", "replace", "replace them", true),
    ],
    services: Some(ServiceDeclaration { resource_type: "service", listing: "services", creator: CREATOR }),
    tokens: Some(OpeningTokenDeclaration {
        resource_type: "entitlement-token",
        listing: "tokens",
        limited: "limited",
        initial: "initial",
        created: "made",
        creator: CREATOR,
        uses: "uses",
    }),
    identity_providers: Some(IdentityProviderDeclaration {
        resource_type: "provider",
        listing: "providers",
        name: "name",
        enabled: "enabled",
        claims: "claims",
        mapping: "mapped",
        trusts: "TRUSTS",
    }),
    group_sync: Some(GroupSyncDeclaration {
        resource_type: "mapping",
        listing: "mappings",
        settings: "settings",
        on: "followed",
    }),
    invitations: Some(InvitationDeclaration {
        resource_type: "invitation",
        listing: "invitations",
        address: "email",
        role: "role",
        administering: &["owner"],
    }),
    releases: Some(ReleaseDeclaration {
        provenance: "proven",
        workflows: "built",
        trust: "trust",
        trusted: &["trusted"],
    }),
    fetched: Some("fetched"),
};

const fn bar(property: &'static str, word: &'static str, what: &'static str, is_usual: bool) -> BarDeclaration {
    BarDeclaration { resource_type: "repository", property, word, what, low: &["write"], is_usual }
}
