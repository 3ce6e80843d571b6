//! What is recorded, kind by kind, as rows.

mod row;
mod sync;

use std::collections::{BTreeMap, BTreeSet};

use rolecall_graph::{FewHolders, NodeId};
use rolecall_model::{Trait, TypeDeclaration, Value};

pub use row::{EntityKeys, GrantRow, PackageRow, ResourceRow, TeamRow, TokenRow, UserRow};
pub use sync::SyncRow;

use crate::completeness::{Completeness, CompletenessBuilder};
use crate::moment::moment_text;
use crate::once::Support;
use crate::world::{ConnectorView, WorldView};

/// How many accounts can write each of many resources: equal grants are followed once, and no path is worked out.
struct Writers<'v> {
    view: &'v WorldView,
    by_action: BTreeMap<&'static str, FewHolders<'v>>,
}

impl<'v> Writers<'v> {
    const fn of(view: &'v WorldView) -> Self {
        Self { view, by_action: BTreeMap::new() }
    }

    /// Nothing for what cannot be written.
    fn on(&mut self, node: NodeId) -> Option<usize> {
        let action = self.view.write_action(node);
        self.view.world.slugs_of_action(node, action)?;
        let all = || FewHolders::new(&self.view.world, action, usize::MAX);
        Some(self.by_action.entry(action).or_insert_with(all).on(node).len())
    }
}

impl WorldView {
    /// Every account of a type, named by its plural, with what it can publish. `O(accounts · packages it reaches)`.
    #[must_use]
    pub fn list_users(&self, plural: &str) -> Vec<UserRow> {
        let segments = self.connectors.iter().zip(0_u32..);
        let reach = |(connector, segment): (&ConnectorView, u32)| {
            self.world.action_reach(segment, connector.write_action(), false)
        };
        let reaches: Vec<_> = segments.map(reach).collect();
        self.rows(
            |declared| declared.plural == plural && declared.trait_ == Some(Trait::User),
            |node| {
                let published: Vec<NodeId> = reaches.iter().flat_map(|reach| reach.nodes(&reach.of(node))).collect();
                let groups: BTreeSet<NodeId> = self
                    .world
                    .grants_by(node)
                    .map(|step| step.resource)
                    .filter(|resource| {
                        self.world.is_group(*resource) && Some(*resource) != self.world.root(node.segment())
                    })
                    .collect();
                UserRow {
                    entity: self.entity(node),
                    connector: self.title(node),
                    account: self.world.id(node).to_owned(),
                    roles: self.world.root(node.segment()).map(|root| self.roles_on(node, root)).unwrap_or_default(),
                    teams: groups.len(),
                    publishes: published.len(),
                    last_published: self.last_published_by(node, &published),
                    suspended: self.suspension(node),
                    name_used_before: self.is_returned(node),
                    removal_unconfirmed: self.world.is_unconfirmed(node) || self.is_leaving(node),
                }
            },
        )
    }

    /// Every team, with members and packages.
    #[must_use]
    pub fn list_teams(&self) -> Vec<TeamRow> {
        self.rows(
            |declared| declared.plural == "teams",
            |node| {
                let granted: Vec<_> = self.world.grants_by(node).collect();
                let action = self.write_action(node);
                let writes = granted.iter().filter(|step| self.allows(step.resource, step.slug, action)).count();
                TeamRow {
                    entity: self.entity(node),
                    connector: self.title(node),
                    team: self.world.id(node).to_owned(),
                    members: self.members_of(node).len(),
                    writes,
                    reads: granted.len() - writes,
                    removal_unconfirmed: self.world.is_unconfirmed(node),
                }
            },
        )
    }

    /// Every package, with how many accounts can publish it.
    #[must_use]
    pub fn list_packages(&self) -> Vec<PackageRow> {
        let mut writers = Writers::of(self);
        self.rows(
            |declared| declared.plural == "packages",
            |node| PackageRow {
                entity: self.entity(node),
                connector: self.title(node),
                package: self.world.id(node).to_owned(),
                publishers: writers.on(node).unwrap_or_default(),
                public: self.flag(node, "public"),
                version: self.text(node, "version"),
                last_published: self.last_published(node).into_values().max(),
                repository: self.text(node, "repository"),
                removal_unconfirmed: self.world.is_unconfirmed(node),
            },
        )
    }

    /// Every grant as it was observed, and those of unknown path.
    #[must_use]
    pub fn list_grants(&self) -> Vec<GrantRow> {
        let mut rows = Vec::new();
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            for step in self.world.grants(segment) {
                let (principal, resource) = (self.world.reference(step.principal), self.world.reference(step.resource));
                let slug = step.slug.to_owned().into();
                let relationship = connector.declaration.relationship_of_grant(&resource.kind, &principal.kind, &slug);
                rows.push(GrantRow {
                    connector: connector.title(),
                    principal: principal.to_string(),
                    entitlement: resource.entitlement(slug).to_string(),
                    origin: step.origin.word(),
                    since: moment_text(self.since(&step)),
                    or_earlier: self.appeared(&step).is_none(),
                    removal_unconfirmed: step.unconfirmed,
                    relationship: relationship.map(|mapping| mapping.type_),
                });
            }
        }
        rows
    }

    /// The access tokens that are seen: in some registries those of the account that reads only.
    #[must_use]
    pub fn list_tokens(&self) -> Vec<TokenRow> {
        self.rows(
            |declared| declared.plural == "tokens",
            |node| TokenRow {
                entity: self.entity(node),
                connector: self.title(node),
                token: self.world.id(node).to_owned(),
                of: self.world.parent(node).map(|parent| self.world.id(parent).to_owned()),
                name: self.text(node, "name"),
                account: self.world.links_from(node).map(|link| self.world.id(link.to).to_owned()).next(),
                readonly: self.flag(node, "readonly"),
                bypass2fa: self.flag(node, "bypass2fa"),
                active: self.flag(node, "active"),
                created: self.text(node, "created"),
                last_used: self.text(node, "lastUsed"),
                expires: self.text(node, "expires"),
            },
        )
    }

    /// Everything of a type, named by its plural, with all that is recorded of it.
    #[must_use]
    pub fn list_resources(&self, plural: &str) -> Vec<ResourceRow> {
        let mut writers = Writers::of(self);
        self.rows(
            |declared| declared.plural == plural,
            |node| {
                let properties = self.world.properties(node);
                let value = |text: &str| Value::from_json_text(text).to_json();
                ResourceRow {
                    entity: self.entity(node),
                    connector: self.title(node),
                    kind: self.world.kind(node).to_owned(),
                    id: self.world.id(node).to_owned(),
                    writers: writers.on(node),
                    links: self.links_text(node),
                    properties: properties.map(|(name, text)| (name.to_owned(), value(text))).collect(),
                    removal_unconfirmed: self.world.is_unconfirmed(node),
                }
            },
        )
    }

    /// What a resource is linked with, in words.
    fn links_text(&self, node: NodeId) -> Vec<String> {
        let from = self.world.links_from(node).map(|link| format!("{} {}", link.class, self.world.reference(link.to)));
        let to = self.world.links_to(node).map(|link| format!("{} {}", self.world.reference(link.from), link.class));
        from.chain(to).collect()
    }

    /// How complete a list of resources of these kinds is: everything that supports an answer, or `None` of it when
    /// nothing is recorded.
    #[must_use]
    pub fn list_completeness(&self) -> Completeness {
        self.list_completeness_of("")
    }

    /// The same of a list of one type, named as [`rolecall_model::TypeDeclaration::plural`]: with the listing of that
    /// very type, which no action may rest on, as of access tokens.
    #[must_use]
    pub fn list_completeness_of(&self, plural: &str) -> Completeness {
        let mut builder = CompletenessBuilder::default();
        self.completeness_add(&mut builder, |declared| declared.plural == plural);
        builder.finish()
    }

    /// Adds everything that supports an answer, and the listings of the types that are `wanted`.
    pub(crate) fn completeness_add(
        &self,
        builder: &mut CompletenessBuilder,
        wanted: impl Fn(&TypeDeclaration) -> bool,
    ) {
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            builder.merge(self.support(segment, Support::Whole));
            let types: Vec<_> = connector.declaration.types.iter().filter(|declared| wanted(declared)).collect();
            let book = connector.book();
            let is_of = |kind: &str| types.iter().any(|declared| declared.plural == kind);
            for declared in connector.declaration.listings.iter().filter(|declared| is_of(declared.kind)) {
                let of_type = self.world.nodes(segment).filter(|node| self.world.kind(*node) == declared.per);
                of_type.for_each(|node| builder.add(&book, declared, &self.world.reference(node)));
            }
        }
    }

    fn rows<R>(&self, wanted: impl Fn(&TypeDeclaration) -> bool, mut row: impl FnMut(NodeId) -> R) -> Vec<R> {
        let mut rows = Vec::new();
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            let nodes = self.world.nodes(segment).filter(|node| self.world.is_stated(*node));
            let declared = |node| connector.declaration.resource_type(self.world.kind(node));
            let nodes = nodes.filter(|node| declared(*node).is_some_and(&wanted));
            rows.extend(nodes.map(&mut row));
        }
        rows
    }

    /// Whether `slug` on the resource is among the entitlements that allow `action`, or includes one of them.
    pub(crate) fn allows(&self, resource: NodeId, slug: &str, action: &str) -> bool {
        let wanted = self.world.slugs_of_action(resource, action).unwrap_or_default();
        self.world.includes_any(resource, slug, wanted)
    }

    /// Whoever holds anything on a group itself, whether or not a rule lets others in: each once.
    pub(crate) fn members_of(&self, group: NodeId) -> Vec<NodeId> {
        let held = self.world.grants_on(group).filter(|step| step.origin.why().is_none());
        let mut members: Vec<NodeId> = held.map(|step| step.principal).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Whether an account is suspended, where its connector type knows such a thing.
    pub(crate) fn suspension(&self, account: NodeId) -> Option<bool> {
        let property = self.suspended_by(account)?;
        self.world.property(account, property).map(|_| self.world.is_suspended(account))
    }

    /// The action word that writes where this node is.
    pub(crate) fn write_action(&self, node: NodeId) -> &'static str {
        self.connector(node).map_or("publish", ConnectorView::write_action)
    }

    /// Whether the account's place in the organisation itself waits for a person; a package's document may still name
    /// it, and that keeps it known but not a member.
    fn is_leaving(&self, account: NodeId) -> bool {
        let root = self.world.root(account.segment());
        self.world.grants_by(account).any(|step| Some(step.resource) == root && step.unconfirmed)
    }

    fn last_published_by(&self, account: NodeId, packages: &[NodeId]) -> Option<String> {
        let name = self.world.id(account);
        packages.iter().filter_map(|package| self.last_published(*package).remove(name)).max()
    }

    pub(crate) fn text(&self, node: NodeId, property: &str) -> Option<String> {
        Value::from_json_text(self.world.property(node, property)?).to_text()
    }

    pub(crate) fn flag(&self, node: NodeId, property: &str) -> Option<bool> {
        Value::from_json_text(self.world.property(node, property)?).to_json().as_bool()
    }

    fn entity(&self, node: NodeId) -> EntityKeys {
        let declared = self.connector(node).and_then(|connector: &ConnectorView| {
            connector.declaration.resource_type(self.world.kind(node)).map(|declared| &declared.entity)
        });
        EntityKeys {
            type_: declared.map(|entity| entity.type_.to_owned()).unwrap_or_default(),
            class: declared
                .map(|entity| entity.class.iter().map(|&name| name.to_owned()).collect())
                .unwrap_or_default(),
            key: declared.map(|entity| entity.key_of(self.world.id(node))).unwrap_or_default(),
        }
    }
}
