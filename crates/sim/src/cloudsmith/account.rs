//! People: one account each, whatever organisations they are in (`cloudsmith-api.md` §3, `UserBrief`).

use jiff::Timestamp;

use super::credential::ApiKey;
use super::shelf::{Id, Name, Shelved};
use super::world::{World, titled};
use crate::clock::day;

/// How somebody signed in last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginMethod {
    /// Not known.
    Unknown,
    /// With e-mail address and password.
    #[default]
    Password,
    /// With an account of another service.
    Social,
    /// Through the organisation's SAML provider.
    Saml,
    /// Through an OpenID Connect provider.
    Oidc,
}

impl LoginMethod {
    /// The word in rosters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Password => "Password",
            Self::Social => "Social",
            Self::Saml => "SAML",
            Self::Oidc => "OIDC",
        }
    }
}

/// One person's account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    /// The address, when it is not the one made from the slug.
    pub(crate) email: Option<Name>,
    pub(crate) two_factor: bool,
    pub(crate) active: bool,
    pub(crate) created: Timestamp,
    pub(crate) last_login: Option<(Timestamp, LoginMethod)>,
    pub(crate) key: Option<ApiKey>,
}

impl User {
    fn new(slug: &str, slug_perm: Name) -> Self {
        Self {
            slug: slug.into(),
            slug_perm,
            name: titled(slug).into(),
            email: None,
            two_factor: true,
            active: true,
            created: day("2022-01-01"),
            last_login: Some((day("2026-11-20"), LoginMethod::default())),
            key: None,
        }
    }

    pub(crate) fn email(&self) -> String {
        match &self.email {
            Some(email) => email.to_string(),
            None => format!("{}@mail.example", self.slug.to_lowercase()),
        }
    }

    /// Whether this is what somebody calls the account: by slug, permanent slug or address.
    pub(crate) fn answers_to(&self, word: &str) -> bool {
        *self.slug == *word || *self.slug_perm == *word || (word.contains('@') && self.email() == word)
    }
}

impl Shelved for User {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

/// Changes to one account.
#[derive(Debug)]
pub struct AccountEdit<'a> {
    user: &'a mut User,
}

impl AccountEdit<'_> {
    /// Sets the name that is displayed.
    pub fn fullname(self, name: &str) -> Self {
        self.user.name = name.into();
        self
    }

    /// Sets the e-mail address.
    pub fn email(self, email: &str) -> Self {
        self.user.email = Some(email.into());
        self
    }

    /// Says whether a second factor is set up.
    pub fn two_factor(self, enrolled: bool) -> Self {
        self.user.two_factor = enrolled;
        self
    }

    /// Sets the day the account was made, such as `2016-02-01`.
    pub fn created(self, when: &str) -> Self {
        self.user.created = day(when);
        self
    }

    /// Sets when and how the person signed in last.
    pub fn last_login(self, when: &str, method: LoginMethod) -> Self {
        self.user.last_login = Some((day(when), method));
        self
    }

    /// Says that the person has never signed in.
    pub fn never_logged_in(self) -> Self {
        self.user.last_login = None;
        self
    }
}

impl World {
    /// An account, made if there is none of that slug.
    pub fn account(&mut self, slug: &str) -> AccountEdit<'_> {
        AccountEdit { user: self.user(slug).1 }
    }

    /// Deactivates an account: it stays where it is and keeps every right, and none of its
    /// requests is answered any more.
    pub fn deactivate(&mut self, account: &str) -> &mut Self {
        self.set_active(account, false)
    }

    /// Makes a deactivated account work again.
    pub fn reactivate(&mut self, account: &str) -> &mut Self {
        self.set_active(account, true)
    }

    /// Whether an account's requests are answered; not when there is none of that slug.
    #[must_use]
    pub fn is_active(&self, account: &str) -> bool {
        self.users.named(account).is_some_and(|user| user.active)
    }

    /// The id that stays with an account whatever it is called, as members' rows tell it.
    #[must_use]
    pub fn user_id(&self, account: &str) -> Option<&str> {
        self.users.named(account).map(|user| &*user.slug_perm)
    }

    fn set_active(&mut self, account: &str, active: bool) -> &mut Self {
        if let Some(user) = self.users.named_mut(account) {
            user.active = active;
        }
        self
    }

    pub(crate) fn ensure_user(&mut self, slug: &str) -> Id<User> {
        self.user(slug).0
    }

    fn user(&mut self, slug: &str) -> (Id<User>, &mut User) {
        let dice = &mut self.dice;
        self.users.ensure(slug, || User::new(slug, dice.text(12).into()))
    }
}
