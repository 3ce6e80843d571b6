//! What a connector says of itself: its name, its types, and that it reads them.

use rolecall_baton::connector::ConnectorCard;
use rolecall_baton::record::ResourceType;
use rolecall_baton::resource_type_json;
use rolecall_connect::ConnectorType;
use rolecall_engine::export::baton_types;
use serde_json::{Value as Json, json};

/// What it says of itself.
pub(super) fn card(connector_type: &ConnectorType) -> ConnectorCard {
    let declaration = connector_type.declaration;
    ConnectorCard {
        display_name: declaration.title.to_owned(),
        description: format!("Reads one {} organisation: who can do what, by which path", declaration.title),
        help_url: String::new(),
        types: baton_types(declaration),
    }
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
