//! Passwords: which ones are refused, and how they are hashed.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};

use super::common::COMMON;
use super::secret::random;
use super::{Hub, HubError};

/// The fewest characters of a password.
pub const PASSWORD_LEAST: usize = 12;

/// The most characters of a password.
pub const PASSWORD_MOST: usize = 1000;

/// Bytes of a salt.
const SALT: usize = 16;

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFlaw {
    /// It has fewer than [`PASSWORD_LEAST`] characters.
    Short,
    /// It has more than [`PASSWORD_MOST`] characters.
    Long,
    /// It is the name or the address of its account.
    Name,
    /// It is among the first that anybody tries.
    Common,
}

/// What it costs to try a password, for us and for whoever has stolen the hashes. Hashes that were made at another cost
/// are made anew when their holders sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// How often all of it is gone over.
    pub passes: u32,
}

impl PasswordCost {
    /// What is worth while today: 19 MiB, twice.
    pub const DEFAULT: Self = Self { memory: 19 * 1024, passes: 2 };

    fn argon2(self) -> Result<Argon2<'static>, HubError> {
        let params = Params::new(self.memory, self.passes, 1, None).map_err(|error| broken(&error))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// Hashes a password with a salt of its own.
    pub(super) fn hash(self, password: &SecretString) -> Result<String, HubError> {
        let salt = random::<SALT>()?;
        let hashed: Result<PasswordHash, _> =
            self.argon2()?.hash_password_with_salt(password.expose_secret().as_bytes(), &*salt);
        hashed.map(|hash| hash.to_string()).map_err(|error| broken(&error))
    }

    /// Whether a password fits a hash, and the hash that should take its place where that was made at another cost. Without
    /// a hash, no password fits, after the same time.
    fn check(self, password: &SecretString, hash: Option<&str>) -> Result<Checked, HubError> {
        let nobody = self.nobody();
        let parsed = PasswordHash::new(hash.unwrap_or(&nobody)).map_err(|error| broken(&error))?;
        let fits = self.argon2()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        if !fits || hash.is_none() {
            return Ok(Checked::Wrong);
        }
        let is_of_today = hash.is_some_and(|hash| hash.starts_with(&self.prefix()));
        let rehashed = if is_of_today { None } else { Some(self.hash(password)?) };
        Ok(Checked::Right { rehashed })
    }

    fn prefix(self) -> String {
        format!("$argon2id$v=19$m={},t={},p=1$", self.memory, self.passes)
    }

    /// The hash of no password, which costs as much to try.
    fn nobody(self) -> String {
        format!("{}bm9ib2R5IGhhcyB0aGlz${}", self.prefix(), "A".repeat(43))
    }
}

/// What came of a password.
#[derive(Debug)]
pub(super) enum Checked {
    /// It does not fit.
    Wrong,
    /// It fits.
    Right {
        /// The hash that should take the place of the one it was compared with.
        rehashed: Option<String>,
    },
}

impl Hub {
    /// Hashes a password where it keeps nobody waiting.
    pub(super) async fn password_hash(&self, password: &SecretString) -> Result<String, HubError> {
        let (cost, password) = (self.cost, password.clone());
        self.hashing(move || cost.hash(&password)).await
    }

    /// Compares a password with a hash, or takes as long where there is none.
    pub(super) async fn password_check(
        &self,
        password: &SecretString,
        hash: Option<String>,
    ) -> Result<Checked, HubError> {
        // Nobody has one as long, and to hash it would be work for nothing.
        let hash = hash.filter(|_| password.expose_secret().chars().count() <= PASSWORD_MOST);
        let (cost, password) = (self.cost, password.clone());
        self.hashing(move || cost.check(&password, hash.as_deref())).await
    }

    /// Does work that takes much memory, a few at a time.
    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HubError> + Send + 'static,
    ) -> Result<T, HubError> {
        let _turn = self.hashers.acquire().await.map_err(|error| broken(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| broken(&error))?
    }
}

fn broken(error: &dyn fmt::Display) -> HubError {
    HubError::Machine(format!("passwords cannot be worked on: {error}"))
}

/// That a password may be one of an account with these names.
pub(super) fn password_read(password: &SecretString, names: &[&str]) -> Result<(), HubError> {
    let text = password.expose_secret();
    let letters = text.chars().count();
    let small = text.trim().to_lowercase();
    let flaw = if letters < PASSWORD_LEAST {
        PasswordFlaw::Short
    } else if letters > PASSWORD_MOST {
        PasswordFlaw::Long
    } else if names.iter().any(|name| name.trim().to_lowercase() == small) {
        PasswordFlaw::Name
    } else if COMMON.contains(&small.as_str()) {
        PasswordFlaw::Common
    } else {
        return Ok(());
    };
    Err(HubError::PasswordRefused(flaw))
}

impl fmt::Display for PasswordFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => write!(f, "it has fewer than {PASSWORD_LEAST} characters"),
            Self::Long => write!(f, "it has more than {PASSWORD_MOST} characters"),
            Self::Name => f.write_str("it is the name or the address of the account"),
            Self::Common => f.write_str("it is among the first that anybody would try"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory: 8, passes: 1 };

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn flaw(text: &str) -> Option<PasswordFlaw> {
        match password_read(&secret(text), &["AdaTheCountess", "ada@example.com"]) {
            Err(HubError::PasswordRefused(flaw)) => Some(flaw),
            _ => None,
        }
    }

    #[test]
    fn what_is_short_long_the_name_or_common_is_refused_and_all_else_is_not() {
        assert_eq!(flaw("elevenchars"), Some(PasswordFlaw::Short));
        assert_eq!(flaw(&"ä".repeat(1001)), Some(PasswordFlaw::Long));
        assert_eq!(flaw("adathecountess"), Some(PasswordFlaw::Name));
        assert_eq!(flaw(" ADA@example.com"), Some(PasswordFlaw::Name));
        assert_eq!(flaw("Password1234"), Some(PasswordFlaw::Common));
        for good in ["aaaaaaaaaaab", &"ä".repeat(1000), "zwölf Zeichen", "adathecountess2"] {
            assert_eq!(flaw(good), None, "{good}");
        }
        assert!(COMMON.iter().all(|word| word.chars().count() >= PASSWORD_LEAST && *word == word.to_lowercase()));
    }

    #[test]
    fn hashes_say_their_cost_and_are_made_anew_when_it_changes() {
        let password = secret("correct horse battery");
        let hash = CHEAP.hash(&password).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_ne!(hash, CHEAP.hash(&password).unwrap(), "a salt of its own");
        assert!(matches!(CHEAP.check(&password, Some(&hash)).unwrap(), Checked::Right { rehashed: None }));
        assert!(matches!(CHEAP.check(&secret("another password"), Some(&hash)).unwrap(), Checked::Wrong));
        let dearer = PasswordCost { memory: 16, passes: 1 };
        let Checked::Right { rehashed: Some(rehashed) } = dearer.check(&password, Some(&hash)).unwrap() else {
            panic!("it should be made anew")
        };
        assert!(matches!(dearer.check(&password, Some(&rehashed)).unwrap(), Checked::Right { rehashed: None }));
    }

    #[test]
    fn nobody_has_a_password_and_it_takes_the_same_work() {
        for cost in [CHEAP, PasswordCost { memory: 64, passes: 3 }, PasswordCost::DEFAULT] {
            let nobody = cost.nobody();
            let parsed = PasswordHash::new(&nobody).unwrap();
            let params = Params::try_from(&parsed).unwrap();
            assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (cost.memory, cost.passes, 1));
        }
        assert!(matches!(CHEAP.check(&secret("whatever it is"), None).unwrap(), Checked::Wrong));
        assert!(PasswordCost::DEFAULT.prefix().contains("m=19456,t=2,p=1"));
    }
}
