//! What the npm connector declares. Ids and entitlements follow baton's conventions (`reference/baton.md` §5), rights
//! follow `reference/npm-api.md` §4, and the graph view follows JupiterOne (`reference/jupiterone.md` §1).

use rolecall_model::{
    AccessRule, ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, GovernanceDeclaration,
    IdPart, IdReuse, LeavingStep, ListingDeclaration, OwnershipDeclaration, Purpose, RelationshipMapping,
    RelationshipSource, ReleaseDeclaration, RoleMapping, Stage, StandIn, TakingDeclaration, TakingEffect, Trait,
    TypeDeclaration, WriteDeclaration, WriteHistory,
};

/// Resource type of an organisation.
pub(super) const ORGANIZATION: &str = "organization";
/// Resource type of a team; wire id `acme/developers`, because baton splits entitlement ids at `:`.
pub(super) const TEAM: &str = "team";
/// Resource type of an npm account.
pub(super) const USER: &str = "user";
/// Resource type of a package; wire id is its full name.
pub(super) const PACKAGE: &str = "package";
/// Resource type of an access token (the credential owner's own ones: npm shows no others).
pub(super) const TOKEN: &str = "token";
/// Resource type of a source code repository that a package names as its origin.
pub(super) const CODE_REPOSITORY: &str = "code-repository";

/// Organisation entitlement of those who are in it and govern nothing.
const DEVELOPER: &str = "developer";
/// Entitlement of a team's members.
pub(super) const MEMBER: &str = "member";
/// Package entitlement: install.
pub(super) const READ_ONLY: &str = "read-only";
/// Package entitlement: publish.
pub(super) const READ_WRITE: &str = "read-write";
/// Package entitlement of the maintainers of a package that belongs to users rather than to an organisation's scope.
pub(super) const OWNER: &str = "owner";
/// Package entitlement of a source repository whose workflow may publish: whoever can write there can publish.
pub(super) const TRUSTED_PUBLISHER: &str = "trusted-publisher";
/// Package entitlement of a source repository whose workflow may stage versions, which a person has to approve.
pub(super) const TRUSTED_STAGER: &str = "trusted-stager";

/// Listing: who is in the organisation, with which role.
pub(super) const ROSTER: &str = "roster";
/// Listing: the organisation's teams.
pub(super) const TEAMS: &str = "teams";
/// Listing: the organisation's packages.
pub(super) const PACKAGES: &str = "packages";
/// Listing: the members of a team.
pub(super) const TEAM_MEMBERS: &str = "team-members";
/// Listing: what a team may do with which package.
pub(super) const TEAM_PACKAGES: &str = "team-packages";
/// Listing: who, according to npm, may read or write a package.
pub(super) const COLLABORATORS: &str = "collaborators";
/// Listing: a package's own document.
pub(super) const PACKUMENT: &str = "packument";
/// Listing: whether a package is public.
pub(super) const VISIBILITY: &str = "visibility";
/// Listing: the access tokens of the credential's own account.
pub(super) const TOKENS: &str = "tokens";
/// Listing: which workflows may publish a package without anybody's token.
pub(super) const TRUST: &str = "trust";

/// Package property: the source repository that the package names as its origin, which whoever publishes it can change.
pub(super) const REPOSITORY: &str = "repository";
/// Package property: where in that repository it says to be.
pub(super) const REPOSITORY_DIRECTORY: &str = "repositoryDirectory";
/// Package property: when each account last published it.
pub(super) const LAST_PUBLISHED: &str = "lastPublished";
/// Package property: whether the latest version proves where it was built.
pub(super) const PROVENANCE: &str = "provenance";
/// Package property: when workflows last published it, by provider.
pub(super) const OBSERVED_PUBLISHERS: &str = "observedPublishers";

const PUBLISH: &str = "publish";
const READ: &str = "read";

/// The npm connector type.
pub static DECLARATION: ConnectorDeclaration = ConnectorDeclaration {
    name: "npm",
    title: "npm",
    root_type: ORGANIZATION,
    account_type: USER,
    types: TYPES,
    listings: LISTINGS,
    populations: &[],
    rules: RULES,
    relationships: RELATIONSHIPS,
    volatile: &["lastUsed", "updated"],
    blind_spots: &[
        "two-factor state of members (npm shows it on its website only)",
        "access tokens of other accounts",
        "pending invitations",
        "a package's publishing-access setting",
    ],
    events: None,
    write: Some(WriteDeclaration {
        action: PUBLISH,
        members: ROSTER,
        outside: &[],
        named_in: Some(PACKUMENT),
        history: Some(WriteHistory {
            listing: PACKUMENT,
            property: LAST_PUBLISHED,
            workflows: &["GitHub Actions", "GitLab CI/CD", "CircleCI"],
        }),
        takings: TAKINGS,
        after_leaving: AFTER_LEAVING,
        ownership: OwnershipDeclaration { origin: Some((REPOSITORY, REPOSITORY_DIRECTORY)), stewards: &[] },
        governance: GovernanceDeclaration {
            releases: Some(ReleaseDeclaration {
                provenance: PROVENANCE,
                workflows: OBSERVED_PUBLISHERS,
                trust: TRUST,
                trusted: &[TRUSTED_PUBLISHER, TRUSTED_STAGER],
            }),
            ..GovernanceDeclaration::NOTHING
        },
    }),
};

/// `npm-api.md` §3: whoever leaves an organisation leaves its teams; rights of their own on packages stay.
const TAKINGS: &[TakingDeclaration] = &[
    TakingDeclaration {
        from: &[USER],
        resource_type: ORGANIZATION,
        slugs: &[DEVELOPER],
        step: LeavingStep {
            what: "Remove {account} from the organisation {organization}, and with it from all its teams",
            how: "npm org rm {organization} {account}",
            needs: "an owner's one-time password; the last owner cannot be removed",
        },
        leaves: TakingEffect::Everything,
    },
    // Whoever may no longer govern stays a member: to be none is another decision.
    TakingDeclaration {
        from: &[USER],
        resource_type: ORGANIZATION,
        slugs: &["owner", "admin"],
        step: LeavingStep {
            what: "Make {account} a developer of the organisation {organization}",
            how: "npm org set {organization} {account} developer",
            needs: "an owner's one-time password; the last owner has to make somebody else one first",
        },
        leaves: TakingEffect::Lowered(DEVELOPER),
    },
    TakingDeclaration {
        from: &[USER],
        resource_type: TEAM,
        slugs: &[],
        step: LeavingStep {
            what: "Take {account} out of the team {resource}",
            how: "npm team rm {team} {account}",
            needs: "the one-time password of an owner or admin",
        },
        leaves: TakingEffect::Grant,
    },
    // Both are one entry at npm: taking write away and leaving read would be a new grant.
    TakingDeclaration {
        from: &[TEAM],
        resource_type: PACKAGE,
        slugs: &[READ_ONLY, READ_WRITE],
        step: LeavingStep {
            what: "Take {resource} away from the team {principal}",
            how: "npm access revoke {team} {resource}",
            needs: "the one-time password of an owner or admin who can write the package; a package that no team is left of \
                    can be brought back by npm's support only",
        },
        leaves: TakingEffect::Grant,
    },
    TakingDeclaration {
        from: &[USER],
        resource_type: PACKAGE,
        slugs: &[],
        step: LeavingStep {
            what: "Take {resource} away from {account}",
            how: "npm owner rm {account} {resource}",
            // npm's client refuses it by itself, before it asks the registry (`npm-client-requests.md`).
            needs: "the one-time password of somebody else who can write it; where npm names nobody else as maintainer, \
                    first npm owner add SOMEBODY PACKAGE, who has to accept",
        },
        leaves: TakingEffect::Grant,
    },
    // npm's answer has the id, which only its own command needs (`npm-api.md` §3.5).
    TakingDeclaration {
        from: &[CODE_REPOSITORY],
        resource_type: PACKAGE,
        slugs: &[TRUSTED_PUBLISHER, TRUSTED_STAGER],
        step: LeavingStep {
            what: "Let {principal} publish {resource} no more",
            how: "npm trust list {resource}; then, with the id that it tells, npm trust revoke {resource} --id=ID",
            needs: "the one-time password of somebody who can write the package",
        },
        leaves: TakingEffect::Grant,
    },
];

const AFTER_LEAVING: &[&str] = &[
    "packages outside the organisation are not shown to it: ask for them to be handed over",
    "repositories that are trusted publishers go on publishing for whoever can write to them: npm trust list PACKAGE",
    "access tokens of the account cannot be listed by others; they open what the account may do, and no more",
];

const TYPES: &[TypeDeclaration] = &[
    TypeDeclaration {
        name: ORGANIZATION,
        plural: "organizations",
        trait_: Some(Trait::Group),
        entitlements: &[
            role(DEVELOPER, 1, Purpose::Assignment, false),
            role("admin", 2, Purpose::Permission, false),
            role("owner", 3, Purpose::Permission, true),
        ],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            constants: &[("vendor", "npm")],
            roles: Some(RoleMapping {
                type_: "npm_role",
                key: "npm-role:{}:{}",
                has: "npm_organization_has_role",
                assigned: "npm_{}_assigned_role",
                admin: &["owner", "admin"],
            }),
            ..EntityMapping::new("npm_organization", &["Account", "Organization"], "npm-organization:{}")
        },
    },
    TypeDeclaration {
        name: TEAM,
        plural: "teams",
        trait_: Some(Trait::Group),
        entitlements: &[EntitlementDeclaration {
            slug: MEMBER,
            purpose: Purpose::Assignment,
            grantable_to: &[USER],
            exclusive_order: None,
            last_holder_protected: false,
        }],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            of_id: &[("organization", IdPart::Before('/'))],
            ..EntityMapping::new("npm_team", &["Team", "UserGroup"], "npm-team:{}")
        },
    },
    TypeDeclaration {
        name: USER,
        plural: "users",
        trait_: Some(Trait::User),
        entitlements: &[],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Untold,
        entity: EntityMapping {
            of_id: &[("username", IdPart::Whole)],
            ..EntityMapping::new("npm_user", &["User"], "npm-user:{}")
        },
    },
    TypeDeclaration {
        name: PACKAGE,
        plural: "packages",
        trait_: None,
        entitlements: &[
            level(READ_ONLY, 1, Purpose::Permission, &[TEAM, USER]),
            level(READ_WRITE, 2, Purpose::Permission, &[TEAM, USER]),
            EntitlementDeclaration {
                slug: OWNER,
                purpose: Purpose::Ownership,
                grantable_to: &[USER],
                exclusive_order: None,
                last_holder_protected: true,
            },
            trusted(TRUSTED_PUBLISHER),
            trusted(TRUSTED_STAGER),
        ],
        actions: &[
            ActionDeclaration { word: PUBLISH, slugs: &[READ_WRITE, TRUSTED_PUBLISHER] },
            ActionDeclaration { word: READ, slugs: &[READ_ONLY] },
        ],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            of_id: &[("name", IdPart::After('/')), ("scope", IdPart::Before('/'))],
            ..EntityMapping::new("npm_package", &["CodeModule"], "npm-package:{}")
        },
    },
    TypeDeclaration {
        name: TOKEN,
        plural: "tokens",
        trait_: Some(Trait::Secret),
        entitlements: &[],
        actions: &[],
        source_wide: true,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            renamed: &[
                ("created", "createdOn"),
                ("updated", "updatedOn"),
                ("lastUsed", "lastUsedOn"),
                ("expires", "expiresOn"),
            ],
            ..EntityMapping::new("npm_token", &["AccessKey"], "npm-token:{}")
        },
    },
    TypeDeclaration {
        name: CODE_REPOSITORY,
        plural: "code-repositories",
        trait_: None,
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            of_id: &[("name", IdPart::After('/'))],
            stands_in: Some(StandIn { class: "CodeRepo", properties: &["id", "fullName", "webLink"] }),
            ..EntityMapping::new("code_repo", &["CodeRepo"], "code-repo:{}")
        },
    },
];

const fn role(slug: &'static str, order: u8, purpose: Purpose, last_holder_protected: bool) -> EntitlementDeclaration {
    EntitlementDeclaration { slug, purpose, grantable_to: &[USER], exclusive_order: Some(order), last_holder_protected }
}

const fn level(
    slug: &'static str,
    order: u8,
    purpose: Purpose,
    grantable_to: &'static [&'static str],
) -> EntitlementDeclaration {
    EntitlementDeclaration { slug, purpose, grantable_to, exclusive_order: Some(order), last_holder_protected: false }
}

const fn trusted(slug: &'static str) -> EntitlementDeclaration {
    EntitlementDeclaration {
        slug,
        purpose: Purpose::Permission,
        grantable_to: &[CODE_REPOSITORY],
        exclusive_order: None,
        last_holder_protected: false,
    }
}

const LISTINGS: &[ListingDeclaration] = &[
    ListingDeclaration {
        kind: ROSTER,
        title: "roster of {}",
        stage: Stage::Membership,
        per: ORGANIZATION,
        sight: None,
        supports: &[PUBLISH, READ],
        conditional: false,
        interactive: None,
    },
    membership(TEAMS, "teams of {}", ORGANIZATION),
    membership(PACKAGES, "packages of {}", ORGANIZATION),
    membership(TEAM_PACKAGES, "packages of team {}", TEAM),
    membership(TEAM_MEMBERS, "members of team {}", TEAM),
    detail(COLLABORATORS, "collaborators of {}", PACKAGE, &[PUBLISH, READ]),
    detail(PACKUMENT, "package document of {}", PACKAGE, &[PUBLISH]),
    detail(VISIBILITY, "visibility of {}", PACKAGE, &[READ]),
    detail(TOKENS, "access tokens of the account that reads {}", ORGANIZATION, &[]),
    ListingDeclaration {
        kind: TRUST,
        title: "trusted publishers of {}",
        stage: Stage::Detail,
        per: PACKAGE,
        sight: None,
        supports: &[PUBLISH],
        conditional: false,
        interactive: Some(
            "trusted publishers (npm asks for a one-time password; read them with: rolecall sync npm --with-trust)",
        ),
    },
];

const fn membership(kind: &'static str, title: &'static str, per: &'static str) -> ListingDeclaration {
    ListingDeclaration {
        kind,
        title,
        stage: Stage::Membership,
        per,
        sight: Some(ROSTER),
        supports: &[PUBLISH, READ],
        conditional: true,
        interactive: None,
    }
}

const fn detail(
    kind: &'static str,
    title: &'static str,
    per: &'static str,
    supports: &'static [&'static str],
) -> ListingDeclaration {
    let (stage, sight) = (Stage::Detail, Some(ROSTER));
    ListingDeclaration { kind, title, stage, per, sight, supports, conditional: true, interactive: None }
}

/// npm-api.md §4: a role gives no publish right; membership of a team with read-write does; owners and admins can
/// give it to themselves. There is deliberately no grant from the organisation's owners to its packages.
const RULES: &[AccessRule] = &[
    AccessRule::Expandable { resource_type: PACKAGE, group_type: TEAM, through: MEMBER },
    AccessRule::Implies { resource_type: PACKAGE, slug: READ_WRITE, implied: READ_ONLY },
    AccessRule::Implies { resource_type: PACKAGE, slug: OWNER, implied: READ_WRITE },
    AccessRule::CanTake {
        holder_slugs: &["owner", "admin"],
        resource_type: PACKAGE,
        slug: READ_WRITE,
        how: "owners and admins can add themselves to a team or grant a team the package",
    },
    AccessRule::Anyone { resource_type: PACKAGE, slug: READ_ONLY, property: "public" },
    AccessRule::EvidenceCounts { resource_type: PACKAGE, listing: COLLABORATORS },
];

const RELATIONSHIPS: &[RelationshipMapping] = &[
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type: TEAM, principal_type: USER, slug: Some(MEMBER) },
        type_: "npm_team_has_user",
        class: "HAS",
    },
    RelationshipMapping {
        source: RelationshipSource::Parent { parent_type: ORGANIZATION, child_type: TEAM },
        type_: "npm_organization_has_team",
        class: "HAS",
    },
    RelationshipMapping {
        source: RelationshipSource::Parent { parent_type: ORGANIZATION, child_type: PACKAGE },
        type_: "npm_organization_has_package",
        class: "HAS",
    },
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type: ORGANIZATION, principal_type: USER, slug: None },
        type_: "npm_organization_has_user",
        class: "HAS",
    },
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type: PACKAGE, principal_type: TEAM, slug: None },
        type_: "npm_package_allows_team",
        class: "ALLOWS",
    },
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type: PACKAGE, principal_type: USER, slug: None },
        type_: "npm_package_allows_user",
        class: "ALLOWS",
    },
    RelationshipMapping {
        source: RelationshipSource::Grant { resource_type: PACKAGE, principal_type: CODE_REPOSITORY, slug: None },
        type_: "npm_package_allows_code_repo",
        class: "ALLOWS",
    },
    RelationshipMapping {
        source: RelationshipSource::Link { from_type: CODE_REPOSITORY, to_type: PACKAGE },
        type_: "repo_published_npm_package",
        class: "PUBLISHED",
    },
    RelationshipMapping {
        source: RelationshipSource::Link { from_type: TOKEN, to_type: USER },
        type_: "npm_token_assigned_user",
        class: "ASSIGNED",
    },
];
