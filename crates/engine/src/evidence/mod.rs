//! Evidence for an audit: one signed package of what was known at a moment, and of what happened before it.
//!
//! | question | module |
//! |---|---|
//! | of which moment, period and connectors? | `scope` |
//! | what is a section, and which are there? | `section`, `sections` |
//! | who could do what? | `population` |
//! | what was it read from, with whose credential, and when was it not? | `listings`, `credentials`, `gaps`, `withdrawn` |
//! | who were the people, and what became of those who left? | `people`, `departures`, `leavers` |
//! | what came and went, between which readings? | `ended`, `changes`, `new_grants`; since the last review: `since` |
//! | what was found, stated and decided? | `findings`, `attestations`, `audit` |
//! | what was reviewed, what became of what was denied, and was that two people? | `campaigns`, `remediation`, `separation` |
//! | how does a section become files? | `table`, `report` |
//! | what is signed? | `manifest` |
//! | how does all of it lie in one file? | `package` |
//! | how is it made? | `make` |
//! | is it what was signed? | `verify` |
//!
//! `docs/reference/evidence.md` has the format, byte by byte.

mod attestations;
mod audit;
mod campaigns;
mod changes;
mod credentials;
mod departures;
mod ended;
mod findings;
mod gaps;
mod leavers;
mod leavers_answer;
mod listings;
mod make;
mod manifest;
mod new_grants;
mod package;
mod people;
mod population;
mod remediation;
mod report;
mod scope;
mod section;
mod sections;
mod separation;
mod since;
mod table;
mod verify;
mod withdrawn;

pub use leavers::leavers;
pub use leavers_answer::{LeaverRecord, LeaverRight, LeaversAnswer, RightState};
pub use make::{EvidenceError, EvidenceMaker, evidence_make};
pub use manifest::{EvidenceFile, EvidenceManifest};
pub use new_grants::{NewGrant, NewGrantsAnswer, new_grants};
pub use scope::EvidenceQuestion;
pub use since::{NewSince, last_review};
pub use verify::{EvidenceFault, EvidenceVerdict, evidence_verify};
