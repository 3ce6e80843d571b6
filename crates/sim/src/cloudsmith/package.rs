//! What was pushed into a repository: just enough to see whether pushing was allowed.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A pushed package; pushing the same name and version again replaces it.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) format: &'static str,
    pub(crate) uploaded: Timestamp,
}

/// The packages of a repository by name and version.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packages(BTreeMap<(String, String), Package>);

impl Packages {
    pub(crate) fn put(&mut self, name: &str, version: &str, format: &'static str, uploaded: Timestamp) {
        self.0.insert((name.to_owned(), version.to_owned()), Package { format, uploaded });
    }

    pub(crate) fn get(&self, name: &str, version: &str) -> Option<&Package> {
        self.0.get(&(name.to_owned(), version.to_owned()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str, &Package)> {
        self.0.iter().map(|((name, version), package)| (name.as_str(), version.as_str(), package))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
