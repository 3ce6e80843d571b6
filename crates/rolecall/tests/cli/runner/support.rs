//! A connector of npm's, that a hub is served with.

use std::process::Child;

use rolecall_baton::c1z::{C1zError, C1zReader, Limits};
use rolecall_baton::record::{Grant, Resource};
use rolecall_testkit::Binary;

use super::hub::Hub;
use crate::support::{Served, served};

/// The types of everything in a whole file.
pub(crate) const TYPES: &[&str] = &["code-repository", "organization", "package", "team", "token", "user"];

/// An organisation, and a hub that wants to know it.
pub(crate) struct Pair {
    pub(crate) served: Served,
    pub(crate) hub: Hub,
}

/// A connector that was started.
pub(crate) struct Running(pub(crate) Option<Child>);

/// How one ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
}

impl Pair {
    pub(crate) async fn new(seed: u64) -> Self {
        Self { served: served(seed, 8, 3, 4).await, hub: Hub::start().await }
    }

    pub(crate) fn binary(&self) -> Binary {
        self.hub.known_to(reading(&self.served))
    }

    /// Starts to serve the hub.
    pub(crate) fn start(&self, binary: &Binary) -> Running {
        Running(Some(binary.start(&["runner", "npm"]).unwrap()))
    }
}

/// A binary that would read this organisation as a connector does.
pub(crate) fn reading(served: &Served) -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_rolecall"))
        .unwrap()
        .variable("BATON_ACCESS_TOKEN", &served.token)
        .variable("BATON_ORGANIZATION", &served.organization)
        .variable("BATON_REGISTRY", served.server.url())
}

impl Running {
    /// Asks it to stop, and waits for its end.
    pub(crate) fn stop(self) -> Ended {
        let id = self.0.as_ref().unwrap().id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let child = self.0.take().unwrap();
        let output = tokio::task::block_in_place(|| child.wait_with_output()).unwrap();
        assert!(output.stdout.is_empty(), "{output:?}");
        Ended { code: output.status.code(), said: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

/// A test that fails leaves nothing running.
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What is in a file.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) resources: Vec<Resource>,
    pub(crate) entitlements: usize,
    pub(crate) grants: Vec<Grant>,
}

impl Content {
    pub(crate) fn of(file: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let reader = C1zReader::open(file, folder.path(), Limits::default()).unwrap();
        let sync = reader.newest().unwrap().id;
        let mut content = Self::default();
        let kept = |resource| -> Result<(), C1zError> {
            content.resources.push(resource);
            Ok(())
        };
        reader.resources(&sync, kept).unwrap();
        let counted = |_| -> Result<(), C1zError> {
            content.entitlements += 1;
            Ok(())
        };
        reader.entitlements(&sync, counted).unwrap();
        let kept = |grant| -> Result<(), C1zError> {
            content.grants.push(grant);
            Ok(())
        };
        reader.grants(&sync, kept).unwrap();
        content
    }

    /// The types of its resources, each once.
    pub(crate) fn types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = self.resources.iter().map(|resource| resource.id.kind.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        types
    }
}
