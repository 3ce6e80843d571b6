//! Whatever the value, the path keeps its shape.

use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;

const TEMPLATE: RequestTemplate =
    RequestTemplate { name: "grant", method: Method::Get, path: "/-/team/{org}/{team}/x-{package}", query: &["q"] };

fn base() -> Url {
    "https://registry.example.com:8443/prefix/".parse().unwrap()
}

fn target(value: &str, query: &str) -> Result<Target, ErrorKind> {
    let call = Call::new().path("org", "acme").path("team", value).path("package", value).query("q", query);
    fill(&base(), &TEMPLATE, &call)
}

fn path_of(value: &str) -> String {
    target(value, "").unwrap().url.path().to_owned()
}

#[test]
fn known_spellings() {
    assert_eq!(path_of("@acme/lib"), "/prefix/-/team/acme/@acme%2Flib/x-@acme%2Flib");
    assert_eq!(path_of("a b%é"), "/prefix/-/team/acme/a%20b%25%C3%A9/x-a%20b%25%C3%A9");
    assert_eq!(path_of("-_.!~*'()"), "/prefix/-/team/acme/-_.!~*'()/x--_.!~*'()");
    assert_eq!(path_of("%2e%2e"), "/prefix/-/team/acme/%252e%252e/x-%252e%252e");
    assert_eq!(path_of("..\\..?#;"), "/prefix/-/team/acme/..%5C..%3F%23%3B/x-..%5C..%3F%23%3B");
}

#[test]
fn labels_show_the_encoded_values_without_the_base() {
    assert_eq!(target("a/b", "c d").unwrap().label, "GET /-/team/acme/a%2Fb/x-a%2Fb?q=c%20d");
}

#[test]
fn dots_beside_literal_text_are_refused_too() {
    let template = RequestTemplate { name: "joined", method: Method::Get, path: "/a/.{b}/{c}{d}", query: &[] };
    let fill = |b: &'static str, c: &'static str, d: &'static str| {
        fill(&base(), &template, &Call::new().path("b", b).path("c", c).path("d", d))
            .map(|target| target.url.path().to_owned())
    };
    assert_eq!(fill("b", "c", "d").as_deref(), Ok("/prefix/a/.b/cd"));
    assert!(matches!(fill(".", "c", "d"), Err(ErrorKind::BadValue { .. })));
    assert!(matches!(fill("b", ".", "."), Err(ErrorKind::BadValue { .. })));
}

#[test]
fn a_path_the_url_parser_would_rewrite_is_refused() {
    for path in ["/a/..", "/a/./b", "/a/%2E%2e/b", "/a\\b", "/a?b", "/é"] {
        assert_eq!(with_path(&base(), path), None, "{path}");
    }
}

/// Texts made of what URL parsers trip over, and of anything else.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            ".", "..", "/", "\\", "%", "%2e", "%2E%2e", "%2f", "?", "#", "@", ":", ";", "//", "é", "\u{202e}"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_value_changes_which_request_it_is(value in hostile(), query in hostile()) {
        let Ok(Target { url, .. }) = target(&value, &query) else {
            let control = value.contains(char::is_control) || query.contains(char::is_control);
            prop_assert!(control || matches!(value.as_str(), "" | "." | ".."), "{value:?} was refused");
            return Ok(());
        };
        prop_assert_eq!(url.origin(), base().origin());
        prop_assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
        let segments: Vec<String> = url.path_segments().unwrap()
            .map(|segment| percent_decode_str(segment).decode_utf8().unwrap().into_owned())
            .collect();
        prop_assert_eq!(segments, ["prefix", "-", "team", "acme", &value, &format!("x-{value}")]);
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs, [("q".to_owned(), query)]);
        let again: Url = url.as_str().parse().unwrap();
        prop_assert_eq!(again, url);
    }

    #[test]
    fn what_is_sent_is_plain_ascii(value in hostile()) {
        if let Ok(target) = target(&value, &value) {
            prop_assert!(target.label.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        }
    }

    #[test]
    fn templates_never_panic(path in "\\PC{0,12}") {
        let path: &'static str = Box::leak(path.into_boxed_str());
        let template = RequestTemplate { path, ..TEMPLATE };
        if template.fault(&base()).is_none() {
            let _ = fill(&base(), &template, &Call::new());
        }
    }
}
