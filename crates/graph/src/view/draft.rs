//! Which entities a world has, and their order.

use rolecall_model::{EntityMapping, IdPart};

use crate::segment::Segment;
use crate::text::{NONE, Texts, number_of};
use crate::view::gone::{Gone, drafts_of_gone};
use crate::view::nodes::EntityNodes;
use crate::view::stand_in::StandIns;
use crate::world::{NodeId, World};

/// Entities that look alike.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: String,
    /// Sorted.
    pub(crate) classes: Vec<&'static str>,
    pub(crate) segment: u32,
    /// How the resource type is mapped; `None` of a type that nobody declared, and of roles.
    pub(crate) mapping: Option<&'static EntityMapping>,
    /// Whether no more is known than that something refers to them.
    pub(crate) is_stand_in: bool,
    /// Whether they are gone.
    pub(crate) deleted: bool,
    /// The number of the first one.
    pub(crate) start: u32,
    /// By key.
    pub(crate) entities: Vec<DraftEntity>,
    /// What stands before and behind the id in a key.
    pub(crate) key_around: (String, String),
    pub(crate) of_id: Vec<(&'static str, IdPart)>,
}

/// One of them. What a node is called is said by its segment, so that a million of them take no text here.
#[derive(Clone, Debug)]
pub(crate) enum DraftEntity {
    /// What stands for a node.
    Node(NodeId),
    /// A role, by its slug.
    Role(&'static str),
    /// What is gone: its place among all that is, and its id.
    Gone(usize, Box<str>),
}

impl DraftEntity {
    /// The node it stands for.
    pub(crate) const fn node(&self) -> Option<NodeId> {
        match self {
            Self::Node(node) => Some(*node),
            Self::Role(_) | Self::Gone(..) => None,
        }
    }

    /// Its place among what is gone.
    pub(crate) const fn gone(&self) -> Option<usize> {
        match self {
            Self::Gone(place, _) => Some(*place),
            Self::Node(_) | Self::Role(_) => None,
        }
    }

    /// What stands in its key between [`Draft::key_around`].
    pub(crate) fn id<'e>(&'e self, world: &'e World) -> &'e str {
        match self {
            Self::Node(node) => world.id(*node),
            Self::Role(slug) => slug,
            Self::Gone(_, id) => id,
        }
    }
}

impl Draft {
    /// Entities in the order of their keys, all of which begin alike.
    fn sort(&mut self, world: &World) {
        let behind = self.key_around.1.as_bytes();
        let rest = |entity: &DraftEntity| entity.id(world).len();
        self.entities.sort_by(|left, right| {
            let (one, other) = (left.id(world), right.id(world));
            if behind.is_empty() || rest(left) == rest(right) {
                return one.cmp(other);
            }
            one.bytes().chain(behind.iter().copied()).cmp(other.bytes().chain(behind.iter().copied()))
        });
    }

    /// The text of all its entities' keys, in bytes.
    fn key_bytes(&self, world: &World) -> usize {
        let around = self.key_around.0.len() + self.key_around.1.len();
        self.entities.iter().map(|entity| entity.id(world).len() + around).sum()
    }
}

/// The keys of all entities, in order.
pub(crate) fn keys(world: &World, drafts: &[Draft]) -> Texts {
    let entities = drafts.iter().map(|draft| draft.entities.len()).sum();
    let mut keys = Texts::with_room(entities, drafts.iter().map(|draft| draft.key_bytes(world)).sum());
    for draft in drafts {
        for entity in &draft.entities {
            keys.push([&*draft.key_around.0, entity.id(world), &*draft.key_around.1]);
        }
    }
    keys
}

/// Entities in their order.
pub(crate) struct Numbered {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) nodes: EntityNodes,
}

/// All entities of a world, and those that are gone. `O(n log n)`.
pub(crate) fn entities_of(world: &World, gone: &[Gone]) -> Numbered {
    let mut stand_ins = StandIns::of(world);
    let mut drafts = Vec::new();
    for (segment, index) in world.segments().iter().zip(0..) {
        for kind in 0..number_of(segment.kinds.names.len()) {
            let nodes = segment.kinds.range(kind).map(|node| NodeId::new(index, node));
            let own: Vec<NodeId> = nodes.filter(|node| !stand_ins.gives_way(world, *node)).collect();
            drafts.extend(drafts_of_kind(world, segment, kind, own));
        }
        drafts.extend(roles(world, segment, index));
    }
    drafts.extend(drafts_of_gone(world, gone));
    let mut numbered = number(world, drafts);
    numbered.nodes.stand_for(stand_ins.joined());
    numbered
}

/// Those that were read, and those that something only refers to.
fn drafts_of_kind(world: &World, segment: &Segment, kind: u32, nodes: Vec<NodeId>) -> impl Iterator<Item = Draft> {
    let name = segment.kinds.names.get(kind);
    let mapping = segment.declaration.resource_type(name).map(|declared| &declared.entity);
    let is_known_by_name = mapping.is_some_and(|mapping| mapping.stands_in.is_some());
    let is_root = |node: &NodeId| world.root(node.segment()) == Some(*node);
    let (real, referred): (Vec<NodeId>, Vec<NodeId>) =
        nodes.into_iter().partition(|node| !is_known_by_name && (world.is_stated(*node) || is_root(node)));
    let likeness = Likeness::of(segment, name);
    let draft = |nodes: Vec<NodeId>, is_stand_in| {
        let index = nodes.first()?.segment();
        Some(likeness.draft(world, index, nodes.into_iter().map(DraftEntity::Node).collect(), is_stand_in))
    };
    [draft(real, false), draft(referred, true)].into_iter().flatten()
}

/// What entities of one resource type have in common.
pub(crate) struct Likeness {
    kind: String,
    pub(crate) mapping: Option<&'static EntityMapping>,
    key_around: (String, String),
}

impl Likeness {
    pub(crate) fn of(segment: &Segment, resource_type: &str) -> Self {
        let mapping = segment.declaration.resource_type(resource_type).map(|declared| &declared.entity);
        let undeclared = || format!("{}_{}", segment.declaration.name, resource_type.replace('-', "_"));
        let kind = mapping.map_or_else(undeclared, |mapping| mapping.type_.to_owned());
        let pattern = mapping.map_or_else(|| format!("{}:{{}}", kind.replace('_', "-")), |of| of.key.to_owned());
        let (before, behind) = pattern.split_once("{}").unwrap_or((&pattern, ""));
        Self { mapping, key_around: (before.to_owned(), behind.to_owned()), kind }
    }

    pub(crate) fn draft(&self, world: &World, segment: u32, entities: Vec<DraftEntity>, is_stand_in: bool) -> Draft {
        let mut classes = self.mapping.map_or_else(Vec::new, |mapping| mapping.class.to_vec());
        classes.sort_unstable();
        let mut draft = Draft {
            kind: self.kind.clone(),
            classes,
            segment,
            mapping: self.mapping,
            is_stand_in,
            deleted: false,
            start: 0,
            entities,
            key_around: self.key_around.clone(),
            of_id: of_id(self.mapping),
        };
        draft.sort(world);
        draft
    }
}

/// Every entity has `id`, `name` and `displayName`: the id, where nothing says otherwise.
fn of_id(mapping: Option<&EntityMapping>) -> Vec<(&'static str, IdPart)> {
    let mut of_id = mapping.map_or_else(Vec::new, |mapping| mapping.of_id.to_vec());
    for name in ["id", "name", "displayName"] {
        if of_id.iter().all(|(declared, _)| *declared != name) {
            of_id.push((name, IdPart::Whole));
        }
    }
    of_id
}

/// The roles that can be held on a segment's root.
fn roles(world: &World, segment: &Segment, index: u32) -> Option<Draft> {
    let root = &segment.identity.root;
    let declared = segment.declaration.resource_type(root.kind.as_str())?;
    let mapping = declared.entity.roles.as_ref()?;
    let pattern = mapping.key.replacen("{}", &root.id, 1);
    let (before, behind) = pattern.split_once("{}")?;
    let exclusive = declared.entitlements.iter().filter(|entitlement| entitlement.exclusive_order.is_some());
    let mut draft = Draft {
        kind: mapping.type_.to_owned(),
        classes: vec!["AccessRole"],
        segment: index,
        mapping: None,
        is_stand_in: false,
        deleted: false,
        start: 0,
        entities: exclusive.map(|entitlement| DraftEntity::Role(entitlement.slug)).collect(),
        key_around: (before.to_owned(), behind.to_owned()),
        of_id: of_id(None),
    };
    draft.sort(world);
    Some(draft)
}

/// By type, connector, whether they are gone or stand in for something, and key.
fn number(world: &World, mut drafts: Vec<Draft>) -> Numbered {
    drafts.sort_by(|left, right| {
        let behind = |draft: &'_ Draft| (draft.segment, draft.deleted, draft.is_stand_in);
        left.kind.cmp(&right.kind).then_with(|| behind(left).cmp(&behind(right)))
    });
    let unknown = |segment: &std::sync::Arc<Segment>| vec![NONE; segment.nodes() as usize];
    let mut nodes = EntityNodes { entities: world.segments().iter().map(unknown).collect(), nodes: Vec::new() };
    nodes.nodes.reserve_exact(drafts.iter().map(|draft| draft.entities.len()).sum());
    for draft in &mut drafts {
        draft.start = number_of(nodes.nodes.len());
        for entity in &draft.entities {
            nodes.push(entity.node());
        }
    }
    Numbered { drafts, nodes }
}
