//! One request's way through the server: read, charge, spoil, answer, log.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::connection::Peer;
use crate::damage;
use crate::fault::Fault;
use crate::finish;
use crate::log::Logged;
use crate::server::{Registry, Shared, lock};
use crate::wire::{Answer, Request, split_target};

const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// How an answer leaves the server.
struct Outcome {
    answer: Answer,
    fault: Option<Fault>,
}

pub(crate) async fn handle<R: Registry>(
    State(shared): State<Arc<Shared<R>>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: axum::extract::Request,
) -> Response {
    let Ok(request) = read(&shared, &peer, request).await else {
        return Response::new(Body::empty());
    };
    let outcome = decide(&shared, &request);
    if let Some(Fault::Delay(time)) = outcome.fault {
        sleep(time).await;
    }
    let dropped = matches!(outcome.fault, Some(Fault::Dropped | Fault::Lost));
    if dropped {
        peer.breaker.trip();
    }
    let fault = outcome.fault.as_ref();
    let answer = if R::ENTITY_TAGS { finish::tag(&request, outcome.answer) } else { outcome.answer };
    let answer = damage::encoding(&request, damage::content(answer, fault), fault);
    let status = if dropped { 0 } else { answer.status.as_u16() };
    shared.log.push(Logged::new(&request, status));
    damage::response(answer, fault, shared.stopping.clone())
}

async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

async fn read<R: Registry>(
    shared: &Shared<R>,
    peer: &Peer,
    request: axum::extract::Request,
) -> Result<Request, axum::Error> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let (pieces, query) = split_target(target);
    Ok(Request {
        method: parts.method,
        target: target.to_owned(),
        segments: R::cut(pieces),
        query,
        headers: parts.headers,
        peer: peer.address.ip(),
        body: to_bytes(body, BODY_LIMIT).await?,
        base: shared.base.clone(),
    })
}

/// The registry's own decision, unless a budget or a fault comes before it.
fn decide<R: Registry>(shared: &Shared<R>, request: &Request) -> Outcome {
    let mut registry = lock(&shared.registry);
    let fault = shared.faults.due(request);
    let answer = match &fault {
        Some(Fault::Instead(answer)) => answer.clone(),
        Some(Fault::Dropped) => Answer::empty(StatusCode::OK),
        _ => match over_budget(shared, &*registry, request) {
            Some(refusal) => refusal,
            None => registry.answer(request),
        },
    };
    for change in lock(&shared.script).answered(request) {
        change(&mut registry);
    }
    Outcome { answer, fault }
}

fn over_budget<R: Registry>(shared: &Shared<R>, registry: &R, request: &Request) -> Option<Answer> {
    let mut spending = lock(&shared.spending);
    registry
        .budgets(request)
        .into_iter()
        .find(|(kind, budget)| !spending.spend(kind, request.peer, *budget))
        .map(|(_, budget)| registry.throttled(budget))
}
