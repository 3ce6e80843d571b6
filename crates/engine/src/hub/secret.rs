//! Tokens that nobody can guess, and the digests that are kept of them.

use rolecall_store::TokenHash;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::HubError;

/// Bytes of a token: 256 bits.
const BYTES: usize = 32;

/// Letters of a token: as few as 256 bits take in base 62.
const LETTERS: usize = 43;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random bytes that nobody can foresee.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, HubError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())
        .map_err(|error| HubError::Machine(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}

/// A new token, in letters and digits.
pub(super) fn token_new() -> Result<SecretString, HubError> {
    let bytes = random::<BYTES>()?;
    Ok(SecretString::from(base62(&*bytes, LETTERS).as_str()))
}

/// What is kept of a token. It is random enough that a plain digest tells nothing of it.
pub(crate) fn token_hash(token: &SecretString) -> TokenHash {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}

/// The digest of something that is counted, of this kind.
pub(super) fn key_hash(kind: &str, parts: &[&str]) -> TokenHash {
    let mut digest = Sha256::new().chain_update(kind.as_bytes());
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

/// A number in base 62, the most significant digit first, in at least so many digits.
pub(super) fn base62(bytes: &[u8], digits: usize) -> Zeroizing<String> {
    let mut number = Zeroizing::new(bytes.to_vec());
    let mut text = Zeroizing::new(Vec::with_capacity(digits));
    while text.len() < digits || number.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u32;
        for byte in number.iter_mut() {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        text.push(BASE62.get(rest as usize).copied().unwrap_or(b'0'));
    }
    Zeroizing::new(text.iter().rev().map(|digit| char::from(*digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_62_is_a_number_with_leading_noughts() {
        assert_eq!(*base62(&[0, 0], 3), "000");
        assert_eq!(*base62(&[61], 2), "0z");
        assert_eq!(*base62(&[62], 1), "10");
        assert_eq!(*base62(&[1, 0], 2), "48");
        assert_eq!(base62(&[255; 32], LETTERS).len(), LETTERS, "the greatest fits");
    }

    #[test]
    fn tokens_differ_and_so_do_parts_that_are_parted_elsewhere() {
        let (one, other) = (token_new().unwrap(), token_new().unwrap());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().len(), LETTERS);
        assert_ne!(token_hash(&one), token_hash(&other));
        assert_ne!(key_hash("name", &["ab", "c"]), key_hash("name", &["a", "bc"]));
    }
}
