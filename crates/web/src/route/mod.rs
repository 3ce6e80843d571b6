//! Every address of the hub, who may use it, and what using it writes down.
//!
//! **Architecture Invariant:** an address exists only as a [`Route`], and a route cannot be made without saying who may
//! use it and, where it changes something, what the audit log says of it. A test walks all of them as everybody.

mod table;

use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use rolecall_engine::hub::Permission;
use serde::Serialize;

use crate::guard;
use crate::site::Site;
pub(crate) use table::routes;

/// Who may use an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, also who is not signed in.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// Whoever's role allows this.
    May(Permission),
    /// An identity provider, by the token of the directory that it fills, and nobody else.
    Directory,
    /// A program that reads a connector elsewhere, by the token that it was given for a proof of its key, and nobody else.
    Runner,
}

/// What using an address does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes something, and the audit log says this of it.
    Writes(&'static str),
    /// It changes nothing but what its caller sees, such as that a notice was read, or which job a program is at.
    Marks,
}

/// One method of one address.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) effect: Effect,
    handler: MethodRouter<Site>,
}

impl Route {
    /// An address that is looked at.
    pub(crate) fn get(path: &'static str, access: Access, handler: MethodRouter<Site>) -> Self {
        Self { method: Method::GET, path, access, effect: Effect::Reads, handler }
    }

    /// An address that a question is sent to. It changes nothing; but answers cost something, and no strange page may ask.
    pub(crate) fn ask(path: &'static str, access: Access, handler: MethodRouter<Site>) -> Self {
        Self::mark(path, access, handler)
    }

    /// An address that changes something.
    pub(crate) fn write(
        method: Method,
        path: &'static str,
        access: Access,
        audited: &'static str,
        handler: MethodRouter<Site>,
    ) -> Self {
        Self { method, path, access, effect: Effect::Writes(audited), handler }
    }

    /// An address that a form is sent to, and that changes something.
    pub(crate) fn post(path: &'static str, access: Access, audited: &'static str, handler: MethodRouter<Site>) -> Self {
        Self::write(Method::POST, path, access, audited, handler)
    }

    /// An address that a form is sent to and that leaves everything but its caller's own view as it is.
    pub(crate) fn mark(path: &'static str, access: Access, handler: MethodRouter<Site>) -> Self {
        Self { method: Method::POST, path, access, effect: Effect::Marks, handler }
    }
}

/// Puts all of them together, each behind its guard.
pub(crate) fn router(site: &Site) -> Router {
    let guarded = |router: Router<Site>, route: Route| {
        let Route { path, access, effect, handler, .. } = route;
        let guard = from_fn_with_state((site.clone(), access, effect), guard::guard);
        router.route(path, handler.layer(guard))
    };
    let router = routes().into_iter().fold(Router::new(), guarded);
    router
        .fallback(guard::unknown)
        .with_state(site.clone())
        .layer(from_fn(guard::rendered))
        .layer(from_fn_with_state(site.clone(), guard::host))
        .layer(from_fn(guard::rendered))
        .layer(from_fn_with_state(site.clone(), guard::headers))
        .layer(from_fn_with_state(site.clone(), guard::observe))
}

/// One row of the table of addresses, for people who check it.
#[derive(Clone, Debug, Serialize)]
pub struct RouteRow {
    /// `GET`, `POST`, …
    pub method: String,
    /// The address, with its parameters in braces.
    pub path: &'static str,
    /// Who may use it: `anyone`, `signed in`, `directory` for an identity provider, `runner` for
    /// a program that reads a connector elsewhere, or the permission that a role has
    /// to give.
    pub access: String,
    /// What the audit log says when it was used; empty where nothing is changed.
    pub audited: &'static str,
}

/// The table of all addresses, by path.
#[must_use]
pub fn route_table() -> Vec<RouteRow> {
    let mut rows: Vec<RouteRow> = routes().iter().map(Route::row).collect();
    rows.sort_by(|left, right| (left.path, &left.method).cmp(&(right.path, &right.method)));
    rows
}

impl Route {
    fn row(&self) -> RouteRow {
        let access = match self.access {
            Access::Anyone => "anyone".to_owned(),
            Access::SignedIn => "signed in".to_owned(),
            Access::May(permission) => permission.word().to_owned(),
            Access::Directory => "directory".to_owned(),
            Access::Runner => "runner".to_owned(),
        };
        let audited = match self.effect {
            Effect::Reads | Effect::Marks => "",
            Effect::Writes(audited) => audited,
        };
        RouteRow { method: self.method.to_string(), path: self.path, access, audited }
    }
}
