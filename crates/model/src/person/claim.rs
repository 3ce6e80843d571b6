//! What speaks for whom: one account against the index of people.

use super::index::{PeopleIndex, bounded};
use super::spelling::{normal_address, normal_username};
use super::{
    AccountAddress, AccountFacts, AccountField, Confidence, CorrelationRule, CorrelationSettings, Evidence,
    PersonAddress, Standing, ToldBy, Trust,
};

/// One piece of evidence for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The number of the person.
    pub(super) person: usize,
    /// What speaks for them.
    pub(super) evidence: Evidence,
}

impl Claim {
    /// Evidence at the full worth of its rule.
    pub(super) fn by(rule: CorrelationRule, person: usize, may_link: bool, inputs: String) -> Self {
        let may_link = may_link && rule.may_link();
        Self { person, evidence: Evidence { rule, confidence: rule.confidence(), may_link, inputs } }
    }
}

/// Gathers claims.
pub(super) struct Gatherer<'g, 'a, S> {
    pub(super) people: &'g PeopleIndex<'a>,
    pub(super) settings: &'a CorrelationSettings,
    /// Told what not everybody was looked through for.
    pub(super) skipped: S,
}

impl<S: FnMut(&str, usize)> Gatherer<'_, '_, S> {
    /// What may link, and whatever else the same comparisons bring up.
    pub(super) fn strong(&mut self, account: &AccountFacts) -> Vec<Claim> {
        let mut claims = Vec::new();
        self.add_subject(account, &mut claims);
        self.add_told(account, &mut claims);
        self.add_attributes(account, &mut claims);
        for address in &account.addresses {
            self.add_address(address, &mut claims);
        }
        claims.retain(|claim| self.settings.uses(claim.evidence.rule));
        claims
    }

    /// What can only suggest, and does not depend on other accounts.
    pub(super) fn weak(&mut self, account: &AccountFacts) -> Vec<Claim> {
        let mut claims = Vec::new();
        if self.settings.uses(CorrelationRule::LocalPart) {
            self.add_local_part(account, &mut claims);
        }
        if self.settings.uses(CorrelationRule::Name) {
            self.add_name(account.display_name.as_deref(), &mut claims);
            self.add_name(account.username.as_deref(), &mut claims);
        }
        claims
    }

    fn add_subject(&mut self, account: &AccountFacts, claims: &mut Vec<Claim>) {
        let Some(subject) = &account.subject else { return };
        let found = bounded(self.people.with_subject(subject), &subject.id, self.settings, &mut self.skipped);
        claims.extend(found.iter().map(|person| {
            let inputs = format!("signs in as `{}` of `{}`, and so does the person", subject.id, subject.issuer);
            Claim::by(CorrelationRule::Subject, *person, true, inputs)
        }));
    }

    fn add_told(&self, account: &AccountFacts, claims: &mut Vec<Claim>) {
        for told in &account.told {
            let Some(person) = self.people.number(&told.person) else { continue };
            let (rule, inputs) = match told.by {
                ToldBy::SelfClaim => (CorrelationRule::SelfClaim, "the person signed in and proved control of it"),
                ToldBy::List => (CorrelationRule::Attribute, "a list of the organisation names the person"),
            };
            claims.push(Claim::by(rule, person, true, inputs.to_owned()));
        }
    }

    fn add_attributes(&mut self, account: &AccountFacts, claims: &mut Vec<Claim>) {
        let mappings = &self.settings.attributes;
        for mapping in mappings.iter().filter(|mapping| mapping.connector_type == account.connector_type) {
            let stated = match mapping.field {
                AccountField::Username => account.username.as_deref(),
                AccountField::Id => Some(&*account.key.resource.id),
            };
            let Some(value) = stated.and_then(normal_username) else { continue };
            let found = self.people.with_attribute(&mapping.attribute, &value);
            let found = bounded(found, &value, self.settings, &mut self.skipped);
            let proviso = if mapping.is_editable { ", which people edit themselves" } else { "" };
            claims.extend(found.iter().map(|person| {
                let inputs = format!("the person's `{}` is `{value}`{proviso}", mapping.attribute);
                Claim::by(CorrelationRule::Attribute, *person, !mapping.is_editable, inputs)
            }));
        }
    }

    fn add_address(&mut self, address: &AccountAddress, claims: &mut Vec<Claim>) {
        let Some(normal) = normal_address(&address.address) else { return };
        let is_trusted = self.settings.trusts(&normal);
        let found = bounded(self.people.with_address(&normal), &normal, self.settings, &mut self.skipped);
        claims.extend(found.iter().map(|(person, theirs)| {
            let weakness = weakness(address, theirs, is_trusted);
            let (rule, inputs) = match weakness {
                Some(weakness) => (CorrelationRule::EditableAddress, format!("`{normal}` is of both, but {weakness}")),
                None if theirs.is_main => {
                    (CorrelationRule::VerifiedAddress, format!("`{normal}` is verified, and the person's main address"))
                }
                None => (CorrelationRule::Alias, format!("`{normal}` is verified, and an alias of the person")),
            };
            Claim::by(rule, *person, true, inputs)
        }));
    }

    fn add_local_part(&mut self, account: &AccountFacts, claims: &mut Vec<Claim>) {
        let Some(username) = account.username.as_deref().and_then(normal_username) else { return };
        let found = bounded(self.people.with_local_part(&username), &username, self.settings, &mut self.skipped);
        claims.extend(found.iter().map(|person| {
            let inputs = format!("`{username}` is what an address of the person begins with");
            Claim::by(CorrelationRule::LocalPart, *person, false, inputs)
        }));
    }

    fn add_name(&mut self, name: Option<&str>, claims: &mut Vec<Claim>) {
        let Some(name) = name else { return };
        let (from, crowd) = (self.settings.suggest_from.max(Confidence(1)), self.settings.crowd);
        for (person, confidence) in self.people.names.alike(name, from, crowd, &mut self.skipped) {
            let theirs = self.people.person(person).map_or("", |person| person.display_name.as_str());
            let mut claim =
                Claim::by(CorrelationRule::Name, person, false, format!("`{name}` is like the name `{theirs}`"));
            claim.evidence.confidence = confidence;
            claims.push(claim);
        }
    }
}

/// Why an address that both have does not prove anything; `None` when it does.
fn weakness(address: &AccountAddress, theirs: &PersonAddress, is_trusted: bool) -> Option<&'static str> {
    match (address.trust, theirs.standing) {
        (Trust::Public, _) => Some("anybody can write it there"),
        (Trust::SelfSet, _) => Some("the account's owner wrote it there"),
        (Trust::Verified, Standing::SelfSet) => Some("the person wrote it into the directory themselves"),
        (Trust::Verified, _) if !is_trusted => Some("its domain is not a trusted one"),
        (Trust::Verified, Standing::Provisioned | Standing::Roster) => None,
    }
}
