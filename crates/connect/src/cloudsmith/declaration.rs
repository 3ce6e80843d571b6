//! What the Cloudsmith connector declares. Rights follow `reference/cloudsmith-api.md` §5, what shows a narrow key follows
//! §6, and the graph view follows JupiterOne (`reference/jupiterone.md` §1).

use rolecall_model::{
    AccessRule, ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, Given, IdPart, IdReuse,
    LeavingStep, ListingDeclaration, OwnershipDeclaration, Population, Purpose, RoleMapping, Stage, TakingDeclaration,
    TakingEffect, Trait, TypeDeclaration, WriteDeclaration,
};

use super::governance::GOVERNANCE;
use super::relationships::RELATIONSHIPS;

/// Resource type of an organisation, which Cloudsmith's pages call a workspace.
pub(super) const ORGANIZATION: &str = "organization";
/// Resource type of a team; wire id `acme/release`.
pub(super) const TEAM: &str = "team";
/// Resource type of a Cloudsmith account; wire id is its slug, which is what teams and privileges refer to.
pub(super) const USER: &str = "user";
/// Resource type of a service account.
pub(super) const SERVICE: &str = "service";
/// Resource type of a repository; wire id `acme/prod`.
pub(super) const REPOSITORY: &str = "repository";
/// Resource type of an entitlement token, which reads a private repository without an account.
pub(super) const TOKEN: &str = "token";
/// Resource type of an invitation that nobody has accepted yet.
pub(super) const INVITATION: &str = "invitation";
/// Resource type of an identity provider whose tokens are exchanged for a service's.
pub(super) const OIDC_PROVIDER: &str = "oidc-provider";
/// Resource type of a rule that puts the members of an identity provider's group into a team.
pub(super) const SAML_MAPPING: &str = "saml-mapping";
/// Resource type of a rule about the age of API keys.
pub(super) const API_KEY_RULE: &str = "api-key-rule";
/// Resource type of a custom domain.
pub(super) const DOMAIN: &str = "domain";

/// Team entitlements: both pass on what the team holds.
pub(super) const MEMBER: &str = "member";
/// See [`MEMBER`]; its holders also manage the team.
pub(super) const MANAGER: &str = "manager";
/// Organisation entitlements of services. They are not those of people: no default reaches services for certain.
pub(super) const SERVICE_MEMBER: &str = "service-member";
/// See [`SERVICE_MEMBER`].
pub(super) const SERVICE_MANAGER: &str = "service-manager";
/// Organisation entitlement of those who administer everything.
pub(super) const OWNER: &str = "owner";
/// Organisation entitlement of outsiders who were let into teams.
pub(super) const COLLABORATOR: &str = "collaborator";

/// Repository entitlement: download. Also the action word.
pub(super) const READ: &str = "read";
/// Repository entitlement: upload.
pub(super) const WRITE: &str = "write";
/// Repository entitlement: settings and privileges. Also the action word.
pub(super) const ADMIN: &str = "admin";
/// Action word for uploading.
pub(super) const PUSH: &str = "push";

/// Listing: who is in the organisation, with which role.
pub(super) const ROSTER: &str = "roster";
/// Listing: what a person states of the workspace, because no interface shows it.
pub(super) const STATED: &str = "stated-settings";
/// Listing: service accounts.
pub(super) const SERVICES: &str = "services";
/// Listing: teams.
pub(super) const TEAMS: &str = "teams";
/// Listing: the users and services in a team.
pub(super) const TEAM_MEMBERS: &str = "team-members";
/// Listing: repositories, with what every member may do in them.
pub(super) const REPOSITORIES: &str = "repositories";
/// Listing: who was given which right on a repository.
pub(super) const PRIVILEGES: &str = "privileges";
/// Listing: entitlement tokens of a repository, without their values.
pub(super) const ENTITLEMENTS: &str = "entitlements";
/// Listing: invitations.
pub(super) const INVITATIONS: &str = "invitations";
/// Listing: identity providers.
pub(super) const OIDC_PROVIDERS: &str = "oidc-providers";
/// Listing: which claim lets a provider's token act as which service.
pub(super) const OIDC_MAPPINGS: &str = "oidc-mappings";
/// Listing: group mappings of SAML.
pub(super) const SAML_MAPPINGS: &str = "saml-mappings";
/// Listing: the organisation's own settings.
pub(super) const SETTINGS: &str = "settings";
/// Listing: rules about API keys.
pub(super) const API_KEY_RULES: &str = "api-key-rules";
/// Listing: custom domains.
pub(super) const DOMAINS: &str = "domains";

/// Property of a user: whether the account may be used at all.
pub(super) const ACTIVE: &str = "active";
/// Property of a user: the id that stays with the account whatever its slug is.
pub(super) const USER_ID: &str = "userId";
/// Property of a repository and of an organisation: the right that everyone has.
pub(super) const DEFAULT_PRIVILEGE: &str = "defaultPrivilege";
/// Property of a repository: everyone in the world reads it.
pub(super) const PUBLIC: &str = "public";
/// Property of a repository that is broadcast to some: the right this gives to whom Cloudsmith does not say.
pub(super) const BROADCAST_PRIVILEGE: &str = "broadcastPrivilege";

/// The Cloudsmith connector type.
pub static DECLARATION: ConnectorDeclaration = ConnectorDeclaration {
    name: "cloudsmith",
    title: "Cloudsmith",
    root_type: ORGANIZATION,
    account_type: USER,
    types: TYPES,
    listings: LISTINGS,
    populations: POPULATIONS,
    rules: RULES,
    relationships: RELATIONSHIPS,
    volatile: &["lastLogin", "updated", "downloads", "clients", "lastApplied"],
    blind_spots: &[
        "the workspace's default object privilege (on its settings page only; state it with --default-privilege)",
        "global privileges of members (to create repositories and teams, to invite)",
        "whether two-factor authentication is enforced, and SCIM",
        "API keys of other accounts, their age and their last use",
        "who may delete, replace, move or copy packages where a repository asks for another right than write",
    ],
    events: Some("audit log"),
    write: Some(WriteDeclaration {
        action: PUSH,
        members: ROSTER,
        outside: &[COLLABORATOR],
        named_in: None,
        history: None,
        takings: TAKINGS,
        after_leaving: AFTER_LEAVING,
        ownership: OwnershipDeclaration { origin: None, stewards: &[(TEAM, MANAGER)] },
        governance: GOVERNANCE,
    }),
};

/// `cloudsmith-api.md` §2 and §7: there is a GET that removes a member too, which nobody should call by mistake; a
/// privilege goes with a list of all others.
const TAKINGS: &[TakingDeclaration] = &[
    TakingDeclaration {
        from: &[USER],
        resource_type: ORGANIZATION,
        slugs: &[COLLABORATOR, MEMBER],
        step: LeavingStep {
            what: "Remove {account} from the workspace {organization}, and with it from all its teams",
            how: "the workspace's page Members; or DELETE /orgs/{organization}/members/{account}/ of the API",
            needs: "an owner, or a manager for whoever is no owner",
        },
        leaves: TakingEffect::Everything,
    },
    // Whoever may no longer govern stays a member: to be none, or a guest in teams only, is another decision.
    TakingDeclaration {
        from: &[USER],
        resource_type: ORGANIZATION,
        slugs: &[OWNER, MANAGER],
        step: LeavingStep {
            what: "Make {account} a member of the workspace {organization} who manages nothing",
            how: "the workspace's page Members; or PATCH /orgs/{organization}/members/{account}/update-role/ of the API \
                  with the role Member",
            needs: "an owner",
        },
        leaves: TakingEffect::Lowered(MEMBER),
    },
    TakingDeclaration {
        from: &[SERVICE],
        resource_type: ORGANIZATION,
        slugs: &[SERVICE_MEMBER],
        step: LeavingStep {
            what: "Delete the service {account} of the workspace {organization}, whose key opens nothing from then on",
            how: "DELETE /orgs/{organization}/services/{account}/ of the API",
            needs: "an owner or a manager",
        },
        leaves: TakingEffect::Everything,
    },
    TakingDeclaration {
        from: &[SERVICE],
        resource_type: ORGANIZATION,
        slugs: &[SERVICE_MANAGER],
        step: LeavingStep {
            what: "Make {account} a service of the workspace {organization} that manages nothing",
            how: "PATCH /orgs/{organization}/services/{account}/ of the API with the role \
                  Member",
            needs: "an owner or a manager",
        },
        leaves: TakingEffect::Lowered(SERVICE_MEMBER),
    },
    TakingDeclaration {
        from: &[USER, SERVICE],
        resource_type: TEAM,
        slugs: &[MEMBER],
        step: LeavingStep {
            what: "Take {account} out of the team {resource}",
            how: "the team's page Members",
            needs: "an owner, or a manager of the team",
        },
        leaves: TakingEffect::Grant,
    },
    TakingDeclaration {
        from: &[USER, SERVICE],
        resource_type: TEAM,
        slugs: &[MANAGER],
        step: LeavingStep {
            what: "Make {account} a member of the team {resource} who does not manage it",
            how: "the team's page Members",
            needs: "an owner, or a manager of the team",
        },
        leaves: TakingEffect::Lowered(MEMBER),
    },
    TakingDeclaration {
        from: &[USER, SERVICE],
        resource_type: REPOSITORY,
        slugs: &[],
        step: LeavingStep {
            what: "Take the privilege of {account} on {resource} away",
            how: "the repository's page Access Control; or PUT /repos/{resource}/privileges of the API with everybody \
                  else in it",
            needs: "admin on the repository",
        },
        leaves: TakingEffect::Grant,
    },
    TakingDeclaration {
        from: &[TEAM],
        resource_type: REPOSITORY,
        slugs: &[],
        step: LeavingStep {
            what: "Take the privilege of the team {principal} on {resource} away",
            how: "cloudsmith repos privileges revoke {resource} --team {name}",
            needs: "admin on the repository",
        },
        leaves: TakingEffect::Grant,
    },
    // It is switched off and not deleted, so that it can be switched on again if something turns out to need it.
    TakingDeclaration {
        from: &[TOKEN],
        resource_type: REPOSITORY,
        slugs: &[READ],
        step: LeavingStep {
            what: "Switch the entitlement token {principal} of {resource} off",
            how: "POST /entitlements/{resource}/{principal}/disable/ of the API",
            needs: "the privilege that the repository wants of whoever manages its entitlement tokens",
        },
        leaves: TakingEffect::Grant,
    },
];

const AFTER_LEAVING: &[&str] = &[
    "entitlement tokens that the account has seen go on opening private repositories: refresh them",
    "services whose API key the account has seen: refresh the key",
    "a group of the identity provider that puts people into a team puts them back in: take them out there",
];

const TYPES: &[TypeDeclaration] = &[
    TypeDeclaration {
        name: ORGANIZATION,
        plural: "organizations",
        trait_: Some(Trait::Group),
        entitlements: &[
            role(COLLABORATOR, 1, Purpose::Assignment, &[USER]),
            role(MEMBER, 2, Purpose::Assignment, &[USER]),
            role(SERVICE_MEMBER, 2, Purpose::Assignment, &[SERVICE]),
            role(MANAGER, 3, Purpose::Permission, &[USER]),
            role(SERVICE_MANAGER, 3, Purpose::Permission, &[SERVICE]),
            EntitlementDeclaration { last_holder_protected: true, ..role(OWNER, 4, Purpose::Permission, &[USER]) },
        ],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            constants: &[("vendor", "Cloudsmith")],
            roles: Some(RoleMapping {
                type_: "cloudsmith_role",
                key: "cloudsmith-role:{}:{}",
                has: "cloudsmith_organization_has_role",
                assigned: "cloudsmith_{}_assigned_role",
                admin: &[OWNER, MANAGER, SERVICE_MANAGER],
            }),
            ..entity("cloudsmith_organization", &["Account", "Organization"], "cloudsmith-organization:{}")
        },
    },
    TypeDeclaration {
        name: TEAM,
        plural: "teams",
        trait_: Some(Trait::Group),
        entitlements: &[
            role(MEMBER, 1, Purpose::Assignment, &[USER, SERVICE]),
            role(MANAGER, 2, Purpose::Permission, &[USER, SERVICE]),
        ],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            of_id: &[("organization", IdPart::Before('/'))],
            ..entity("cloudsmith_team", &["Team", "UserGroup"], "cloudsmith-team:{}")
        },
    },
    TypeDeclaration {
        name: USER,
        plural: "users",
        trait_: Some(Trait::User),
        entitlements: &[],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::ToldBy(USER_ID),
        entity: EntityMapping { of_id: USERNAME, ..entity("cloudsmith_user", &["User"], "cloudsmith-user:{}") },
    },
    TypeDeclaration {
        name: SERVICE,
        plural: "services",
        trait_: Some(Trait::User),
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity: EntityMapping { of_id: USERNAME, ..entity("cloudsmith_service", &["User"], "cloudsmith-service:{}") },
    },
    TypeDeclaration {
        name: REPOSITORY,
        plural: "repositories",
        trait_: None,
        entitlements: &[
            role(READ, 1, Purpose::Permission, &[TEAM, USER, SERVICE, TOKEN]),
            role(WRITE, 2, Purpose::Permission, &[TEAM, USER, SERVICE]),
            role(ADMIN, 3, Purpose::Permission, &[TEAM, USER, SERVICE]),
        ],
        actions: &[
            ActionDeclaration { word: PUSH, slugs: &[WRITE] },
            ActionDeclaration { word: READ, slugs: &[READ] },
            ActionDeclaration { word: ADMIN, slugs: &[ADMIN] },
        ],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: entity("cloudsmith_repository", &["Repository"], "cloudsmith-repository:{}"),
    },
    thing(TOKEN, "tokens", Some(Trait::Secret), entity("cloudsmith_token", &["AccessKey"], "cloudsmith-token:{}")),
    thing(INVITATION, "invitations", None, entity("cloudsmith_invitation", &["Record"], "cloudsmith-invitation:{}")),
    thing(
        OIDC_PROVIDER,
        "oidc-providers",
        None,
        entity("cloudsmith_oidc_provider", &["Configuration"], "cloudsmith-oidc-provider:{}"),
    ),
    thing(
        SAML_MAPPING,
        "saml-mappings",
        None,
        entity("cloudsmith_saml_mapping", &["Rule"], "cloudsmith-saml-mapping:{}"),
    ),
    thing(
        API_KEY_RULE,
        "api-key-rules",
        None,
        entity("cloudsmith_api_key_rule", &["Rule"], "cloudsmith-api-key-rule:{}"),
    ),
    thing(DOMAIN, "domains", None, entity("cloudsmith_domain", &["Configuration"], "cloudsmith-domain:{}")),
];

/// The wire id of an account is the name it is known by.
const USERNAME: &[(&str, IdPart)] = &[("username", IdPart::Whole)];

/// Names that JupiterOne's users know (`reference/jupiterone.md` §3).
const RENAMED: &[(&str, &str)] = &[
    ("twoFactor", "mfaEnabled"),
    ("joined", "createdOn"),
    ("created", "createdOn"),
    ("lastLogin", "lastLoginOn"),
    ("expires", "expiresOn"),
    ("updated", "updatedOn"),
];

const fn entity(type_: &'static str, class: &'static [&'static str], key: &'static str) -> EntityMapping {
    EntityMapping { renamed: RENAMED, ..EntityMapping::new(type_, class, key) }
}

/// A type that nothing is held on.
const fn thing(
    name: &'static str,
    plural: &'static str,
    trait_: Option<Trait>,
    entity: EntityMapping,
) -> TypeDeclaration {
    TypeDeclaration {
        name,
        plural,
        trait_,
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity,
    }
}

const fn role(
    slug: &'static str,
    order: u8,
    purpose: Purpose,
    grantable_to: &'static [&'static str],
) -> EntitlementDeclaration {
    EntitlementDeclaration { slug, purpose, grantable_to, exclusive_order: Some(order), last_holder_protected: false }
}

const ACTIONS: &[&str] = &[PUSH, READ, ADMIN];

/// Cloudsmith offers no conditional requests (`cloudsmith-api.md` §1).
const LISTINGS: &[ListingDeclaration] = &[
    ListingDeclaration { sight: None, ..membership(ROSTER, "roster of {}", ORGANIZATION) },
    ListingDeclaration { sight: None, ..membership(STATED, "stated settings of {}", ORGANIZATION) },
    membership(SERVICES, "services of {}", ORGANIZATION),
    membership(TEAMS, "teams of {}", ORGANIZATION),
    membership(REPOSITORIES, "repositories of {}", ORGANIZATION),
    membership(TEAM_MEMBERS, "members of team {}", TEAM),
    membership(PRIVILEGES, "privileges on {}", REPOSITORY),
    detail(INVITATIONS, "invitations of {}", ORGANIZATION, &[]),
    detail(OIDC_PROVIDERS, "OIDC providers of {}", ORGANIZATION, &[]),
    detail(SAML_MAPPINGS, "SAML group mappings of {}", ORGANIZATION, &[]),
    detail(SETTINGS, "settings of {}", ORGANIZATION, &[]),
    detail(API_KEY_RULES, "API key rules of {}", ORGANIZATION, &[]),
    detail(DOMAINS, "custom domains of {}", ORGANIZATION, &[]),
    detail(ENTITLEMENTS, "entitlement tokens of {}", REPOSITORY, &[READ]),
    detail(OIDC_MAPPINGS, "claim mappings of OIDC provider {}", OIDC_PROVIDER, &[]),
];

const fn membership(kind: &'static str, title: &'static str, per: &'static str) -> ListingDeclaration {
    ListingDeclaration {
        kind,
        title,
        stage: Stage::Membership,
        per,
        sight: Some(ROSTER),
        supports: ACTIONS,
        conditional: false,
        interactive: None,
    }
}

const fn detail(
    kind: &'static str,
    title: &'static str,
    per: &'static str,
    supports: &'static [&'static str],
) -> ListingDeclaration {
    ListingDeclaration { stage: Stage::Detail, supports, ..membership(kind, title, per) }
}

/// Whoever or whatever holds something must be in its list; otherwise the list is not all there is
/// (`cloudsmith-api.md` §6.4).
const POPULATIONS: &[Population] = &[
    Population { resource_type: USER, listing: ROSTER },
    Population { resource_type: SERVICE, listing: SERVICES },
    Population { resource_type: TEAM, listing: TEAMS },
];

/// `cloudsmith-api.md` §5: a right is the greatest of all these.
const RULES: &[AccessRule] = &[
    AccessRule::Expandable { resource_type: REPOSITORY, group_type: TEAM, through: MEMBER },
    AccessRule::Implies { resource_type: TEAM, slug: MANAGER, implied: MEMBER },
    AccessRule::Implies { resource_type: REPOSITORY, slug: ADMIN, implied: WRITE },
    AccessRule::Implies { resource_type: REPOSITORY, slug: WRITE, implied: READ },
    AccessRule::Inherited {
        holder_slugs: &[OWNER],
        resource_type: REPOSITORY,
        gives: Given::Slug(ADMIN),
        why: "every owner administers every repository",
    },
    AccessRule::Inherited {
        holder_slugs: &[OWNER, MANAGER, MEMBER],
        resource_type: REPOSITORY,
        gives: Given::Property(DEFAULT_PRIVILEGE),
        why: "the repository's default privilege",
    },
    AccessRule::Inherited {
        holder_slugs: &[MANAGER, MEMBER],
        resource_type: REPOSITORY,
        gives: Given::ParentProperty(DEFAULT_PRIVILEGE),
        why: "the workspace's default object privilege",
    },
    AccessRule::CanJoin {
        holder_slugs: &[MANAGER, SERVICE_MANAGER],
        resource_type: REPOSITORY,
        group_type: TEAM,
        how: "managers can put themselves into a team that has the right",
    },
    AccessRule::MembersOnly { resource_type: REPOSITORY },
    AccessRule::MayHold {
        holder_slugs: &[SERVICE_MANAGER, SERVICE_MEMBER],
        resource_type: REPOSITORY,
        gives: Given::Property(DEFAULT_PRIVILEGE),
        why: "Cloudsmith does not say whether a repository's default privilege reaches services",
    },
    AccessRule::MayHold {
        holder_slugs: &[OWNER, MANAGER, MEMBER, COLLABORATOR, SERVICE_MANAGER, SERVICE_MEMBER],
        resource_type: REPOSITORY,
        gives: Given::Property(BROADCAST_PRIVILEGE),
        why: "the repository is broadcast, and Cloudsmith does not say to whom exactly",
    },
    AccessRule::Anyone { resource_type: REPOSITORY, slug: READ, property: PUBLIC },
    AccessRule::Suspended { resource_type: USER, property: ACTIVE },
    AccessRule::EvidenceCounts { resource_type: TEAM, listing: ROSTER },
    AccessRule::EvidenceCounts { resource_type: TEAM, listing: SERVICES },
];
