//! A made-up registry of repositories, and what was recorded of one of its workspaces, written as words.

use std::sync::Arc;

use rolecall_graph::{Mark, SegmentBuilder, SegmentIdentity, World};
use rolecall_model::{
    AccessRule, ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, Fact, Given, IdReuse,
    LeavingStep, ListingDeclaration, ListingKey, OwnershipDeclaration, Purpose, Record, ResourceRef, Stage,
    TakingDeclaration, TakingEffect, Term, Timestamp, Trait, TypeDeclaration, Value, Verdict, WriteDeclaration,
    WriteHistory,
};
use rolecall_store::{Connector, ConnectorId, ListingId, ListingState, NewConnector, SnapshotId};

use crate::export::{ExportHeader, Exported};

use crate::once::Once;
use crate::since::Since;
use crate::world::{ConnectorView, WorldView};

pub(crate) static HOSTED: ConnectorDeclaration = ConnectorDeclaration {
    name: "hosted",
    title: "Hosted",
    root_type: "workspace",
    account_type: "user",
    types: &[
        TypeDeclaration {
            trait_: Some(Trait::Group),
            entitlements: &[
                held("member", Purpose::Assignment, &["user"], Some(1)),
                held("manager", Purpose::Permission, &["user"], Some(2)),
                EntitlementDeclaration {
                    last_holder_protected: true,
                    ..held("owner", Purpose::Permission, &["user"], Some(3))
                },
                held("service-member", Purpose::Assignment, &["user", "service"], None),
                held("service-manager", Purpose::Permission, &["service"], None),
            ],
            ..declared("workspace", "workspaces")
        },
        TypeDeclaration {
            trait_: Some(Trait::Group),
            entitlements: &[
                held("member", Purpose::Assignment, &["user"], None),
                held("manager", Purpose::Permission, &["user"], None),
            ],
            ..declared("team", "teams")
        },
        TypeDeclaration { trait_: Some(Trait::User), reuse: IdReuse::Untold, ..declared("user", "users") },
        TypeDeclaration { trait_: Some(Trait::User), ..declared("service", "services") },
        TypeDeclaration { trait_: Some(Trait::Secret), ..declared("entitlement-token", "entitlement-tokens") },
        TypeDeclaration {
            entitlements: &[held("write", Purpose::Permission, &["user", "team"], Some(1))],
            actions: &[ActionDeclaration { word: "push", slugs: &["write"] }],
            ..declared("vault", "vaults")
        },
        declared("source", "sources"),
        declared("provider", "providers"),
        declared("mapping", "mappings"),
        declared("invitation", "invitations"),
        TypeDeclaration {
            entitlements: &[
                held("read", Purpose::Permission, &["user", "team"], Some(1)),
                held("write", Purpose::Permission, &["user", "team"], Some(2)),
                held("admin", Purpose::Ownership, &["user", "team"], Some(3)),
            ],
            actions: &[
                ActionDeclaration { word: "push", slugs: &["write"] },
                ActionDeclaration { word: "read", slugs: &["read"] },
            ],
            ..declared("repository", "repositories")
        },
    ],
    populations: &[],
    listings: &[
        listing("roster", "roster of {}", "workspace"),
        listing("team-members", "members of team {}", "team"),
        listing("privileges", "privileges on {}", "repository"),
        besides("document", "document of {}", "repository", &["push"]),
        besides("trust", "trusted sources of {}", "repository", &[]),
        besides("tokens", "tokens of {}", "repository", &[]),
        besides("services", "services of {}", "workspace", &[]),
        besides("settings", "settings of {}", "workspace", &[]),
        besides("providers", "providers of {}", "workspace", &[]),
        besides("mappings", "mappings of {}", "workspace", &[]),
        besides("invitations", "invitations of {}", "workspace", &[]),
    ],
    rules: &[
        AccessRule::Expandable { resource_type: "repository", group_type: "team", through: "member" },
        AccessRule::Expandable { resource_type: "repository", group_type: "team", through: "manager" },
        AccessRule::Implies { resource_type: "repository", slug: "admin", implied: "write" },
        AccessRule::Implies { resource_type: "repository", slug: "write", implied: "read" },
        AccessRule::Anyone { resource_type: "repository", slug: "read", property: "public" },
        AccessRule::EvidenceCounts { resource_type: "team", listing: "roster" },
        AccessRule::EvidenceCounts { resource_type: "vault", listing: "collaborators" },
        AccessRule::Expandable { resource_type: "vault", group_type: "team", through: "member" },
        AccessRule::Inherited {
            holder_slugs: &["owner"],
            resource_type: "repository",
            gives: Given::Slug("admin"),
            why: "every owner administers every repository",
        },
        AccessRule::Inherited {
            holder_slugs: &["owner", "manager", "member"],
            resource_type: "repository",
            gives: Given::Property("default"),
            why: "the repository's default privilege",
        },
        AccessRule::Inherited {
            holder_slugs: &["manager", "member"],
            resource_type: "repository",
            gives: Given::ParentProperty("default"),
            why: "the workspace's default privilege",
        },
        AccessRule::MayHold {
            holder_slugs: &["service-member"],
            resource_type: "repository",
            gives: Given::Property("default"),
            why: "whether services have the default privilege is not documented",
        },
        AccessRule::Suspended { resource_type: "user", property: "active" },
    ],
    relationships: &[],
    volatile: &[],
    blind_spots: &[],
    events: None,
    write: Some(WriteDeclaration {
        action: "push",
        members: "roster",
        outside: &[],
        named_in: Some("named"),
        history: Some(WriteHistory { listing: "document", property: "written", workflows: &["robot"] }),
        takings: &[
            TakingDeclaration {
                from: &["user", "service"],
                resource_type: "workspace",
                slugs: &[],
                step: LeavingStep { what: "Remove {account}", how: "rm {organization} {account}", needs: "an owner" },
                leaves: TakingEffect::Everything,
            },
            TakingDeclaration {
                from: &["user", "service"],
                resource_type: "repository",
                slugs: &[],
                step: LeavingStep {
                    what: "Take {resource} from {account}",
                    how: "take {resource} {account}",
                    needs: "an admin",
                },
                leaves: TakingEffect::Grant,
            },
        ],
        after_leaving: &["keys"],
        ownership: OwnershipDeclaration { origin: Some(("origin", "directory")), stewards: &[("team", "manager")] },
        governance: super::hosted::GOVERNANCE,
    }),
};

const fn declared(name: &'static str, plural: &'static str) -> TypeDeclaration {
    let entity = EntityMapping::new(name, &[], "{}");
    TypeDeclaration {
        name,
        plural,
        trait_: None,
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity,
    }
}

const fn held(
    slug: &'static str,
    purpose: Purpose,
    grantable_to: &'static [&'static str],
    exclusive_order: Option<u8>,
) -> EntitlementDeclaration {
    EntitlementDeclaration { slug, purpose, grantable_to, exclusive_order, last_holder_protected: false }
}

const fn listing(kind: &'static str, title: &'static str, per: &'static str) -> ListingDeclaration {
    let (stage, supports): (_, &[_]) = (Stage::Membership, &["push", "read"]);
    ListingDeclaration { kind, title, stage, per, sight: None, supports, conditional: false, interactive: None }
}

const fn besides(
    kind: &'static str,
    title: &'static str,
    per: &'static str,
    supports: &'static [&'static str],
) -> ListingDeclaration {
    ListingDeclaration { stage: Stage::Detail, supports, ..listing(kind, title, per) }
}

/// When the first snapshot became current, and a later one.
pub(crate) const FIRST: Timestamp = Timestamp(1_700_000_000_000_000);
pub(crate) const LATER: Timestamp = Timestamp(1_750_000_000_000_000);

/// What was recorded of the workspace `acme`, one fact a line; a line that begins with `+` was first seen later:
///
/// ```text
/// ada owner workspace:acme                 a grant
/// repository:r in workspace:acme
/// repository:r default = "write"
/// roster: ada member team:t                evidence
/// link service:ci TRUSTS provider:p
/// ```
pub(super) fn exported(lines: &str) -> Exported {
    exported_with(lines, |_| {})
}

/// The same, where listings do not stand as they do otherwise: each was read in full.
pub(super) fn exported_with(lines: &str, stand: impl Fn(&mut ListingState)) -> Exported {
    let root = ResourceRef::new("workspace", "acme");
    let identity =
        SegmentIdentity { connector: 1, name: "hosted:acme".to_owned(), host: String::new(), root: root.clone() };
    let mut builder = SegmentBuilder::new(&HOSTED, identity);
    let (mut since, mut record) = (Since::starting(&HOSTED, FIRST), Record::new(&HOSTED));
    let facts: Vec<(Fact, &str, bool)> =
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect();
    let mut subjects = vec![root];
    for (fact, listing, is_later) in &facts {
        let listing_kind = Term::from((*listing).to_owned());
        builder.add(fact, Mark { listing_kind: &listing_kind, unconfirmed: false, outdated: false, since: None });
        match is_later {
            true => since.add_moment(fact, LATER),
            false => since.add_first(fact),
        }
        if !subjects.contains(fact.subject()) {
            subjects.push(fact.subject().clone());
        }
    }
    let mut states: Vec<ListingState> = subjects.iter().flat_map(states).collect();
    states.iter_mut().for_each(stand);
    let numbers: Vec<_> = states.iter().map(|state| record.add_listing(state.key.clone(), true)).collect();
    for (fact, ..) in facts {
        record.add(numbers[0], fact, false);
    }
    let connector = ConnectorView { since, ..connector_view(&states) };
    let view = WorldView {
        world: Arc::new(World::new(vec![Arc::new(builder.build())])),
        past: None,
        connectors: vec![connector],
        once: Once::default(),
    };
    Exported { header: ExportHeader::default(), view, records: vec![record] }
}

/// The same as a world.
pub(crate) fn view(lines: &str) -> WorldView {
    exported(lines).view
}

/// The workspace with how its listings stand.
pub(super) fn connector_view(states: &[ListingState]) -> ConnectorView {
    ConnectorView::new(connector(), &HOSTED, states.to_vec(), Since::starting(&HOSTED, FIRST))
}

fn connector() -> Connector {
    let config = NewConnector {
        connector_type: "hosted".to_owned(),
        name: "acme".to_owned(),
        root: "acme".to_owned(),
        base_url: "https://hosted.example".to_owned(),
        ..NewConnector::default()
    };
    let (created_at, uuid) = (Timestamp::default(), Default::default());
    Connector { id: ConnectorId(1), uuid, config, created_at, paused_at: None, removed_at: None, version: 1 }
}

/// Every listing of a resource was read in full.
fn states(subject: &ResourceRef) -> impl Iterator<Item = ListingState> {
    let of_type = HOSTED.listings.iter().filter(|declared| subject.kind == declared.per);
    of_type.map(|declared| ListingState {
        id: ListingId(0),
        key: ListingKey { kind: declared.kind.into(), subject: subject.clone() },
        verdict: Verdict::Proven,
        read_at: FIRST,
        whole_at: Some(FIRST),
        complete_at: Some(FIRST),
        digest: None,
        validator: None,
        diagnostics: Vec::new(),
        first_snapshot: SnapshotId(0),
        retired: false,
    })
}

fn resource(text: &str) -> ResourceRef {
    let (kind, id) = text.split_once(':').unwrap_or(("user", text));
    ResourceRef::new(kind.to_owned(), id)
}

pub(super) fn fact(line: &str) -> (Fact, &str, bool) {
    let (line, is_later) = line.strip_prefix("+ ").map_or((line, false), |rest| (rest, true));
    let words: Vec<&str> = line.split_whitespace().collect();
    let (fact, listing) = match words[..] {
        [what, "in", parent] => (Fact::resource(resource(what), Some(resource(parent))), "roster"),
        [what, name, "=", value] => {
            (Fact::property(&resource(what), name.to_owned(), Value::from_json_text(value)), "roster")
        }
        [who, slug, what] => (Fact::grant(&resource(who), &resource(what), slug.to_owned()), "roster"),
        ["link", from, class, to] => {
            (Fact::Link { from: resource(from), class: class.to_owned().into(), to: resource(to) }, "roster")
        }
        [listing, who, slug, what] => {
            let listing = listing.trim_end_matches(':');
            (Fact::evidence(&resource(who), &resource(what), slug.to_owned()), listing)
        }
        _ => panic!("not a fact: {line}"),
    };
    (fact, listing, is_later)
}
