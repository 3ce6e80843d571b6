//! Every answer of an examination as it was on the wire, kept in memory only.

use std::sync::{Mutex, PoisonError};

use rolecall_http::{Answered, Observer, RequestTemplate};

/// One answer. It may hold names and mail addresses: see [`super::transcript`] for what may be written of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) template: &'static RequestTemplate,
    pub(crate) values: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) anonymous: bool,
    pub(crate) conditional: bool,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Record {
    /// An answer to a request without holes, for tests.
    #[cfg(test)]
    pub(crate) fn answered(template: &'static RequestTemplate, status: u16, body: &str) -> Self {
        Self {
            template,
            values: Vec::new(),
            query: Vec::new(),
            anonymous: false,
            conditional: false,
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    pub(crate) fn value(&self, hole: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| *name == hole).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is a web page, which no registry answers by itself.
    pub(crate) fn is_page(&self) -> bool {
        let declared = self.header("content-type").is_some_and(|text| text.to_ascii_lowercase().contains("html"));
        declared || self.body.trim_ascii_start().first() == Some(&b'<')
    }
}

/// Keeps what a connector is answered. Give it to a connector as its observer, then to its examination.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Vec<Record>>);

impl Recorder {
    pub(crate) fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the last answer to this request was a web page.
    pub(crate) fn was_page(&self, template: &RequestTemplate) -> bool {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.iter().rev().find(|record| record.template.name == template.name).is_some_and(Record::is_page)
    }
}

impl Observer for Recorder {
    fn answered(&self, answered: &Answered<'_>) {
        let owned = |pairs: &[(&'static str, &str)]| {
            pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
        };
        let record = Record {
            template: answered.template,
            values: owned(&answered.values),
            query: owned(&answered.query),
            anonymous: answered.anonymous,
            conditional: answered.conditional,
            status: answered.status,
            headers: answered.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: answered.body.to_vec(),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}
