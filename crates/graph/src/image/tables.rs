//! Which tables of a segment are in its image, in which order.

use rolecall_model::{ConnectorDeclaration, ResourceRef, Term};

use super::read::{Source, Take};
use super::write::{Put, Sink};
use crate::rules::Rules;
use crate::segment::{Both, Kinds, Segment, SegmentIdentity};

impl Segment {
    pub(super) fn tables_put(&self, sink: &mut Sink) {
        // Whoever adds a field has to say here what becomes of it.
        let Self {
            identity,
            declaration: _,
            rules: _,
            kinds,
            ids,
            words,
            values,
            parents,
            unconfirmed_parents,
            children,
            statements,
            times,
            properties,
            grants,
            inherited,
            evidence,
            links,
            has_unconfirmed,
            dropped,
        } = self;
        identity_put(sink, identity);
        sink.texts(&kinds.names).rows(&kinds.starts).texts(ids).texts(words).texts(values);
        sink.rows(parents).rows(unconfirmed_parents).table(children).rows(statements).rows(times);
        sink.table(properties);
        both_put(sink, grants);
        both_put(sink, inherited);
        both_put(sink, evidence);
        both_put(sink, links);
        sink.number(u64::from(*has_unconfirmed)).number(*dropped);
    }

    /// `None` where the bytes are no tables.
    pub(super) fn tables_take(source: &mut Source<'_>, declaration: &'static ConnectorDeclaration) -> Option<Self> {
        let identity = identity_take(source)?;
        let kinds = Kinds { names: source.texts()?, starts: source.rows()? };
        let (ids, words, values) = (source.texts()?, source.texts()?, source.texts()?);
        Some(Self {
            identity,
            declaration,
            rules: Rules::compile(declaration, |name| kinds.names.find(name), |text| words.find(text)),
            kinds,
            ids,
            words,
            values,
            parents: source.rows()?,
            unconfirmed_parents: source.rows()?,
            children: source.table()?,
            statements: source.rows()?,
            times: source.rows()?,
            properties: source.table()?,
            grants: both_take(source)?,
            inherited: both_take(source)?,
            evidence: both_take(source)?,
            links: both_take(source)?,
            has_unconfirmed: match source.number()? {
                0 => false,
                1 => true,
                _ => return None,
            },
            dropped: source.number()?,
        })
    }
}

fn identity_put(sink: &mut Sink, identity: &SegmentIdentity) {
    let SegmentIdentity { connector, name, host, root } = identity;
    sink.bytes(&connector.to_le_bytes()).text(name).text(host).text(root.kind.as_str()).text(&root.id);
}

fn identity_take(source: &mut Source<'_>) -> Option<SegmentIdentity> {
    let connector = source.take(size_of::<i64>())?.first_chunk().map(|bytes| i64::from_le_bytes(*bytes))?;
    let (name, host) = (source.text()?, source.text()?);
    let root = ResourceRef::new(Term::from(source.text()?), source.text()?);
    Some(SegmentIdentity { connector, name, host, root })
}

fn both_put<T: Put + Copy + Default>(sink: &mut Sink, both: &Both<T>) {
    sink.table(&both.on).table(&both.by);
}

fn both_take<T: Take + Copy + Default>(source: &mut Source<'_>) -> Option<Both<T>> {
    Some(Both { on: source.table()?, by: source.table()? })
}
