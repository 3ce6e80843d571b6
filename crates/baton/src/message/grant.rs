//! Grants as bytes. There may be a million of them, and most of each is the same as of its neighbours, so that they are put
//! together from parts which are encoded once, and no message is made for them.

use prost::Message as _;
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};
use rolecall_model::ResourceRef;

use super::encode;
use crate::record::{Entitlement, Expandable};

/// An entitlement as the grants of it hold it, encoded once.
#[derive(Clone, Debug)]
pub struct EntitlementHeld {
    pub(crate) id: String,
    pub(crate) resource: ResourceRef,
    message: Vec<u8>,
}

impl EntitlementHeld {
    /// The entitlement of this record.
    #[must_use]
    pub fn new(record: &Entitlement) -> Self {
        let message = encode::entitlement_named(record).encode_to_vec();
        Self { id: record.id.clone(), resource: record.resource.clone(), message }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A grant of an entitlement, borrowed from wherever it is known.
#[derive(Clone, Copy, Debug)]
pub struct GrantRow<'g> {
    /// Who holds it.
    pub principal: &'g ResourceRef,
    /// How they are called.
    pub principal_name: &'g str,
    /// How it is passed on.
    pub expandable: Option<&'g Expandable>,
    /// Whether it cannot be taken away by itself.
    pub is_immutable: bool,
    /// Whatever else is said of it.
    pub metadata: &'g serde_json::Map<String, serde_json::Value>,
    /// See [`crate::record::Grant::sources`]; in order of their ids.
    pub sources: &'g [(&'g str, bool)],
}

/// Writes a grant, and leaves out how it is passed on: files have a column for that (`reference/baton.md` §1.2).
pub(crate) fn grant_encode(held: &EntitlementHeld, row: &GrantRow<'_>, id: &str, out: &mut Vec<u8>) {
    out.clear();
    bytes(1, &held.message, out);
    principal(row, out);
    text(3, id, out);
    if row.is_immutable || !row.metadata.is_empty() {
        for any in encode::grant_annotations(row.is_immutable, row.metadata) {
            bytes(4, &any.encode_to_vec(), out);
        }
    }
    if !row.sources.is_empty() {
        sources(row.sources, out);
    }
}

/// `Grant.principal`: which resource it is, and how it is called.
fn principal(row: &GrantRow<'_>, out: &mut Vec<u8>) {
    let (kind, id) = (row.principal.kind.as_str(), &*row.principal.id);
    let within = text_len(1, kind) + text_len(2, id);
    let length = key_len(1) + encoded_len_varint(within as u64) + within + text_len(3, row.principal_name);
    begin(2, length, out);
    begin(1, within, out);
    text(1, kind, out);
    text(2, id, out);
    text(3, row.principal_name, out);
}

/// `Grant.sources`: a map, whose entries are messages of a key and a value.
fn sources(sources: &[(&str, bool)], out: &mut Vec<u8>) {
    // A flag is a key and one byte, where it is set.
    let value_len = |is_direct: bool| if is_direct { 2 } else { 0 };
    let entry_len = |(id, is_direct): &(&str, bool)| text_len(1, id) + 2 + value_len(*is_direct);
    let framed = |length: usize| key_len(1) + encoded_len_varint(length as u64) + length;
    begin(5, sources.iter().map(|source| framed(entry_len(source))).sum(), out);
    for source in sources {
        begin(1, entry_len(source), out);
        text(1, source.0, out);
        begin(2, value_len(source.1), out);
        if source.1 {
            encode_key(1, WireType::Varint, out);
            encode_varint(1, out);
        }
    }
}

fn begin(field: u32, length: usize, out: &mut Vec<u8>) {
    encode_key(field, WireType::LengthDelimited, out);
    encode_varint(length as u64, out);
}

fn bytes(field: u32, value: &[u8], out: &mut Vec<u8>) {
    begin(field, value.len(), out);
    out.extend_from_slice(value);
}

/// An empty text is written as nothing, as everywhere in protobuf.
fn text(field: u32, value: &str, out: &mut Vec<u8>) {
    if !value.is_empty() {
        bytes(field, value.as_bytes(), out);
    }
}

fn text_len(field: u32, value: &str) -> usize {
    if value.is_empty() { 0 } else { key_len(field) + encoded_len_varint(value.len() as u64) + value.len() }
}

#[cfg(test)]
mod tests {
    use rolecall_model::Purpose;
    use rolecall_proto::c1::connector::v2 as proto;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_put_together_from_parts_is_what_the_message_would_be() {
        let team = ResourceRef::new("team", "acme/core");
        let record = Entitlement {
            resource: team,
            resource_name: "acme/core".to_owned(),
            id: "team:acme/core:member".to_owned(),
            slug: "member".to_owned(),
            display_name: "core member".to_owned(),
            description: "left out".to_owned(),
            grantable_to: vec!["user".to_owned()],
            purpose: Some(Purpose::Assignment),
            exclusion: None,
        };
        let metadata = json!({ "pathUnknown": true }).as_object().cloned().unwrap_or_default();
        for sources in [&[][..], &[("a:b:c", true), ("d:e:f", false)][..]] {
            let user = ResourceRef::new("user", "ada");
            let row = GrantRow {
                principal: &user,
                principal_name: "Ada",
                expandable: None,
                is_immutable: true,
                metadata: &metadata,
                sources,
            };
            let mut out = Vec::new();
            grant_encode(&EntitlementHeld::new(&record), &row, "team:acme/core:member:user:ada", &mut out);
            let source = |(id, is_direct): &(&str, bool)| {
                ((*id).to_owned(), proto::grant_sources::GrantSource { is_direct: *is_direct })
            };
            let wanted = proto::Grant {
                entitlement: Some(encode::entitlement_named(&record)),
                principal: Some(encode::resource_named(&user, "Ada")),
                id: "team:acme/core:member:user:ada".to_owned(),
                annotations: encode::grant_annotations(true, &metadata),
                sources: (!sources.is_empty())
                    .then(|| proto::GrantSources { sources: sources.iter().map(source).collect() }),
            };
            assert_eq!(proto::Grant::decode(out.as_slice()).ok(), Some(wanted));
        }
    }
}
