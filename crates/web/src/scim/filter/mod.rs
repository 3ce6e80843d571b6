//! Which resources a filter means (RFC 7644, 3.4.2.2).
//!
//! | question | file |
//! |---|---|
//! | which words is it made of? | `lex.rs` |
//! | how are they put together? | `parse.rs` |
//! | what does it hold of? | `hold.rs` |

mod hold;
mod lex;
mod parse;

use rolecall_engine::people::scim::{ScimFind, ScimKind};
use serde_json::Value as Json;
use uuid::Uuid;

use super::attribute::naming;
use super::path::AttributePath;
pub(super) use parse::{FilterFlaw, filter_read, place_read};

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// An attribute, perhaps only those of its values for which something holds.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: AttributePath,
    pub(super) select: Option<Box<Filter>>,
}

/// What holds of some resources, or of some values.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    Compare { at: Place, operator: Operator, value: Json },
    Present(Place),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// What few resources can be meant by a filter, found without looking at the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Few {
    Id(Uuid),
    Name(String),
    ExternalId(String),
    /// None: it asks for an id that is none.
    Nothing,
}

impl Few {
    /// How they are found.
    pub(super) fn find(&self) -> Option<ScimFind<'_>> {
        match self {
            Self::Id(id) => Some(ScimFind::Id(*id)),
            Self::Name(name) => Some(ScimFind::Name(name)),
            Self::ExternalId(id) => Some(ScimFind::ExternalId(id)),
            Self::Nothing => None,
        }
    }
}

impl Filter {
    /// What has to be so of every resource that it means, where that leaves few.
    pub(super) fn few(&self, kind: ScimKind) -> Option<Few> {
        match self {
            Self::All(all) => all.iter().find_map(|one| one.few(kind)),
            Self::Compare { at, operator: Operator::Equal, value: Json::String(text) } if at.select.is_none() => {
                let mut steps = at.path.steps();
                match (steps.next(), steps.next()) {
                    (Some("id"), None) => Some(Uuid::try_parse(text).map_or(Few::Nothing, Few::Id)),
                    (Some("externalId"), None) => Some(Few::ExternalId(text.clone())),
                    (Some(name), None) if name == naming(kind) => Some(Few::Name(text.clone())),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::super::path::Names;
    use super::*;

    fn ada() -> Map<String, Json> {
        let document = json!({
            "id": "0192", "userName": "Ada@Acme.test", "externalId": "X1", "active": true, "title": "Über-Engineer",
            "name": { "familyName": "Lovelace" }, "age": 36,
            "emails": [
                { "value": "ada@acme.test", "type": "work", "primary": true },
                { "value": "ada@home.test", "type": "home" },
            ],
            "meta": { "created": "2026-05-03T10:00:00Z" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R&D" },
        });
        serde_json::from_value(document).unwrap()
    }

    fn holds(text: &str) -> bool {
        filter_read(Names::Of(ScimKind::User), text).unwrap_or_else(|flaw| panic!("{text}: {flaw}")).holds(&ada())
    }

    #[test]
    fn every_operator_means_what_it_says() {
        for (text, wanted) in [
            ("userName eq \"ada@acme.TEST\"", true),
            ("USERNAME Eq \"bob\"", false),
            ("externalId eq \"x1\"", false),
            ("externalId eq \"X1\"", true),
            ("userName ne \"bob\"", true),
            ("nickName ne \"bob\"", true),
            ("title co \"ENGIN\"", true),
            ("title sw \"über\"", true),
            ("title ew \"eer\"", true),
            ("age gt 35 and age le 36 and age ge 36 and not (age lt 36)", true),
            ("age eq \"36\"", true),
            ("title pr", true),
            ("nickName pr", false),
            ("nickName eq null", true),
            ("active eq true", true),
            ("active eq \"True\"", true),
            ("active eq false or active ne true", false),
            ("meta.created gt \"2026-05-03T09:59:59+00:00\"", true),
            ("meta.created lt \"2026-05-03T12:00:01+02:00\"", true),
            ("meta.created gt \"2026-05-03T10:00:00Z\"", false),
            ("name.familyName eq \"lovelace\"", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada@acme.test\"", true),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"r&d\"", true),
            ("unknown.thing eq \"x\"", false),
        ] {
            assert_eq!(holds(text), wanted, "{text}");
        }
    }

    #[test]
    fn one_value_has_to_be_all_that_is_in_brackets() {
        assert!(holds("emails[type eq \"work\" and value co \"@acme\"]"));
        assert!(!holds("emails[type eq \"home\" and value co \"@acme\"]"));
        assert!(holds("emails.type eq \"home\" and emails.value co \"@acme\""));
        assert!(holds("emails[type eq \"work\"].value eq \"ADA@acme.test\""));
        assert!(!holds("emails[type eq \"work\"].value eq \"ada@home.test\""));
        assert!(holds("emails co \"@home\" and emails[not (type eq \"work\")]"));
        assert!(holds("emails[primary eq true].value pr"));
        assert!(!holds("phoneNumbers[type eq \"work\"]"));
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        assert!(holds("userName pr or nickName pr and nickName pr"));
        assert!(!holds("(userName pr or nickName pr) and nickName pr"));
        assert!(!holds("not (userName pr) or nickName pr"));
        assert!(holds("NOT(nickName pr) AND(userName pr)"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, place) in [
            ("", 0),
            ("userName", 8),
            ("userName eq", 11),
            ("userName is \"x\"", 9),
            ("userName eq \"x", 12),
            ("userName eq x", 12),
            ("(userName pr", 12),
            ("userName pr)", 11),
            ("userName pr userName pr", 12),
            ("emails[type eq \"work\"", 21),
            ("a.b.c pr", 0),
            ("active gt true", 10),
            ("age co 3", 7),
            ("userName pr and", 15),
            ("\u{0}", 0),
        ] {
            let flaw = filter_read(Names::Of(ScimKind::User), text).map(drop).unwrap_err();
            assert_eq!(flaw.at, place, "{text}: {flaw}");
        }
        let deep = format!("{}userName pr{}", "(".repeat(4000), ")".repeat(4000));
        assert!(filter_read(Names::Of(ScimKind::User), &deep).is_err());
        let long = vec!["userName pr"; 400].join(" or ");
        assert!(filter_read(Names::Of(ScimKind::User), &long).is_ok(), "as long as it is, it is not deep");
    }

    #[test]
    fn few_are_found_without_looking_at_all() {
        let few = |kind, text| filter_read(Names::Of(kind), text).unwrap().few(kind);
        assert_eq!(few(ScimKind::User, "userName eq \"Ada\""), Some(Few::Name("Ada".into())));
        assert_eq!(few(ScimKind::Group, "displayName eq \"Ops\""), Some(Few::Name("Ops".into())));
        assert_eq!(few(ScimKind::User, "displayName eq \"Ada\""), None);
        assert_eq!(few(ScimKind::User, "active eq true and externalId eq \"1\""), Some(Few::ExternalId("1".into())));
        assert_eq!(few(ScimKind::User, "active eq true or externalId eq \"1\""), None);
        assert_eq!(few(ScimKind::Group, "id eq \"x\" and members eq \"y\""), Some(Few::Nothing));
        assert_eq!(few(ScimKind::User, "not (userName eq \"Ada\")"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,60}") {
            let _ = filter_read(Names::Of(ScimKind::User), &text).map(|filter| filter.holds(&ada()));
        }

        #[test]
        fn no_order_of_words_is_too_strange(words in proptest::collection::vec(0_usize..18, 0..24)) {
            const WORDS: [&str; 18] = [
                "userName", "emails", "eq", "ne", "co", "gt", "pr", "and", "or", "not", "(", ")", "[", "]", "\"a\"",
                "true", "null", ".value",
            ];
            let text: Vec<&str> = words.into_iter().map(|word| WORDS[word]).collect();
            let _ = filter_read(Names::Of(ScimKind::User), &text.join(" ")).map(|filter| filter.holds(&ada()));
            let _ = place_read(ScimKind::User, &text.concat());
        }
    }
}
