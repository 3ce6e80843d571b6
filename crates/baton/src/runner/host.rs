//! What a connector tells of the machine and the program that it is.

use crate::connector::ConnectorCard;
use rolecall_proto::c1::connectorapi::baton::v1::BatonServiceHelloRequest;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_hello_request::{BuildInfo, OsInfo};

/// The machine and the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunnerHost {
    /// What the hub calls this process's place, the same after a restart.
    pub id: String,
    /// The machine's name.
    pub name: String,
    /// The kind of system: `linux`.
    pub system: String,
    /// Whose system it is: `debian`.
    pub platform: String,
    /// Which version of it.
    pub platform_version: String,
    /// The kernel's version.
    pub kernel: String,
    /// The kind of processor.
    pub processor: String,
    /// The program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The version of the language that it is written in.
    pub language: String,
}

impl RunnerHost {
    pub(super) fn hello(&self, task: &str, card: &ConnectorCard) -> BatonServiceHelloRequest {
        BatonServiceHelloRequest {
            host_id: self.id.clone(),
            task_id: task.to_owned(),
            build_info: Some(BuildInfo {
                lang_version: self.language.clone(),
                package: self.program.clone(),
                package_version: self.version.clone(),
            }),
            os_info: Some(OsInfo {
                hostname: self.name.clone(),
                os: self.system.clone(),
                platform: self.platform.clone(),
                platform_version: self.platform_version.clone(),
                kernel_version: self.kernel.clone(),
                kernel_arch: self.processor.clone(),
                ..OsInfo::default()
            }),
            connector_metadata: Some(card.metadata()),
            annotations: Vec::new(),
        }
    }
}
