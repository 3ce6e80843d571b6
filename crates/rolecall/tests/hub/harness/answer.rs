//! What the hub said.

use reqwest::header::HeaderMap;
use serde_json::Value as Json;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    /// That it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "{} instead of {status}: {} {:?}", self.status, self.body, self.headers);
        self
    }

    /// A header; empty where it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// Its body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// That it is a problem document with this status and this code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Json {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:#?}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{problem:#}");
        assert_eq!(problem["status"], status, "{problem:#}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '!', '?'])), "{problem:#}");
        problem
    }

    /// The text between two others, the first time it occurs.
    #[track_caller]
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let found = self.body.split_once(before).and_then(|(_, rest)| rest.split_once(after));
        found.map(|(found, _)| found.trim().to_owned()).unwrap_or_else(|| panic!("no {before:?} in {self:#?}"))
    }

    /// What the rows of a table of changes say, without signs and links.
    pub(crate) fn changes(&self) -> Vec<String> {
        let (_, table) = self.body.split_once("<table class=\"stack changes\">").unwrap_or_default();
        let table = table.split("</table>").next().unwrap_or_default();
        let rows = table.split("<th scope=\"row\" class=\"").skip(1).filter_map(|row| row.split("</th>").next());
        rows.map(|row| without_tags(row.split(": </span>").nth(1).unwrap().split("<span class=\"chip").next().unwrap()))
            .collect()
    }
}

fn without_tags(html: &str) -> String {
    html.split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<String>()
        .trim()
        .to_owned()
}
