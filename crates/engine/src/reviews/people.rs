//! Who is a reviewer, and who holds what is reviewed: people of the directories, accounts of the hub and mail addresses, each
//! under one key, so that nobody is two.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolecall_graph::NodeId;
use rolecall_model::person::{AccountKey, Employment, LinkState, PersonKey, normal_address};
use rolecall_model::review::ReviewerKey;
use rolecall_store::{Store, StoreError, User};

use crate::people::Identities;
use crate::world::WorldView;

/// Everybody who may review or hold something.
#[derive(Debug)]
pub struct ReviewPeople {
    pub(crate) identities: Identities,
    /// People by their addresses as they are compared; nobody where several have one.
    by_address: HashMap<String, Option<PersonKey>>,
    /// Accounts of the hub by their names in small letters.
    users: BTreeMap<String, User>,
}

impl ReviewPeople {
    /// Everybody who is known now. `O(people + accounts)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(store: &Store, view: &WorldView) -> Result<Self, StoreError> {
        let identities = Identities::load(store, view).await?;
        let users = store.hub_user_list().await?;
        Ok(Self::of(identities, users))
    }

    pub(crate) fn of(identities: Identities, users: Vec<User>) -> Self {
        let mut by_address: HashMap<String, Option<PersonKey>> = HashMap::new();
        for (key, person) in &identities.people {
            for address in person.addresses.iter().filter_map(|address| address.normal()) {
                let known = by_address.entry(address).or_insert_with(|| Some(key.clone()));
                if known.as_ref() != Some(key) {
                    *known = None;
                }
            }
        }
        let users = users.into_iter().map(|user| (user.name.to_lowercase(), user)).collect();
        Self { identities, by_address, users }
    }

    /// Somebody by what people write: a person's key, address or whole name, an account of the hub, or a mail address. With
    /// what they are called; nobody where it can mean several.
    #[must_use]
    pub fn named(&self, who: &str) -> Option<(ReviewerKey, String)> {
        let who = who.trim();
        if who.is_empty() {
            return None;
        }
        if let Some((word, rest)) = who.split_once(':')
            && matches!(word, "person" | "user" | "mail")
        {
            return self.kept(word, rest);
        }
        if let Ok(person) = self.identities.person_named(who) {
            return Some(self.person(&person));
        }
        let user = self.users.get(&who.to_lowercase()).or_else(|| self.user_of_address(who));
        match user {
            Some(user) => Some(self.user(user)),
            None if normal_address(who).is_some() => Some((ReviewerKey::mail(who), who.to_owned())),
            None => None,
        }
    }

    /// Somebody by the text of a key, as files tell it.
    fn kept(&self, word: &str, rest: &str) -> Option<(ReviewerKey, String)> {
        match word {
            "person" => self.identities.people.get_key_value(&PersonKey::from(rest)).map(|(key, _)| self.person(key)),
            "user" => Some(self.actor(rest)),
            _ => self.named(rest),
        }
    }

    /// Whoever acts under a name here: an account of the hub, or a name at a terminal, which can be somebody's address.
    #[must_use]
    pub fn actor(&self, name: &str) -> (ReviewerKey, String) {
        match self.users.get(&name.to_lowercase()) {
            Some(user) => self.user(user),
            None => self
                .person_of_address(name)
                .map_or_else(|| (ReviewerKey::user(name), name.to_owned()), |person| self.person(&person)),
        }
    }

    /// Every key under which whoever acts under a name might hold something.
    #[must_use]
    pub fn own_keys(&self, name: &str) -> BTreeSet<ReviewerKey> {
        let mut keys = BTreeSet::from([self.actor(name).0, ReviewerKey::user(name)]);
        let address = self.users.get(&name.to_lowercase()).and_then(|user| user.email.clone());
        for text in [Some(name.to_owned()), address].into_iter().flatten() {
            if normal_address(&text).is_some() {
                keys.insert(ReviewerKey::mail(&text));
            }
            if let Some(person) = self.person_of_address(&text) {
                keys.insert(ReviewerKey::person(person.as_str()));
            }
        }
        keys
    }

    /// Every key under which somebody who decides might hold something.
    #[must_use]
    pub fn own_keys_of(&self, reviewer: &ReviewerKey) -> BTreeSet<ReviewerKey> {
        let mut keys = BTreeSet::from([reviewer.clone()]);
        if let Some(name) = reviewer.as_str().strip_prefix("user:") {
            keys.extend(self.own_keys(name));
        }
        if let Some(address) = reviewer.as_str().strip_prefix("mail:")
            && let Some(person) = self.person_of_address(address)
        {
            keys.insert(ReviewerKey::person(person.as_str()));
        }
        let person = reviewer.person_key().and_then(|key| self.identities.people.get(&PersonKey::from(key)));
        let addresses = person.into_iter().flat_map(|person| &person.addresses);
        for address in addresses {
            keys.insert(ReviewerKey::mail(&address.address));
            keys.extend(self.user_of_address(&address.address).map(|user| ReviewerKey::user(&user.name)));
        }
        keys
    }

    /// A person, with what they are called.
    #[must_use]
    pub fn person(&self, person: &PersonKey) -> (ReviewerKey, String) {
        (ReviewerKey::person(person.as_str()), self.identities.name_of(person))
    }

    /// Whether somebody has left, or cannot use the hub any more, so that nobody should wait for them.
    #[must_use]
    pub fn has_left(&self, reviewer: &ReviewerKey) -> bool {
        if let Some(key) = reviewer.person_key() {
            let person = self.identities.people.get(&PersonKey::from(key));
            return person.is_none_or(|person| person.employment == Employment::Departed);
        }
        let user = reviewer.as_str().strip_prefix("user:").and_then(|name| self.users.get(name));
        user.is_some_and(|user| !user.is_enabled())
    }

    /// Whether this is an account of the hub.
    #[must_use]
    pub fn is_account(&self, key: &ReviewerKey) -> bool {
        key.as_str().strip_prefix("user:").is_some_and(|name| self.users.contains_key(&name.to_lowercase()))
    }

    /// Where somebody gets mail.
    #[must_use]
    pub fn address(&self, reviewer: &ReviewerKey) -> Option<String> {
        if let Some(address) = reviewer.as_str().strip_prefix("mail:") {
            return Some(address.to_owned());
        }
        if let Some(name) = reviewer.as_str().strip_prefix("user:") {
            return self.users.get(name)?.email.clone();
        }
        let person = self.identities.people.get(&PersonKey::from(reviewer.person_key()?))?;
        let main = person.addresses.iter().find(|address| address.is_main).or_else(|| person.addresses.first());
        main.map(|address| address.address.clone())
    }

    /// Who manages somebody and is still here.
    #[must_use]
    pub fn manager(&self, person: &PersonKey) -> Option<(ReviewerKey, String)> {
        let manager = self.identities.people.get(person)?.manager.as_ref()?;
        let known = self.identities.people.get(manager)?;
        (known.employment != Employment::Departed).then(|| self.person(manager))
    }

    /// Who holds what an account holds, under every key by which they may be known: whose it is, or may be, and its own
    /// names. A service's own names only: whoever answers for it may review it.
    #[must_use]
    pub(crate) fn holders_of(&self, view: &WorldView, account: NodeId) -> BTreeSet<ReviewerKey> {
        let mut holders = BTreeSet::new();
        for twin in view.world.same_account(account) {
            let reference = view.world.reference(twin);
            holders.insert(ReviewerKey::user(&reference.id));
            let address = view
                .connector(twin)
                .and_then(|connector| connector.declaration.write.as_ref()?.governance.accounts.address)
                .and_then(|property| view.text(twin, property));
            for address in address.into_iter().chain([reference.id.to_string()]) {
                if normal_address(&address).is_none() {
                    continue;
                }
                holders.insert(ReviewerKey::mail(&address));
                holders.extend(self.person_of_address(&address).map(|person| ReviewerKey::person(person.as_str())));
            }
            let key = AccountKey::new(&*view.title(twin), reference);
            match self.identities.correlation.states.get(&key) {
                Some(LinkState::Person(link)) => drop(holders.insert(ReviewerKey::person(link.person.as_str()))),
                Some(state) => {
                    let candidates = state.shortlist().map(|shortlist| shortlist.candidates.as_slice());
                    let candidates = candidates.unwrap_or_default().iter();
                    holders.extend(candidates.map(|candidate| ReviewerKey::person(candidate.person.as_str())));
                }
                None => {}
            }
        }
        holders
    }

    fn user(&self, user: &User) -> (ReviewerKey, String) {
        let person = user.email.as_deref().and_then(|address| self.person_of_address(address));
        match person {
            Some(person) => self.person(&person),
            None => {
                let name = if user.display_name.is_empty() { &user.name } else { &user.display_name };
                (ReviewerKey::user(&user.name), name.clone())
            }
        }
    }

    fn user_of_address(&self, address: &str) -> Option<&User> {
        let wanted = normal_address(address)?;
        let is_theirs = |user: &&User| user.email.as_deref().and_then(normal_address).as_ref() == Some(&wanted);
        self.users.values().find(is_theirs)
    }

    fn person_of_address(&self, address: &str) -> Option<PersonKey> {
        self.by_address.get(&normal_address(address)?)?.clone()
    }
}
