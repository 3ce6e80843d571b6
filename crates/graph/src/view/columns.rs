//! What entities of a world say of themselves.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use rolecall_model::RoleMapping;

use crate::segment::{Segment, Times};
use crate::text::{NONE, Texts, number_of};
use crate::view::draft::{Draft, DraftEntity};
use crate::view::gone::{Gone, History, names_of_gone};
use crate::view::nodes::EntityNodes;
use crate::view::of_world::ConnectorLabel;
use crate::view::shape::{Column, Shape};
use crate::view::stated::{Same, names_of, nodes_of};
use crate::view::value::PropertyValue;
use crate::world::{NodeId, World};

/// Properties that every entity has, whatever it is.
const METADATA: [&str; 17] = [
    "_beginOn",
    "_class",
    "_createdOn",
    "_deleted",
    "_endOn",
    "_id",
    "_integrationInstanceId",
    "_integrationName",
    "_integrationType",
    "_key",
    "_source",
    "_type",
    "_version",
    "admin",
    "role",
    "tag.AccountName",
    "unconfirmed",
];

/// What relationships say of themselves.
pub(crate) const OF_RELATIONSHIPS: [&str; 4] = ["_fromEntityKey", "_toEntityKey", "entitlement", "unconfirmed"];

/// Collects the values of all columns.
pub(crate) struct Columns<'w> {
    world: &'w World,
    labels: &'w [ConnectorLabel],
    /// What there was, where that is asked for.
    history: Option<&'w History>,
    names: Texts,
    values: Vec<PropertyValue>,
    /// The number of each segment's value; [`NONE`] of null.
    of_segment: Vec<Vec<u32>>,
    /// Moments have few different values: one for each snapshot.
    moments: HashMap<i64, u32>,
    /// The moment asked for last, and its number: many in a row are the same.
    last_moment: Option<(i64, u32)>,
    texts: HashMap<String, u32>,
    /// The numbers of moments that properties hold as texts, by the number of the text.
    read_moments: HashMap<u32, u32>,
}

impl<'w> Columns<'w> {
    pub(crate) fn new(
        world: &'w World,
        drafts: &[Draft],
        labels: &'w [ConnectorLabel],
        history: Option<&'w History>,
    ) -> Self {
        let mut all = Self {
            world,
            labels,
            history,
            names: Texts::of(names(world, drafts, labels, history.map_or(&[], |history| &history.gone))),
            values: Vec::new(),
            of_segment: Vec::new(),
            moments: HashMap::new(),
            last_moment: None,
            texts: HashMap::new(),
            read_moments: HashMap::new(),
        };
        for segment in world.segments() {
            let numbers = (0..number_of(segment.values.len())).map(|value| all.add_json(segment.values.get(value)));
            let numbers = numbers.collect();
            all.of_segment.push(numbers);
        }
        all
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        (0..number_of(self.names.len())).map(|name| self.names.get(name))
    }

    pub(crate) fn finish(self) -> (Texts, Vec<PropertyValue>) {
        (self.names, self.values)
    }

    fn add(&mut self, value: PropertyValue) -> u32 {
        self.values.push(value);
        number_of(self.values.len()) - 1
    }

    fn add_json(&mut self, json: &str) -> u32 {
        PropertyValue::of_json_text(json).map_or(NONE, |value| self.add(value))
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = self.add(PropertyValue::Text(text.into()));
        self.texts.insert(text.to_owned(), number);
        number
    }

    fn moment(&mut self, milliseconds: i64) -> u32 {
        match self.last_moment {
            Some((last, number)) if last == milliseconds => number,
            _ => {
                let number = self.new_moment(milliseconds);
                self.last_moment = Some((milliseconds, number));
                number
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "moments of this age of the world are exact")]
    fn new_moment(&mut self, milliseconds: i64) -> u32 {
        if let Some(number) = self.moments.get(&milliseconds) {
            return *number;
        }
        let number = self.add(PropertyValue::Number(milliseconds as f64));
        self.moments.insert(milliseconds, number);
        number
    }

    fn name(&self, name: &str) -> u32 {
        self.names.find(name).unwrap_or(NONE)
    }

    pub(crate) fn shape(&mut self, draft: &Draft, entities: &EntityNodes) -> Shape {
        let mut columns = Draftsheet { rows: draft.entities.len(), columns: vec![Vec::new(); self.names.len()] };
        let Some(segment) = self.world.segments().get(draft.segment as usize).map(Arc::clone) else {
            return empty(draft);
        };
        self.own_properties(draft, &segment, &mut columns);
        self.last_properties(draft, &mut columns);
        self.times(draft, &segment, &mut columns);
        self.roles(draft, &segment, entities, &mut columns);
        self.versions(draft, &segment, &mut columns);
        self.unconfirmed(draft, &mut columns);
        self.stated(draft, entities, &mut columns);
        Shape {
            columns: columns.finish(),
            of_id: draft.of_id.iter().map(|(name, part)| (self.name(name), *part)).collect(),
            constants: self.constants(draft, &segment),
            ..empty(draft)
        }
    }

    fn own_properties(&mut self, draft: &Draft, segment: &Segment, sheet: &mut Draftsheet) {
        let named: Vec<(u32, bool)> = (0..number_of(segment.words.len()))
            .map(|word| {
                let word = segment.words.get(word);
                let name = draft.mapping.map_or(word, |mapping| mapping.name_of(word));
                (self.name(name), name != word && name.ends_with("On"))
            })
            .collect();
        let display_name = self.name("displayName");
        let name = segment.word("name");
        for (place, node) in nodes(draft) {
            for entry in segment.properties.row(node.node()) {
                let number = self.of_segment.get(draft.segment as usize).and_then(|all| all.get(entry.other as usize));
                let (Some(mut number), Some((called, is_moment))) =
                    (number.copied().filter(|number| *number != NONE), named.get(entry.label.word() as usize).copied())
                else {
                    continue;
                };
                if is_moment {
                    number = self.as_moment(number);
                }
                sheet.set(called, place, number);
                if Some(entry.label.word()) == name {
                    sheet.set(display_name, place, number);
                }
            }
        }
    }

    /// How often each entity became another: its first version is 1.
    #[expect(clippy::cast_precision_loss, reason = "nothing changed 2⁵³ times")]
    fn versions(&mut self, draft: &Draft, segment: &Segment, sheet: &mut Draftsheet) {
        let Some(History { changed, .. }) = self.history else { return };
        let name = self.name("_version");
        let mut known: HashMap<usize, u32> = HashMap::new();
        for (place, node) in nodes(draft) {
            let created = segment.times.get(node.node() as usize).map_or(i64::MIN, |times| times.created);
            let moments = changed.get(&(draft.segment, self.world.reference(node)));
            let version = 1 + moments.map_or(0, |moments| moments.iter().filter(|moment| **moment > created).count());
            let number = *known.entry(version).or_insert_with(|| self.add(PropertyValue::Number(version as f64)));
            sheet.set(name, place, number);
        }
    }

    /// What was last known of what is gone.
    fn last_properties(&mut self, draft: &Draft, sheet: &mut Draftsheet) {
        let Some(History { gone, .. }) = self.history else { return };
        let (display_name, ended) = (self.name("displayName"), self.name("_endOn"));
        for (place, entity) in draft.entities.iter().enumerate() {
            let Some(one) = entity.gone().and_then(|place| gone.get(place)) else { continue };
            for (property, value) in &one.properties {
                let called = draft.mapping.map_or(property.as_str(), |mapping| mapping.name_of(property));
                let mut number = self.add(value.clone());
                if called != property && called.ends_with("On") {
                    number = self.as_moment(number);
                }
                sheet.set(self.name(called), place, number);
                if property == "name" {
                    sheet.set(display_name, place, number);
                }
            }
            sheet.set(ended, place, self.moment(one.ended));
        }
    }

    /// A moment in ISO 8601 as milliseconds; anything else as it is.
    fn as_moment(&mut self, number: u32) -> u32 {
        if let Some(known) = self.read_moments.get(&number) {
            return *known;
        }
        let text = match self.values.get(number as usize) {
            Some(PropertyValue::Text(text)) => text.parse::<jiff::Timestamp>().ok(),
            _ => None,
        };
        let moment = text.map_or(number, |moment| self.moment(moment.as_millisecond()));
        self.read_moments.insert(number, moment);
        moment
    }

    fn times(&mut self, draft: &Draft, segment: &Segment, sheet: &mut Draftsheet) {
        let (created, begun) = (self.name("_createdOn"), self.name("_beginOn"));
        let of = |node: NodeId| segment.times.get(node.node() as usize).filter(|times| **times != Times::UNKNOWN);
        for (place, node) in nodes(draft) {
            if let Some(times) = of(node) {
                sheet.set(created, place, self.moment(times.created));
                sheet.set(begun, place, self.moment(times.begun));
            }
        }
        // A role is there as long as its root is, and never changes.
        let roles = draft.entities.iter().enumerate().filter(|(_, one)| matches!(one, DraftEntity::Role(_)));
        let Some(root) = self.world.root(draft.segment).and_then(of) else { return };
        for (place, _) in roles {
            let moment = self.moment(root.created);
            sheet.set(created, place, moment);
            sheet.set(begun, place, moment);
        }
    }

    /// `role` and `admin` of whoever holds a role on the root.
    fn roles(&mut self, draft: &Draft, segment: &Segment, entities: &EntityNodes, sheet: &mut Draftsheet) {
        let Some((root, mapping)) = roles_of(self.world, draft.segment) else { return };
        let (role, admin) = (self.name("role"), self.name("admin"));
        let (no, yes) = (self.add(PropertyValue::Flag(false)), self.add(PropertyValue::Flag(true)));
        let is_account = draft.mapping.is_some() && nodes(draft).any(|(_, node)| self.world.is_account(node));
        if !is_account {
            return;
        }
        let order = |slug: &str| segment.declaration.entitlement(self.world.kind(root), slug)?.exclusive_order;
        let grants = segment.grants.on.row(root.node()).iter();
        let mut held: Vec<(&str, u32)> =
            grants.map(|entry| (segment.words.get(entry.label.word()), entry.other)).collect();
        // Who still has a higher role while the lower one waits to take its place has the higher one, which is set last.
        held.sort_by_key(|(slug, _)| order(slug));
        for (slug, other) in held {
            let Some(place) = entities.place(draft, NodeId::new(draft.segment, other)) else { continue };
            let text = self.text(slug);
            sheet.set(role, place, text);
            sheet.set(admin, place, if mapping.admin.contains(&slug) { yes } else { no });
        }
    }

    fn unconfirmed(&mut self, draft: &Draft, sheet: &mut Draftsheet) {
        let name = self.name("unconfirmed");
        let mut yes = None;
        for (place, _) in nodes(draft).filter(|(_, node)| self.world.is_unconfirmed(*node)) {
            let yes = *yes.get_or_insert_with(|| self.add(PropertyValue::Flag(true)));
            sheet.set(name, place, yes);
        }
    }

    /// What is known of entities beside facts. It comes last, so that nothing that a source says takes its place.
    fn stated(&mut self, draft: &Draft, entities: &EntityNodes, sheet: &mut Draftsheet) {
        let labels = self.labels;
        let Some(label) = labels.get(draft.segment as usize).filter(|_| !draft.deleted) else { return };
        let mut known: HashMap<Same<'_>, u32> = HashMap::new();
        for (node, one) in nodes_of(self.world, draft.segment, &label.stated) {
            let Some(place) = entities.place(draft, node) else { continue };
            for (name, value) in &one.properties {
                let number = match Same::of(value) {
                    Some(same) => *known.entry(same).or_insert_with(|| self.add(value.clone())),
                    None => self.add(value.clone()),
                };
                sheet.set(self.name(name), place, number);
            }
        }
    }

    fn constants(&mut self, draft: &Draft, segment: &Segment) -> Vec<(u32, u32)> {
        let unlabelled = ConnectorLabel::default();
        let labels = self.labels;
        let label = labels.get(draft.segment as usize).unwrap_or(&unlabelled);
        let source = if draft.is_stand_in { "system-mapper" } else { "integration-managed" };
        let declared = draft.mapping.map_or(&[][..], |mapping| mapping.constants).iter().copied();
        let texts = [
            ("_type", draft.kind.as_str()),
            ("_source", source),
            ("_integrationType", segment.declaration.name),
            ("_integrationName", &label.account_name),
            ("_integrationInstanceId", &label.instance_id),
        ];
        let tag = (!label.is_untagged).then_some(("tag.AccountName", label.account_name.as_str()));
        let mut constants: Vec<(u32, u32)> = texts
            .into_iter()
            .chain(tag)
            .chain(declared)
            .map(|(name, text)| (self.name(name), self.text(text)))
            .collect();
        if self.history.is_some() {
            let deleted = self.add(PropertyValue::Flag(draft.deleted));
            constants.push((self.name("_deleted"), deleted));
        }
        let classes = PropertyValue::texts(draft.classes.iter().copied());
        constants.push((self.name("_class"), self.add(classes)));
        constants.sort_unstable();
        constants
    }
}

/// The columns of one shape while they are filled.
struct Draftsheet {
    rows: usize,
    /// By number of the name; without rows where no entity has such a property.
    columns: Vec<Vec<u32>>,
}

impl Draftsheet {
    fn set(&mut self, name: u32, place: usize, value: u32) {
        let Some(column) = self.columns.get_mut(name as usize) else { return };
        if column.is_empty() {
            *column = vec![NONE; self.rows];
        }
        if let Some(slot) = column.get_mut(place) {
            *slot = value;
        }
    }

    fn finish(self) -> Vec<Column> {
        let columns = self.columns.into_iter().zip(0..).filter(|(values, _)| !values.is_empty());
        columns.map(|(values, name)| Column { name, values }).collect()
    }
}

/// The root of a segment, where its exclusive entitlements are roles.
pub(crate) fn roles_of(world: &World, segment: u32) -> Option<(NodeId, &'static RoleMapping)> {
    let root = world.root(segment)?;
    let declared = world.segment(root)?.declaration.resource_type(world.kind(root))?;
    Some((root, declared.entity.roles.as_ref()?))
}

fn nodes(draft: &Draft) -> impl Iterator<Item = (usize, NodeId)> {
    draft.entities.iter().enumerate().filter_map(|(place, entity)| Some((place, entity.node()?)))
}

fn empty(draft: &Draft) -> Shape {
    Shape {
        kind: draft.kind.as_str().into(),
        classes: draft.classes.iter().map(|class| Box::from(*class)).collect(),
        connector: draft.segment,
        deleted: draft.deleted,
        entities: draft.start..draft.start + number_of(draft.entities.len()),
        key_around: (draft.key_around.0.as_str().into(), draft.key_around.1.as_str().into()),
        of_id: Vec::new(),
        columns: Vec::new(),
        constants: Vec::new(),
        ids: OnceLock::new(),
    }
}

/// Every name that a property of these entities can have.
fn names<'w>(
    world: &'w World,
    drafts: &'w [Draft],
    labels: &'w [ConnectorLabel],
    gone: &'w [Gone],
) -> BTreeSet<&'w str> {
    let mut names: BTreeSet<&str> = METADATA.into();
    names.extend(labels.iter().flat_map(|label| names_of(&label.stated)));
    for draft in drafts {
        names.extend(draft.of_id.iter().map(|(name, _)| *name));
        let Some(segment) = world.segments().get(draft.segment as usize) else { continue };
        let constants = draft.mapping.map_or(&[][..], |mapping| mapping.constants);
        names.extend(constants.iter().map(|(name, _)| *name));
        let mut occurs = vec![false; segment.words.len()];
        for entry in nodes(draft).flat_map(|(_, node)| segment.properties.row(node.node())) {
            if let Some(slot) = occurs.get_mut(entry.label.word() as usize) {
                *slot = true;
            }
        }
        let words = occurs.into_iter().zip(0..).filter(|(occurs, _)| *occurs).map(|(_, word)| segment.words.get(word));
        names.extend(words.map(|word| draft.mapping.map_or(word, |mapping| mapping.name_of(word))));
        let renamed = |name: &'w str| draft.mapping.map_or(name, |mapping| mapping.name_of(name));
        names.extend(names_of_gone(draft, gone).into_iter().map(renamed));
    }
    names
}
