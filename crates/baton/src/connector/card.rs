//! What a connector says of itself.

use rolecall_proto::c1::connector::v2::{Capability, ConnectorCapabilities, ConnectorMetadata, ResourceTypeCapability};

use crate::message::encode;
use crate::record::ResourceType;

/// What a connector that reads says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectorCard {
    /// Its name, for people.
    pub display_name: String,
    /// What it does.
    pub description: String,
    /// Where more is written about it, if anywhere.
    pub help_url: String,
    /// The types that it lists.
    pub types: Vec<ResourceType>,
}

impl ConnectorCard {
    /// The same as a message. Reading is all that it can do, of every type.
    pub(crate) fn metadata(&self) -> ConnectorMetadata {
        let sync = vec![i32::from(Capability::Sync)];
        let of_type = |declared: &ResourceType| ResourceTypeCapability {
            resource_type: Some(encode::resource_type(declared)),
            capabilities: sync.clone(),
        };
        ConnectorMetadata {
            display_name: self.display_name.clone(),
            description: self.description.clone(),
            help_url: self.help_url.clone(),
            capabilities: Some(ConnectorCapabilities {
                resource_type_capabilities: self.types.iter().map(of_type).collect(),
                connector_capabilities: sync.clone(),
            }),
            ..ConnectorMetadata::default()
        }
    }
}
