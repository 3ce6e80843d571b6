//! Recovery codes: each stands in for the second factor once.

use rolecall_store::TokenHash;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::secret::{key_hash, random};
use super::{HubError, RecoveryCodes};

/// How many there are.
const CODES: usize = 10;

/// Bytes of one: 80 bits, which nobody guesses in the few attempts there are, nor from a digest.
const BYTES: usize = 10;

/// Letters of one, five bits each.
const LETTERS: usize = BYTES * 8 / 5;

/// Without letters that are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Ten new codes, and what is kept of them.
pub(super) fn recovery_codes() -> Result<(RecoveryCodes, Vec<TokenHash>), HubError> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        codes.push(code_text(&*random::<BYTES>()?));
    }
    let hashes = codes.iter().filter_map(recovery_hash).collect();
    Ok((RecoveryCodes(codes), hashes))
}

/// The digest of a code, however it is typed; nothing where it cannot be one.
pub(super) fn recovery_hash(code: &SecretString) -> Option<TokenHash> {
    let letters = code.expose_secret().chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let read = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let plain: Zeroizing<String> = Zeroizing::new(letters.map(read).take(LETTERS + 1).collect());
    let is_code = plain.len() == LETTERS && plain.bytes().all(|letter| ALPHABET.contains(&letter));
    is_code.then(|| key_hash("recovery code", &[&plain]))
}

/// `0k3f-9zqa-…`: four groups of four letters.
fn code_text(bytes: &[u8; BYTES]) -> SecretString {
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut text = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / 4));
    let mut letters = 0;
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            if letters > 0 && letters % 4 == 0 {
                text.push('-');
            }
            let letter = ALPHABET.get(((bits >> count) & 31) as usize).copied().unwrap_or(b'0');
            text.push(char::from(letter));
            letters += 1;
        }
    }
    SecretString::from(text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let text = code_text(&[0, 68, 50, 20, 199, 66, 84, 182, 53, 207]);
        assert_eq!(text.expose_secret(), "0123-4567-89ab-cdef");
        let hash = recovery_hash(&text).unwrap();
        for typed in ["0123456789ABCDEF", " o123 4567 89ab cdef ", "0i23-4567-89AB-CDEF", "0L23-4567-89ab-cdef"] {
            assert_eq!(recovery_hash(&SecretString::from(typed)), Some(hash), "{typed}");
        }
        for none in ["", "123456", "0123-4567-89ab-cdeu", "0123-4567-89ab-cdef-0"] {
            assert_eq!(recovery_hash(&SecretString::from(none)), None, "{none}");
        }
    }

    #[test]
    fn ten_codes_are_ten() {
        let (codes, hashes) = recovery_codes().unwrap();
        let different: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!((codes.0.len(), different.len()), (10, 10));
    }
}
