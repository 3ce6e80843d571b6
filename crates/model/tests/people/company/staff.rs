//! Who works there, and did.

use std::collections::BTreeSet;

use rolecall_model::person::{Day, Employment, Person, PersonAddress, PersonKey, PersonKind, Standing, Subject};

use super::DOMAIN;
use super::chance::Chance;
use super::names::Name;

/// Somebody, with what the directory does not say of them.
pub(crate) struct Member {
    pub(crate) person: Person,
    pub(crate) name: Name,
    /// The name they had when they opened their accounts.
    pub(crate) former_name: Name,
    /// The address they had then.
    pub(crate) former_address: String,
}

/// Hires so many, one after another.
pub(crate) fn hire(size: usize, chance: &mut Chance) -> Vec<Member> {
    let mut taken = BTreeSet::new();
    let mut staff: Vec<Member> = Vec::with_capacity(size);
    for number in 0..size {
        let member = newcomer(number, &staff, &mut taken, chance);
        staff.push(member);
    }
    staff
}

fn newcomer(number: usize, staff: &[Member], taken: &mut BTreeSet<String>, chance: &mut Chance) -> Member {
    let earlier = (!staff.is_empty() && chance.happens(30)).then(|| chance.one_of(staff));
    let former_name = earlier.map_or_else(|| Name::by(chance), |earlier| earlier.name.clone());
    let kind = if chance.happens(100) { PersonKind::Contractor } else { PersonKind::Employee };
    let domain = if kind == PersonKind::Contractor { "vendor.test" } else { DOMAIN };
    let inherited = earlier.filter(|earlier| earlier.person.employment == Employment::Departed && chance.happens(500));
    let former_address = match inherited {
        Some(earlier) => earlier.former_address.clone(),
        None => free_address(&former_name, domain, taken),
    };
    let changed = chance.happens(40);
    let name = if changed { former_name.married(chance) } else { former_name.clone() };
    let mut person = Person::new(PersonKey::from(format!("E{number:05}").as_str()), name.display());
    (person.given_name, person.family_name) = (Some(name.given.clone()), Some(name.family.clone()));
    person.kind = kind;
    person.start = Day::new(2015 + u16::try_from(number % 10).unwrap(), 1, 15);
    let is_provisioned = person.kind == PersonKind::Employee && chance.happens(600);
    let standing = if is_provisioned { Standing::Provisioned } else { Standing::Roster };
    if changed {
        person.addresses.push(address(free_address(&name, domain, taken), true, standing));
    }
    person.addresses.push(address(former_address.clone(), !changed, standing));
    if is_provisioned {
        person.subjects.push(Subject { issuer: "login.acme.test".to_owned(), id: format!("sub-{number}") });
    }
    leave(&mut person, chance);
    add_self_set(&mut person, staff, chance);
    person.manager = (!staff.is_empty()).then(|| staff[number / 8].person.key.clone());
    Member { person, name, former_name, former_address }
}

fn leave(person: &mut Person, chance: &mut Chance) {
    person.employment = match chance.below(100) {
        0..12 => Employment::Departed,
        12..15 => Employment::OnLeave,
        _ => Employment::Active,
    };
    if person.employment == Employment::Departed {
        person.end = Day::new(2026, 3, 31);
    }
}

/// Some write a private address into the directory, and a few somebody else's.
fn add_self_set(person: &mut Person, staff: &[Member], chance: &mut Chance) {
    if chance.happens(150) {
        let private = format!("{}@mail.test", person.key);
        person.addresses.push(address(private, false, Standing::SelfSet));
    }
    if !staff.is_empty() && chance.happens(5) {
        let stolen = chance.one_of(staff).former_address.clone();
        person.addresses.push(address(stolen, false, Standing::SelfSet));
    }
}

fn address(address: String, is_main: bool, standing: Standing) -> PersonAddress {
    PersonAddress { address, is_main, source: "staff".to_owned(), standing }
}

fn free_address(name: &Name, domain: &str, taken: &mut BTreeSet<String>) -> String {
    let (given, family) = name.parts();
    let spellings = std::iter::once(String::new()).chain((2..).map(|number: u32| number.to_string()));
    let mut addresses = spellings.map(|number| format!("{given}.{family}{number}@{domain}"));
    addresses.find(|address| taken.insert(address.clone())).unwrap()
}
