//! The pace over the wire: pauses are shared, long ones fail at once, the order of magnitude of the rate holds.

use std::time::{Duration, Instant};

use rolecall_http::{Client, ClientOptions, ErrorKind, Pace};

use crate::support::{Reply, Server, read};

const TOO_LONG: &str = "3600";

#[tokio::test]
async fn a_pause_longer_than_the_time_left_fails_at_once_and_says_how_long() {
    let server = Server::with([Reply::new(429, "slow down").header("retry-after", TOO_LONG), Reply::json("{}")]).await;
    let client = server.client();
    let start = Instant::now();
    let error = read(&client).await.unwrap_err();
    assert_eq!(error.attempts, 1);
    assert_eq!(error.kind.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.to_string().contains("3600 s") && error.hint().unwrap().contains("3600 s"), "{error}");
    let error = read(&client.clone()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited { retry_after: Some(_), .. }), "{error:?}");
    assert_eq!((error.attempts, server.seen().len()), (0, 1), "the pause is shared");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_short_pause_is_waited_for_by_all() {
    let server = Server::with([Reply::new(429, "").header("retry-after", "1"), Reply::json("{}")]).await;
    let client = server.client();
    let start = Instant::now();
    let late = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        read(&client).await.unwrap();
        start.elapsed()
    };
    let first = async {
        read(&client).await.unwrap();
        start.elapsed()
    };
    let (first, late) = tokio::join!(first, late);
    assert!(first >= Duration::from_secs(1) && late >= Duration::from_secs(1), "{first:?} {late:?}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_long_wish_of_a_failing_server_is_not_waited_for() {
    let server = Server::with([Reply::new(503, "").header("retry-after", TOO_LONG)]).await;
    let error = read(&server.client()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Server { status: 503, retry_after: Some(_), .. }), "{error:?}");
    assert_eq!(error.attempts, 1);
}

#[tokio::test]
async fn the_rate_holds_for_calls_made_together() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = Client::new(ClientOptions { pace: Pace::PerSecond(20.0), ..server.options() }).unwrap();
    let start = Instant::now();
    futures::future::join_all((0..11).map(|_| read(&client))).await.into_iter().for_each(|answer| {
        answer.unwrap();
    });
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_queue_longer_than_the_total_timeout_still_gets_its_turn() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = Client::new(ClientOptions {
        pace: Pace::PerSecond(20.0),
        concurrency: 0,
        total_timeout: Duration::from_millis(300),
        ..server.options()
    });
    let client = client.unwrap();
    for answer in futures::future::join_all((0..12).map(|_| read(&client))).await {
        answer.unwrap();
    }
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed() {
    let server = Server::with([Reply::json("{}").stalling()]).await;
    let client = Client::new(ClientOptions { concurrency: 2, ..server.options() }).unwrap();
    let calls = futures::future::join_all((0..5).map(|_| read(&client)));
    let _ = tokio::time::timeout(Duration::from_millis(300), calls).await;
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn calls_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    fn assert_shared<T: Send + Sync + Clone>() {}
    assert_shared::<Client>();
    let client = Client::new(crate::support::quick("http://127.0.0.1:1")).unwrap();
    assert_send(read(&client));
}
