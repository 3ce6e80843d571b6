//! An organisation as words, with what is known besides the graph.

use std::collections::HashMap;

use rolecall_model::person::{
    AccountKey, Candidate, Confidence, Correlation, CorrelationRule, Day, Employment, IdentityLink, LinkState, Person,
    PersonAddress, PersonKey, ServiceSaidBy, Shortlist, Standing,
};
use rolecall_model::{Reason, ResourceRef, Timestamp, Verdict};
use rolecall_store::{ListingState, Reappearance, SnapshotId};

use crate::completeness::CompletenessBuilder;
use crate::moment::moment_parse;
use crate::people::Identities;
use crate::rules::{
    CheckAnswer, CheckQuestion, ConnectorKnown, PeopleKnown, ReturnedGrant, RuleKnown, RuleSettings, check,
};
use crate::tests::support::{LATER, connector_view, exported_with};
use crate::world::WorldView;

const CONNECTOR: &str = "hosted:acme";

/// The facts of [`view`](crate::tests::support::view), and besides them, one a line:
///
/// ```text
/// unread roster workspace:acme      the listing could not be read
/// read 2025-06-14                   when every listing was read last; otherwise long ago
/// person E1 active ada@acme.example
/// person E2 departed 2025-01-31     their last day
/// unread people                     the directory was not read in full
/// ada is E1                         the account is that person's
/// ada may-be E1
/// ci service-of E1
/// ci service                        a program's, by somebody's word
/// trusted acme.example
/// set dormant-days=30
/// taken ada write repository:r      a plan took it away, and it was verified to be gone
/// back ada write repository:r       it was, and is there again
/// returned ada                      the name was gone, and is back
/// replaced ada                      and is another's, as the source tells
/// waits 3 2025-06-01                removals, and since when
/// sees-less role
/// expires 2025-07-01                the credential
/// every 1d                          the connector's rhythm
/// never-read                        nothing was read yet
/// ```
pub(super) struct Scene {
    view: WorldView,
    known: RuleKnown,
    settings: RuleSettings,
}

#[derive(Default)]
struct Told {
    facts: String,
    unread: Vec<(String, String)>,
    read: Option<Timestamp>,
    people: Vec<Person>,
    is_directory_unread: bool,
    states: Vec<(String, LinkState)>,
    trusted: Vec<String>,
    settings: RuleSettings,
    returned: Vec<(String, bool)>,
    taken: Vec<ReturnedGrant>,
    connector: ConnectorKnown,
    config: Vec<(&'static str, String)>,
    is_never_read: bool,
}

impl Scene {
    pub(super) fn of(lines: &str) -> Self {
        let mut told = Told::default();
        told.connector.losses = Some(Vec::new());
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            told.line(line);
        }
        told.scene()
    }

    pub(super) fn check(&self, rule: &str) -> CheckAnswer {
        let question = CheckQuestion { rules: vec![rule.to_owned()], settings: self.settings.clone(), now: LATER };
        check(&self.view, &self.known, &question).unwrap()
    }
}

fn moment(text: &str) -> Timestamp {
    moment_parse(text, LATER).unwrap()
}

fn account(text: &str) -> ResourceRef {
    let (kind, id) = text.split_once(':').unwrap_or(("user", text));
    ResourceRef::new(kind.to_owned(), id)
}

fn taken((who, slug, resource): (&str, &str, &str), is_back: bool) -> ReturnedGrant {
    let entitlement = account(resource).entitlement(slug.to_owned());
    ReturnedGrant { principal: account(who), entitlement, review: Some("Q3".to_owned()), is_back }
}

fn link(person: &str) -> LinkState {
    let person = PersonKey::from(person);
    let (rule, confidence) = (CorrelationRule::Pin, Confidence(1000));
    LinkState::Person(IdentityLink { person, rule, confidence, evidence: Vec::new() })
}

fn suggested(person: &str) -> LinkState {
    let (person, confidence) = (PersonKey::from(person), Confidence(400));
    let candidates = vec![Candidate { person, confidence, evidence: Vec::new() }];
    LinkState::Suggested(Shortlist { candidates, left_out: 0 })
}

fn service(owner: Option<&str>) -> LinkState {
    LinkState::Service { owner: owner.map(PersonKey::from), said_by: ServiceSaidBy::Person }
}

fn person(key: &str, employment: &str, more: Option<&str>) -> Person {
    let mut person = Person::new(PersonKey::from(key), format!("Person {key}"));
    person.employment = match employment {
        "active" => Employment::Active,
        "departed" => Employment::Departed,
        other => panic!("no employment: {other}"),
    };
    match more.filter(|more| more.contains('@')) {
        Some(address) => person.addresses.push(PersonAddress {
            address: address.to_owned(),
            is_main: true,
            source: "staff".to_owned(),
            standing: Standing::Roster,
        }),
        None => person.end = more.and_then(Day::read),
    }
    person
}

impl Told {
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["unread", "people"] => self.is_directory_unread = true,
            ["unread", kind, subject] => self.unread.push((kind.to_owned(), subject.to_owned())),
            ["read", when] => self.read = Some(moment(when)),
            ["person", key, employment] => self.people.push(person(key, employment, None)),
            ["person", key, employment, more] => self.people.push(person(key, employment, Some(more))),
            [who, "is", key] => self.states.push((who.to_owned(), link(key))),
            [who, "may-be", key] => self.states.push((who.to_owned(), suggested(key))),
            [who, "service-of", key] => self.states.push((who.to_owned(), service(Some(key)))),
            [who, "service"] => self.states.push((who.to_owned(), service(None))),
            ["trusted", domain] => self.trusted.push(domain.to_owned()),
            ["set", setting] => self.settings.set(setting).unwrap(),
            ["returned", who] => self.returned.push((who.to_owned(), false)),
            ["replaced", who] => self.returned.push((who.to_owned(), true)),
            ["taken", who, slug, resource] => self.taken.push(taken((who, slug, resource), false)),
            ["back", who, slug, resource] => self.taken.push(taken((who, slug, resource), true)),
            ["waits", number, since] => {
                self.connector.waiting = number.parse().unwrap();
                self.connector.waiting_since = Some(moment(since));
            }
            ["sees-less", what] => self.connector.losses.get_or_insert_default().push(what.to_owned()),
            ["expires", date] => self.config.push(("tokenExpires", date.to_owned())),
            ["never-read"] => self.is_never_read = true,
            ["every", span] => self.config.push(("every", span.to_owned())),
            _ => self.facts.extend([line, "\n"]),
        }
    }

    fn stand(&self, state: &mut ListingState) {
        if let Some(read) = self.read {
            (state.read_at, state.whole_at, state.complete_at) = (read, Some(read), Some(read));
        }
        let is_unread = |(kind, subject): &(String, String)| {
            state.key.kind.as_str() == kind && state.key.subject.to_string() == *subject
        };
        if self.unread.iter().any(is_unread) {
            state.verdict = Verdict::Unavailable(Reason::new("forbidden", "it may not be read"));
            (state.whole_at, state.complete_at) = (None, None);
        }
    }

    fn scene(mut self) -> Scene {
        let facts = std::mem::take(&mut self.facts);
        let mut view = exported_with(&facts, |state| self.stand(state)).view;
        let connector = &mut view.connectors[0];
        if self.is_never_read {
            connector.states.clear();
        }
        for (who, is_another) in &self.returned {
            let resource = account(who);
            let at = moment("2025-05-01");
            let back = Reappearance {
                resource: resource.clone(),
                snapshot: SnapshotId(2),
                at,
                is_another: *is_another,
                confirmed: None,
            };
            connector.returned.insert(resource, back);
        }
        let settings: serde_json::Map<String, serde_json::Value> =
            self.config.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        connector.record.config.settings = settings.into();
        let (id, uuid) = (connector.record.id, connector.record.uuid);
        Scene {
            known: RuleKnown {
                people: self.people_known(),
                trusted_domains: self.trusted.into_iter().collect(),
                connectors: HashMap::from([(id, self.connector)]),
                returned: HashMap::from([(uuid, self.taken)]),
            },
            view,
            settings: self.settings,
        }
    }

    fn people_known(&mut self) -> Option<PeopleKnown> {
        if self.people.is_empty() {
            return None;
        }
        let states = self.states.drain(..).map(|(who, state)| (AccountKey::new(CONNECTOR, account(&who)), state));
        let correlation = Correlation { states: states.collect(), ..Correlation::default() };
        let people = self.people.drain(..).map(|person| (person.key.clone(), person)).collect();
        let (unlisted, since, attested) = Default::default();
        Some(PeopleKnown {
            identities: Identities { people, unlisted, correlation, since, attested },
            directories: self.directories(),
        })
    }

    /// The directory's listing is none of the registry's, so that one of those stands for it.
    fn directories(&self) -> CompletenessBuilder {
        let mut builder = CompletenessBuilder::default();
        if self.is_directory_unread {
            let empty = connector_view(&[]);
            let declared = &empty.declaration.listings[0];
            builder.add(&empty.book(), declared, &empty.root());
        }
        builder
    }
}
