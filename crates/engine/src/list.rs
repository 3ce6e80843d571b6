//! What is recorded, kind by kind, as rows.

use std::collections::BTreeSet;

use rolecall_graph::NodeId;
use rolecall_model::{ConnectorDeclaration, Trait, Value};
use serde::Serialize;

use crate::completeness::{Completeness, CompletenessBuilder};
use crate::moment::moment_text;
use crate::world::{ConnectorView, WorldView};

/// The place of a resource in the graph view (`reference/jupiterone.md` §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityKeys {
    /// `_type`.
    #[serde(rename = "_type")]
    pub type_: String,
    /// `_class`.
    #[serde(rename = "_class")]
    pub class: Vec<String>,
    /// `_key`.
    #[serde(rename = "_key")]
    pub key: String,
}

/// A row of `list users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The account.
    pub account: String,
    /// Its role in the organisation; empty for an outsider.
    pub roles: Vec<String>,
    /// Teams it is a member of.
    pub teams: usize,
    /// Packages it can publish.
    pub publishes: usize,
    /// When it last published any of the organisation's packages, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// Whether it is suspended; absent where the source does not say so of accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<bool>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list teams`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The team.
    pub team: String,
    /// How many members it has.
    pub members: usize,
    /// Packages it can publish.
    pub writes: usize,
    /// Packages it can only read.
    pub reads: usize,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list packages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The package.
    pub package: String,
    /// Accounts that can publish it.
    pub publishers: usize,
    /// `true`, `false`, or absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// The latest version, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it was last published, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// The source repository it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list repositories`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The repository.
    pub repository: String,
    /// Accounts that can push to it.
    pub pushers: usize,
    /// Whether everyone in the world reads it; absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// What everyone in the organisation may do in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_privilege: Option<String>,
    /// To whom it is broadcast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list grants`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantRow {
    /// The connector.
    pub connector: String,
    /// Who holds it, `user:alice` or `team:acme/developers`.
    pub principal: String,
    /// What is held, as baton spells it.
    pub entitlement: String,
    /// `observed`, `rule` or `setting` for what the registry's rules give, or `path-unknown` for a right that only a second
    /// source states.
    pub origin: &'static str,
    /// When it was first observed.
    pub since: String,
    /// Whether it may be older: it was there when it was first read.
    pub or_earlier: bool,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
    /// The relationship of the graph view it becomes, such as `npm_team_has_user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<&'static str>,
}

/// A row of `list tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The token's key, which is no secret.
    pub token: String,
    /// The name its owner gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account it belongs to, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whether it can only read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly: Option<bool>,
    /// Whether it bypasses two-factor authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bypass2fa: Option<bool>,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl WorldView {
    /// Every person's account, with what it can publish. `O(accounts · packages it reaches)`.
    #[must_use]
    pub fn list_users(&self) -> Vec<UserRow> {
        self.list_accounts(|declaration, kind| kind == declaration.account_type)
    }

    /// Every account that is no person's, with the same.
    #[must_use]
    pub fn list_services(&self) -> Vec<UserRow> {
        self.list_accounts(|declaration, kind| {
            let is_account =
                declaration.resource_type(kind).is_some_and(|declared| declared.trait_ == Some(Trait::User));
            is_account && kind != declaration.account_type
        })
    }

    fn list_accounts(&self, wanted: impl Fn(&ConnectorDeclaration, &str) -> bool) -> Vec<UserRow> {
        let segments = self.connectors.iter().zip(0_u32..);
        let reach = |(connector, segment): (&ConnectorView, u32)| {
            self.world.action_reach(segment, connector.write_action(), false)
        };
        let reaches: Vec<_> = segments.map(reach).collect();
        self.rows(wanted, |node| {
            let published: Vec<NodeId> = reaches.iter().flat_map(|reach| reach.nodes(&reach.of(node))).collect();
            let groups: BTreeSet<NodeId> = self
                .world
                .grants_by(node)
                .map(|step| step.resource)
                .filter(|resource| self.world.is_group(*resource) && Some(*resource) != self.world.root(node.segment()))
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
                removal_unconfirmed: self.world.is_unconfirmed(node) || self.is_leaving(node),
            }
        })
    }

    /// Every team, with members and packages.
    #[must_use]
    pub fn list_teams(&self) -> Vec<TeamRow> {
        self.rows(
            |_, kind| kind == "team",
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
        self.rows(
            |_, kind| kind == "package",
            |node| {
                let slugs = self.world.slugs_of_action(node, self.write_action(node)).unwrap_or_default();
                PackageRow {
                    entity: self.entity(node),
                    connector: self.title(node),
                    package: self.world.id(node).to_owned(),
                    publishers: self.world.who_can(node, slugs).holders.len(),
                    public: self.flag(node, "public"),
                    version: self.text(node, "version"),
                    last_published: self.last_published(node).into_values().max(),
                    repository: self.text(node, "repository"),
                    removal_unconfirmed: self.world.is_unconfirmed(node),
                }
            },
        )
    }

    /// Every repository of packages, with how many accounts can push to it, and to whom it is open.
    #[must_use]
    pub fn list_repositories(&self) -> Vec<RepositoryRow> {
        self.rows(
            |_, kind| kind == "repository",
            |node| {
                let slugs = self.world.slugs_of_action(node, self.write_action(node)).unwrap_or_default();
                RepositoryRow {
                    entity: self.entity(node),
                    connector: self.title(node),
                    repository: self.world.id(node).to_owned(),
                    pushers: self.world.who_can(node, slugs).holders.len(),
                    public: self.flag(node, "public"),
                    default_privilege: self.text(node, "defaultPrivilege"),
                    broadcast: self.text(node, "broadcast"),
                    created: self.text(node, "created"),
                    removal_unconfirmed: self.world.is_unconfirmed(node),
                }
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

    /// The access tokens of the accounts that read.
    #[must_use]
    pub fn list_tokens(&self) -> Vec<TokenRow> {
        self.rows(
            |_, kind| kind == "token",
            |node| TokenRow {
                entity: self.entity(node),
                connector: self.title(node),
                token: self.world.id(node).to_owned(),
                name: self.text(node, "name"),
                account: self.world.links_from(node).map(|link| self.world.id(link.to).to_owned()).next(),
                readonly: self.flag(node, "readonly"),
                bypass2fa: self.flag(node, "bypass2fa"),
                last_used: self.text(node, "lastUsed"),
                expires: self.text(node, "expires"),
            },
        )
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
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            let subjects: Vec<_> = self.world.nodes(segment).map(|node| self.world.reference(node)).collect();
            let book = connector.book();
            builder.add_supporting(&book, None, &subjects);
            for declared in connector.declaration.listings.iter().filter(|declared| declared.kind == plural) {
                let of_type = subjects.iter().filter(|subject| subject.kind == declared.per);
                of_type.for_each(|subject| builder.add(&book, declared, subject));
            }
        }
        builder.finish()
    }

    fn rows<R>(&self, wanted: impl Fn(&ConnectorDeclaration, &str) -> bool, row: impl Fn(NodeId) -> R) -> Vec<R> {
        let mut rows = Vec::new();
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            let nodes = self.world.nodes(segment).filter(|node| self.world.is_stated(*node));
            let nodes = nodes.filter(|node| wanted(connector.declaration, self.world.kind(*node)));
            rows.extend(nodes.map(&row));
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
