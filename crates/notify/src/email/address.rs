//! Addresses of mailboxes.

use lettre::Address;
use lettre::message::Mailbox;
use url::Host;

/// The longest address, in characters.
const LONGEST: usize = 254;

/// Reads `ada@acme.test` or `Ada <ada@acme.test>`. A domain may be written in any script.
pub(crate) fn read(text: &str) -> Result<Mailbox, &'static str> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err("it has a line break or another character that cannot be shown");
    }
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", text),
    };
    let name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Mailbox::new(name, address_of(address)?))
}

fn address_of(text: &str) -> Result<Address, &'static str> {
    const NONE: &str = "it is no mail address, such as ada@acme.test";
    let (user, domain) = text.split_once('@').ok_or(NONE)?;
    // Less than mail allows: what else is allowed needs quotes, which nobody's address has who reads alerts.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    if user.is_empty() || !user.bytes().all(is_plain) || text.len() > LONGEST {
        return Err(NONE);
    }
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return Err(NONE) };
    Address::new(user, domain).map_err(|_| NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_name() {
        for (text, address) in [
            ("ada@acme.test", "ada@acme.test"),
            (" Ada Lovelace <ada+x@acme.test> ", "ada+x@acme.test"),
            ("\"Lovelace, Ada\" <ada@acme.test>", "ada@acme.test"),
            ("ada@bücher.test", "ada@xn--bcher-kva.test"),
        ] {
            assert_eq!(read(text).unwrap().email.to_string(), address);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "@acme.test",
            "ada@",
            "ada@acme.test, eve@evil.test",
            "ada@acme.test>\r\nRCPT TO:<eve@evil.test",
            "ada@acme.test\r\nBcc: eve@evil.test",
            "a b@acme.test",
            "\"a\"@acme.test",
            "<ada@acme.test> eve",
            "ada@127.0.0.1",
            "ada@eve@acme.test",
            "ädä@acme.test",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
