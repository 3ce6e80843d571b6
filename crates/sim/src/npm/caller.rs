//! Who is calling and how far the credential goes. What the *account* may do is `enforce`'s matter.
//!
//! Facts: `npm-api.md` §5 and §6. The order of the checks is a choice: credential, existence,
//! what the token covers, what the account may, and last the one-time password.

use axum::http::StatusCode;

use super::account::TwoFactor;
use super::organization::{Organization, Role};
use super::token::{Access, Kind, Token};
use super::world::{AccountId, PackageId, World};
use crate::wire::{Answer, Request};

/// An answer, or a refusal to be sent instead.
pub(crate) type Reply = Result<Answer, Answer>;

const BYPASS: &str = "Granular access tokens that bypass two-factor authentication may not perform \
                      this action. For more info, visit: https://gh.io/npm-gat-bypass2fa-deprecation";

/// A request whose credential has been looked at.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) request: &'a Request,
    pub(crate) token: Option<Token>,
}

impl<'a> Call<'a> {
    /// Looks at the credential: none is fine here, a bad one is not.
    pub(crate) fn identify(world: &'a mut World, request: &'a Request) -> Result<Self, Answer> {
        let token = match request.header("authorization") {
            None => None,
            Some(header) => Some(world.credential(header, request)?),
        };
        Ok(Self { world, request, token })
    }

    /// The account behind the token, if there is one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.token.as_ref().and_then(|token| token.account)
    }

    /// The account behind the token.
    pub(crate) fn signed_in(&self) -> Result<(AccountId, &Token), Answer> {
        let missing = || Answer::error(StatusCode::UNAUTHORIZED, "Missing \"Bearer\" header.");
        let token = self.token.as_ref().ok_or_else(missing)?;
        let account = token.account.ok_or_else(|| forbidden("Forbidden"))?;
        Ok((account, token))
    }

    /// An organisation that exists.
    pub(crate) fn organization(&self, name: &str) -> Result<&Organization, Answer> {
        let organization = self.world.organizations.get(name);
        organization.ok_or_else(|| not_found("Scope not found"))
    }

    /// The caller's role, if the token covers the organisation at least this far.
    pub(crate) fn role(&self, name: &str, access: Access) -> Result<Option<Role>, Answer> {
        let (account, token) = self.signed_in()?;
        let role = self.organization(name)?.role(account);
        match token.organization_access(name) {
            None => return Err(self.not_selected()),
            Some(given) if given < access => return Err(forbidden("This token is read-only")),
            Some(_) => {}
        }
        // Only admins and owners can select an organisation for a granular token.
        if token.spec.kind == Kind::Granular && role < Some(Role::Admin) {
            return Err(self.not_selected());
        }
        Ok(role)
    }

    /// The caller as a member who reads an organisation's teams and packages.
    pub(crate) fn member(&self, name: &str) -> Result<Role, Answer> {
        self.role(name, Access::ReadOnly)?.ok_or_else(|| forbidden("You must be a member of this organization"))
    }

    /// The caller as somebody who may change an organisation, second factor included.
    pub(crate) fn governor(&mut self, name: &str, least: Role) -> Result<AccountId, Answer> {
        self.refuse_bypass()?;
        let role = self.role(name, Access::ReadWrite)?;
        if role < Some(least) {
            return Err(forbidden(&format!("You must be an {} of {name}", least.as_str())));
        }
        self.governance_factor()
    }

    /// An existing package the caller may see.
    pub(crate) fn visible(&self, name: &str) -> Result<PackageId, Answer> {
        let missing = || not_found("Not found");
        let id = self.world.package_id(name).ok_or_else(missing)?;
        let private = self.world.package_at(id).private;
        let covered = self.token.as_ref().and_then(|token| token.package_access(name));
        if !self.world.may_read(self.account(), id) || (private && covered.is_none()) {
            return Err(missing());
        }
        Ok(id)
    }

    /// Refuses tokens that bypass the second factor (since August 2026).
    pub(crate) fn refuse_bypass(&self) -> Result<(), Answer> {
        match &self.token {
            Some(token) if token.spec.bypass => Err(forbidden(BYPASS)),
            _ => Ok(()),
        }
    }

    /// Asks for the second factor that governance writes need.
    pub(crate) fn governance_factor(&mut self) -> Result<AccountId, Answer> {
        let (account, _) = self.signed_in()?;
        let asked = match self.world.at(account).two_factor {
            TwoFactor::Off => false,
            TwoFactor::AuthOnly => !self.world.quirks.auth_only_exempt,
            TwoFactor::AuthAndWrites => true,
        };
        if asked {
            self.second_factor(account)?;
        }
        Ok(account)
    }

    /// Asks for a one-time password.
    pub(crate) fn second_factor(&mut self, account: AccountId) -> Result<(), Answer> {
        self.world.second_factor(self.request, account)
    }

    fn not_selected(&self) -> Answer {
        let status = self.world.quirks.organization_not_selected;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        Answer::error(status, "This token has no access to this organization")
    }
}

impl World {
    fn credential(&mut self, header: &str, request: &Request) -> Result<Token, Answer> {
        let invalid = || unauthorized("Bearer");
        let secret = header.strip_prefix("Bearer ").ok_or_else(invalid)?;
        let now = self.now;
        let token = self.tokens.find(secret.trim()).ok_or_else(invalid)?;
        if token.spec.kind == Kind::Classic || !token.live(now) {
            return Err(invalid());
        }
        if !token.admits(request.peer) {
            return Err(unauthorized("ipaddress"));
        }
        token.accessed = Some(now);
        let token = token.clone();
        match token.account {
            Some(account) if self.at(account).gone => Err(invalid()),
            _ => Ok(token),
        }
    }
}

fn unauthorized(challenge: &str) -> Answer {
    Answer::error(StatusCode::UNAUTHORIZED, "Unauthorized").with("www-authenticate", challenge)
}

/// A 403.
pub(crate) fn forbidden(message: &str) -> Answer {
    Answer::error(StatusCode::FORBIDDEN, message)
}

/// A 404.
pub(crate) fn not_found(message: &str) -> Answer {
    Answer::error(StatusCode::NOT_FOUND, message)
}

/// A 400.
pub(crate) fn bad_request(message: &str) -> Answer {
    Answer::json(StatusCode::BAD_REQUEST, &serde_json::json!({ "message": message }))
}
