//! Forms, and what is said about them.

use rolecall_notify::{EndpointKind, EndpointSettings};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::{endpoint, read};

/// A form in which everything is filled in as the declaration shows it.
fn examples(kind: EndpointKind) -> EndpointSettings {
    let filled: Vec<_> = kind.fields().iter().map(|field| (field.name, field.example)).collect();
    endpoint(kind.word(), &filled)
}

#[test]
fn every_kind_reads_its_own_examples_and_needs_what_it_says() {
    for kind in EndpointKind::ALL {
        assert_eq!(EndpointKind::read(&kind.word().to_uppercase()), Some(kind));
        let settings = examples(kind);
        assert_eq!(settings.kind(), kind);
        for field in kind.fields() {
            assert!(!field.title.is_empty() && field.help.ends_with('.'), "{kind}: {}", field.name);
            let others = kind.fields().iter().filter(|other| other.name != field.name);
            let others: Vec<_> = others.map(|other| (other.name, other.example)).collect();
            let problems = read(kind.word(), &others).err().unwrap_or_default();
            let named: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
            assert_eq!(named, if field.required { vec![field.name] } else { Vec::new() }, "{kind}: {problems:?}");
        }
        assert_eq!(EndpointSettings::read(kind.word(), &settings.values()).unwrap(), settings);
        assert!(!settings.to_string().is_empty());
        let kept = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<EndpointSettings>(&kept).unwrap(), settings, "{kept}");
        assert!(kept.contains(&format!(r#""kind":"{kind}""#)), "{kept}");
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let form = [
        ("port", "0"),
        ("security", "ssl"),
        ("from", "nobody"),
        ("to", "ada@acme.test, eve, b@"),
        ("colour", "red"),
        ("user", "a\nb"),
    ];
    let problems = read("email", &form).unwrap_err();
    let named: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(named, ["colour", "from", "host", "port", "security", "to", "to", "user"]);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("host, port, security, user, from, to"), "{said:?}");
    assert!(said[5].contains("`b@`") && said[6].contains("`eve`"), "{said:?}");

    let unknown = read("pager", &[]).unwrap_err();
    assert!(unknown[0].field == "kind" && unknown[0].reason.contains("email, slack"), "{unknown:?}");
}

#[test]
fn what_would_be_something_else_is_refused() {
    for (kind, form) in [
        ("webhook", vec![("url", "javascript:alert(1)")]),
        ("webhook", vec![("url", "https://me:pass@hooks.test/")]),
        ("jira", vec![("url", "https://jira.test"), ("project", "OPS\" OR 1=1")]),
        ("jira", vec![("url", "https://jira.test"), ("project", "OPS"), ("labels", "two words")]),
        ("jira", vec![("url", "https://jira.test"), ("project", "OPS"), ("user", "a:b")]),
        ("github", vec![("repository", "acme")]),
        ("github", vec![("repository", "acme/../..")]),
        ("github", vec![("repository", "acme/a b")]),
        ("file", vec![("path", "alerts.jsonl")]),
        ("file", vec![("path", "/var/log/../../etc/x")]),
        ("file", vec![("path", "/var/log/")]),
        ("syslog", vec![("server", "logs.test:none")]),
        ("email", vec![("host", "a b"), ("from", "a@acme.test")]),
        ("slack", vec![("channel", "two words")]),
    ] {
        assert!(read(kind, &form).is_err(), "{kind}: {form:?}");
    }
}

#[test]
fn what_is_not_said_has_a_default() {
    for (security, port) in [("starttls", 587), ("tls", 465), ("none", 25)] {
        let form = [("host", "mail.test"), ("from", "a@acme.test"), ("security", security)];
        let EndpointSettings::Email(settings) = endpoint("email", &form) else { panic!() };
        assert_eq!(settings.port, port);
    }
    let EndpointSettings::GitHub(settings) = endpoint("github", &[("repository", "acme/alerts")]) else { panic!() };
    assert_eq!(settings.api.to_string(), "https://api.github.com/…");
    let form = [("url", "https://jira.test"), ("project", "OPS")];
    let EndpointSettings::Jira(settings) = endpoint("jira", &form) else { panic!() };
    assert_eq!(settings.issue_type, "Task");
}

#[test]
fn only_the_host_of_an_address_is_shown() {
    for (kind, form, shown) in [
        ("webhook", vec![("url", "https://hooks.test/s3cret?key=s3cret")], "https://hooks.test/…"),
        ("jira", vec![("url", "https://jira.test/s3cret"), ("project", "OPS")], "OPS at https://jira.test/…"),
        (
            "github",
            vec![("repository", "acme/alerts"), ("api", "https://github.test/s3cret")],
            "acme/alerts at https://github.test/…",
        ),
        ("syslog", vec![], "this machine's log"),
        ("slack", vec![], "the webhook's own channel"),
    ] {
        let settings = endpoint(kind, &form);
        assert_eq!(settings.to_string(), shown);
        assert!(!format!("{settings:?} {settings:#?}").contains("s3cret"), "{settings:?}");
    }
}

#[test]
fn secrets_are_checked_before_anything_is_sent() {
    for kind in EndpointKind::ALL {
        let settings = examples(kind);
        let check = |secret: Option<&str>| {
            let secret = secret.map(SecretString::from);
            settings.check_secret(secret.as_ref()).map_err(|problem| problem.to_string())
        };
        match kind.secret() {
            Some(secret) => {
                check(Some(secret.example)).unwrap();
                // The example of mail has a user, whose password is needed.
                assert!(check(None).is_err() && check(Some(" ")).is_err(), "{kind}");
                assert!(check(Some("a\r\nb")).is_err(), "{kind}");
                assert_eq!(kind.check_secret(None).is_err(), secret.required, "{kind}");
                assert!(!secret.title.is_empty() && secret.help.ends_with('.'));
            }
            None => {
                check(None).unwrap();
                assert!(check(Some("a")).is_err(), "{kind}");
            }
        }
        let made = kind.generate_secret().unwrap();
        assert_eq!(made.is_some(), kind.secret().is_some_and(|secret| secret.generated));
        if let Some(made) = made {
            kind.check_secret(Some(&made)).unwrap();
            assert!(made.expose_secret().starts_with("whsec_"));
        }
    }
    let form = [("host", "mail.test"), ("from", "a@acme.test")];
    let password = SecretString::from("a");
    assert!(endpoint("email", &form).check_secret(Some(&password)).unwrap_err().reason.contains("no user"));
}
