//! What a connector says of itself: its name, its types, and that it reads them.

use rolecall_baton::connector::ConnectorCard;
use rolecall_baton::record::{ResourceType, TraitKind};
use rolecall_baton::resource_type_json;
use rolecall_connect::ConnectorType;
use rolecall_model::{Trait, TypeDeclaration};
use serde_json::{Value as Json, json};

/// What it says of itself.
pub(super) fn card(connector_type: &ConnectorType) -> ConnectorCard {
    let declaration = connector_type.declaration;
    let types = declaration.types.iter();
    // Those that say nothing of access are not handed over.
    let shown = types.filter(|declared| declared.trait_.is_some() || !declared.entitlements.is_empty());
    ConnectorCard {
        display_name: declaration.title.to_owned(),
        description: format!("Reads one {} organisation: who can do what, by which path", declaration.title),
        help_url: String::new(),
        types: shown.map(resource_type).collect(),
    }
}

fn resource_type(declared: &TypeDeclaration) -> ResourceType {
    let trait_ = declared.trait_.map(|trait_| match trait_ {
        Trait::User => TraitKind::USER,
        Trait::Group => TraitKind::GROUP,
        Trait::Role => TraitKind::ROLE,
        Trait::App => TraitKind::APP,
        Trait::Secret => TraitKind::SECRET,
    });
    ResourceType {
        id: declared.name.to_owned(),
        display_name: display_name(declared.name),
        traits: trait_.into_iter().collect(),
        holds_nothing: declared.entitlements.is_empty(),
        ..ResourceType::default()
    }
}

/// `Code repository`.
fn display_name(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What it can do, as other connectors print it.
pub(super) fn capabilities(connector_type: &ConnectorType) -> Json {
    let of_type =
        |declared: &ResourceType| json!({ "resourceType": resource_type_json(declared), "capabilities": [SYNC] });
    let types = card(connector_type).types;
    json!({
        "resourceTypeCapabilities": types.iter().map(of_type).collect::<Vec<_>>(),
        "connectorCapabilities": [SYNC],
    })
}

const SYNC: &str = "CAPABILITY_SYNC";
