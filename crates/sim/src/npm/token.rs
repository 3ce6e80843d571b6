//! Tokens of every kind (`npm-api.md` §5): session, granular, classic, and the short-lived ones
//! that workflows get in exchange for an identity token.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::path::scope;
use super::trust::Provider;
use super::world::{AccountId, Name, World, iso, later};

/// How long a sign-in lasts.
const SESSION: Duration = Duration::from_secs(2 * 3600);

/// How long an exchanged token lasts.
const EXCHANGE: Duration = Duration::from_secs(3600);

/// What a granular token may do with what was selected for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Read.
    ReadOnly,
    /// Read, and publish to the stage, where somebody has to approve.
    StageOnly,
    /// Read and write.
    ReadWrite,
}

impl Access {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::StageOnly => "read-write-stage-only",
            Self::ReadWrite => "read-write",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::ReadOnly, Self::StageOnly, Self::ReadWrite];
        all.into_iter().find(|access| access.as_str() == word)
    }
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Session,
    Granular,
    /// Revoked for good in December 2025, whoever still has one.
    Classic,
    Exchange {
        package: Name,
        provider: Provider,
        stage_only: bool,
    },
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct TokenSpec {
    pub(crate) account: String,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) bypass: bool,
    pub(crate) cidr: Vec<String>,
    pub(crate) expiry: Option<Timestamp>,
    pub(crate) organizations: Option<(Access, Vec<String>)>,
    pub(crate) packages: Option<(Access, Vec<String>)>,
    pub(crate) all_packages: bool,
}

impl TokenSpec {
    /// What `npm login` gives: everything the account may, for two hours.
    #[must_use]
    pub fn session(account: &str) -> Self {
        Self::new(Kind::Session, account)
    }

    /// A granular token that may do nothing yet.
    #[must_use]
    pub fn granular(account: &str) -> Self {
        Self::new(Kind::Granular, account)
    }

    /// A classic token, which every call refuses.
    #[must_use]
    pub fn classic(account: &str) -> Self {
        Self::new(Kind::Classic, account)
    }

    /// A granular token that reads an organisation and the packages in its scope.
    #[must_use]
    pub fn reads_organization(self, organization: &str) -> Self {
        let scope = format!("@{organization}");
        self.organizations(Access::ReadOnly, &[organization]).packages(Access::ReadOnly, &[&scope])
    }

    /// Selects organisations.
    #[must_use]
    pub fn organizations(mut self, access: Access, names: &[&str]) -> Self {
        let names = names.iter().map(ToString::to_string).collect();
        self.organizations = Some((access, names));
        self
    }

    /// Selects packages (`@acme/lib`) and scopes (`@acme`).
    #[must_use]
    pub fn packages(mut self, access: Access, names: &[&str]) -> Self {
        let names = names.iter().map(ToString::to_string).collect();
        self.packages = Some((access, names));
        self
    }

    /// Selects all packages of the account.
    #[must_use]
    pub fn all_packages(mut self, access: Access) -> Self {
        self.packages = Some((access, Vec::new()));
        self.all_packages = true;
        self
    }

    /// Lets it publish without a second factor.
    #[must_use]
    pub fn bypass_2fa(mut self) -> Self {
        self.bypass = true;
        self
    }

    /// Limits it to addresses, such as `10.0.0.0/8`.
    #[must_use]
    pub fn cidr(mut self, range: &str) -> Self {
        self.cidr.push(range.to_owned());
        self
    }

    /// Sets its end.
    #[must_use]
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.expiry = Some(at);
        self
    }

    /// Makes it one that has expired long ago.
    #[must_use]
    pub fn expired(self) -> Self {
        self.expires(Timestamp::UNIX_EPOCH)
    }

    /// Names it, as token lists show it.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    pub(crate) fn new(kind: Kind, account: &str) -> Self {
        Self {
            account: account.to_owned(),
            kind,
            name: "token".to_owned(),
            description: None,
            bypass: false,
            cidr: Vec::new(),
            expiry: None,
            organizations: None,
            packages: None,
            all_packages: false,
        }
    }
}

/// A token that exists.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) key: String,
    pub(crate) secret: String,
    /// Nobody's, when it was exchanged.
    pub(crate) account: Option<AccountId>,
    pub(crate) spec: TokenSpec,
    pub(crate) created: Timestamp,
    pub(crate) accessed: Option<Timestamp>,
    pub(crate) revoked: bool,
}

impl Token {
    pub(crate) fn live(&self, now: Timestamp) -> bool {
        !self.revoked && self.spec.expiry.is_none_or(|end| now < end)
    }

    /// What it may do with a package, as far as the token goes.
    pub(crate) fn package_access(&self, package: &str) -> Option<Access> {
        match &self.spec.kind {
            Kind::Session => Some(Access::ReadWrite),
            Kind::Classic => None,
            Kind::Granular => self.selected_package(package),
            Kind::Exchange { package: only, stage_only, .. } => {
                let access = if *stage_only { Access::StageOnly } else { Access::ReadWrite };
                (package == &**only).then_some(access)
            }
        }
    }

    fn selected_package(&self, package: &str) -> Option<Access> {
        let (access, names) = self.spec.packages.as_ref()?;
        let scope = scope(package);
        let named = |name: &String| name == package || (name.starts_with('@') && name.strip_prefix('@') == scope);
        (self.spec.all_packages || names.iter().any(named)).then_some(*access)
    }

    /// What it may do with an organisation, as far as the token goes.
    pub(crate) fn organization_access(&self, organization: &str) -> Option<Access> {
        match &self.spec.kind {
            Kind::Session => Some(Access::ReadWrite),
            Kind::Granular => {
                let (access, names) = self.spec.organizations.as_ref()?;
                names.iter().any(|name| name == organization).then_some(*access)
            }
            Kind::Classic | Kind::Exchange { .. } => None,
        }
    }

    /// Whether it may be used from this address.
    pub(crate) fn admits(&self, peer: IpAddr) -> bool {
        self.spec.cidr.is_empty() || self.spec.cidr.iter().any(|range| within(range, peer))
    }

    /// An entry of a token list.
    pub(crate) fn json(&self) -> Value {
        let spec = &self.spec;
        let selected = |kind: &str, names: Option<&(Access, Vec<String>)>| {
            let names = names.into_iter().flat_map(|(_, names)| names.clone());
            names.map(|name| json!({ "type": kind, "name": name })).collect::<Vec<_>>()
        };
        let mut scopes = selected("org", spec.organizations.as_ref());
        scopes.extend(selected("package", spec.packages.as_ref()));
        let allowed = |name: &str, given: Option<&(Access, Vec<String>)>| {
            given.map(|(access, _)| json!({ "name": name, "action": access.as_str() }))
        };
        let permissions: Vec<_> = allowed("org", spec.organizations.as_ref())
            .into_iter()
            .chain(allowed("package", spec.packages.as_ref()))
            .collect();
        let cidr = (!spec.cidr.is_empty()).then_some(&spec.cidr);
        json!({
            "key": self.key,
            "name": spec.name,
            "description": spec.description,
            "token": shortened(&self.secret),
            "readonly": self.read_only(),
            "bypass_2fa": spec.bypass,
            "cidr": cidr,
            "cidr_whitelist": cidr,
            "revoked": null,
            "created": iso(self.created),
            "updated": iso(self.created),
            "accessed": self.accessed.map(iso),
            "expiry": spec.expiry.map(iso),
            "permissions": permissions,
            "scopes": scopes,
        })
    }

    fn read_only(&self) -> bool {
        let given = [&self.spec.organizations, &self.spec.packages];
        let mut given = given.into_iter().flatten();
        given.all(|(access, _)| *access == Access::ReadOnly)
    }
}

fn shortened(secret: &str) -> String {
    let start: String = secret.chars().take(8).collect();
    let end: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    format!("{start}...{end}")
}

/// All tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    pub(crate) all: Vec<Token>,
    by_secret: HashMap<String, usize>,
}

impl Tokens {
    pub(crate) fn find(&mut self, secret: &str) -> Option<&mut Token> {
        let place = *self.by_secret.get(secret)?;
        self.all.get_mut(place)
    }
}

impl World {
    /// Makes a token and gives its secret.
    pub fn token(&mut self, mut spec: TokenSpec) -> String {
        let account = match spec.kind {
            Kind::Exchange { .. } => None,
            _ => Some(self.ensure_account(&spec.account)),
        };
        let life = match spec.kind {
            Kind::Session => Some(SESSION),
            Kind::Exchange { .. } => Some(EXCHANGE),
            _ => None,
        };
        spec.expiry = spec.expiry.or(life.map(|life| later(self.now, life)));
        let secret = format!("npm_{}", self.dice.text(36));
        let token = Token {
            key: self.dice.uuid(),
            secret: secret.clone(),
            account,
            spec,
            created: self.now,
            accessed: None,
            revoked: false,
        };
        self.tokens.by_secret.insert(secret.clone(), self.tokens.all.len());
        self.tokens.all.push(token);
        secret
    }

    /// A fresh session of an account.
    pub fn session(&mut self, account: &str) -> String {
        self.token(TokenSpec::session(account))
    }

    /// Revokes a token by its secret.
    pub fn token_revoke(&mut self, secret: &str) -> &mut Self {
        if let Some(token) = self.tokens.find(secret) {
            token.revoked = true;
        }
        self
    }
}

/// Whether an address lies in a range such as `10.0.0.0/8`.
fn within(range: &str, peer: IpAddr) -> bool {
    let (network, length) = range.split_once('/').unwrap_or((range, "32"));
    let (Ok(network), Ok(length)) = (network.parse::<Ipv4Addr>(), length.parse::<u32>()) else {
        return false;
    };
    let IpAddr::V4(peer) = peer else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32_u32.saturating_sub(length)).unwrap_or(0);
    (u32::from(network) & mask) == (u32::from(peer) & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses() {
        let home = IpAddr::from([127, 0, 0, 1]);
        assert!(within("127.0.0.0/8", home));
        assert!(within("127.0.0.1", home));
        assert!(within("0.0.0.0/0", home));
        assert!(!within("10.0.0.0/8", home));
        assert!(!within("nonsense", home));
    }

    #[test]
    fn a_secret_is_shown_shortened() {
        assert_eq!(shortened("npm_aBcDxxxxxxxx7890"), "npm_aBcD...7890");
        assert_eq!(shortened(""), "...");
    }

    #[test]
    fn a_selected_scope_holds_its_packages() {
        let mut world = World::new();
        let spec = TokenSpec::granular("alice").packages(Access::ReadWrite, &["@acme", "plain"]);
        let secret = world.token(spec);
        let token = world.tokens.find(&secret).expect("just made");
        assert_eq!(token.package_access("@acme/lib"), Some(Access::ReadWrite));
        assert_eq!(token.package_access("plain"), Some(Access::ReadWrite));
        assert_eq!(token.package_access("@other/lib"), None);
        assert_eq!(token.organization_access("acme"), None);
    }
}
