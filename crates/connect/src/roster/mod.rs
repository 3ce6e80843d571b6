//! Directories of people: rosters that somebody brings, as text, and what identity providers push. Nothing is asked of any
//! network.
//!
//! | question | file |
//! |---|---|
//! | what is a directory of people, as a source? | `declaration.rs` |
//! | what does a text say? | `text/` |
//! | how is it read as a listing? | here |

mod declaration;
pub mod text;

use async_trait::async_trait;
use rolecall_model::person::{Person, PersonKey, person_facts};
use rolecall_model::{ConnectorDeclaration, Fact, Fingerprint, ListingKey, Proof, Reading, Reason, ResourceRef};

use crate::{Connector, ReadError, ReadRequest};

pub use declaration::{DECLARATION, DIRECTORY, PEOPLE, SCIM};

/// A directory whose people are known already.
#[derive(Debug)]
pub struct RosterConnector {
    declaration: &'static ConnectorDeclaration,
    root: ResourceRef,
    facts: Vec<Fact>,
}

impl RosterConnector {
    /// The directory of this name with these people, and nobody else.
    #[must_use]
    pub fn new(directory: &str, people: &[Person]) -> Self {
        Self::of(&DECLARATION, directory, people)
    }

    /// The same of a directory that an identity provider fills.
    #[must_use]
    pub fn pushed(directory: &str, people: &[Person]) -> Self {
        Self::of(&SCIM, directory, people)
    }

    fn of(declaration: &'static ConnectorDeclaration, directory: &str, people: &[Person]) -> Self {
        let root = ResourceRef::new(DIRECTORY, directory);
        let keys: std::collections::HashSet<&PersonKey> = people.iter().map(|person| &person.key).collect();
        let stated = people.iter().flat_map(|person| person_facts(person, &root, |key| keys.contains(key)));
        let facts = std::iter::once(Fact::resource(root.clone(), None)).chain(stated).collect();
        Self { declaration, root, facts }
    }
}

#[async_trait]
impl Connector for RosterConnector {
    fn declaration(&self) -> &'static ConnectorDeclaration {
        self.declaration
    }

    fn root(&self) -> ResourceRef {
        self.root.clone()
    }

    fn host(&self) -> &'static str {
        ""
    }

    fn requests_sent(&self) -> u64 {
        0
    }

    fn fingerprint(&self, _sight: &[Fact]) -> Option<Fingerprint> {
        None
    }

    async fn read(&self, listing: &ListingKey, _request: ReadRequest<'_>) -> Result<Reading, ReadError> {
        if listing.kind != PEOPLE {
            let text = format!("a roster has no {}", listing.kind);
            return Ok(Reading::unavailable(Reason::new("not-in-a-roster", text)));
        }
        // Whoever brings the roster, or pushes people, says that it is everybody.
        Ok(Reading::whole(Proof::Attested, self.facts.clone()))
    }
}
