//! Two small declarations, one that resembles npm's and one with every rule there is, and worlds written as words.

use std::sync::Arc;

use rolecall_model::{
    AccessRule, ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, Fact, Given, IdReuse,
    ListingDeclaration, Purpose, ResourceRef, Stage, Term, Trait, TypeDeclaration, Value,
};

use crate::{Mark, NodeId, Path, Segment, SegmentBuilder, SegmentIdentity, Take, World};

/// npm's rules, with nested teams, a slug that implies membership and two slugs that imply each other besides.
pub(super) static DECLARATION: ConnectorDeclaration = declaration("npm-like", RULES);

/// The same, with inherited rights, rights that may be held and suspended accounts.
pub(super) static EVERY_RULE: ConnectorDeclaration = declaration("every-rule", &EVERY);

const fn declaration(name: &'static str, rules: &'static [AccessRule]) -> ConnectorDeclaration {
    ConnectorDeclaration {
        name,
        title: name,
        root_type: "organization",
        account_type: "user",
        types: TYPES,
        listings: LISTINGS,
        populations: &[],
        rules,
        relationships: &[],
        volatile: &[],
        blind_spots: &[],
        events: None,
        write: None,
    }
}

const LISTINGS: &[ListingDeclaration] = &[listing("roster"), listing("packument"), listing("collaborators")];

const TYPES: &[TypeDeclaration] = &[
    declared("organization", Some(Trait::Group), false, &[]),
    declared("team", Some(Trait::Group), true, &[]),
    declared("user", Some(Trait::User), true, &[]),
    TypeDeclaration {
        entitlements: &[level("read-only", 1), level("read-write", 2), level("owner", 3)],
        ..declared(
            "package",
            None,
            true,
            &[
                ActionDeclaration { word: "publish", slugs: &["read-write"] },
                ActionDeclaration { word: "read", slugs: &["read-only"] },
            ],
        )
    },
    declared("token", Some(Trait::Secret), false, &[]),
];

const RULES: &[AccessRule] = &[
    AccessRule::Expandable { resource_type: "package", group_type: "team", through: "member" },
    AccessRule::Expandable { resource_type: "team", group_type: "team", through: "member" },
    AccessRule::Expandable { resource_type: "organization", group_type: "team", through: "maintainer" },
    AccessRule::Implies { resource_type: "team", slug: "maintainer", implied: "member" },
    AccessRule::Implies { resource_type: "package", slug: "read-write", implied: "read-only" },
    AccessRule::Implies { resource_type: "package", slug: "owner", implied: "read-write" },
    AccessRule::Implies { resource_type: "package", slug: "alpha", implied: "beta" },
    AccessRule::Implies { resource_type: "package", slug: "beta", implied: "alpha" },
    AccessRule::Implies { resource_type: "organization", slug: "owner", implied: "admin" },
    AccessRule::CanTake {
        holder_slugs: &["admin", "owner"],
        resource_type: "package",
        slug: "read-write",
        how: "add themself to a team",
    },
    AccessRule::Anyone { resource_type: "package", slug: "read-only", property: "public" },
    AccessRule::EvidenceCounts { resource_type: "package", listing: "collaborators" },
    AccessRule::EvidenceCounts { resource_type: "team", listing: "collaborators" },
];

/// Several rules give rights on packages through the same parents, to different holders; a grant of an organisation is
/// passed on to its developers, and a team's membership to the members of the team it is in.
const MORE: &[AccessRule] = &[
    AccessRule::Expandable { resource_type: "package", group_type: "organization", through: "developer" },
    AccessRule::Inherited {
        holder_slugs: &["owner"],
        resource_type: "package",
        gives: Given::Slug("owner"),
        why: "owners own",
    },
    AccessRule::Inherited {
        holder_slugs: &["admin", "maintainer"],
        resource_type: "package",
        gives: Given::Property("default"),
        why: "the package's default",
    },
    AccessRule::Inherited {
        holder_slugs: &["read-only", "maintainer"],
        resource_type: "package",
        gives: Given::ParentProperty("default"),
        why: "the default of what it is in",
    },
    AccessRule::Inherited {
        holder_slugs: &["member"],
        resource_type: "team",
        gives: Given::Slug("member"),
        why: "members are members of what is inside",
    },
    AccessRule::MayHold {
        holder_slugs: &["odd", "admin"],
        resource_type: "package",
        gives: Given::Property("default"),
        why: "nobody says whether odd ones get the default",
    },
    AccessRule::Suspended { resource_type: "user", property: "active" },
];

static EVERY: [AccessRule; RULES.len() + MORE.len()] = {
    let mut all = [RULES[0]; RULES.len() + MORE.len()];
    let mut at = 1;
    while at < all.len() {
        all[at] = if at < RULES.len() { RULES[at] } else { MORE[at - RULES.len()] };
        at += 1;
    }
    all
};

const fn level(slug: &'static str, order: u8) -> EntitlementDeclaration {
    EntitlementDeclaration {
        slug,
        purpose: Purpose::Permission,
        grantable_to: &["user", "team"],
        exclusive_order: Some(order),
        last_holder_protected: false,
    }
}

const fn declared(
    name: &'static str,
    trait_: Option<Trait>,
    source_wide: bool,
    actions: &'static [ActionDeclaration],
) -> TypeDeclaration {
    let entitlements: &[EntitlementDeclaration] = &[];
    let entity = EntityMapping::new(name, &[], "{}");
    TypeDeclaration { name, plural: name, trait_, entitlements, actions, source_wide, reuse: IdReuse::Never, entity }
}

const fn listing(kind: &'static str) -> ListingDeclaration {
    let (stage, per) = (Stage::Membership, "organization");
    ListingDeclaration {
        kind,
        title: kind,
        stage,
        per,
        sight: None,
        supports: &[],
        conditional: false,
        interactive: None,
    }
}

/// One fact with its mark: unconfirmed, or of evidence outdated.
pub(super) type Marked = (Fact, &'static str, bool);

/// `team:acme/core` as a reference; a bare word is a user.
pub(super) fn resource(text: &str) -> ResourceRef {
    let (kind, id) = text.split_once(':').unwrap_or(("user", text));
    ResourceRef::new(kind.to_owned(), id)
}

/// Facts as words, one a line:
///
/// ```text
/// core holds read-write on package:a          a grant (`holds?`: its removal is unconfirmed)
/// collaborators says bob has read-write on package:a          (`said`: outdated)
/// package:a in organization:acme
/// package:a is public true                    a property (`is?`: its removal is unconfirmed)
/// package:a from repo:r                       a link
/// ```
pub(super) fn facts(lines: &str) -> Vec<Marked> {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect()
}

fn fact(line: &str) -> Marked {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [who, "holds", slug, "on", what] => (grant(who, slug, what), "roster", false),
        [who, "holds?", slug, "on", what] => (grant(who, slug, what), "roster", true),
        [listing, says @ ("says" | "said"), who, "has", slug, "on", what] => {
            let evidence = Fact::evidence(&resource(who), &resource(what), slug.to_owned());
            (evidence, if listing == "packument" { "packument" } else { "collaborators" }, says == "said")
        }
        [what, "in", parent] => (Fact::resource(resource(what), Some(resource(parent))), "roster", false),
        [what, "in?", parent] => (Fact::resource(resource(what), Some(resource(parent))), "roster", true),
        [what, is @ ("is" | "is?"), name, value] => {
            let property = Fact::property(&resource(what), name.to_owned(), Value::from_json_text(value));
            (property, "roster", is == "is?")
        }
        [from, "from", to] => {
            (Fact::Link { from: resource(from), class: "FROM".into(), to: resource(to) }, "roster", false)
        }
        _ => panic!("not a fact: {line}"),
    }
}

fn grant(who: &str, slug: &str, what: &str) -> Fact {
    Fact::grant(&resource(who), &resource(what), slug.to_owned())
}

/// A segment of the organisation `root` on `host`.
pub(super) fn segment(root: &str, host: &str, facts: &[Marked]) -> Arc<Segment> {
    segment_of(&DECLARATION, root, host, facts)
}

/// The same by a declaration.
pub(super) fn segment_of(
    declaration: &'static ConnectorDeclaration,
    root: &str,
    host: &str,
    facts: &[Marked],
) -> Arc<Segment> {
    let root = ResourceRef::new("organization", root);
    let identity = SegmentIdentity { connector: 1, name: root.id.to_string(), host: host.to_owned(), root };
    let mut builder = SegmentBuilder::new(declaration, identity);
    for (fact, listing, marked) in facts {
        let listing_kind = Term::from(*listing);
        let is_evidence = matches!(fact, Fact::Evidence { .. });
        let (unconfirmed, outdated) = (*marked && !is_evidence, *marked && is_evidence);
        builder.add(fact, Mark { listing_kind: &listing_kind, unconfirmed, outdated, since: None });
    }
    Arc::new(builder.build())
}

/// A world of the one organisation `acme`.
pub(super) fn world(lines: &str) -> World {
    World::new(vec![segment("acme", "registry.example", &facts(lines))])
}

/// The same with every rule.
pub(super) fn ruled_world(lines: &str) -> World {
    World::new(vec![segment_of(&EVERY_RULE, "acme", "registry.example", &facts(lines))])
}

/// The first node with this name.
pub(super) fn node(world: &World, text: &str) -> NodeId {
    let wanted = resource(text);
    let found = world.find(wanted.kind.as_str(), &wanted.id);
    *found.first().unwrap_or_else(|| panic!("no {text}"))
}

/// A node's name, bare for users.
pub(super) fn name(world: &World, node: NodeId) -> String {
    match world.kind(node) {
        "user" => world.id(node).to_owned(),
        kind => format!("{kind}:{}", world.id(node)),
    }
}

/// A path as `alice -member-> team:core -read-write-> package:a`, with `?` after an unconfirmed step's slug, `~` after
/// one that is known from evidence and `!` after one that a rule or setting gives.
pub(super) fn path(world: &World, path: &Path<'_>) -> String {
    let mut text = path.steps.first().map(|step| name(world, step.principal)).unwrap_or_default();
    for step in &path.steps {
        let unconfirmed = if step.unconfirmed { "?" } else { "" };
        let unknown = match step.origin {
            crate::Origin::Observed => "",
            crate::Origin::PathUnknown { .. } => "~",
            crate::Origin::Rule { .. } | crate::Origin::Setting { .. } => "!",
        };
        text += &format!(" -{}{unconfirmed}{unknown}-> {}", step.slug, name(world, step.resource));
    }
    text
}

/// All paths by which somebody holds one of the slugs.
pub(super) fn who_can(world: &World, what: &str, slugs: &[&str]) -> Vec<String> {
    let answer = world.who_can(node(world, what), slugs);
    let paths = answer.all().flat_map(|holder| &holder.paths);
    paths.map(|found| path(world, found)).collect()
}

/// `alice via owner on organization:acme`, with `?` when unconfirmed.
pub(super) fn take(world: &World, take: &Take) -> String {
    let unconfirmed = if take.unconfirmed { "?" } else { "" };
    format!("{} via {}{unconfirmed} on {}", name(world, take.account), take.via, name(world, take.parent))
}

/// What an account holds, as `package:a read-write`.
pub(super) fn items(world: &World, access: &crate::AccountAccess<'_>) -> Vec<String> {
    access.items.iter().map(|item| format!("{} {}", name(world, item.resource), item.slug)).collect()
}
