//! Signing in with a name and a password.

use rolecall_store::{AttemptKey, Credentials, HubAct, Proof, SignInWrite, StoreError};
use secrecy::SecretString;

use super::password::Checked;
use super::{Caller, How, Hub, HubError, Peer, SignedIn, User};

/// What somebody types to sign in. All of it is asked for at once, so that no answer tells which part was right.
#[derive(Debug)]
pub struct SignIn {
    /// The sign-in name.
    pub name: String,
    /// The password.
    pub password: SecretString,
    /// The code of the second factor, or a recovery code; empty or absent without one.
    pub code: Option<SecretString>,
}

impl Hub {
    /// Signs in.
    ///
    /// # Errors
    /// [`HubError::Refused`] whatever is wrong, after the same time; [`HubError::Locked`] after too many failures for this
    /// name or from this address.
    pub async fn sign_in(&self, given: &SignIn, peer: &Peer) -> Result<SignedIn, HubError> {
        let nobody = Caller::nobody(peer.clone());
        let attempt = self.attempt_begin(&given.name, &nobody).await?;
        let credentials = self.store.hub_credentials(&given.name).await?;
        let user = credentials.as_ref().map(|credentials| credentials.user.clone());
        let Some(shown) = self.credentials_check(credentials, &given.password, given.code.as_ref()).await? else {
            return Err(self.attempt_fail(&attempt, user.as_ref(), &nobody).await);
        };
        let (token, session) = self.session_new(&nobody)?;
        let act = HubAct { actor: Some(&shown.user.name), how: "session", ..nobody.act(self.now()) };
        match self.store.hub_sign_in(&shown.write(&attempt.keys), &session, &act).await {
            Ok((user, session)) => Ok(SignedIn::of(token, user, session, peer)),
            // The code was used, or the password changed, since it was looked at.
            Err(StoreError::Hub(_)) => Err(self.attempt_fail(&attempt, user.as_ref(), &nobody).await),
            Err(error) => Err(error.into()),
        }
    }

    /// Marks the caller's session recent for another quarter of an hour: with the password, and with the code where there
    /// is a second factor. Attempts are counted as those to sign in are.
    ///
    /// # Errors
    /// [`HubError::Refused`], [`HubError::Locked`]; [`HubError::NoAccount`] without a session.
    pub async fn session_confirm(
        &self,
        caller: &Caller,
        password: &SecretString,
        code: Option<&SecretString>,
    ) -> Result<Caller, HubError> {
        let (user, session) = caller.signed_in()?;
        let attempt = self.attempt_begin(&user.name, caller).await?;
        let credentials = self.store.hub_credentials(&user.name).await?;
        let Some(shown) = self.credentials_check(credentials, password, code).await? else {
            return Err(self.attempt_fail(&attempt, Some(user), caller).await);
        };
        let now = self.now();
        match self.store.hub_session_confirm(&shown.write(&attempt.keys), session, &caller.act(now)).await {
            Ok(user) => Ok(Caller::of(Some(user), How::Session { session, confirmed_at: now }, caller.peer.clone())),
            Err(StoreError::Hub(_)) => Err(self.attempt_fail(&attempt, Some(user), caller).await),
            Err(error) => Err(error.into()),
        }
    }
}

/// What was given, after it was looked at and found right.
struct Shown {
    user: User,
    password_hash: Option<String>,
    rehashed: Option<String>,
    proof: Proof,
}

impl Shown {
    fn write<'a>(&'a self, attempts: &'a [AttemptKey]) -> SignInWrite<'a> {
        SignInWrite {
            user: self.user.id,
            by: "password",
            password_hash: self.password_hash.as_deref(),
            rehashed: self.rehashed.as_deref(),
            proof: self.proof,
            attempts,
        }
    }
}

impl Hub {
    /// Looks at everything that was given; nothing where any of it is wrong. The password is worked on whether there is an
    /// account or not.
    async fn credentials_check(
        &self,
        credentials: Option<Credentials>,
        password: &SecretString,
        code: Option<&SecretString>,
    ) -> Result<Option<Shown>, HubError> {
        let hash = credentials.as_ref().and_then(|credentials| credentials.password_hash.clone());
        let checked = self.password_check(password, hash).await?;
        let (Some(credentials), Checked::Right { rehashed }) = (credentials, checked) else { return Ok(None) };
        let Credentials { user, password_hash, last_step } = credentials;
        if !user.is_enabled() {
            return Ok(None);
        }
        let proof = self.proof_check(&user, last_step, code).await?;
        Ok(proof.map(|proof| Shown { user, password_hash, rehashed, proof }))
    }
}
