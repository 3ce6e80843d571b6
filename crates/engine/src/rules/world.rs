//! What a rule sees of one connector: the graph, what writing means there, and how much of it was read.

use std::cell::OnceCell;
use std::collections::HashMap;

use rolecall_graph::{ActionReach, Holder, NodeId, Path, TargetSet, World};
use rolecall_model::{ListingDeclaration, Stage, Timestamp, WriteDeclaration};

use super::finding::Finding;
use super::known::{ConnectorKnown, RuleKnown};
use crate::completeness::{Completeness, CompletenessBuilder, ListingBook};
use crate::path::PathAnswer;
use crate::text::counted;
use crate::world::{ConnectorView, WorldView};

/// One connector as rules see it. What several rules need is worked out once.
pub struct RuleWorld<'v> {
    pub(crate) view: &'v WorldView,
    pub(crate) connector: &'v ConnectorView,
    pub(crate) segment: u32,
    pub(crate) now: Timestamp,
    /// Who the people are, and how the connectors stand.
    pub(crate) known: &'v RuleKnown,
    /// The node of the resource that the connector is configured for; `None` before it was ever read.
    pub(crate) root: Option<NodeId>,
    /// What writing means here.
    pub(crate) write: &'static WriteDeclaration,
    /// What accounts and groups can write.
    pub(crate) reach: ActionReach<'v>,
    /// The same without unconfirmed grants; `None` when there are none.
    confirmed: Option<ActionReach<'v>>,
    /// What people call one of what can be written, and several.
    target_words: (&'static str, &'static str),
    book: ListingBook<'v>,
    /// Who is in what, and what groups may do: behind every answer.
    membership: CompletenessBuilder,
    insiders: OnceCell<Vec<NodeId>>,
    /// When each account last wrote, by its id.
    pub(super) last_written: OnceCell<HashMap<String, Timestamp>>,
}

impl std::fmt::Debug for RuleWorld<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleWorld").field("connector", &self.connector.title()).finish_non_exhaustive()
    }
}

impl<'v> RuleWorld<'v> {
    /// One connector at one moment; `None` if nothing is written in its source. `O(nodes)`.
    #[must_use]
    pub(crate) fn new(
        view: &'v WorldView,
        known: &'v RuleKnown,
        (connector, segment): (&'v ConnectorView, u32),
        now: Timestamp,
    ) -> Option<Self> {
        let write = connector.declaration.write.as_ref()?;
        let world = &view.world;
        let reach = world.action_reach(segment, write.action, false);
        let has_unconfirmed = world.segments().iter().any(|segment| segment.has_unconfirmed());
        let mut rule_world = Self {
            view,
            connector,
            segment,
            now,
            known,
            root: world.root(segment),
            write,
            target_words: target_words(world, connector, reach.targets()),
            reach,
            confirmed: has_unconfirmed.then(|| world.action_reach(segment, write.action, true)),
            book: connector.book(),
            membership: CompletenessBuilder::default(),
            insiders: OnceCell::new(),
            last_written: OnceCell::new(),
        };
        rule_world.membership = rule_world.membership_read(|_| true);
        Some(rule_world)
    }

    pub(crate) fn world(&self) -> &'v World {
        &self.view.world
    }

    /// The accounts that the connector knows, members or not.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = NodeId> + use<'v> {
        let world = self.world();
        world.nodes(self.segment).filter(|node| world.is_account(*node))
    }

    /// Who belongs to the root, as representatives: who holds anything on it but what is declared to be outsiders'.
    /// Empty while there is no root.
    pub(crate) fn insiders(&self) -> &[NodeId] {
        self.insiders.get_or_init(|| {
            let Some(root) = self.root else { return Vec::new() };
            let mut insiders = self.world().insiders(root);
            insiders.retain(|account| !self.is_let_in(*account, root));
            insiders
        })
    }

    /// Whether all that an account holds on the root is what outsiders hold.
    fn is_let_in(&self, account: NodeId, root: NodeId) -> bool {
        let mut roles = self.view.roles_on(account, root).into_iter().peekable();
        !self.write.outside.is_empty()
            && roles.peek().is_some()
            && roles.all(|role| self.write.outside.contains(&role.as_str()))
    }

    /// Whether the account belongs to the root.
    pub(crate) fn is_insider(&self, account: NodeId) -> bool {
        self.insiders().binary_search(&self.world().representative(account)).is_ok()
    }

    /// Whether the account's every way to write rests on grants whose removal is unconfirmed.
    pub(crate) fn is_unconfirmed(&self, account: NodeId) -> bool {
        self.confirmed.as_ref().is_some_and(|confirmed| confirmed.of(account).is_empty())
    }

    /// The same for what a group passes on through any of these entitlements, at least so many resources of it.
    pub(crate) fn is_passing_unconfirmed(&self, group: NodeId, at_least: usize) -> bool {
        self.confirmed
            .as_ref()
            .is_some_and(|confirmed| confirmed.passing(group).iter().all(|passing| passing.targets.len() < at_least))
    }

    /// The nodes of a set of resources.
    pub(crate) fn nodes(&self, places: &TargetSet) -> impl Iterator<Item = NodeId> {
        self.reach.nodes(places).into_iter()
    }

    /// `1 package`, `14 packages`; `resources` where several types can be written.
    pub(crate) fn targets_counted(&self, number: usize) -> String {
        counted(number, self.target_words.0, self.target_words.1)
    }

    /// How people name the root: `organization acme`.
    pub(crate) fn root_title(&self) -> String {
        let root = self.connector.root();
        format!("{} {}", root.kind, root.id)
    }

    /// ` (dora is suspended)`, or nothing if nobody is: whoever is counts for nobody who can act.
    pub(crate) fn suspended_text(&self, suspended: &[Holder<'_>]) -> String {
        let names: Vec<&str> = suspended.iter().map(|holder| self.world().id(holder.account)).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => format!(" ({one} is suspended)"),
            several => format!(" ({} are suspended)", several.join(", ")),
        }
    }

    /// `team acme/developers`.
    pub(crate) fn name(&self, node: NodeId) -> String {
        format!("{} {}", self.world().kind(node), self.world().id(node))
    }

    pub(crate) fn path(&self, path: &Path<'_>) -> PathAnswer {
        self.view.path_answer(path)
    }

    /// Shows the right by these paths. A finding is as old as its oldest path, where that was seen to appear.
    pub(crate) fn with_paths(&self, mut finding: Finding, paths: &[Path<'_>]) -> Finding {
        finding.evidence.paths = paths.iter().map(|path| self.path(path)).collect();
        let oldest = finding.evidence.paths.iter().min_by(|one, other| one.since.cmp(&other.since));
        finding.since = oldest.filter(|path| !path.or_earlier).map(|path| path.since.clone());
        finding
    }
}

/// The words of the type of all targets, if they are of one type.
fn target_words(world: &World, connector: &ConnectorView, targets: &[NodeId]) -> (&'static str, &'static str) {
    let kind = targets.first().map_or("", |target| world.kind(*target));
    let is_one_kind = targets.iter().all(|target| world.kind(*target) == kind);
    let declared = connector.declaration.resource_type(kind).filter(|_| is_one_kind);
    declared.map_or(("resource", "resources"), |declared| (declared.name, declared.plural))
}

/// How much was read.
impl<'v> RuleWorld<'v> {
    /// The membership listings of every resource that `wanted` accepts.
    fn membership_read(&self, wanted: impl Fn(NodeId) -> bool) -> CompletenessBuilder {
        let mut builder = CompletenessBuilder::default();
        let declaration = self.connector.declaration;
        let behind = |declared: &&ListingDeclaration| {
            declared.stage == Stage::Membership && declared.supports.contains(&self.write.action)
        };
        let root = self.connector.root();
        for declared in declaration.listings.iter().filter(behind) {
            if declared.per == declaration.root_type {
                builder.add(&self.book, declared, &root);
                continue;
            }
            let nodes = self.world().nodes(self.segment).filter(|node| self.world().kind(*node) == declared.per);
            for node in nodes.filter(|node| wanted(*node)) {
                builder.add(&self.book, declared, &self.world().reference(node));
            }
        }
        builder
    }

    /// Who is in what, and what groups may do.
    pub(crate) fn membership(&self) -> CompletenessBuilder {
        self.membership.clone()
    }

    /// Whether the membership was read in full.
    pub(crate) fn is_membership_complete(&self) -> bool {
        self.membership.is_complete()
    }

    /// The listings of the root only: which groups and resources there are, and who belongs to it.
    pub(crate) fn population(&self) -> CompletenessBuilder {
        self.membership_read(|_| false)
    }

    /// Whether these were read in full.
    pub(crate) fn is_population_complete(&self) -> bool {
        self.population().is_complete()
    }

    /// When the list of members was last read whole.
    pub(crate) fn members_read_at(&self) -> Option<Timestamp> {
        self.book.whole_at(self.write.members, &self.connector.root())
    }

    /// How the connector itself stands; `None` before it was ever read.
    pub(crate) fn known_connector(&self) -> Option<&'v ConnectorKnown> {
        self.known.connectors.get(&self.connector.record.id)
    }

    /// Whether the listing that names all accounts of this one's type was read in full: only then is it outside that is
    /// not in it.
    pub(crate) fn is_population_read(&self, account: NodeId) -> bool {
        let kind = self.world().kind(account);
        let of_type = self.connector.declaration.populations.iter().find(|population| population.resource_type == kind);
        let listing = of_type.map_or(self.write.members, |population| population.listing);
        self.book.is_complete(listing, &self.connector.root())
    }

    /// The listing that says who belongs to the root.
    pub(crate) fn members(&self) -> CompletenessBuilder {
        let mut builder = CompletenessBuilder::default();
        self.add(&mut builder, self.write.members, None);
        builder
    }

    /// Adds the listing of this kind of a resource, or of the root.
    pub(crate) fn add(&self, builder: &mut CompletenessBuilder, kind: &str, node: Option<NodeId>) {
        if let Some(declared) = self.connector.declaration.listing(kind) {
            let subject = node.map_or_else(|| self.connector.root(), |node| self.world().reference(node));
            builder.add(&self.book, declared, &subject);
        }
    }

    /// Adds what was read of each of these resources itself.
    pub(crate) fn add_details(&self, builder: &mut CompletenessBuilder, nodes: impl Iterator<Item = NodeId>) {
        for node in nodes {
            self.details_of(node).for_each(|declared| self.add(builder, declared.kind, Some(node)));
        }
    }

    /// Whether what can be read of a resource itself was read in full.
    pub(crate) fn is_detail_complete(&self, node: NodeId) -> bool {
        let reference = self.world().reference(node);
        self.details_of(node).all(|declared| self.book.is_complete(declared.kind, &reference))
    }

    /// What is read of a resource itself. What only a person can have read counts once one has.
    fn details_of(&self, node: NodeId) -> impl Iterator<Item = &'static ListingDeclaration> {
        let reference = self.world().reference(node);
        self.connector.declaration.listings.iter().filter(move |declared| {
            declared.stage == Stage::Detail
                && reference.kind == declared.per
                && declared.supports.contains(&self.write.action)
                && (declared.interactive.is_none() || self.book.was_read(declared, &reference))
        })
    }

    /// Whether the listing of this kind of a resource was read in full.
    pub(crate) fn is_read(&self, kind: &str, node: NodeId) -> bool {
        self.book.is_complete(kind, &self.world().reference(node))
    }

    /// Everything behind an answer about who writes what.
    pub(crate) fn everything(&self) -> Completeness {
        let mut builder = self.membership();
        self.add_details(&mut builder, self.reach.targets().iter().copied());
        builder.finish()
    }
}
