//! What a connector type declares, in words: the same sections for the terminal, for programs and for the manual.

use rolecall_model::{
    AccessRule, ConnectorDeclaration, EntitlementDeclaration, Given, IdReuse, Purpose, RelationshipSource, Trait,
    TypeDeclaration,
};
use serde_json::Value as Json;

use super::Kind;

/// One table of a description.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name for programs: `requests`.
    pub(crate) key: &'static str,
    /// Its title for people.
    pub(crate) title: &'static str,
    /// Which part of the manual it belongs to.
    pub(crate) part: Part,
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: Vec<Vec<Json>>,
}

/// Parts of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What it can do, asks for and cannot see.
    Capabilities,
    /// What it records.
    DataModel,
}

impl Part {
    pub(crate) const ALL: [Self; 2] = [Self::Capabilities, Self::DataModel];

    /// The name of its place in the manual.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Capabilities => "capabilities",
            Self::DataModel => "data model",
        }
    }
}

/// Every section, in the order in which they are read.
pub(crate) fn sections(kind: &dyn Kind) -> Vec<Section> {
    let declaration = kind.connector_type().declaration;
    vec![
        needs(kind),
        settings(kind),
        listings(declaration),
        requests(kind),
        blind_spots(declaration),
        types(declaration),
        entitlements(declaration),
        rules(declaration),
        entities(declaration),
        relationships(declaration),
    ]
}

fn needs(kind: &dyn Kind) -> Section {
    let declaration = kind.connector_type().declaration;
    let mut rows = vec![
        vec!["reads".into(), format!("one {} ({})", declaration.root_type, kind.root_key()).into()],
        vec!["credential".into(), kind.connector_type().credential.into()],
        vec!["usual places of the token".into(), kind.connector_type().tokens.usual_places.into()],
        vec!["writes".into(), "nothing: it sends reading requests only".into()],
    ];
    if let Some(sight) = declaration.listings.iter().find_map(|listing| listing.sight) {
        let how = format!("judged by the listing {sight}; nothing is removed on the word of an incomplete one");
        rows.push(vec!["completeness".into(), how.into()]);
    }
    Section { key: "needs", title: "In short", part: Part::Capabilities, columns: &["what", "how"], rows }
}

fn settings(kind: &dyn Kind) -> Section {
    let row = |setting: &'static super::settings::Setting| {
        vec![
            setting.name.into(),
            format!("--{}", setting.flag()).into(),
            setting.kind.words().into(),
            setting.what.into(),
        ]
    };
    Section {
        key: "settings",
        title: "Settings",
        part: Part::Capabilities,
        columns: &["key", "option", "takes", "what it does"],
        rows: kind.settings().map(row).collect(),
    }
}

fn listings(declaration: &ConnectorDeclaration) -> Section {
    let row = |listing: &rolecall_model::ListingDeclaration| {
        vec![
            listing.kind.into(),
            listing.title_of("…").into(),
            listing.per.into(),
            listing.stage.word().into(),
            listing.supports.into(),
        ]
    };
    Section {
        key: "listings",
        title: "Listings it reads",
        part: Part::Capabilities,
        columns: &["listing", "what", "one per", "stage", "answers about"],
        rows: declaration.listings.iter().map(row).collect(),
    }
}

fn requests(kind: &dyn Kind) -> Section {
    let row = |request: &rolecall_http::RequestTemplate| {
        vec![request.name.into(), request.method.to_string().into(), request.path.into(), request.query.into()]
    };
    Section {
        key: "requests",
        title: "Requests it may send",
        part: Part::Capabilities,
        columns: &["request", "method", "path", "query"],
        rows: kind.connector_type().requests.iter().map(row).collect(),
    }
}

fn blind_spots(declaration: &ConnectorDeclaration) -> Section {
    Section {
        key: "blindSpots",
        title: "What no interface shows",
        part: Part::Capabilities,
        columns: &["not shown"],
        rows: declaration.blind_spots.iter().map(|&spot| vec![spot.into()]).collect(),
    }
}

fn types(declaration: &ConnectorDeclaration) -> Section {
    let row = |declared: &TypeDeclaration| {
        let actions: Vec<Json> = declared
            .actions
            .iter()
            .map(|action| format!("{}: {}", action.word, action.slugs.join(" or ")).into())
            .collect();
        let reach = if declared.source_wide { "the same in every connector of one host" } else { "of this connector" };
        let ids = match declared.reuse {
            IdReuse::Never => reach.to_owned(),
            IdReuse::Untold => format!("{reach}; one that comes back may be another's"),
            IdReuse::ToldBy(property) => format!("{reach}; one that comes back is the same with the same {property}"),
        };
        vec![
            declared.name.into(),
            declared.plural.into(),
            declared.trait_.map_or(Json::Null, |of| trait_word(of).into()),
            actions.into(),
            ids.into(),
        ]
    };
    Section {
        key: "types",
        title: "Resource types",
        part: Part::DataModel,
        columns: &["type", "plural", "trait", "actions", "ids are"],
        rows: declaration.types.iter().map(row).collect(),
    }
}

const fn trait_word(of: Trait) -> &'static str {
    match of {
        Trait::User => "user",
        Trait::Group => "group",
        Trait::App => "app",
        Trait::Role => "role",
        Trait::Secret => "secret",
    }
}

fn entitlements(declaration: &ConnectorDeclaration) -> Section {
    let rows = declaration.types.iter().flat_map(|declared| {
        declared.entitlements.iter().map(|entitlement| {
            vec![
                declared.name.into(),
                entitlement.slug.into(),
                purpose_word(entitlement.purpose).into(),
                entitlement.grantable_to.into(),
                remark(entitlement).into(),
            ]
        })
    });
    Section {
        key: "entitlements",
        title: "Entitlements",
        part: Part::DataModel,
        columns: &["on", "entitlement", "purpose", "held by", "remark"],
        rows: rows.collect(),
    }
}

const fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Assignment => "assignment",
        Purpose::Permission => "permission",
        Purpose::Ownership => "ownership",
    }
}

fn remark(entitlement: &EntitlementDeclaration) -> String {
    let level = entitlement.exclusive_order.map(|order| format!("level {order}; one level at a time"));
    let last = entitlement.last_holder_protected.then(|| "losing the last holder waits for a person".to_owned());
    level.into_iter().chain(last).collect::<Vec<_>>().join("; ")
}

fn rules(declaration: &ConnectorDeclaration) -> Section {
    Section {
        key: "rules",
        title: "Access rules",
        part: Part::DataModel,
        columns: &["rule"],
        rows: declaration.rules.iter().map(|rule| vec![rule_sentence(rule).into()]).collect(),
    }
}

/// A rule about rights, in words.
fn rule_sentence(rule: &AccessRule) -> String {
    match rule {
        AccessRule::Expandable { resource_type, group_type, through, .. } => {
            format!(
                "what a {group_type} holds on a {resource_type} reaches everyone who holds {through} on the {group_type}"
            )
        }
        AccessRule::ExpandableSlug { resource_type, slug, group_type, through } => format!(
            "what a {group_type} holds of {slug} on a {resource_type} reaches everyone who holds {through} on the {group_type}"
        ),
        AccessRule::Implies { resource_type, slug, implied, .. } => {
            format!("{slug} on a {resource_type} includes {implied}")
        }
        AccessRule::CanTake { holder_slugs, resource_type, slug, how, .. } => format!(
            "{} of what a {resource_type} belongs to could give themself {slug} on it, which is shown apart: {how}",
            holder_slugs.join(" or ")
        ),
        AccessRule::CanJoin { holder_slugs, resource_type, group_type, how } => format!(
            "{} of what a {resource_type} belongs to could join a {group_type} and have what that holds, which is shown \
             apart: {how}",
            holder_slugs.join(" or ")
        ),
        AccessRule::MembersOnly { resource_type } => {
            format!("who leaves what a {resource_type} belongs to keeps no right on it")
        }
        AccessRule::Anyone { resource_type, slug, property, .. } => {
            format!("everyone holds {slug} on a {resource_type} whose property {property} is true")
        }
        AccessRule::EvidenceCounts { resource_type, listing, .. } => format!(
            "what the listing {listing} says of an account outside counts as a grant on the {resource_type}, of \
             unknown path"
        ),
        AccessRule::Inherited { holder_slugs, resource_type, gives, why } => format!(
            "{} of what a {resource_type} belongs to hold {} on it: {why}",
            holder_slugs.join(" or "),
            given_text(gives)
        ),
        AccessRule::MayHold { holder_slugs, resource_type, gives, why } => format!(
            "{} of what a {resource_type} belongs to may hold {} on it, which is shown apart: {why}",
            holder_slugs.join(" or "),
            given_text(gives)
        ),
        AccessRule::Suspended { resource_type, property } => {
            format!("a {resource_type} whose property {property} is false keeps its rights and cannot use them")
        }
    }
}

/// Which entitlement a rule gives, in words.
fn given_text(given: &Given) -> String {
    match given {
        Given::Slug(slug) => (*slug).to_owned(),
        Given::OfGroups(group_type) => format!("what a {group_type} holds"),
        Given::Property(property) => format!("what its property {property} names"),
        Given::ParentProperty(property) => format!("what the property {property} of that names"),
    }
}

fn entities(declaration: &ConnectorDeclaration) -> Section {
    let row = |declared: &TypeDeclaration| {
        let entity = &declared.entity;
        vec![declared.name.into(), entity.type_.into(), entity.class.into(), entity.key_of("…").into()]
    };
    Section {
        key: "entities",
        title: "Entities of the graph view",
        part: Part::DataModel,
        columns: &["from type", "_type", "_class", "_key"],
        rows: declaration.types.iter().map(row).collect(),
    }
}

fn relationships(declaration: &ConnectorDeclaration) -> Section {
    let entity = |name: &str| declaration.resource_type(name).map_or("", |declared| declared.entity.type_);
    let row = |mapping: &rolecall_model::RelationshipMapping| {
        let (from, to, made_from) = match &mapping.source {
            RelationshipSource::Grant { resource_type, principal_type, slug } => {
                let what = slug.unwrap_or("any entitlement");
                (resource_type, principal_type, format!("grant of {what} on {resource_type} to {principal_type}"))
            }
            RelationshipSource::Link { from_type, to_type } => (from_type, to_type, "link".to_owned()),
            RelationshipSource::Parent { parent_type, child_type } => {
                (parent_type, child_type, format!("{child_type} in {parent_type}"))
            }
        };
        let verb = mapping.class;
        vec![entity(from).into(), verb.into(), entity(to).into(), mapping.type_.into(), made_from.into()]
    };
    Section {
        key: "relationships",
        title: "Relationships of the graph view",
        part: Part::DataModel,
        columns: &["from", "_class", "to", "_type", "made from"],
        rows: declaration.relationships.iter().map(row).collect(),
    }
}

impl Section {
    /// Its rows as people read them.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(cell).collect())
    }

    /// Its rows as programs read them: objects with the columns as keys.
    pub(crate) fn to_json(&self) -> Json {
        let object = |row: &Vec<Json>| {
            let named = self.columns.iter().zip(row).filter(|(_, value)| !value.is_null());
            Json::Object(named.map(|(column, value)| (camel(column), value.clone())).collect())
        };
        self.rows.iter().map(object).collect()
    }

    /// It as a table of the manual.
    pub(crate) fn to_markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = format!("**{}**\n\n", self.title);
        text.push_str(&line(self.columns.iter().map(|&column| column.to_owned()).collect()));
        text.push_str(&line(self.columns.iter().map(|_| "---".to_owned()).collect()));
        for cells in self.cells() {
            text.push_str(&line(cells.iter().map(|cell| cell.replace('|', "\\|")).collect()));
        }
        text
    }
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// `held by` as `heldBy`; `_type` as it is.
fn camel(column: &str) -> String {
    let mut words = column.split(' ');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name.push_str(&initial.to_uppercase());
        name.push_str(rest);
        name
    })
}
