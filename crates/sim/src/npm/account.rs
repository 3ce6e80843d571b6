//! People and bots: one account each (`npm-api.md` §3.1).

use jiff::Timestamp;

use super::world::{AccountId, Name, World, day};

/// An account's two-factor setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TwoFactor {
    /// None.
    Off,
    /// A second factor for signing in only.
    AuthOnly,
    /// A second factor for signing in and for every write.
    #[default]
    AuthAndWrites,
}

/// One account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) name: Name,
    /// The address, when it is not the one made from the name.
    pub(crate) email: Option<Name>,
    /// The address at publish time, which packuments go on showing (§3.4).
    pub(crate) former_email: Option<Name>,
    pub(crate) fullname: Option<Name>,
    pub(crate) created: Timestamp,
    pub(crate) two_factor: TwoFactor,
    pub(crate) gone: bool,
}

impl Account {
    pub(crate) fn email(&self) -> String {
        match &self.email {
            Some(email) => email.to_string(),
            None => format!("{}@mail.example", self.name.to_lowercase()),
        }
    }

    pub(crate) fn published_email(&self) -> String {
        match &self.former_email {
            Some(email) => email.to_string(),
            None => self.email(),
        }
    }
}

/// Changes to one account.
#[derive(Debug)]
pub struct AccountEdit<'a> {
    account: &'a mut Account,
}

impl AccountEdit<'_> {
    /// Sets the full name.
    pub fn fullname(self, fullname: &str) -> Self {
        self.account.fullname = Some(fullname.into());
        self
    }

    /// Sets the e-mail address as if it had never been another.
    pub fn email(self, email: &str) -> Self {
        self.account.email = Some(email.into());
        self
    }

    /// Changes the e-mail address; what was published keeps the old one.
    pub fn email_change(self, email: &str) -> Self {
        let former = self.account.published_email();
        self.account.former_email = Some(former.into());
        self.email(email)
    }

    /// Sets the two-factor mode.
    pub fn two_factor(self, mode: TwoFactor) -> Self {
        self.account.two_factor = mode;
        self
    }

    /// Sets the day the account was made, such as `2016-02-01`.
    pub fn created(self, when: &str) -> Self {
        self.account.created = day(when);
        self
    }
}

impl World {
    /// An account, made if there is none of that name.
    pub fn account(&mut self, name: &str) -> AccountEdit<'_> {
        let id = self.ensure_account(name);
        AccountEdit { account: &mut self.accounts[id.0 as usize] }
    }

    /// Deletes an account. Its name stays in what it has published.
    pub fn account_remove(&mut self, name: &str) -> &mut Self {
        let Some(id) = self.account_ids.remove(name) else {
            return self;
        };
        self.accounts[id.0 as usize].gone = true;
        for organization in self.organizations.values_mut() {
            organization.leave(id);
        }
        for package in &mut self.packages {
            package.maintainers.retain(|maintainer| *maintainer != id);
            package.direct.remove(&id);
        }
        self
    }

    pub(crate) fn ensure_account(&mut self, name: &str) -> AccountId {
        if let Some(id) = self.account_id(name) {
            return id;
        }
        let id = AccountId(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX));
        let name = Name::from(name);
        self.account_ids.insert(Name::clone(&name), id);
        self.accounts.push(Account {
            name,
            email: None,
            former_email: None,
            fullname: None,
            created: day("2020-01-01"),
            two_factor: TwoFactor::default(),
            gone: false,
        });
        id
    }
}
