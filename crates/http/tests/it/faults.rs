//! Connections and bodies that break, stall or overflow.

use std::time::{Duration, Instant};

use rolecall_http::{Client, ClientOptions, ErrorKind, MAX_ATTEMPTS};
use tokio::net::{TcpListener, TcpSocket};

use crate::support::{Reply, Server, error_of, gzip, kind_of, quick, read};

fn good() -> Reply {
    Reply::json(r#"{"ana":"owner"}"#)
}

#[tokio::test]
async fn a_passing_fault_is_survived() {
    let faults = [408, 420, 425, 500, 502, 503, 504].map(|status| Reply::new(status, "oops"));
    for fault in faults.into_iter().chain([good().promising(9), good().chunked(false)]) {
        let server = Server::with([fault, good()]).await;
        assert_eq!(read(&server.client()).await.unwrap().bytes, r#"{"ana":"owner"}"#);
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_lasting_fault_is_reported_after_four_attempts() {
    let server = Server::with([Reply::new(503, "")]).await;
    let client = server.client();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.attempts, client.requests_sent(), server.seen().len()), (MAX_ATTEMPTS, 4, 4));
    let text = "GET /-/org/acme/user on 127.0.0.1: the registry has a problem (503) (after 4 attempts)";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn refusals_are_not_tried_again() {
    for status in [400, 401, 402, 403, 404, 409, 302] {
        assert_eq!(error_of(Reply::new(status, "")).await.attempts, 1, "{status}");
    }
}

#[tokio::test]
async fn bodies_that_break_off_are_never_taken_for_whole() {
    let compressed = gzip(&b"x".repeat(10_000));
    let half = Reply::new(200, &compressed[..compressed.len() / 2]).header("content-encoding", "gzip");
    let garbage = Reply::new(200, "not compressed").header("content-encoding", "gzip");
    for reply in [good().promising(1), good().chunked(false), half.clone(), half.chunked(true), garbage] {
        let error = error_of(reply).await;
        assert!(matches!(error.kind, ErrorKind::CutOff { .. }), "{error:?}");
        assert_eq!(error.attempts, MAX_ATTEMPTS);
    }
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let error = read(&Client::new(quick(&base)).unwrap()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::CutOff { .. }), "{error:?}");
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    // Nobody else is given it meanwhile, and nobody listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}", socket.local_addr().unwrap());
    let error = read(&Client::new(quick(&base)).unwrap()).await.unwrap_err();
    let ErrorKind::Connect { detail } = &error.kind else { panic!("{error:?}") };
    assert!(detail.contains("refused"), "{detail}");
    assert_eq!(error.attempts, MAX_ATTEMPTS);
    assert!(error.hint().unwrap().contains("nothing listens there on this machine"));
}

#[tokio::test]
async fn a_body_that_stops_for_ever_ends_with_the_attempt_and_the_attempts_with_the_total() {
    let server = Server::with([good().stalling()]).await;
    let mut options = server.options();
    options.attempt_timeout = Duration::from_millis(1000);
    options.total_timeout = Duration::from_millis(2500);
    let start = Instant::now();
    let error = read(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout { .. }), "{error:?}");
    assert_eq!(error.attempts, 3);
    assert!((2400..10_000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_total_holds_against_one_long_attempt() {
    let server = Server::with([good().stalling()]).await;
    let options = ClientOptions { total_timeout: Duration::from_millis(100), ..server.options() };
    let error = read(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout { after } if after <= Duration::from_millis(100)), "{error:?}");
    assert_eq!(error.attempts, 1);
}

#[tokio::test]
async fn a_stalled_error_page_does_not_hide_the_status() {
    let server = Server::with([Reply::new(403, r#"{"error":"#).stalling()]).await;
    let options = ClientOptions { attempt_timeout: Duration::from_secs(2), ..server.options() };
    let error = read(&Client::new(options).unwrap()).await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (ErrorKind::Forbidden { message: None }, 1));
}

#[tokio::test]
async fn too_much_is_stopped_before_it_is_kept() {
    let bomb = Reply::new(200, gzip(&vec![b' '; 4 << 20])).header("content-encoding", "gzip");
    let long = Reply::new(200, vec![b' '; 100_000]);
    for reply in [bomb.clone(), bomb.chunked(true), long.clone(), long.chunked(true)] {
        let server = Server::with([reply]).await;
        let client = Client::new(ClientOptions { body_limit: 65_536, ..server.options() }).unwrap();
        let error = read(&client).await.unwrap_err();
        assert_eq!((error.kind, error.attempts), (ErrorKind::TooLarge { limit: 65_536 }, 1));
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_accepted() {
    let server = Server::with([Reply::new(200, vec![b' '; 1000])]).await;
    let client = Client::new(ClientOptions { body_limit: 1000, ..server.options() }).unwrap();
    assert_eq!(read(&client).await.unwrap().bytes.len(), 1000);
}

#[tokio::test]
async fn what_is_not_http_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"SSH-2.0-OpenSSH\r\n").await;
        }
    });
    let error = read(&Client::new(quick(&base)).unwrap()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::CutOff { .. }), "{error:?}");
    assert!(kind_of(Reply::new(101, "")).await.status().is_none_or(|status| status == 101));
}
