//! The second factor: one-time codes by time, and recovery codes for when the device is gone.

use std::fmt;

use rolecall_model::Timestamp;
use rolecall_store::{HubRefusal, Proof, UserChange};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret, Totp};

use super::recovery::{recovery_codes, recovery_hash};
use super::secret::random;
use super::{Caller, Hub, HubError, User};

/// Bytes of the secret that codes are made from, as many as of the digest that makes them.
const SECRET: usize = 20;

/// What devices call the hub.
const ISSUER: &str = "Rolecall";

/// What a device needs to make codes; shown once, and of no effect until a code confirms it.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret in base32, for typing.
    pub secret: SecretString,
    /// The same as an `otpauth://` address, for a picture that devices read.
    pub uri: SecretString,
}

/// Ten codes, each of which stands in for the second factor once; shown once.
#[derive(Debug)]
pub struct RecoveryCodes(pub Vec<SecretString>);

impl Hub {
    /// Begins to set up one's own second factor; what was begun before and not confirmed is void. Needs to have confirmed
    /// lately that it is them.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::NotRecent`], [`HubError::SecondFactorPresent`]; [`HubError::Store`] when the
    /// master key is missing.
    pub async fn second_factor_begin(&self, caller: &Caller) -> Result<Enrolment, HubError> {
        let (user, _) = caller.signed_in()?;
        let now = self.now();
        caller.needs_recent(now)?;
        if self.store.hub_user(user.uuid).await?.second_factor_since.is_some() {
            return Err(HubError::SecondFactorPresent);
        }
        let secret = Secret::from(random::<SECRET>()?.to_vec());
        let text = SecretString::from(secret.to_base32());
        self.vault.second_factor_begin(user.id, &text, &caller.act(now)).await?;
        let uri = codes(secret, &user.name)?.to_url().map_err(|error| broken(&error))?;
        Ok(Enrolment { secret: text, uri: SecretString::from(uri) })
    }

    /// Sets up the second factor that was begun, with a code of it. Other sessions end.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::CodeWrong`]; [`HubError::Conflict`] when nothing was begun.
    pub async fn second_factor_confirm(&self, caller: &Caller, code: &SecretString) -> Result<RecoveryCodes, HubError> {
        let (user, _) = caller.signed_in()?;
        let now = self.now();
        let begun = self.vault.second_factor_begun(user.id).await?;
        let secret = begun.ok_or(HubError::Conflict(HubRefusal::NoSecondFactor))?;
        let step = step_of(&secret, code, now)?.ok_or(HubError::CodeWrong)?;
        let (codes, hashes) = recovery_codes()?;
        self.vault.second_factor_confirm(user.id, &secret, step, &hashes, &caller.act(now)).await?;
        Ok(codes)
    }

    /// Removes one's own second factor. Other sessions end. Needs to have confirmed lately that it is them.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::NotRecent`]; [`HubError::Conflict`] without one.
    pub async fn second_factor_remove(&self, caller: &Caller) -> Result<(), HubError> {
        let (user, _) = caller.signed_in()?;
        caller.needs_recent(self.now())?;
        self.change(caller, user.uuid, &UserChange::SecondFactorRemove).await?;
        Ok(())
    }

    /// Makes ten new recovery codes; earlier ones are void. Needs to have confirmed lately that it is them.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::NotRecent`]; [`HubError::Conflict`] without a second factor.
    pub async fn recovery_codes_renew(&self, caller: &Caller) -> Result<RecoveryCodes, HubError> {
        let (user, _) = caller.signed_in()?;
        caller.needs_recent(self.now())?;
        let (codes, hashes) = recovery_codes()?;
        self.change(caller, user.uuid, &UserChange::RecoveryCodes(hashes)).await?;
        Ok(codes)
    }
}

impl Hub {
    /// What a code proves of an account: nothing is asked for where there is no second factor, and nothing is proved where
    /// the code is wrong, missing or used.
    pub(super) async fn proof_check(
        &self,
        user: &User,
        last_step: Option<i64>,
        code: Option<&SecretString>,
    ) -> Result<Option<Proof>, HubError> {
        if user.second_factor_since.is_none() {
            return Ok(Some(Proof::None));
        }
        let Some(code) = code.filter(|code| !code.expose_secret().trim().is_empty()) else { return Ok(None) };
        let Some(secret) = self.vault.second_factor(user.id).await? else { return Ok(None) };
        if let Some(step) = step_of(&secret, code, self.now())? {
            return Ok(last_step.is_none_or(|last| last < step).then_some(Proof::Step(step)));
        }
        Ok(recovery_hash(code).map(Proof::Recovery))
    }
}

/// Codes of six digits that change every 30 seconds, as every device makes them.
fn codes(secret: Secret, name: &str) -> Result<Totp, HubError> {
    let built = Builder::new().with_secret(secret).with_account_name(name).with_issuer(Some(ISSUER)).build();
    built.map_err(|error| broken(&error))
}

/// The step of time that a code belongs to, if it is the present one, the one before or the one after.
fn step_of(secret: &SecretString, code: &SecretString, now: Timestamp) -> Result<Option<i64>, HubError> {
    let secret = Secret::try_from_base32(secret.expose_secret()).map_err(|error| broken(&error))?;
    let code: String = code.expose_secret().chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.0 / 1_000_000).unwrap_or_default();
    let step = codes(secret, "account")?.check(&code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn broken(error: &dyn fmt::Display) -> HubError {
    HubError::Machine(format!("one-time codes cannot be worked on: {error}"))
}
