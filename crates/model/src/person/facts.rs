//! People as facts: how a directory's connector states them, and how they are read back.

use super::{Day, Employment, Person, PersonAddress, PersonKey, PersonKind, Standing};
use crate::{Fact, ResourceRef, Term, Value};

/// Resource type of a person, in every directory.
pub const PERSON: &str = "person";
/// The link from a manager to whoever reports to them.
pub const MANAGES: &str = "MANAGES";

const DISPLAY_NAME: &str = "displayName";
const GIVEN_NAME: &str = "givenName";
const FAMILY_NAME: &str = "familyName";
/// As JupiterOne calls a given name, which it requires of everybody (`jupiterone.md`): where the directory tells none apart,
/// the first word of the name.
const FIRST_NAME: &str = "firstName";
/// The same of a family name: the other words.
const LAST_NAME: &str = "lastName";
const EMAIL: &str = "email";
const ALIASES: &str = "aliases";
const ACTIVE: &str = "active";
const EMPLOYMENT: &str = "employment";
const EMPLOYEE_TYPE: &str = "employeeType";
const DEPARTMENT: &str = "department";
const MANAGER: &str = "manager";
const START_DATE: &str = "startDate";
const END_DATE: &str = "endDate";

/// Names that a directory's own attributes cannot have.
const TAKEN: [&str; 16] = [
    DISPLAY_NAME,
    GIVEN_NAME,
    FAMILY_NAME,
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    ALIASES,
    ACTIVE,
    EMPLOYMENT,
    EMPLOYEE_TYPE,
    DEPARTMENT,
    MANAGER,
    START_DATE,
    END_DATE,
    "id",
    "name",
];

/// In front of an attribute whose name is taken.
const APART: &str = "attribute.";

impl PersonKey {
    /// The person as a resource of a directory.
    #[must_use]
    pub fn resource(&self) -> ResourceRef {
        ResourceRef::new(PERSON, self.as_str())
    }
}

/// What a directory states of somebody. Only a manager who `is_listed` there can be linked.
pub fn person_facts(person: &Person, directory: &ResourceRef, is_listed: impl Fn(&PersonKey) -> bool) -> Vec<Fact> {
    let resource = person.key.resource();
    let mut facts = vec![Fact::resource(resource.clone(), Some(directory.clone()))];
    let mut put = |name: Term, value: Value| facts.push(Fact::property(&resource, name, value));
    let (first, last) = words_apart(person);
    let texts = [
        (FIRST_NAME, Some(first).filter(|_| person.given_name.is_none())),
        (LAST_NAME, Some(last).filter(|_| person.family_name.is_none())),
        (DISPLAY_NAME, Some(person.display_name.as_str()).filter(|name| !name.is_empty())),
        (GIVEN_NAME, person.given_name.as_deref()),
        (FAMILY_NAME, person.family_name.as_deref()),
        (EMAIL, person.main_address()),
        (EMPLOYMENT, employment_word(person.employment)),
        (EMPLOYEE_TYPE, kind_word(&person.kind)),
        (DEPARTMENT, person.department.as_deref()),
        (MANAGER, person.manager.as_ref().map(PersonKey::as_str)),
    ];
    for (name, text) in texts {
        text.into_iter().for_each(|text| put(Term::declared(name), Value::text(text)));
    }
    let aliases: Vec<&str> =
        person.addresses.iter().filter(|address| !address.is_main).map(|address| address.address.as_str()).collect();
    if !aliases.is_empty() {
        put(Term::declared(ALIASES), Value::list(aliases));
    }
    if let Some(active) = is_active(person.employment) {
        put(Term::declared(ACTIVE), Value::flag(active));
    }
    for (name, day) in [(START_DATE, person.start), (END_DATE, person.end)] {
        day.into_iter().for_each(|day| put(Term::declared(name), Value::text(&day.to_string())));
    }
    for (name, value) in &person.attributes {
        put(Term::from(attribute_name(name)), Value::text(value));
    }
    if let Some(manager) = person.manager.as_ref().filter(|manager| is_listed(manager)) {
        facts.push(Fact::Link { from: manager.resource(), class: Term::declared(MANAGES), to: resource });
    }
    facts
}

/// The person with these properties, of the directory `source`, whose word on addresses is worth `standing`.
pub fn person_of<'p>(
    key: PersonKey,
    properties: impl IntoIterator<Item = (&'p str, Value)>,
    source: &str,
    standing: Standing,
) -> Person {
    let mut person = Person::new(key, String::new());
    let address = |address: String, is_main| PersonAddress { address, is_main, source: source.to_owned(), standing };
    let mut addresses = Vec::new();
    for (name, value) in properties {
        let text = || value.to_text();
        match name {
            DISPLAY_NAME => person.display_name = text().unwrap_or_default(),
            GIVEN_NAME => person.given_name = text(),
            FAMILY_NAME => person.family_name = text(),
            EMAIL => addresses.extend(text().map(|text| address(text, true))),
            ALIASES => addresses.extend(value.to_texts().into_iter().map(|text| address(text, false))),
            EMPLOYMENT => person.employment = employment_of(text().as_deref()),
            EMPLOYEE_TYPE => person.kind = kind_of(text().as_deref()),
            DEPARTMENT => person.department = text(),
            MANAGER => person.manager = text().as_deref().map(PersonKey::from),
            START_DATE => person.start = text().as_deref().and_then(Day::read),
            END_DATE => person.end = text().as_deref().and_then(Day::read),
            // They follow from the employment, and from the name.
            ACTIVE | FIRST_NAME | LAST_NAME => {}
            _ => {
                let name = name.strip_prefix(APART).unwrap_or(name);
                person.attributes.extend(text().map(|text| (name.to_owned(), text)));
            }
        }
    }
    // The main address first, whatever came first.
    addresses.sort_by_key(|address| !address.is_main);
    person.addresses = addresses;
    person
}

/// What somebody is called, in two: one word is both.
fn words_apart(person: &Person) -> (&str, &str) {
    let name = person.display_name.trim();
    let name = if name.is_empty() { person.key.as_str() } else { name };
    name.split_once(char::is_whitespace).map_or((name, name), |(first, rest)| (first, rest.trim()))
}

fn attribute_name(name: &str) -> String {
    let is_taken = TAKEN.contains(&name) || name.starts_with(APART) || name.starts_with('_') || name.is_empty();
    if is_taken { format!("{APART}{name}") } else { name.to_owned() }
}

/// Whether somebody works here; `None` where nobody says.
const fn is_active(employment: Employment) -> Option<bool> {
    match employment {
        Employment::Active | Employment::OnLeave => Some(true),
        Employment::Departed => Some(false),
        Employment::Unknown => None,
    }
}

const fn employment_word(employment: Employment) -> Option<&'static str> {
    match employment {
        Employment::Active => Some("active"),
        Employment::OnLeave => Some("on-leave"),
        Employment::Departed => Some("departed"),
        Employment::Unknown => None,
    }
}

fn employment_of(word: Option<&str>) -> Employment {
    let all = [Employment::Active, Employment::OnLeave, Employment::Departed];
    let found = all.into_iter().find(|employment| word.is_some() && employment_word(*employment) == word);
    found.unwrap_or_default()
}

fn kind_word(kind: &PersonKind) -> Option<&str> {
    match kind {
        PersonKind::Employee => Some("employee"),
        PersonKind::Contractor => Some("contractor"),
        PersonKind::Trainee => Some("trainee"),
        PersonKind::Other(word) => Some(word),
        PersonKind::Unknown => None,
    }
}

fn kind_of(word: Option<&str>) -> PersonKind {
    match word {
        None => PersonKind::Unknown,
        Some("employee") => PersonKind::Employee,
        Some("contractor") => PersonKind::Contractor,
        Some("trainee") => PersonKind::Trainee,
        Some(other) => PersonKind::Other(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn read_back(facts: &[Fact], key: &PersonKey) -> Person {
        let properties = facts.iter().filter_map(|fact| match fact {
            Fact::Property { name, value, .. } => Some((name.as_str(), value.clone())),
            _ => None,
        });
        person_of(key.clone(), properties, "staff", Standing::Roster)
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![4 => "[a-z@. ]{1,12}", 1 => prop::sample::select(&TAKEN[..]).prop_map(str::to_owned), 1 => ".{1,8}"]
    }

    prop_compose! {
        fn person()(
            (key, display_name, given_name) in (text(), ".{0,8}", prop::option::of(text())),
            (main, aliases) in (prop::option::of(text()), prop::collection::vec(text(), 0..3)),
            (employment, kind) in (0..4_usize, prop::option::of(text())),
            (manager, day) in (prop::option::of(text()), prop::option::of(1..28_u8)),
            attributes in prop::collection::btree_map(text(), text(), 0..4),
        ) -> Person {
            let address = |address: String, is_main| {
                PersonAddress { address, is_main, source: "staff".to_owned(), standing: Standing::Roster }
            };
            let addresses = main.into_iter().map(|main| address(main, true));
            let employments = [Employment::Active, Employment::OnLeave, Employment::Departed, Employment::Unknown];
            Person {
                given_name,
                addresses: addresses.chain(aliases.into_iter().map(|alias| address(alias, false))).collect(),
                employment: employments[employment],
                kind: kind_of(kind.as_deref()),
                manager: manager.as_deref().map(PersonKey::from),
                start: day.and_then(|day| Day::new(2026, 5, day)),
                attributes,
                ..Person::new(PersonKey::from(key.as_str()), display_name)
            }
        }
    }

    proptest! {
        #[test]
        fn people_are_the_same_after_they_were_facts(person in person()) {
            let directory = ResourceRef::new("directory", "staff");
            let facts = person_facts(&person, &directory, |_| true);
            prop_assert_eq!(read_back(&facts, &person.key), person);
            let names: Vec<&str> = facts.iter().filter_map(|fact| match fact {
                Fact::Property { name, .. } => Some(name.as_str()),
                _ => None,
            }).collect();
            prop_assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{:?}", names);
        }
    }

    #[test]
    fn everybody_has_two_names_whatever_the_directory_tells_apart() {
        let directory = ResourceRef::new("directory", "staff");
        for (name, apart) in [
            ("Ada Lovelace", ["Ada", "Lovelace"]),
            (" Ada  King Lovelace ", ["Ada", "King Lovelace"]),
            ("山田", ["山田", "山田"]),
            ("", ["E1", "E1"]),
        ] {
            let facts = person_facts(&Person::new(PersonKey::from("E1"), name), &directory, |_| true);
            let stated = |wanted: &str| {
                facts.iter().find_map(|fact| match fact {
                    Fact::Property { name, value, .. } if name.as_str() == wanted => value.to_text(),
                    _ => None,
                })
            };
            assert_eq!([FIRST_NAME, LAST_NAME].map(stated), apart.map(|part| Some(part.to_owned())), "{name:?}");
        }
    }

    #[test]
    fn whoever_manages_is_linked_only_where_the_directory_has_them() {
        let mut person = Person::new(PersonKey::from("E2"), "Bob");
        person.manager = Some(PersonKey::from("E1"));
        let directory = ResourceRef::new("directory", "staff");
        let links = |is_listed: bool| {
            let facts = person_facts(&person, &directory, |_| is_listed);
            facts.into_iter().filter(|fact| matches!(fact, Fact::Link { .. })).count()
        };
        assert_eq!((links(true), links(false)), (1, 0));
    }
}
