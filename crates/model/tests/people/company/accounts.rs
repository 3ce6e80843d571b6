//! Which accounts there are, and whose they are.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::ResourceRef;
use rolecall_model::person::{
    AccountAddress, AccountFacts, AccountKey, CorrelationSettings, Employment, PersonKey, Told, ToldBy, Trust,
};

use super::chance::Chance;
use super::names::Name;
use super::staff::Member;
use super::{Company, DOMAIN};

struct Registry {
    connector: &'static str,
    kind: &'static str,
    taken: BTreeSet<String>,
}

struct Opening {
    staff: Vec<Member>,
    accounts: Vec<AccountFacts>,
    truth: BTreeMap<AccountKey, Option<PersonKey>>,
}

/// Opens accounts for `share` of a thousand in each registry, and for bots and people outside.
pub(crate) fn open(staff: Vec<Member>, share: usize, chance: &mut Chance) -> Company {
    let mut npm = Registry { connector: "acme-npm", kind: "npm", taken: BTreeSet::new() };
    let mut cloudsmith = Registry { connector: "acme-cloudsmith", kind: "cloudsmith", taken: BTreeSet::new() };
    let mut opening = Opening { staff, accounts: Vec::new(), truth: BTreeMap::new() };
    for number in 0..opening.staff.len() {
        let wished = wished_username(&opening.staff[number].former_name, chance);
        let is_gone = opening.staff[number].person.employment == Employment::Departed;
        let share = if is_gone { share / 2 } else { share };
        if chance.happens(share) {
            opening.npm_account(number, &wished, &mut npm, chance);
        }
        if chance.happens(share) {
            let other = wished_username(&opening.staff[number].former_name, chance);
            let wished = if chance.happens(600) { wished } else { other };
            opening.cloudsmith_account(number, &wished, &mut cloudsmith, chance);
        }
    }
    for _ in 0..opening.accounts.len() / 25 {
        opening.bot(&mut npm, chance);
        opening.bot(&mut cloudsmith, chance);
        opening.outsider(&mut npm, chance);
        opening.outsider(&mut cloudsmith, chance);
    }
    let settings = CorrelationSettings { trusted_domains: [DOMAIN.to_owned()].into(), ..Default::default() };
    let people = opening.staff.into_iter().map(|member| member.person).collect();
    Company { people, accounts: opening.accounts, settings, truth: opening.truth }
}

impl Opening {
    /// npm shows no address of anybody; what packages name as a maintainer's is what somebody wrote there.
    fn npm_account(&mut self, number: usize, wished: &str, registry: &mut Registry, chance: &mut Chance) {
        let mut account = registry.account(wished);
        let member = &self.staff[number];
        account.display_name = chance.happens(500).then(|| member.former_name.as_typed(chance));
        if chance.happens(500) {
            let own = member.former_address.clone();
            account.addresses.push(given(self.maybe_anothers(own, chance), Trust::Public));
        }
        if chance.happens(80) {
            account.told.push(Told { person: member.person.key.clone(), by: ToldBy::SelfClaim });
        }
        if chance.happens(50) {
            account.told.push(Told { person: member.person.key.clone(), by: ToldBy::List });
        }
        if chance.happens(350) {
            self.note_attribute(number, "npmUsername", &account);
        }
        self.add(account, Some(number));
    }

    fn cloudsmith_account(&mut self, number: usize, wished: &str, registry: &mut Registry, chance: &mut Chance) {
        let mut account = registry.account(wished);
        let member = &self.staff[number];
        account.display_name = chance.happens(900).then(|| member.former_name.as_typed(chance));
        if chance.happens(600) {
            account.subject = member.person.subjects.first().cloned();
        }
        let own = member.former_address.clone();
        let is_verified = chance.happens(700);
        account.addresses.push(match is_verified {
            true => given(own.to_uppercase(), Trust::Verified),
            false => given(self.maybe_anothers(own.clone(), chance), Trust::SelfSet),
        });
        if chance.happens(250) {
            self.note_attribute(number, "cloudsmithSlug", &account);
        }
        self.add(account, Some(number));
        if is_verified && chance.happens(40) {
            let mut second = registry.account(&format!("{wished}-admin"));
            second.addresses.push(given(own.replace('@', "+admin@"), Trust::Verified));
            self.add(second, Some(number));
        }
    }

    /// Half of them are marked. The others have an address of their own, or name a developer's where anybody can.
    fn bot(&mut self, registry: &mut Registry, chance: &mut Chance) {
        let job = *chance.one_of(&["build", "release", "deploy", "mirror", "nightly"]);
        let mut account = registry.account(&format!("{job}-bot"));
        account.is_service = chance.happens(500);
        account.display_name = Some(format!("{job} bot"));
        if chance.happens(500) {
            account.addresses.push(given(format!("{job}s@{DOMAIN}"), Trust::Verified));
        }
        let developer = chance.one_of(&self.staff).former_address.clone();
        account.addresses.push(given(developer, *chance.one_of(&[Trust::Public, Trust::SelfSet])));
        self.add(account, None);
    }

    /// Somebody else's account that looks like a colleague's: the name, the username, a private address.
    fn outsider(&mut self, registry: &mut Registry, chance: &mut Chance) {
        let lookalike = chance.one_of(&self.staff);
        let username = lookalike.former_address.split('@').next().unwrap().to_owned();
        let mut account = registry.account(&username);
        account.display_name = Some(lookalike.name.display());
        let private = format!("{}@mail.test", lookalike.person.key);
        account.addresses.push(given(private, Trust::Verified));
        self.add(account, None);
    }

    fn maybe_anothers(&self, own: String, chance: &mut Chance) -> String {
        if chance.happens(20) { chance.one_of(&self.staff).former_address.clone() } else { own }
    }

    fn note_attribute(&mut self, number: usize, attribute: &str, account: &AccountFacts) {
        let username = account.username.clone().unwrap();
        self.staff[number].person.attributes.insert(attribute.to_owned(), username);
    }

    fn add(&mut self, account: AccountFacts, owner: Option<usize>) {
        let owner = owner.map(|number| self.staff[number].person.key.clone());
        self.truth.insert(account.key.clone(), owner);
        self.accounts.push(account);
    }
}

impl Registry {
    /// A new account with this username or the next one that is free.
    fn account(&mut self, wished: &str) -> AccountFacts {
        let numbers = std::iter::once(String::new()).chain((1..).map(|number: u32| number.to_string()));
        let mut names = numbers.map(|number| format!("{wished}{number}"));
        let username = names.find(|name| self.taken.insert(name.clone())).unwrap();
        let key = AccountKey::new(self.connector, ResourceRef::new("user", username.as_str()));
        AccountFacts { username: Some(username), ..AccountFacts::new(key, self.kind) }
    }
}

fn given(address: String, trust: Trust) -> AccountAddress {
    AccountAddress { address, trust }
}

fn wished_username(name: &Name, chance: &mut Chance) -> String {
    let (given, family) = name.parts();
    match chance.below(6) {
        0 => format!("{given}.{family}"),
        1 => format!("{given}-{family}"),
        2 => format!("{}{family}", given.chars().next().unwrap()),
        3 => format!("{family}{}", 70 + chance.below(30)),
        4 => format!("{}{}", chance.one_of(&["pixel", "night", "moss", "byte", "kiwi"]), chance.below(100_000)),
        _ => format!("{given}{family}"),
    }
}
