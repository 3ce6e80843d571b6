//! Recorded answers of the real registry, or invented ones of the same shape where the recording is absent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value as Json, json};

/// One recorded request with its answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Exchange {
    /// Path with query, as it was sent.
    pub path: String,
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body: JSON, or text for other content.
    pub body: Json,
}

/// Recorded answers of one organisation.
#[derive(Debug)]
pub struct Recording {
    /// The exchanges, in order.
    pub exchanges: Vec<Exchange>,
    /// The organisation's name.
    pub organization: String,
    /// Whether these are real answers.
    pub is_real: bool,
}

impl Recording {
    /// The recording of 2024 that lies beside the project, never in it, because it names real people; or a generated
    /// one of the same shape, which is said on standard error.
    #[must_use]
    #[expect(clippy::print_stderr, reason = "the person who runs the tests must know which input was used")]
    pub fn organization_2024() -> Self {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings/npm-organization-2024-02.jsonl");
        let parsed = std::fs::read_to_string(path)
            .ok()
            .and_then(|text| text.lines().map(serde_json::from_str).collect::<Result<Vec<Exchange>, _>>().ok());
        match parsed {
            Some(exchanges) => Self { exchanges, organization: "jupiterone".to_owned(), is_real: true },
            None => {
                eprintln!("the recording is absent: using invented answers of the same shape");
                Self::generated()
            }
        }
    }

    /// Invented answers with the recording's shape and numbers: 58 members of whom 3 are owners, one team of 57, 324
    /// packages of which one is unscoped, permissions spelled `read`/`write` although `format=cli` was asked for.
    #[must_use]
    pub fn generated() -> Self {
        let user = |number: usize| format!("member.{number:02}-x");
        let roster: Json = (0..58)
            .map(|number| (user(number), Json::from(if number < 3 { "owner" } else { "developer" })))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let members: Vec<Json> = (0..58).filter(|number| *number != 2).map(|number| user(number).into()).collect();
        let packages: Json = (0..324)
            .map(|number| match number {
                0 => ("plain-category".to_owned(), Json::from("read")),
                1 | 2 => (format!("@invented/package-{number}"), Json::from("read")),
                _ => (format!("@invented/package-{number}"), Json::from("write")),
            })
            .collect::<serde_json::Map<_, _>>()
            .into();
        let exchanges = vec![
            answer("/-/org/invented/user", roster),
            answer("/-/org/invented/team?format=cli", json!(["invented:readonly-people"])),
            answer("/-/team/invented/readonly-people/user?format=cli", Json::Array(members)),
            answer("/-/org/invented/package?format=cli", packages),
        ];
        Self { exchanges, organization: "invented".to_owned(), is_real: false }
    }
}

fn answer(path: &str, body: Json) -> Exchange {
    let headers = BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]);
    Exchange { path: path.to_owned(), status: 200, headers, body }
}
