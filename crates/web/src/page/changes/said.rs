//! Sentences about facts, with a link at every name of which there is a page.

use rolecall_engine::search::Places;
use rolecall_model::{Fact, ResourceRef};

use crate::page::explore::When;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Where it leads, if it is the name of something.
    pub(crate) link: Option<String>,
}

/// A sentence about a fact of a connector, in pieces. Each name is looked for where it stands with its type before it, as
/// sentences about facts are written.
pub(crate) fn pieces(text: &str, connector: &str, fact: &Fact, (places, when): (&Places, &When)) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for resource in named(fact) {
        let Some(link) = link(connector, resource, places, when) else { continue };
        let wanted = format!("{} {}", resource.kind, resource.id);
        let Some(at) = rest.find(&wanted) else { continue };
        let (before, from) = rest.split_at(at);
        let kind = resource.kind.as_str().len() + 1;
        let (Some(kind_text), Some(name)) = (from.get(..kind), from.get(kind..wanted.len())) else { continue };
        pieces.push(Piece { text: format!("{before}{kind_text}"), link: None });
        pieces.push(Piece { text: name.to_owned(), link: Some(link) });
        rest = from.get(wanted.len()..).unwrap_or_default();
    }
    pieces.push(Piece { text: rest.to_owned(), link: None });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// What a sentence about a fact names, in the order in which it does.
fn named(fact: &Fact) -> Vec<&ResourceRef> {
    match fact {
        Fact::Resource { resource, .. } | Fact::Property { resource, .. } => vec![resource],
        Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
            vec![principal, &entitlement.resource]
        }
        Fact::Link { from, to, .. } => vec![from, to],
    }
}

fn link(connector: &str, resource: &ResourceRef, places: &Places, when: &When) -> Option<String> {
    let place = places.of(connector, resource.kind.as_str())?;
    Some(when.place(place, connector, &resource.id))
}

#[cfg(test)]
mod tests {
    use rolecall_engine::search::Place;

    use super::*;

    fn places() -> Places {
        [("user", Place::Account), ("package", Place::Resource)]
            .into_iter()
            .map(|(kind, place)| ("npm:acme".to_owned(), kind, place))
            .collect()
    }

    #[test]
    fn names_lead_to_their_pages_and_the_text_stays_the_same() {
        let fact = Fact::Grant {
            principal: ResourceRef::new("user", "user"),
            entitlement: ResourceRef::new("package", "@acme/core").entitlement("write"),
        };
        let text = "user user holds write on package @acme/core (was read)";
        let pieces = pieces(text, "npm:acme", &fact, (&places(), &When::default()));
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        let links: Vec<_> = pieces.iter().filter(|piece| piece.link.is_some()).map(|piece| &*piece.text).collect();
        assert_eq!(links, ["user", "@acme/core"]);
        assert_eq!(pieces[0].text, "user ");
    }

    #[test]
    fn what_has_no_page_is_plain_text() {
        let fact = Fact::Resource { resource: ResourceRef::new("token", "t1"), parent: None };
        let pieces = pieces("token t1", "npm:acme", &fact, (&places(), &When::default()));
        assert_eq!(pieces, [Piece { text: "token t1".to_owned(), link: None }]);
    }
}
