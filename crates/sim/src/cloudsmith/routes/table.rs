//! What a call is: its method and path, what it takes and gives, and who carries it out.

use axum::http::StatusCode;

use crate::cloudsmith::caller::Call;
use crate::cloudsmith::refuse::{Reply, not_found, refuse};
use crate::cloudsmith::schema::Schema;
use crate::wire::{Answer, Request};

/// Carries out a call; the slice holds what stands for the names in braces.
type Handler = for<'a, 'b, 'c> fn(&'a mut Call<'b>, &'c [&'c str]) -> Reply;

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body {
    None,
    /// With all that is required.
    Whole(&'static Schema),
    /// With what is to change.
    Part(&'static Schema),
}

/// What is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Nothing,
    One(&'static Schema),
    /// A list in pages.
    Pages(&'static Schema),
    /// A list as a whole.
    List(&'static Schema),
}

/// A parameter in the query.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameter {
    Text(&'static str),
    Flag(&'static str),
}

/// One call.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) path: &'static str,
    /// The name that generated clients give it.
    pub(crate) name: &'static str,
    pub(crate) handler: Handler,
    pub(crate) query: &'static [Parameter],
    pub(crate) body: Body,
    pub(crate) status: u16,
    pub(crate) result: Shape,
    removes: bool,
}

impl Route {
    pub(crate) const fn get(path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self::new(Verb::Get, path, name, handler, 200)
    }

    pub(crate) const fn post(path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self::new(Verb::Post, path, name, handler, 201)
    }

    pub(crate) const fn put(path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self::new(Verb::Put, path, name, handler, 200)
    }

    pub(crate) const fn patch(path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self::new(Verb::Patch, path, name, handler, 200)
    }

    pub(crate) const fn delete(path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self::new(Verb::Delete, path, name, handler, 204)
    }

    const fn new(verb: Verb, path: &'static str, name: &'static str, handler: Handler, status: u16) -> Self {
        let (query, body, result) = (&[], Body::None, Shape::Nothing);
        Self { verb, path, name, handler, query, body, status, result, removes: false }
    }

    pub(crate) const fn takes(mut self, schema: &'static Schema) -> Self {
        self.body = Body::Whole(schema);
        self
    }

    pub(crate) const fn takes_part(mut self, schema: &'static Schema) -> Self {
        self.body = Body::Part(schema);
        self
    }

    pub(crate) const fn gives(mut self, schema: &'static Schema) -> Self {
        self.result = Shape::One(schema);
        self
    }

    pub(crate) const fn pages(mut self, schema: &'static Schema) -> Self {
        self.result = Shape::Pages(schema);
        self
    }

    pub(crate) const fn lists(mut self, schema: &'static Schema) -> Self {
        self.result = Shape::List(schema);
        self
    }

    pub(crate) const fn with(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    pub(crate) const fn answers(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Marks the one GET that changes something.
    pub(crate) const fn removes(mut self) -> Self {
        self.removes = true;
        self
    }

    /// Whether it can change anything.
    pub(crate) fn changes(&self) -> bool {
        self.verb != Verb::Get || self.removes
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter(|piece| !piece.is_empty())
    }

    /// How many pieces of the path are spelled out, if it is this path.
    fn fits(&self, path: &[&str]) -> Option<usize> {
        if self.pieces().count() != path.len() {
            return None;
        }
        let mut literal = 0;
        for (wanted, given) in self.pieces().zip(path) {
            match wanted == *given {
                true => literal += 1,
                false if wanted.starts_with('{') => {}
                false => return None,
            }
        }
        Some(literal)
    }

    fn arguments<'a>(&self, path: &[&'a str]) -> Vec<&'a str> {
        let pairs = self.pieces().zip(path).filter(|(wanted, _)| wanted.starts_with('{'));
        pairs.map(|(_, given)| *given).collect()
    }
}

/// The call that a request means, and what stands for the names in its path.
pub(super) fn find<'a>(request: &Request, path: &[&'a str]) -> Result<(&'static Route, Vec<&'a str>), Answer> {
    let fitting: Vec<_> = super::all().filter_map(|route| route.fits(path).map(|literal| (literal, route))).collect();
    // The path that is spelled out furthest is meant, whatever the method.
    let furthest = fitting.iter().map(|(literal, _)| *literal).max().ok_or_else(not_found)?;
    let mut here = fitting.into_iter().filter(|(literal, _)| *literal == furthest).map(|(_, route)| route);
    let methods: Vec<&str> = here.clone().map(|route| route.verb.as_str()).collect();
    match here.find(|route| route.verb.as_str() == request.method.as_str()) {
        Some(route) => Ok((route, route.arguments(path))),
        None => {
            let detail = format!("Method \"{}\" not allowed.", request.method);
            Err(refuse(StatusCode::METHOD_NOT_ALLOWED, &detail).with("allow", &methods.join(", ")))
        }
    }
}
